"""Tables as text: how one is written, its rows, and what its cells hold, whoever wrote them.

`read_table` reads a table whose first line names the columns, `text_rows` one of which nobody said
how it is written. Rows are streamed; a cell may hold line ends, so a row may be of several lines.
A formula is never worked out: it is text like any other, and no number.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import BinaryIO, NamedTuple, cast

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_ean
from comptoir.core.money import parse_cents
from comptoir.core.table import find_encoding, read_header, read_lines, read_rows
from comptoir.core.text import plain_number
from comptoir.stock.formats.lines import (
    LONGEST_NAME,
    SHOWN_CHARACTERS,
    ArticleLine,
    Line,
    RefusedLine,
    StockLine,
    check_line,
    check_values,
)
from comptoir.stock.formats.text import UTF8_OR_WINDOWS, bounded, text_stream
from comptoir.stock.shelf.models import Condition

NO_NAMES: Mapping[str, str] = {}


class Row(NamedTuple):
    """One row: its line, its cells by the column's name as `read_header` writes it, its text."""

    line: int
    cells: Mapping[str, str]
    content: str


class Table(NamedTuple):
    """A table's columns, in order, and its rows, read as they are asked for."""

    names: tuple[str, ...]
    rows: Iterator[Row | RefusedLine]


def read_table(
    stream: BinaryIO, required: Sequence[str], also: Mapping[str, str] = NO_NAMES
) -> Table:
    """Return a table in UTF-8 or Windows-1252 whose line 1 names its columns.

    `also` is what else a column may be called: that name → ours.

    Raises `Invalid`: `bad_header` when a required column is missing, `bad_encoding` for UTF-16,
    and while it is read `file_too_large`.
    """
    lines = read_lines(text_stream(stream), "utf-8", errors=UTF8_OR_WINDOWS)
    separator, names = read_header(next(lines, "") or "")
    names = tuple(also.get(name, name) for name in names)
    missing = [name for name in required if name not in names]
    if missing:
        message = fill(
            _("Line 1 must name the columns; missing: %(missing)s."), missing=", ".join(missing)
        )
        raise Invalid("bad_header", message, missing=missing)
    least = max((names.index(name) for name in required), default=0) + 1
    return Table(names, _rows(lines, separator, names, least))


def _rows(
    lines: Iterator[str | None], separator: str, names: tuple[str, ...], least: int
) -> Iterator[Row | RefusedLine]:
    for number, cells in read_rows(lines, separator):
        if isinstance(cells, Invalid):
            yield RefusedLine(number, cells.code, cells.message)
            continue
        content = separator.join(cells)[:SHOWN_CHARACTERS]
        if len(cells) < least:
            text = _("The line has fewer columns than the header, or a quote is not closed.")
            yield RefusedLine(number, "bad_line", text, content)
        elif any(cells[len(names) :]):
            text = _("The line has more columns than the header: quote a price that has a comma.")
            yield RefusedLine(number, "bad_line", text, content)
        else:
            # Of two columns of one name the first counts.
            named = zip(reversed(names[: len(cells)]), reversed(cells[: len(names)]), strict=False)
            plain = {name: cell.replace("\0", "").strip() for name, cell in named}
            yield Row(number, plain, content)


def first_line_names(head: bytes, *names: str, also: Mapping[str, str] = NO_NAMES) -> bool:
    """Return whether the first bytes of a file are a header with all these columns."""
    header = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    found = read_header(header.decode("utf-8", UTF8_OR_WINDOWS)).names
    return set(names) <= {also.get(name, name) for name in found}


def each_row(
    rows: Iterable[Row | RefusedLine], read: Callable[[Row], Line | None]
) -> Iterator[Line]:
    """Yield the line of each row; a row that raises `Invalid` is refused alone, None is left
    out."""
    for row in rows:
        if isinstance(row, RefusedLine):
            yield row
            continue
        try:
            line = read(row)
        except Invalid as error:
            yield RefusedLine(row.line, error.code, error.message, row.content)
        else:
            if line is not None:
                yield line


ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_WHOLE = re.compile(r"(-?[0-9]{1,9})(?:[.,]0{1,6})?")
_CURRENCY = re.compile(r"\s*(€|EUR)\s*\Z", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"(?:[A-Z]{3}|[$£¥])\Z|\A[$£¥]")
LONGEST_REFERENCE = 100
_SPACE = re.compile(r"\s+")


def parse_quantity(text: str) -> int:
    """Return a whole number, perhaps negative; `3.0` is one. Raises `Invalid` (`bad_quantity`)."""
    found = _WHOLE.fullmatch(_SPACE.sub("", plain_number(text)))
    if found is None:
        raise Invalid("bad_quantity", _("The quantity must be a whole number."))
    return int(found[1])


