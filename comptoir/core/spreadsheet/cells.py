"""The rows of a table whose header may stand anywhere, and what stands between their cells."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from comptoir.core.table import read_rows

HEAD_ROWS = 200
"""Rows that are looked at before a table is read."""
HEADER_ROWS = 40
"""Rows among which the one is that names the columns: titles and logos may stand above it."""
SEPARATORS = (";", "\t", ",", "|")


class Cells(NamedTuple):
    """One row of a table: its line, and its cells."""

    line: int
    cells: list[str]


def column_of(body: Sequence[Sequence[str]], place: int) -> list[str]:
    """Return the cells of a column that hold something."""
    return [cell for row in body if place < len(row) and (cell := row[place].strip())]


def letters_of(place: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: `A`, …, `Z`, `AA`."""
    high, low = divmod(place, 26)
    return (letters_of(high - 1) if high else "") + chr(ord("A") + low)


def titles_of(cells: Sequence[str], width: int) -> list[str]:
    """Return the titles of the columns, each once; a letter where there is none."""
    titles: list[str] = []
    for place in range(max(width, len(cells))):
        title = cells[place] if place < len(cells) else ""
        titles.append(title if title and title not in titles else letters_of(place))
    return titles


def separator_of(lines: Sequence[str], told: str = "") -> tuple[str, int]:
    """Return what most evenly cuts the first lines of a text into rows of more than one cell, and
    into how many; `told` is the separator that the text itself tells.

    Rows, not lines: of a cell of several lines each line is cut in its own way.
    """

    def evenness(separator: str) -> tuple[float, int]:
        rows = [cells for _line, cells in read_rows(lines, separator) if isinstance(cells, list)]
        widths = Counter(map(len, rows))
        width, count = max(
            ((width, count) for width, count in widths.items() if width > 1),
            key=lambda each: (each[1], each[0]),
            default=(0, 0),
        )
        return count / max(1, len(rows)), width

    separator = told or max(SEPARATORS, key=evenness)
    return separator, evenness(separator)[1]


def places_of(titles: Sequence[str], called: Sequence[str]) -> list[int]:
    """Return the columns of which the title is one of some names, in the order of these names."""
    return [place for name in called for place, title in enumerate(titles) if title == name]


def header_of(rows: Sequence[Cells], named: Callable[[Sequence[str]], int]) -> Cells | None:
    """Return the row that names most columns, the first of several, among the first
    `HEADER_ROWS`."""
    return max(rows[:HEADER_ROWS], key=lambda row: named(row.cells), default=None)
