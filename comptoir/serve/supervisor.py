"""Starts the processes of an installation, keeps them alive, and leaves none behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import click

from comptoir.core.processes import SUPERVISOR

TICK_SECONDS = 0.1
STOP_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 3.0
STEADY_SECONDS = 60.0


@dataclass(slots=True)
class Child:
    """A process to keep alive: `arguments` are those of Python. It leads a session of its own, so
    that Ctrl-C reaches it through the supervisor alone, and its own children can be ended too.
    `niceness` above 0 makes it give way to the others when the machine is busy."""

    name: str
    arguments: Sequence[str]
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        """Start it; it ends with this process (see `core.processes`)."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, *self.arguments],
            env={**os.environ, SUPERVISOR: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        if self.niceness:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, self.niceness)

    def tend(self) -> None:
        """Start it if it does not run: at once the first time, later if it keeps dying."""
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

    def terminate(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Runs children until a signal ends it: SIGINT, SIGTERM or SIGHUP.

    `watch` is called at every tick: it looks after what is no child (the embedded PostgreSQL).
    """

    def __init__(self, children: Sequence[Child], watch: Callable[[], None]) -> None:
        self.children = children
        self.watch = watch
        self.asked = 0

    def run(self, ready: Callable[[], None] | None = None) -> None:
        """Start everything, keep it alive, and end it all when asked."""
        before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        try:
            while not self.asked:
                for child in self.children:
                    child.tend()
                if ready:
                    ready()
                    ready = None
                self.watch()
                time.sleep(TICK_SECONDS)
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End every child: politely, then not. A second signal ends the politeness."""
        asked = self.asked
        for child in self.children:
            child.terminate()
        until = time.monotonic() + STOP_SECONDS
        running = [child.process for child in self.children if child.process]
        while any(process.poll() is None for process in running):
            if time.monotonic() > until or self.asked > asked:
                break
            time.sleep(TICK_SECONDS / 2)
        for child in self.children:
            child.kill()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
