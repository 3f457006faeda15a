"""The body of `POST …/files`: a till's file as it is, or gzipped.

It is received whole into a temporary file before the database is asked for anything: at most 20 MB
on the wire and 100 MB unpacked, as for every file of a till.
"""

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
from comptoir.core.streams import gunzipped, pieces_of
from comptoir.stock.formats.text import LARGEST_BYTES


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: open at its start, and the SHA-256 of what it holds, unpacked."""

    file: BinaryIO
    digest: str


@contextmanager
def received(request: HttpRequest) -> Iterator[Sent]:
    """Give the file of a request while the block lasts.

    Raises `Refused`: 413 `too_large`, 415 `unknown_encoding`; `Invalid` as `gunzipped` does.
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
    packed = pieces_of(body)
    if encoding in {"", "identity"}:
        return packed
    if encoding == "gzip":
        return gunzipped(packed, LARGEST_BYTES)
    message = _("Send the file as it is, or with “Content-Encoding: gzip”.")
    raise Refused(415, "unknown_encoding", message)
