"""Unpacking what others packed, never more of it than is wanted."""

import zlib
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill

MAGIC = b"\x1f\x8b"
_PIECE = 256 * 1024
_GZIP = 31


def gunzipped(pieces: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """Yield what a gzip of one member holds, a piece of it in memory at a time.

    Raises `Invalid`: `bad_gzip` when it is cut or damaged, `file_too_large` past `largest` bytes.
    """
    unpacker, total = zlib.decompressobj(_GZIP), 0
    try:
        for data in pieces:
            while data:
                piece = unpacker.decompress(data, _PIECE)
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
