"""Tables as CSV that a French spreadsheet opens at once, and safely.

That is: in UTF-8 with its mark, `;` between the cells, no cell a formula.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.text import slugify

from comptoir.core.money import plain_cents

# The first character by which a spreadsheet takes a cell for a formula (OWASP, “CSV injection”).
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"
_BLOCK = 64_000


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount in cents as a cell: a number with a comma, below zero too (`-12,90`)."""

    cents: int

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        return sign + plain_cents(abs(self.cents))


Cells = Iterable[object]
WriteRow = Callable[[Cells], None]


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; `written` gives the text back."""
    return f"{_MARK}{text}" if text.lstrip(_MARK).startswith(_ACTIVE) else text


def written(cell: str) -> str:
    """Return the text of which `inert` made a cell."""
    return cell[1:] if cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_ACTIVE) else cell


@contextmanager
def open_sheet(file: IO[bytes] | HttpResponse) -> Iterator[WriteRow]:
    """Give what writes a row to a binary file or a response, while the block lasts.

    A number is written as it is (`-2` is no formula), every other cell is made inert. The file is
    left open.
    """
    text = io.TextIOWrapper(cast(IO[bytes], file), encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")

    def write(cells: Cells) -> None:
        writer.writerow([_cell(cell) for cell in cells])

    try:
        yield write
    finally:
        text.detach()


def _cell(cell: object) -> object:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, Euros):
        return str(cell)
    return cell if isinstance(cell, int) else inert(str(cell))


def write_sheet(file: IO[bytes] | HttpResponse, rows: Iterable[Cells]) -> None:
    """Write rows to a binary file or a response, as `open_sheet` does."""
    with open_sheet(file) as write:
        for cells in rows:
            write(cells)


def sheet_blocks(rows: Iterable[Cells]) -> Iterator[bytes]:
    """Yield rows as `write_sheet` writes them, in blocks: a long table is sent while it is read."""
    file = io.BytesIO()
    with open_sheet(file) as write:
        for cells in rows:
            write(cells)
            if file.tell() > _BLOCK:
                yield file.getvalue()
                file.seek(0)
                file.truncate()
    yield file.getvalue()


class RefusalsFile:
    """Writes rows as they come (`core.sheet`). The file is made by the first: nothing refused, no
    file."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._columns = columns
        self._open = ExitStack()
        self._write: WriteRow | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def written(self) -> Path | None:
        """The file, or None when nothing was refused."""
        return self.path if self.count else None

    def write(self, cells: Cells) -> None:
        """Add a row, each cell made inert."""
        if self._write is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self._open.enter_context(self.path.open("wb"))
            self._write = self._open.enter_context(open_sheet(file))
            self._write(self._columns)
        self._write(cells)
        self.count += 1


def refusals_path(what: str, file_name: str, now: datetime, folder: Path | None = None) -> Path:
    """Return where the report of a file goes, by default under `var/reports`."""
    stem = slugify(Path(file_name).stem[:80]) or "file"
    return (folder or settings.VAR / "reports") / f"{what}-{now:%Y%m%d-%H%M%S-%f}-{stem}.csv"