def parse_price(text: str) -> int | None:
    """Return cents of euros, or None for an empty cell. Raises `Invalid`: `bad_price`,
    `bad_currency`."""
    text = _CURRENCY.sub("", plain_number(text))
    if not text:
        return None
    if _OTHER_CURRENCY.search(text):
        raise Invalid(
            "bad_currency",
            fill(_("“%(text)s” is not in euros: prices are in euros here."), text=text[:40]),
        )
    return parse_cents(_SPACE.sub("", text))


def refuse_rounded(ean: str) -> None:
    """Raise `Invalid` (`rounded_ean`) for an EAN of which a spreadsheet kept the size only."""
    if ROUNDED.fullmatch(plain_number(ean)) and not find_ean(ean):
        raise Invalid(
            "rounded_ean",
            _(
                "A spreadsheet has rounded this EAN: give the column the format “text”, or no"
                " decimals, and export again."
            ),
        )


def read_line(
    *,
    line: int,
    ean: str,
    quantity: str,
    price: str = "",
    condition: str = "",
    name: str = "",
    content: str = "",
) -> StockLine | ArticleLine | RefusedLine:
    """Return the line of these cells, or why it is refused."""
    try:
        refuse_rounded(ean)
        return check_line(
            line=line,
            ean=ean,
            quantity=parse_quantity(quantity),
            price_cents=parse_price(price),
            condition=condition or Condition.NEW.value,
            name=name,
            content=content,
        )
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)


def read_article(
    *,
    line: int,
    item: str,
    quantity: str,
    ean: str = "",
    price: str = "",
    condition: str = "",
    name: str = "",
    content: str = "",
) -> StockLine | ArticleLine | RefusedLine:
    """Return a line about an article known by its EAN, or else by the till's own reference.

    A reference that is itself a valid EAN is taken for it.
    """
    item = item.removeprefix("'")
    if ean or not item or find_ean(item):
        return read_line(
            line=line,
            ean=ean or item,
            quantity=quantity,
            price=price,
            condition=condition,
            name=name,
            content=content,
        )
    try:
        refuse_rounded(item)
        if len(item) > LONGEST_REFERENCE or not item.isprintable():
            text = _("The article's own reference is longer than 100 characters, or no text.")
            raise Invalid("bad_item", text)
        count, cents, state = parse_quantity(quantity), parse_price(price), condition or "new"
        check_values(count, cents, state)
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)
    return ArticleLine(line, item, count, cents, state, name[:LONGEST_NAME])


SEPARATORS = (";", "\t", ",", "|")
_LOOKED_AT = 50
_LOOKED_AT_BYTES = 64 * 1024


class Cells(NamedTuple):
    """One row of a table: its line, and its cells."""

    line: int
    cells: list[str]


class Rows(NamedTuple):
    """A table's rows, read as they are asked for, and how it is written (empty: a spreadsheet)."""

    rows: Iterator[Cells | RefusedLine]
    separator: str = ""
    encoding: str = ""


def text_rows(stream: BinaryIO) -> Rows:
    """Return the rows of a text, the empty ones left out; the first line is line 1.

    Raises `Invalid`: `bad_encoding` when it is no text, and while it is read `file_too_large`.
    """
    source = bounded(stream)
    head = source.peek(_LOOKED_AT_BYTES)
    encoding = find_encoding("", [head]) if head else "utf-8"
    errors = UTF8_OR_WINDOWS if encoding.startswith("utf-8") else "replace"
    if encoding == "utf-8-sig" and not head.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
    lines = read_lines(cast(BinaryIO, source), encoding, errors=errors)
    first = list(islice(lines, _LOOKED_AT))
    separator = _separator([line for line in first if line])
    return Rows(_written_rows(chain(first, lines), separator), separator, encoding)


def _written_rows(lines: Iterator[str | None], separator: str) -> Iterator[Cells | RefusedLine]:
    for number, cells in read_rows(lines, separator):
        # `read_rows` takes the line before for a header.
        if isinstance(cells, Invalid):
            yield RefusedLine(number - 1, cells.code, cells.message)
        else:
            yield Cells(number - 1, [cell.replace("\0", "").strip() for cell in cells])


def _separator(lines: list[str]) -> str:
    """Return what most evenly cuts the lines into more than one cell."""

    def evenness(separator: str) -> tuple[int, int]:
        widths = Counter(_width(line, separator) for line in lines)
        width, count = max(
            ((width, count) for width, count in widths.items() if width > 1),
            key=lambda each: (each[1], each[0]),
            default=(0, 0),
        )
        return count, width

    return max(SEPARATORS, key=evenness)


def _width(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0
