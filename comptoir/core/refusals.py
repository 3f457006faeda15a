"""A report of what was refused: a CSV that a spreadsheet opens at once, and safely."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.conf import settings
from django.utils.text import slugify

# The first character by which a spreadsheet takes a cell for a formula (OWASP, “CSV injection”).
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


class RefusalsFile:
    """Writes rows as they come. The file is made by the first: nothing refused, no file.

    The mark of UTF-8 and the `;` are what a French spreadsheet expects.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._columns = columns
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> Path | None:
        """The file, or None when nothing was refused."""
        return self.path if self.count else None

    def write(self, cells: Iterable[object]) -> None:
        """Add a row, each cell made inert."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file, delimiter=";")
            self._writer.writerow(self._columns)
        self._writer.writerow([inert(str(cell)) for cell in cells])
        self.count += 1


def refusals_path(what: str, file_name: str, now: datetime, folder: Path | None = None) -> Path:
    """Return where the report of a file goes, by default under `var/reports`."""
    stem = slugify(Path(file_name).stem[:80]) or "file"
    return (folder or settings.VAR / "reports") / f"{what}-{now:%Y%m%d-%H%M%S-%f}-{stem}.csv"
