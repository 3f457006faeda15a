"""Processes that end at a signal, or with the one that started them."""

import ctypes
import os
import resource
import signal
import sys
import threading
import time

SUPERVISOR = "COMPTOIR_SUPERVISOR"
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0


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
