"""Processes that end at a signal, or with the one that started them."""

import ctypes
import gc
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SUPERVISOR = "COMPTOIR_SUPERVISOR"
READY = "COMPTOIR_READY"
"""The variable that names the folder in which a worker says that it is ready."""
CLOSE, LEAVE = signal.SIGUSR1, signal.SIGUSR2
LEAVES = (CLOSE, LEAVE)
"""What the supervisor tells who answers: to close each connection with its answer, for another
process takes over; and also to tell whoever asks for its health that this node is being stopped."""
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0
_SELDOM = (200_000, 5, 5)
"""So many more objects, and so many looks at the young ones before one at the old."""
_NEW_OBJECTS = 10_000
"""So many more objects than before, of those that could be in a cycle, begin a search for some."""


def until_told_to_stop() -> threading.Event:
    """Return an event that SIGINT or SIGTERM sets: this process is to end.

    From then on neither ends it by itself. For the main thread alone.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def follow_supervisor() -> None:
    """End with the supervisor, if one started this process (`COMPTOIR_SUPERVISOR` names it)."""
    if key := os.environ.get(SUPERVISOR):
        end_with_parent(int(key))


def end_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to terminate this process when its parent dies, however the parent dies.

    Linux does it (prctl(2), PR_SET_PDEATHSIG); elsewhere a thread looks every second. `parent` is
    who the parent is believed to be: if it has died already, this process ends at once.
    """
    parent = os.getppid() if parent is None else parent
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def heed_when_ready(*numbers: signal.Signals) -> None:
    """Ignore these signals, in what this process starts too, until a handler heeds them: what comes
    before, while it starts, would end it."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Look less often for garbage while the block lasts: what makes objects that stay (a program
    that is loaded, migrations, which draw each model anew) takes a third of its time to look."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def keep_what_is_loaded() -> None:
    """Have the collector pass over what this process has loaded and keeps, and look less often for
    cycles, of which an answer leaves few: it took a tenth of the time of one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)


def say_ready() -> None:
    """Tell the supervisor, if it wants to know, that this worker can take requests."""
    if folder := os.environ.get(READY):
        with suppress(OSError):
            Path(folder, str(os.getpid())).touch()


def allow_open_files(wanted: int) -> None:
    """Raise the limit of open files, one a connection, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
