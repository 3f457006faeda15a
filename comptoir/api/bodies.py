"""Reading what a request carries, never more than its limit, a large body into a file.

Django reads the declared length only: a chunked request would look empty to it. Here the server's
own stream is read, so that both kinds are bounded the same way. A large one is received whole
before the first query: a slow or broken sender holds no lock.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comptoir.api.problems import Refused
from comptoir.core.streams import pieces_of

SMALL = 64 * 1024
LARGE = 20 * 1024 * 1024
_CHUNK = 64 * 1024


def check_length(request: HttpRequest, limit: int) -> None:
    """Refuse a declared length above the limit before any of it is read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isascii() or not declared.isdigit():
        raise Refused(400, "bad_length", _("“Content-Length” is not a number."))
    if int(declared) > limit:
        raise _too_large(limit)


def read_small(request: HttpRequest, limit: int = SMALL) -> bytes:
    """Return the whole of a small body."""
    check_length(request, limit)
    return BoundedBody(request, limit).read()


def read_large(request: HttpRequest) -> Iterator[bytes]:
    """Return a large body piece by piece. Raises `Refused` (413 `too_large`) past `LARGE`."""
    check_length(request, LARGE)
    return pieces_of(BoundedBody(request, LARGE))


@contextmanager
def to_file(pieces: Iterable[bytes]) -> Iterator[BufferedRandom]:
    """Give these pieces as a temporary file, at its start, while the block lasts."""
    with TemporaryFile() as file:
        file.writelines(pieces)
        file.seek(0)
        yield file


class BoundedBody:
    """The body of a request as a binary file that ends, or raises, at the limit (bytes)."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        self._source: IO[bytes] = request.META["wsgi.input"]
        self._limit = limit
        self._taken = 0
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        self._left: int | None = None if chunked else int(request.META.get("CONTENT_LENGTH") or 0)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1, and nothing at the end.

        Raises `Refused` (413 `too_large`) once the limit is passed.
        """
        if size == 0:
            return b""
        parts: list[bytes] = []
        wanted = size if size > 0 else None
        while wanted is None or wanted > 0:
            chunk = self._chunk(_CHUNK if wanted is None else min(wanted, _CHUNK))
            if not chunk:
                break
            parts.append(chunk)
            wanted = None if wanted is None else wanted - len(chunk)
        return b"".join(parts)

    def _chunk(self, size: int) -> bytes:
        if self._left is not None:
            size = min(size, self._left)
        chunk = self._source.read(size) if size else b""
        self._taken += len(chunk)
        if self._left is not None:
            self._left -= len(chunk)
        if self._taken > self._limit:
            raise _too_large(self._limit)
        return chunk


def _too_large(limit: int) -> Refused:
    values: dict[str, Any] = {"limit": limit}
    message = _("This body is too large: at most %(limit)s bytes are taken here.") % values
    return Refused(413, "too_large", message, limit=limit)
