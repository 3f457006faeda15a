"""Text tables of which nobody said how they are written: encoding and separator are found out."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO, NamedTuple, cast

from comptoir.core.errors import Invalid
from comptoir.core.table import find_encoding, read_lines, read_rows
from comptoir.stock.feeds.lines import RefusedLine
from comptoir.stock.feeds.text import UTF8_OR_WINDOWS, bounded

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
    return Rows(_rows(chain(first, lines), separator), separator, encoding)


def _rows(lines: Iterator[str | None], separator: str) -> Iterator[Cells | RefusedLine]:
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
