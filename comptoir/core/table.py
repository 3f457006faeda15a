"""Tables in CSV as tills and spreadsheets write them: how they are written is found out, rows are
streamed.

Nothing here holds more than the lines of one cell, nor a line of a file that has no end.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import BinaryIO, NamedTuple

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.text import without_accents

LONGEST_LINE = 1_000_000
"""Characters of one line. A longer one is skipped without ever being held."""
LONGEST_CELL = 131_072
MOST_LINES = 50
"""Lines of one cell. A quote that closes later was never meant to open."""
LEARNT_FROM = 20
"""Rows from which a table is learnt: how wide they are, and which of their cells are numbers."""
TOO_LONG = _("The line is longer than a million characters.")

_SEPARATORS = (";", "\t", ",")
_FRENCH_ENCODINGS = ["cp1252", "mac_roman", "cp850"]
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_TOLD_SEPARATOR = re.compile(r'"?sep=([;,\t|])"?[;,\t|]*', re.IGNORECASE)
_NUMERIC = re.compile(r"['\s]*[-+0-9€%][-+0-9€%.,\s]*")


EAN_NAMES, PRICE_NAMES, TITLE_NAMES = (
    frozenset(names.split())
    for names in (
        "ean ean13 ean_13 code_ean code_ean13 ean/isbn isbn/ean isbn isbn13 isbn_13 gencod gencode"
        " code_barre code_barres code-barre code-barres codebarre codebarres barcode gtin upc",
        "price prix prix_ttc prix_de_vente prix_vente prix_vente_ttc pv pv_ttc pvttc ppttc"
        " prix_public prix_public_ttc prix_de_vente_ttc prix_editeur pu_ttc px_ttc pvp tarif"
        " prix_(€) prix_ttc_(€) prix_€ prix_ttc_€",
        "title titre designation libelle nom name article",
    )
)
"""What tables call these columns, whoever made them, as `plain_name` writes it."""


class Header(NamedTuple):
    """The first line of a table: what stands between its cells, and the names of its columns."""

    separator: str
    names: tuple[str, ...]


NumberedRow = tuple[int, list[str] | Invalid]
"""A row with the number of its first line, or the error of one that cannot be read."""


class Table(NamedTuple):
    """A table: its header, and the rows below it, read as they are asked for (`read_rows`)."""

    header: Header
    rows: Iterator[NumberedRow]


def read_header(text: str) -> Header:
    """Return the header of the table that a text begins with."""
    return open_table(io.StringIO(text, newline="")).header


def open_table(lines: Iterable[str | None], *, most_lines: int = MOST_LINES) -> Table:
    """Return the table that these lines are, line 1 being its header.

    Names are as `plain_name` writes them. A line `sep=;` before the header tells the separator.
    """
    ahead = _Lines(lines)
    line = ahead.take() or ""
    if told := told_separator(line):
        line = ahead.take() or ""
    separator = told or max(_SEPARATORS, key=line.count)
    rows = _Rows(ahead, separator, most_lines)
    cells = rows.header(line) if len(line) <= LONGEST_CELL else []
    return Table(Header(separator, tuple(map(plain_name, cells))), iter(rows))


def told_separator(line: str) -> str:
    """Return the separator that a line `sep=;` tells a spreadsheet, or nothing."""
    found = _TOLD_SEPARATOR.fullmatch(line.strip("\r\n "))
    return found[1] if found else ""


def plain_name(name: str) -> str:
    """Return the name of a column without case, accents, points and spaces: `pv_ttc`."""
    return "_".join(without_accents(name.lower()).replace(".", "").split())


def find_encoding(name: str, chunks: Iterable[bytes]) -> str:
    """Return the encoding of a text: UTF-8 if all of it is, or else the likeliest French one.

    Raises `Invalid` (`bad_encoding`), with the file's name if it is given, when it is no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    for number, chunk in enumerate(chunks):
        if number == 0 and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in chunk:
            raise Invalid(
                "bad_encoding",
                _("%(file)s is not a text: save the table as CSV, in UTF-8.")
                % {"file": name or _("This file")},
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
    lines: Iterable[str | None], separator: str, *, width: int = 0, most_lines: int = MOST_LINES
) -> Iterator[NumberedRow]:
    """Yield each row that is not empty with the number of its first line, from 1.

    `width` is how many cells a row usually has (0: not known). A row that cannot be read comes as
    its error (`bad_csv`, `long_line`).

    A quote that does not close on its line is text. It begins a cell of several lines only where it
    closes within `most_lines` lines, the row is then no wider than others, and none of those lines
    is a row by itself: nothing that could be a row is swallowed.
    """
    return iter(_Rows(_Lines(lines), separator, most_lines, width))


