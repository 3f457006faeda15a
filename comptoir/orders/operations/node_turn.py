"""Whose turn it is to place orders, among the processes of a node.

Two batches for one title only wait for each other in the database, each with no more requests than
it began with. The one that waits here goes on gathering, and is larger by all that came meanwhile.

It is for speed alone: nothing depends on it, and who waits too long goes on without it. The lock is
the file's (flock), and ends with its process.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

FILE = "placing.lock"
_POLL_SECONDS = 0.001


class NodeTurn:
    """The turn as one process takes it; for one of its threads."""

    def __init__(self) -> None:
        self._file: int | None = None

    def take(self, patience: float) -> bool:
        """Wait for the turn for so many seconds at most; return whether it is had."""
        until = time.monotonic() + patience
        while not (had := self._try()) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
        return had

    def give_back(self) -> None:
        """Give it to whoever waits, if it is had."""
        if self._file is not None:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _try(self) -> bool:
        try:
            if self._file is None:
                path = Path(settings.VAR) / FILE
                self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
