"""The report of an import: a CSV of the rows that were refused, for a spreadsheet to open."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.utils.text import slugify

COLUMNS = ("line", "column", "code", "reason")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: its line in the file, the column at fault if one is, the reason."""

    line: int
    column: str
    code: str
    reason: str


class Report:
    """Writes refusals as they come. The file is made by the first: no refusal, no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

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
    def written(self) -> bool:
        """Whether anything was refused."""
        return self._file is not None

    def write(self, refusal: Refusal) -> None:
        """Add a line. With the mark of UTF-8 and `;`, a French spreadsheet opens it at once."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file, delimiter=";").writerow(COLUMNS)
        cells = (refusal.line, refusal.column, refusal.code, refusal.reason)
        csv.writer(self._file, delimiter=";").writerow(cells)


def report_path(folder: Path, file_name: str, now: datetime) -> Path:
    """Return where the report of a file goes by default."""
    stem = slugify(Path(file_name).stem[:80]) or "file"
    return folder / f"shops-{now:%Y%m%d-%H%M%S-%f}-{stem}.csv"
