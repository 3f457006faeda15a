"""Long streams, of which a piece is in memory at a time; unpacking what others packed."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Invalid, fill

MAGIC = b"\x1f\x8b"
PIECE_BYTES = 256 * 1024
"""How much of a stream is in memory at a time."""

_GZIP = 31


class Incomplete(DomainError):
    """A body that did not arrive whole: `body_too_slow`, `body_cut`."""


def too_slow() -> Incomplete:
    """Return the refusal of a body that is waited for no longer."""
    return Incomplete("body_too_slow", _("What you send comes too slowly: send it again."))


def cut_short() -> Incomplete:
    """Return the refusal of a body that ended before its end."""
    return Incomplete("body_cut", _("What you sent did not arrive whole: send it again."))


def crowded() -> DomainError:
    """Return the refusal of a body when many are under way already."""
    message = _("Many are sending files at this moment: send it again in a few seconds.")
    return DomainError("too_many_bodies", message, retry_after=5)


class Readable(Protocol):
    """A source that returns at most so many bytes a call, and none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


def pieces_of(stream: Readable) -> Iterator[bytes]:
    """Yield the rest of a stream by `PIECE_BYTES`."""
    while piece := stream.read(PIECE_BYTES):
        yield piece


def gunzipped(pieces: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Yield what a gzip of one member holds, a piece of it in memory at a time.

    Raises `Invalid`: `bad_gzip` when it is cut or damaged, `file_too_large` past `largest` bytes.
    """
    unpacker, total = zlib.decompressobj(_GZIP), 0
    try:
        for data in pieces:
            while data:
                piece = unpacker.decompress(data, PIECE_BYTES)
                total += len(piece)
                if total > largest:
                    raise _too_large(largest)
                yield piece
                data = unpacker.unconsumed_tail
        whole = unpacker.eof and not unpacker.unused_data
    except zlib.error:
        whole = False
    if not whole:
        raise Invalid("bad_gzip", _("The file was damaged on its way: send it again."))


def _too_large(largest: int) -> Invalid:
    message = _("Once it is unpacked the file is larger than %(limit)s MB: send the stock alone.")
    return Invalid("file_too_large", fill(message, limit=largest // 1_000_000), limit=largest)
