"""Reading files from tills as blocks of whole lines, or as rows of cells, in bounded memory."""

import codecs
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

LARGEST_BYTES = 100_000_000
MOST_LINES = 2_000_000
LONGEST_LINE = 1000
BLOCK_BYTES = 128 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the file as blocks that end where a line ends (the last one may lack its line end).

    A line longer than `LONGEST_LINE` bytes comes cut, but still longer than that, so that a parser
    can refuse it alone. Raises `Invalid`: `file_too_large` past 100 MB or two million lines,
    `bad_encoding` for UTF-16.
    """
    rest, total, ends = b"", 0, 0
    while data := stream.read(BLOCK_BYTES):
        if not total:
            data = _without_mark(data)
        total += len(data)
        ends += data.count(b"\n")
        _refuse_too_large(total, ends)
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


class _Bounded(io.RawIOBase):
    """Hands bytes on, refusing a file that is too large. What it reads from is left open."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._total = self._ends = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        self._total += len(data)
        self._ends += data.count(b"\n")
        _refuse_too_large(self._total, self._ends)
        return len(data)


def bounded(stream: BinaryIO) -> io.BufferedReader:
    """Return a stream of the same bytes that can be peeked into.

    Reading from it raises `Invalid` (`file_too_large`) past 100 MB or two million lines.
    """
    return io.BufferedReader(_Bounded(stream), BLOCK_BYTES)


def text_stream(stream: BinaryIO) -> BinaryIO:
    """Return a `bounded` stream of text without its mark; `Invalid` (`bad_encoding`): UTF-16."""
    source = bounded(stream)
    head = source.peek(len(_UTF8_MARK))
    if not _without_mark(head).startswith(head):
        source.read(len(_UTF8_MARK))
    return cast(BinaryIO, source)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read as Windows-1252 the bytes that are no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


UTF8_OR_WINDOWS = "comptoir-utf8-or-windows"
"""How to decode UTF-8 in which a till has left letters of Windows-1252."""
codecs.register_error(UTF8_OR_WINDOWS, _as_windows)


def decoded(line: bytes) -> str:
    """Return the text of a line in UTF-8, or else in Windows-1252."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def lines(block: bytes) -> list[bytes]:
    """Return the lines of a block, without their ends (CRLF or LF)."""
    return [line.removesuffix(b"\r") for line in block.removesuffix(b"\n").split(b"\n")]


def shown(line: bytes) -> str:
    """Return a line as a report may show it: its first 120 characters."""
    return line[:120].decode("utf-8", "replace")


def _refuse_too_large(size: int, line_ends: int) -> None:
    if size > LARGEST_BYTES or line_ends > MOST_LINES:
        raise Invalid(
            "file_too_large",
            _(
                "The file is larger than 100 MB, or has more than two million lines: send the"
                " shop's stock alone."
            ),
        )


def _without_mark(data: bytes) -> bytes:
    if data.startswith(_UTF16) or b"\0" in data[:20]:
        raise Invalid(
            "bad_encoding",
            _("The file is not text in ASCII, ISO-8859-1 or UTF-8: export it again as such."),
        )
    return data.removeprefix(_UTF8_MARK)
