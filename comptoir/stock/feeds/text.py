"""Reading files from tills as blocks of whole lines, in bounded memory."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

LARGEST_BYTES = 100_000_000
LONGEST_LINE = 1000
BLOCK_BYTES = 128 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the file as blocks that end where a line ends (the last one may lack its line end).

    A line longer than `LONGEST_LINE` bytes comes cut, but still longer than that, so that a parser
    can refuse it alone. Raises `Invalid`: `file_too_large` past 100 MB, `bad_encoding` for UTF-16.
    """
    rest, total = b"", 0
    while data := stream.read(BLOCK_BYTES):
        if not total:
            data = _without_mark(data)
        total += len(data)
        if total > LARGEST_BYTES:
            raise Invalid(
                "file_too_large",
                _("The file is larger than 100 MB: send the shop's stock alone."),
            )
        end = data.rfind(b"\n") + 1
        if not end:
            rest = (rest + data)[: LONGEST_LINE + 1]
            continue
        if len(rest) > LONGEST_LINE:
            start = data.find(b"\n")
            yield rest + data[start:end]
        else:
            yield rest + data[:end]
        rest = data[end:][: LONGEST_LINE + 1]
    if rest:
        yield rest


def lines(block: bytes) -> list[bytes]:
    """Return the lines of a block, without their ends (CRLF or LF)."""
    return [line.removesuffix(b"\r") for line in block.removesuffix(b"\n").split(b"\n")]


def shown(line: bytes) -> str:
    """Return a line as a report may show it: its first 120 characters."""
    return line[:120].decode("utf-8", "replace")


def _without_mark(data: bytes) -> bytes:
    if data.startswith(_UTF16) or b"\0" in data[:20]:
        raise Invalid(
            "bad_encoding",
            _("The file is not text in ASCII, ISO-8859-1 or UTF-8: export it again as such."),
        )
    return data.removeprefix(_UTF8_MARK)
