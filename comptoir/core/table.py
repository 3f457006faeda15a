"""Tables in CSV as spreadsheets write them: how they are written is found out, rows are streamed.

Nothing here holds more than one row of a file, nor a line of it that has no end.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.text import without_accents

LONGEST_LINE = 1_000_000
"""Characters of one line. A longer one is skipped without ever being held."""
MOST_LINES = 50
TOO_LONG = _("The line is longer than a million characters.")

_SEPARATORS = (";", "\t", ",")
_FRENCH_ENCODINGS = ["cp1252", "mac_roman", "cp850"]
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class Header(NamedTuple):
    """The first line of a table: what stands between its cells, and the names of its columns."""

    separator: str
    names: tuple[str, ...]


def read_header(line: str) -> Header:
    """Return what a first line holds; case, accents and spaces in the names do not matter.

    `Opening hours` and `Quantité` are `opening_hours` and `quantite`.
    """
    line = line.strip("\r\n")
    separator = max(_SEPARATORS, key=line.count)
    cells: list[str] = []
    with suppress(csv.Error):
        cells = next(csv.reader([line], delimiter=separator), [])
    return Header(separator, tuple(map(plain_name, cells)))


def plain_name(name: str) -> str:
    """Return the name of a column without case, accents and spaces: `quantite`."""
    return without_accents(name.strip().lower()).replace(" ", "_")


def find_encoding(name: str, chunks: Iterable[bytes]) -> str:
    """Return the encoding of a text: UTF-8 if all of it is, or else the likeliest French one.

    Raises `Invalid` (`bad_encoding`) with the file's name when it is no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    for number, chunk in enumerate(chunks):
        if number == 0 and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in chunk:
            raise Invalid(
                "bad_encoding",
                _("%(file)s is not a text: save the table as CSV, in UTF-8.") % {"file": name},
            )
        if number == 0 and chunk.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return _likeliest(chunk[max(0, error.start - 20_000) : error.start + 20_000])
    return "utf-8-sig"


def _likeliest(sample: bytes) -> str:
    """Return the likeliest encoding of a French text that is not UTF-8, cp1252 if in doubt."""
    best = from_bytes(sample, cp_isolation=_FRENCH_ENCODINGS).best()
    return best.encoding if best else "cp1252"


def read_lines(
    stream: BinaryIO, encoding: str, newline: str = "", errors: str = "replace"
) -> Iterator[str | None]:
    """Yield each line with its end, or None for one above `LONGEST_LINE`.

    What is not in the encoding comes as U+FFFD, unless `errors` names another way. A line ends as
    in `open`: by default with a line feed, a carriage return or both. The stream is left open.
    """
    text = io.TextIOWrapper(stream, encoding, errors=errors, newline=newline)
    ends = newline or ("\n", "\r")
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) < LONGEST_LINE or line.endswith(ends):
                yield line
                continue
            while line and not line.endswith(ends):
                line = text.readline(LONGEST_LINE)
            yield None
    finally:
        # A stream that its owner has closed already cannot be let go.
        with suppress(ValueError):
            text.detach()


def read_rows(
    lines: Iterable[str | None], separator: str, *, most_lines: int = MOST_LINES
) -> Iterator[tuple[int, list[str] | Invalid]]:
    """Yield each row that is not empty with the number of its first line, the header being line 1.

    A row that cannot be read comes as its error (`bad_csv`, `long_line`). One that goes on for more
    than `most_lines` lines is a quote that was not closed.
    """
    long: list[int] = []
    reader = csv.reader(_without_long(lines, long), delimiter=separator)
    while True:
        first = reader.line_num + 2
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield first, Invalid("bad_csv", _("The line is no CSV: %s.") % error)
            continue
        for number in long:
            yield number, Invalid("long_line", TOO_LONG)
        long.clear()
        if cells is None:
            return
        lost = reader.line_num + 1 - first
        if lost >= most_lines:
            yield first, _unclosed(lost)
        elif any(cell.strip() for cell in cells):
            yield first, cells


def _without_long(lines: Iterable[str | None], long: list[int]) -> Iterator[str]:
    """Yield the lines, an empty one for each that was too long, and note its number."""
    for number, line in enumerate(lines, 2):
        if line is None:
            long.append(number)
        yield line or "\n"


def _unclosed(lost: int) -> Invalid:
    return Invalid(
        "bad_csv",
        _("A quote is opened here and not closed: the %(lines)d lines after it are lost.")
        % {"lines": lost},
    )


def refuse_undecoded(cells: Iterable[str]) -> None:
    """Raise `Invalid` (`bad_encoding`) when a cell was not in the encoding of its file."""
    if any(_REPLACED in cell for cell in cells):
        raise Invalid(
            "bad_encoding",
            _("This row holds bytes that are no letters: save the file in UTF-8."),
        )