def split_line(line: str, separator: str) -> list[str]:
    """Return the cells of one line; a quote that does not close, or closes within a cell, is text.

    Of two such readings none is preferred here: `read_rows` knows how wide a row is.
    """
    if '"' not in line:
        return line.rstrip("\r\n").split(separator)
    return _split(line, separator) or _as_text(line, separator)


def _split(text: str, separator: str, *, strict: bool = True) -> list[str] | None:
    """Return the cells of a row as Python's reader finds them, or None; `strict`: by RFC 4180."""
    try:
        return next(csv.reader([text], delimiter=separator, strict=strict), [])
    except csv.Error:
        return None


def _as_text(line: str, separator: str) -> list[str]:
    """Return the cells of a line: of those in quotes what is between them, of others their text."""
    line = line.rstrip("\r\n")
    quoted = _quoted(separator)
    cells: list[str] = []
    at = 0
    while True:
        if found := quoted.match(line, at):
            end = found.end()
            cells.append(found[1].replace('""', '"'))
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
        if end >= len(line):
            return cells
        at = end + len(separator)


@cache
def _quoted(separator: str) -> re.Pattern[str]:
    return re.compile(rf'"((?:[^"]|"")*)" *(?={re.escape(separator)}|\Z)')


def _is_open(line: str, separator: str) -> bool:
    """Return whether a cell of a line begins with a quote that nothing closes on it."""
    return _opened(separator).search(line.rstrip("\r\n")) is not None


@cache
def _opened(separator: str) -> re.Pattern[str]:
    return re.compile(rf'(?:^|{re.escape(separator)})"(?:[^"]|"")*\Z')


def _numbers(cells: Iterable[str]) -> set[int]:
    """Return which of the cells hold numbers."""
    return {place for place, cell in enumerate(cells) if _NUMERIC.fullmatch(cell)}


class _Lines:
    """Lines, numbered from 1, in which one can look ahead."""

    def __init__(self, lines: Iterable[str | None]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str | None] = deque()
        self.number = 0
        self.ended = False

    def take(self) -> str | None:
        """Return the next line; None for one that is too long, and once `ended`."""
        if self._ahead:
            self.number += 1
            return self._ahead.popleft()
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            return None
        self.number += 1
        return line

    def look(self, many: int) -> str | None:
        """Return the line so many after the last one taken; None past the end, or too long."""
        while len(self._ahead) < many:
            try:
                self._ahead.append(next(self._lines))
            except StopIteration:
                return None
        return self._ahead[many - 1]


