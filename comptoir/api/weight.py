"""How much work a till's body is, and whose turn it is to be read where readers are answered.

Reading costs by what a body holds: a row that is beyond doubt is read in a block, a twentieth of
what another costs (`stock.formats.plain`). What is not small takes turns on a node: a night's
snapshots, each of many statements, leave half of the processors to readers. What a till sells and
changes by day is small; the whole stock of a small shop is not.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core import errors

LARGE_PIECES = 20_000
"""Lines, segments or objects of JSON; a body with more is large."""
PLAIN_A_PIECE = 4
"""How many lines that look plain are taken for one piece. In a block twenty cost as much: but what
only looks plain costs as much as any."""
LARGE_BYTES = 4 * 1024 * 1024
SMALL_LINES = 50
"""A body of more waits for its turn."""
LONGEST_WAIT = 5.0
# A small shop has its turn for as long as some of these.
_LOOKS_AGAIN = 0.01
_PIECE_ENDS = (b"\n", b"{", b"'")
_PACKED = b"PK"
# A line of a table that is no more than numbers, or one of a Tite-Live file.
_PLAIN = re.compile(rb'^(?:[0-9";,.\t]{15,60}|[^\n]{4}[0-9]{27})\r?\n', re.MULTILINE)


class Weight:
    """How much work a body is, by what has been seen of it."""

    def __init__(self) -> None:
        self.bytes = 0
        self.pieces = dict.fromkeys(_PIECE_ENDS, 0)
        self.plain = 0
        self.packed = False

    def seen(self, pieces: Iterable[bytes], most_lines: int) -> Iterator[bytes]:
        """Yield the pieces. Raises `Invalid` (`file_too_large`) past so many lines, at once."""
        for piece in pieces:
            self.packed = self.packed or (not self.bytes and piece.startswith(_PACKED))
            self.bytes += len(piece)
            for end in _PIECE_ENDS:
                self.pieces[end] += piece.count(end)
            if self.pieces[b"\n"] > most_lines:
                message = errors.fill(
                    _("More than %(limit)s lines: send the stock alone."), limit=most_lines
                )
                raise errors.Invalid("file_too_large", message, limit=most_lines)
            # Those that two pieces share count as others.
            self.plain += len(_PLAIN.findall(piece))
            yield piece

    @property
    def is_large(self) -> bool:
        """Whether it is read in a process of its own; a packed spreadsheet always is."""
        parts = max(count for end, count in self.pieces.items() if end != b"\n")
        lines = self.pieces[b"\n"] - self.plain + self.plain // PLAIN_A_PIECE
        return self.packed or self.bytes > LARGE_BYTES or max(parts, lines) > LARGE_PIECES

    @property
    def is_small(self) -> bool:
        """Whether it is read at once, whoever else is being read."""
        return max(self.pieces.values()) <= SMALL_LINES


@contextmanager
def turn() -> Iterator[None]:
    """Have a turn of this node while the block lasts: one for every two of its processors.

    After `LONGEST_WAIT` seconds it is had without one: nobody waits for a body that takes long.
    """
    with ExitStack() as stack:
        places = [
            stack.enter_context(Path(settings.VAR, f"reading-{number}.turn").open("wb"))
            for number in range(max(1, (os.cpu_count() or 1) // 2))
        ]
        until = time.monotonic() + LONGEST_WAIT
        while not any(map(_take, places)) and time.monotonic() < until:
            time.sleep(_LOOKS_AGAIN)
        # Closing a file gives its lock back, and so does the end of the process.
        yield


def _take(file: BinaryIO) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
