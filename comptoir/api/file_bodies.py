"""The body of `POST …/files`: a till's file as it is, or gzipped.

It is received whole into a temporary file before the database is asked for anything: at most 20 MB
on the wire and 100 MB unpacked, as for every file of a till.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comptoir.api.bodies import LARGE, BoundedBody, check_length
from comptoir.api.problems import Refused
from comptoir.stock.feeds.text import LARGEST_BYTES

_PIECE = 256 * 1024
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: open at its start, and the SHA-256 of what it holds, unpacked."""

    file: BinaryIO
    digest: str


@contextmanager
def received(request: HttpRequest) -> Iterator[Sent]:
    """Give the file of a request while the block lasts.

    Raises `Refused`: 413 `too_large`, 415 `unknown_encoding`, 400 `bad_gzip`.
    """
    check_length(request, LARGE)
    pieces = _unpacked(request)
    digest = sha256()
    with TemporaryFile() as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        yield Sent(file, digest.hexdigest())


def _unpacked(request: HttpRequest) -> Iterator[bytes]:
    body = BoundedBody(request, LARGE)
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in {"", "identity"}:
        return iter(lambda: body.read(_PIECE), b"")
    if encoding == "gzip":
        return _gunzipped(body)
    message = _("Send the file as it is, or with “Content-Encoding: gzip”.")
    raise Refused(415, "unknown_encoding", message)


def _gunzipped(body: BoundedBody) -> Iterator[bytes]:
    """Yield what a gzip holds, never more than a piece of it in memory."""
    unpacker, total = zlib.decompressobj(_GZIP), 0
    try:
        while data := body.read(_PIECE):
            while data:
                piece = unpacker.decompress(data, _PIECE)
                total += len(piece)
                if total > LARGEST_BYTES:
                    message = _("The file is larger than 100 MB once it is unpacked.")
                    raise Refused(413, "too_large", message, limit=LARGEST_BYTES)
                yield piece
                data = unpacker.unconsumed_tail
        whole = unpacker.eof and not unpacker.unused_data
    except zlib.error:
        whole = False
    if not whole:
        raise Refused(400, "bad_gzip", _("The file was damaged on its way: send it again."))
