"""Tables as CSV that a French spreadsheet opens at once, and safely.

That is: in UTF-8 with its mark, `;` between the cells, no cell a formula.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, cast

from django.http import HttpResponse

# The first character by which a spreadsheet takes a cell for a formula (OWASP, “CSV injection”).
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")

Cells = Iterable[object]
WriteRow = Callable[[Cells], None]


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


@contextmanager
def open_sheet(file: IO[bytes] | HttpResponse) -> Iterator[WriteRow]:
    """Give what writes a row to a binary file or a response, while the block lasts.

    A number is written as it is (`-2` is no formula), every other cell is made inert. The file is
    left open.
    """
    text = io.TextIOWrapper(cast(IO[bytes], file), encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")

    def write(cells: Cells) -> None:
        writer.writerow([cell if isinstance(cell, int) else inert(str(cell)) for cell in cells])

    try:
        yield write
    finally:
        text.detach()


def write_sheet(file: IO[bytes] | HttpResponse, rows: Iterable[Cells]) -> None:
    """Write rows to a binary file or a response, as `open_sheet` does."""
    with open_sheet(file) as write:
        for cells in rows:
            write(cells)
