"""Tables as text: how one is written, its rows, and what its cells hold, whoever wrote them.

`read_table` reads a table whose first line names the columns, `text_rows` one of which nobody said
how it is written. Rows are streamed; a cell may hold line ends, so a row may be of several lines.
A formula is never worked out: it is text like any other, and no number.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import BinaryIO, NamedTuple, cast

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_ean, find_number
from comptoir.core.money import NO_PRICE, Price, read_prices
from comptoir.core.spreadsheet.cells import Cells, separator_of
from comptoir.core.table import (
    NumberedRow,
    find_encoding,
    open_table,
    read_header,
    read_lines,
    read_rows,
    told_separator,
)
from comptoir.core.text import plain_number
from comptoir.stock.formats.columns import whole_number
from comptoir.stock.formats.furniture import ROUNDED, is_damaged, is_furniture, own_code
from comptoir.stock.formats.lines import (
    SHOWN_CHARACTERS,
    ArticleLine,
    Line,
    RefusedLine,
    Remark,
    Remarks,
    StockLine,
    check_article,
    check_line,
)
from comptoir.stock.formats.plain import Source
from comptoir.stock.formats.text import UTF8_OR_WINDOWS, bounded, text_stream
from comptoir.stock.shelf.models import Condition

NO_NAMES: Mapping[str, str] = {}


class Row(NamedTuple):
    """One row: its line, its cells by the column's name as `read_header` writes it, its text.

    `each_row` fills in what the cell `price` says.
    """

    line: int
    cells: Mapping[str, str]
    content: str
    price: Price = NO_PRICE


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
    header, rows = open_table(read_lines(text_stream(stream), "utf-8", errors=UTF8_OR_WINDOWS))
    names = tuple(also.get(name, name) for name in header.names)
    require(required, names)
    return Table(names, named_rows(rows, header.separator, names, required))


def require(required: Sequence[str], names: Sequence[str]) -> None:
    """Raise `Invalid` (`bad_header`) when a required column is not among those named."""
    missing = [name for name in required if name not in names]
    if missing:
        message = fill(
            _("Line 1 must name the columns; missing: %(missing)s."), missing=", ".join(missing)
        )
        raise Invalid("bad_header", message, missing=missing)


def named_rows(
    rows: Iterable[NumberedRow],
    separator: str,
    names: Sequence[str],
    required: Sequence[str],
    *,
    printed: tuple[str, str] | None = None,
) -> Iterator[Row | RefusedLine]:
    """Yield rows with their cells by the names of their columns.

    One that is too short for a required column is refused (`bad_line`), and one with more cells
    than there are names. `printed` names the columns of the EAN and the quantity, where the table
    may have been made to be printed: headings and totals are then left out.
    """
    places = [names.index(name) for name in printed or ()]
    least = max((names.index(name) for name in required), default=0) + 1
    for number, cells in rows:
        if isinstance(cells, Invalid):
            yield RefusedLine(number, cells.code, cells.message)
            continue
        content = separator.join(cells)[:SHOWN_CHARACTERS]
        if places and is_furniture(cells, *(cell_of(cells, place) for place in places)):
            continue
        if len(cells) < least:
            text = _("The line has fewer columns than the header, or a quote is not closed.")
            yield RefusedLine(number, "bad_line", text, content)
        elif any(cells[len(names) :]):
            yield RefusedLine(number, "bad_line", TOO_WIDE, content)
        else:
            # Of two columns of one name the first counts.
            named = zip(reversed(names[: len(cells)]), reversed(cells[: len(names)]), strict=False)
            plain = {name: cell.replace("\0", "").strip() for name, cell in named}
            yield Row(number, plain, content)


def cell_of(cells: Sequence[str], place: int) -> str:
    """Return a cell without blanks at its ends, empty where the row is too short."""
    return cells[place].strip() if place < len(cells) else ""


def first_line_names(head: bytes, *names: str, also: Mapping[str, str] = NO_NAMES) -> bool:
    """Return whether the first bytes of a file are a header with all these columns."""
    return set(names) <= {also.get(name, name) for name in first_line(head)}


def first_line(head: bytes) -> tuple[str, ...]:
    """Return the columns that the first bytes of a file name, if they name any."""
    # The last line may be cut within a letter.
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", UTF8_OR_WINDOWS)
    return read_header(text).names


def each_row(
    rows: Iterable[Row | RefusedLine], read: Callable[[Row], Line | None]
) -> Iterator[Line]:
    """Yield the line of each row; a row that raises `Invalid` is refused alone, None is left
    out."""
    for row, price in read_prices(rows, _price_of):
        if isinstance(row, RefusedLine):
            yield row
            continue
        try:
            line = read(row._replace(price=price) if price.text else row)
        except Invalid as error:
            yield RefusedLine(row.line, error.code, error.message, row.content)
        else:
            if line is not None:
                yield line


def _price_of(row: Row | RefusedLine) -> str:
    return "" if isinstance(row, RefusedLine) else row.cells.get("price", "")


def parse_quantity(text: str) -> int:
    """Return a whole number, perhaps negative, as `columns.whole_number` reads it.

    Raises `Invalid` (`bad_quantity`).
    """
    found = whole_number(text)
    if found is None:
        raise Invalid("bad_quantity", _("The quantity must be a whole number."))
    return found


def price_remarks(price: Price, line: int, content: str = "") -> Remarks:
    """Return what is to be said of a price: that it was rounded, that it is none, or nothing."""
    if price.doubt is None:
        return ()
    return (Remark(line, price.doubt.value, price.message, content[:SHOWN_CHARACTERS]),)


def refuse_rounded(ean: str) -> None:
    """Raise `Invalid` (`rounded_ean`) for an EAN of which a spreadsheet kept the size only."""
    if ROUNDED.fullmatch(plain_number(ean)) and not find_ean(ean):
        raise Invalid(
            "rounded_ean",
            _(
                "A spreadsheet has rounded this number: give the column the format “text”, or no"
                " decimals, and export again."
            ),
        )


def read_line(
    *,
    line: int,
    ean: str,
    quantity: str,
    price: Price = NO_PRICE,
    condition: str = "",
    name: str = "",
    content: str = "",
) -> StockLine | ArticleLine | RefusedLine:
    """Return the line of these cells, or why it is refused; a doubtful price refuses nothing."""
    try:
        refuse_rounded(ean)
        return check_line(
            line=line,
            ean=ean,
            quantity=parse_quantity(quantity),
            price_cents=price.cents,
            condition=condition or Condition.NEW.value,
            name=name,
            content=content,
            remarks=price_remarks(price, line, content),
        )
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)


def read_article(
    *,
    line: int,
    item: str,
    quantity: str,
    ean: str = "",
    price: Price = NO_PRICE,
    condition: str = "",
    name: str = "",
    content: str = "",
) -> Line | None:
    """Return a line about an article known by its EAN, or else by the till's own reference.

    A reference that is itself a valid EAN is taken for it, and one in the place of the EAN for what
    it is. None when the till names the article by nothing and has none of it.
    """
    item = item.removeprefix("'")
    number = ean if find_number(ean) or is_damaged(ean) else item if find_ean(item) else ""
    if number:
        return read_line(
            line=line,
            ean=number,
            quantity=quantity,
            price=price,
            condition=condition,
            name=name,
            content=content,
        )
    code = (item or own_code(ean)).removeprefix("'")
    try:
        refuse_rounded(code)
        count = parse_quantity(quantity)
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)
    article = ArticleLine(
        line,
        code,
        count,
        price.cents,
        condition or Condition.NEW.value,
        name,
        price_remarks(price, line, content),
    )
    return check_article(article, content)


TOO_WIDE = _("The line has more columns than the header: quote a price that has a comma.")
_LOOKED_AT = 50
_LOOKED_AT_BYTES = 64 * 1024


class Rows(NamedTuple):
    """A table's rows, read as they are asked for, and how it is written (empty: a spreadsheet).

    Of a spreadsheet `sheet` is the one that is read, `sheets` are all that it has, and `others`,
    once the rows have been read, those that look like the same and were not. Of a text `source` is
    where its lines come from.
    """

    rows: Iterator[Cells | RefusedLine]
    separator: str = ""
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    others: Sequence[str] = ()
    source: Source | None = None


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
    lines = Source(read_lines(cast(BinaryIO, source), encoding, errors=errors))
    first = list(islice(lines, _LOOKED_AT))
    told = told_separator(first[0] or "") if first else ""
    separator, width = separator_of([line for line in first if line], told)
    if told:
        first[0] = "\n"
    rows = read_rows(chain(first, lines), separator, width=width)
    return Rows(map(_cells, rows), separator, encoding, source=lines)


def _cells(numbered: NumberedRow) -> Cells | RefusedLine:
    number, cells = numbered
    if isinstance(cells, Invalid):
        return RefusedLine(number, cells.code, cells.message)
    return Cells(number, [cell.replace("\0", "").strip() for cell in cells])
