"""Tables whose first line names the columns, as shop programs and marketplaces export them.

Rows are streamed; a cell may hold line ends, so a row may be of several lines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.table import read_header, read_lines, read_rows
from comptoir.stock.feeds.lines import SHOWN_CHARACTERS, Line, RefusedLine
from comptoir.stock.feeds.text import UTF8_OR_WINDOWS, text_stream

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

    `also` tells what else a column may be called: that name → ours.

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
    """Yield what each row says; one that raises `Invalid` is refused alone, None is left out."""
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
