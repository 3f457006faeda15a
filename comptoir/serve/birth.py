"""How a process comes to be: forked from this one, which has loaded what they all need.

So it is loaded once, and its memory is one for all of them as long as nobody writes there. Whoever
forks must have no thread and no connection: they would be lost, or used by two. Where the system's
own libraries bear no fork (elsewhere than on Linux) a process is a Python of its own.
"""

import ctypes
import gc
import logging
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from setproctitle import setproctitle

from comptoir.core.processes import READY, SUPERVISOR, end_with_parent, seldom_tidied
from comptoir.serve.sockets import SOCKETS

FORKS = sys.platform == "linux"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOADED = (
    "granian._loops",
    "granian._signals",
    "comptoir.serve.gateway",
    "comptoir.live.app",
    "comptoir.search.follower",
    "comptoir.webhooks.worker",
    "procrastinate.contrib.django",
)
_OPTIONS = {"arenas": (-8, 2), "mmap threshold": (-3, 2**20), "trim threshold": (-1, 2**20)}
"""Of glibc's `mallopt`: what is large is given back to the system when it is freed, though smaller
things were had since, and many threads take from two places."""

AUTOGROUP = Path("/proc/self/autogroup")
_TRIES = 20
_BETWEEN_SECONDS = 0.1
"""So often the system is told of one session's niceness."""

logger = logging.getLogger(__name__)


class Process(Protocol):
    """A process that this one began, as `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its key."""

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""

    def wait(self) -> int:
        """Wait for its end, and return how it ended."""

    def terminate(self) -> None:
        """Ask it to end."""


class Fork:
    """A fork of this process that does some work and ends."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._inner = get_context("fork").Process(target=_live, args=(work,))
        # A signal that comes before its own handlers are there would be taken for the parent's.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._inner.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self.pid: int = self._inner.pid or 0

    def poll(self) -> int | None:
        """Return how it ended (a signal as a negative number), None while it runs."""
        return self._inner.exitcode

    def wait(self) -> int:
        """Wait for its end, and return how it ended."""
        self._inner.join()
        return self._inner.exitcode or 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._inner.terminate()


def load() -> None:
    """Load what the processes need, so that it is shared. What cannot be loaded fails in the
    process that needs it, and is tried there again."""
    if not FORKS:
        return
    from django.urls import get_resolver
    from django.utils.translation import gettext, override

    from comptoir.shops.gazetteer import gazetteer

    try:
        with seldom_tidied():
            for name in _LOADED:
                import_module(name)
            get_resolver().reverse_dict  # noqa: B018 - reads all addresses
        for language in ("fr", "en"):
            with override(language):
                gettext("")
        gazetteer()
    except Exception:
        logger.exception("The program cannot be loaded beforehand")
    _keep_memory_together()


def _keep_memory_together() -> None:
    """Have the collector leave alone what is shared, and set how memory is given back.

    Sources: `gc.freeze` in Python's documentation; mallopt(3) and malloc.h of glibc.
    """
    if set_option := getattr(ctypes.CDLL(None), "mallopt", None):
        for option in _OPTIONS.values():
            set_option(*option)
    gc.collect()
    gc.freeze()


def begin(arguments: Sequence[str], lent: Sequence[int], ready: str, niceness: int = 0) -> Process:
    """Begin a process that does what Python does with these arguments (`-m module words…`) and the
    descriptors of the sockets that it is lent, by commas. It leads a session of its own, ends with
    this process, says in the folder `ready` when it is, and gives way to others by so much
    `niceness`."""
    words = [*arguments, *([",".join(map(str, lent))] if lent else [])]
    parent = os.getpid()
    told = {SUPERVISOR: str(parent), READY: ready}
    if not FORKS:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *words],
            env={**os.environ, **told},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=lent,
        )
        if niceness:
            os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        return process

    def work() -> None:
        os.setsid()
        give_way(niceness)
        end_with_parent(parent)
        os.environ.update(told)
        _leave_to_others(lent)
        setproctitle(" ".join([sys.executable, *words]))
        _option, module, *rest = words
        sys.argv = [module, *rest]
        runpy.run_module(module, run_name="__main__", alter_sys=True)

    return Fork(work)


def give_way(niceness: int) -> None:
    """Have this process, which leads its session, give way to others by so much.

    Where Linux shares the processors among sessions first (sched(7), "The autogroup feature"), a
    process is nicer than others of its session alone; so the session is told as well.
    """
    if not niceness:
        return
    # Whoever gives way more already may not go back.
    niceness = max(niceness, os.getpriority(os.PRIO_PROCESS, 0))
    os.setpriority(os.PRIO_PROCESS, 0, niceness)
    with suppress(OSError):  # no such thing here, or it is another's to say
        for _try in range(_TRIES):
            try:
                AUTOGROUP.write_text(str(niceness))
                break
            except BlockingIOError:  # somebody has just told theirs
                time.sleep(_BETWEEN_SECONDS)


def apart(work: Callable[[], object]) -> Callable[[], int]:
    """Do some work beside what this process does, in a fork where it can be; return what waits for
    it and says how it ended. Nothing is left of it here: neither threads nor memory."""
    if not FORKS:
        work()
        return lambda: 0
    parent = os.getpid()

    def follow() -> None:
        end_with_parent(parent)
        work()

    return Fork(follow).wait


def _live(work: Callable[[], object]) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    work()


def _leave_to_others(lent: Sequence[int]) -> None:
    """Close the sockets that are not this process's: after a sudden end they would be taken still.

    Their objects, which are not used here, close nothing later: the fork ends without them.
    """
    for each in os.environ.pop(SOCKETS, "").split(","):
        if each and int(each) not in lent:
            os.close(int(each))