class _Rows:
    """The rows of a table, as its first ones show how wide they are and which cells are numbers."""

    def __init__(self, lines: _Lines, separator: str, most_lines: int, width: int = 0) -> None:
        self._lines = lines
        self._separator = separator
        self._most_lines = most_lines
        self._header_width = width
        self._learnt: list[tuple[int, set[int]]] = []
        self._shape = (width, set[int]())

    def header(self, line: str) -> list[str]:
        """Return the cells of the header, of which a heading may go on on the next lines."""
        cells = split_line(line, self._separator)
        if _is_open(line, self._separator) and (joined := self._join(line)):
            many, whole = joined
            after = self._lines.look(many + 1)
            if after is None or len(split_line(after, self._separator)) == len(whole):
                cells = self._take(many, whole)
        self._header_width = len(cells)
        self._shape = (len(cells), set())
        return [] if cells == [""] else cells

    def __iter__(self) -> Iterator[NumberedRow]:
        while True:
            line = self._lines.take()
            number = self._lines.number
            if line is None:
                if self._lines.ended:
                    return
                yield number, Invalid("long_line", TOO_LONG)
                continue
            cells = self._cells(line)
            if len(line) > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
                yield number, Invalid("bad_csv", _("A cell is longer than 131,072 characters."))
            elif any(cell.strip() for cell in cells):
                yield number, cells

    def _cells(self, line: str) -> list[str]:
        if '"' not in line:
            cells = line.rstrip("\r\n").split(self._separator)
        elif (strict := _split(line, self._separator)) is not None:
            cells = strict
            if len(cells) < self._shape[0]:
                # A quote that opens in one cell may close in another.
                text = line.rstrip("\r\n").split(self._separator)
                cells = text if sum(self._in_place(text)) > sum(self._in_place(cells)) else cells
        elif _is_open(line, self._separator):
            return self._continued(line)
        else:
            cells = _as_text(line, self._separator)
            if len(cells) != self._shape[0]:
                lenient = _split(line, self._separator, strict=False) or []
                cells = lenient if len(lenient) == self._shape[0] else cells
        if len(self._learnt) < LEARNT_FROM and line.strip():
            self._learn(cells)
        return cells

    def _learn(self, cells: list[str]) -> None:
        """Note how wide rows are, and which of their cells are numbers.

        One row in ten may differ, and one more: a header.
        """
        self._learnt.append((len(cells), _numbers(cells)))
        told = [self._header_width, *(width for width, _numeric in self._learnt)]
        widths = Counter(filter(None, told))
        width = max(widths, key=lambda each: (widths[each], each == self._header_width))
        rows = [numeric for each, numeric in self._learnt if each == width]
        counts = Counter(place for numeric in rows for place in numeric)
        least = max(1, len(rows) - 1 - len(rows) // 10)
        self._shape = (width, {place for place, count in counts.items() if count >= least})

    def _suppose(self, cells: list[str]) -> None:
        """Where nothing is learnt yet, suppose that numbers are where this row's first ones are."""
        if not self._shape[1]:
            before = takewhile(lambda cell: not cell.startswith('"'), cells)
            self._shape = (self._shape[0], _numbers(before))

    def _in_place(self, cells: list[str]) -> list[bool]:
        """Return, for each column of numbers that the cells reach, whether one is there."""
        places = (place for place in sorted(self._shape[1]) if place < len(cells))
        return [_NUMERIC.fullmatch(cells[place]) is not None for place in places]

    def _is_row(self, cells: list[str]) -> bool:
        """Return whether these are surely the cells of a row: its first number is in place, and
        most others."""
        found = self._in_place(cells)
        is_whole = len(cells) >= min(self._shape[0], self._header_width or self._shape[0])
        return is_whole and sum(found) * 2 > len(found) and found[0]

    def _continued(self, line: str) -> list[str]:
        """Return the row of a line that ends within quotes."""
        text = _as_text(line, self._separator)
        self._suppose(text)
        joined = self._join(line)
        if joined is None or len(joined[1]) > max(self._shape[0], self._header_width or 1):
            return text
        many, cells = joined
        inner = [_as_text(self._lines.look(at) or "", self._separator) for at in range(1, many + 1)]
        return text if self._would_swallow(text, inner) else self._take(many, cells)

    def _would_swallow(self, text: list[str], inner: list[list[str]]) -> bool:
        """Return whether what stands within the quotes that a line opens are rows of their own.

        The last of these lines may look like a row, for it ends with the cells after the quote: it
        is one if the line that opens the quote is whole without it.
        """
        *between, last = inner
        width, numeric = self._shape
        if numeric:
            is_whole = len(text) >= min(width, self._header_width or width)
            return any(map(self._is_row, between)) or (is_whole and self._is_row(last))
        return sum(len(each) == width for each in (text, *inner)) * 2 > len(inner) + 1

    def _join(self, line: str) -> tuple[int, list[str]] | None:
        """Return how many lines more close the quote, and the row that they make, if they do."""
        parts = [line]
        for many in range(1, self._most_lines):
            following = self._lines.look(many)
            if following is None:
                return None
            parts.append(following)
            if following.count('"') % 2:
                cells = _split("".join(parts), self._separator)
                return None if cells is None else (many, cells)
        return None

    def _take(self, many: int, cells: list[str]) -> list[str]:
        for _each in range(many):
            self._lines.take()
        return cells


def refuse_undecoded(cells: Iterable[str]) -> None:
    """Raise `Invalid` (`bad_encoding`) when a cell was not in the encoding of its file."""
    if any(_REPLACED in cell for cell in cells):
        raise Invalid(
            "bad_encoding",
            _("This row holds bytes that are no letters: save the file in UTF-8."),
        )
