"""Starts the processes of an installation, keeps them alive, and leaves none behind.

At SIGHUP it becomes the program that is installed by then (`os.execv`): the same process, with the
same sockets. The children that run then go on until their successors have taken over: those that
answer requests until the new ones can, the others until they have ended what they were at.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from comptoir.core.processes import CLOSE, LEAVE
from comptoir.serve import birth

TICK_SECONDS = 0.1
STOP_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 3.0
STEADY_SECONDS = 60.0
ANSWER_SECONDS = 330.0
"""How long who answers requests may take to end those under way, when another takes over."""
FORMER = "COMPTOIR_FORMER"
"""The variable by which the program before tells what it leaves to this one."""


@dataclass(slots=True)
class Former:
    """A process of the program before: it is ended, politely, then not."""

    key: int
    polite_at: float = 0.0
    kill_at: float = 0.0

    def leave(self, after: float, patience: float) -> None:
        """Tell it to end in so many seconds, and give it so many more to do so."""
        if not self.kill_at:
            self.polite_at = time.monotonic() + after
            self.kill_at = self.polite_at + patience

    def has_ended(self) -> bool:
        """Tell it what is due, and return whether it is gone."""
        now = time.monotonic()
        if self.polite_at and now >= self.polite_at:
            self.polite_at = 0.0
            with suppress(ProcessLookupError):
                os.kill(self.key, signal.SIGTERM)
        if self.kill_at and now >= self.kill_at:
            self.kill()
        try:
            ended = os.waitpid(self.key, os.WNOHANG)[0] != 0
        except ChildProcessError:
            ended = True
        if ended:
            self.kill()  # what it started itself
        return ended

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        _tell(self.key, signal.SIGKILL)


@dataclass(slots=True)
class Child:
    """A process to keep alive: `arguments` are those of Python. It leads a session of its own, so
    that Ctrl-C reaches it through the supervisor alone, and its own children can be ended too.
    `niceness` above 0 makes it give way to the others when the machine is busy. One that accepts
    from `sockets` (descriptors), or may work `beside` another like it, runs beside the `former`
    one of its name until it is ready; it is when so many `workers` say so.
    """

    name: str
    arguments: Sequence[str]
    niceness: int = 0
    sockets: tuple[int, ...] = ()
    workers: int = 1
    beside: bool = False
    process: birth.Process | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    failures: int = field(default=0)
    former: Former | None = None
    ready: str = ""

    def start(self) -> None:
        """Start it; it ends with this process (see `core.processes`)."""
        self.started_at = time.monotonic()
        self.ready = tempfile.mkdtemp(prefix="comptoir-ready-")
        self.process = birth.begin(self.arguments, self.sockets, self.ready, self.niceness)

    def tend(self) -> None:
        """Start it if it does not run: at once the first time, later if it keeps dying."""
        if self.former and self._waits_for(self.former):
            return
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_after:
                self.start()
        elif (status := self.process.poll()) is not None:
            self.kill()
            self.failures = 1 if now - self.started_at > STEADY_SECONDS else self.failures + 1
            wait = min(LONGEST_WAIT_SECONDS, 0.25 * 2**self.failures)
            self.process, self.start_after = None, now + wait
            click.echo(f"{self.name} ended ({status}); starting it again in {wait:g} s.", err=True)

    def _waits_for(self, former: Former) -> bool:
        """End the former one in its time; return whether this one is not to start before."""
        alone = not self.sockets and not self.beside
        if alone or (self.beside and self.is_ready()):
            former.leave(0, STOP_SECONDS)
        elif self.is_ready():
            if not former.kill_at:
                _tell(former.key, CLOSE)
            # Connections that nothing is asked on end by themselves until then.
            former.leave(idle_seconds(), ANSWER_SECONDS)
        if former.has_ended():
            self.former = None
            return False
        return alone

    def is_ready(self) -> bool:
        """Return whether each of its workers can take requests."""
        return bool(self.ready) and len(list(Path(self.ready).glob("*"))) >= self.workers

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to it and whatever it started."""
        if self.process is not None and self.process.poll() is None:
            _tell(self.process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self.process is not None:
            if self.process.poll() is None:  # it may not lead its session yet
                os.kill(self.process.pid, signal.SIGKILL)
            _tell(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.ready:
            shutil.rmtree(self.ready, ignore_errors=True)
            self.ready = ""


class Supervisor:
    """Runs children until a signal ends it: SIGINT at once, SIGTERM once it has left (`leave`).

    `watch` is called at every tick: it looks after what is no child (the embedded PostgreSQL).
    `renew` is called at SIGHUP: it says whether what is installed now can take over. Without it
    SIGHUP ends everything: it is that of a terminal that was closed.
    """

    def __init__(
        self,
        children: Sequence[Child],
        watch: Callable[[], None],
        *,
        leave_seconds: float = 0.0,
        renew: Callable[[], bool] | None = None,
    ) -> None:
        self.children = children
        self.watch = watch
        self.leave_seconds = leave_seconds
        self.renew = renew
        self.asked = 0
        self.at_once = False
        self.renewed = False
        self.former = _formers(children)

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Start everything, keep it alive, and end it all when asked."""
        before = {number: signal.signal(number, self._ask) for number in birth.SIGNALS}
        try:
            while not self.asked:
                self._tend()
                if ready:
                    ready()
                    ready = None
                if self.renewed:
                    self.renewed = False
                    if self.renew and self.renew():
                        self._become_what_is_installed()
            self._leave()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End every child: politely, then not. A second signal ends the politeness."""
        asked = self.asked
        for child in self.children:
            child.terminate()
        self.former += [child.former for child in self.children if child.former]
        for former in self.former:
            former.polite_at, former.kill_at = time.monotonic(), time.monotonic() + STOP_SECONDS
        until = time.monotonic() + STOP_SECONDS
        running = [child.process for child in self.children if child.process]
        while any(process.poll() is None for process in running) or self._formers_run():
            if time.monotonic() > until or self.asked > asked:
                break
            time.sleep(TICK_SECONDS / 2)
        for child in self.children:
            child.kill()
        for former in self.former:
            former.kill()

    def _tend(self) -> None:
        for child in self.children:
            child.tend()
        self._formers_run()
        self.watch()
        time.sleep(TICK_SECONDS)

    def _formers_run(self) -> bool:
        self.former = [former for former in self.former if not former.has_ended()]
        return bool(self.former)

    def _leave(self) -> None:
        """Answer on, but close each connection, and say to proxies that this node is leaving."""
        asked, until = self.asked, time.monotonic() + self.leave_seconds
        if self.at_once or not self.leave_seconds:
            return
        for child in self.children:
            if child.sockets:
                child.tell(LEAVE)
        while time.monotonic() < until and self.asked == asked:
            self._tend()

    def _become_what_is_installed(self) -> None:
        left = {
            "children": {
                child.name: child.process.pid
                for child in self.children
                if child.process and child.process.poll() is None
            },
            "others": [
                former.key
                for former in (*self.former, *(child.former for child in self.children))
                if former
            ],
        }
        for child in self.children:
            for each in child.sockets:
                os.set_inheritable(each, True)
        # One more that comes before the next program heeds it would end that.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        sys.stdout.flush()
        words = [sys.executable, "-m", "comptoir", *sys.argv[1:]]
        os.execve(sys.executable, words, {**os.environ, FORMER: json.dumps(left)})  # noqa: S606

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP and self.renew:
            self.renewed = True
            return
        self.at_once = self.at_once or number == signal.SIGINT
        self.asked += 1


def idle_seconds() -> float:
    """Return how long a connection lives on which nothing is asked (see `serve.web`)."""
    return float(os.environ.get("COMPTOIR_HEAD_SECONDS", "10")) + 1.0


def _formers(children: Sequence[Child]) -> list[Former]:
    """Give each child the process of its name that the program before left; return the others."""
    left: Mapping[str, dict[str, int]] = json.loads(os.environ.pop(FORMER, "{}"))
    names = dict(left.get("children", {}))
    for child in children:
        if key := names.pop(child.name, None):
            child.former = Former(key)
    others = [Former(key) for key in (*names.values(), *left.get("others", ()))]
    for former in others:
        former.leave(0, STOP_SECONDS)
    return others


def _tell(key: int, number: signal.Signals) -> None:
    """Send a signal to a process and whatever it started, which are one group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(key, number)
