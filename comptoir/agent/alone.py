"""One agent only for a home folder: a file lock, which ends with its process however that ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class AlreadyRunning(Exception):
    """Another agent works in this folder."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only agent of this folder while the block lasts. Raises `AlreadyRunning`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home / "agent.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(handle)
        except OSError as error:
            raise AlreadyRunning from error
        yield
    finally:
        os.close(handle)


def is_running(home: Path) -> bool:
    """Return whether an agent works in this folder."""
    try:
        with alone(home):
            return False
    except AlreadyRunning:
        return True
