"""A report of what was refused: a CSV that a spreadsheet opens at once, and safely."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings
from django.utils.text import slugify

from comptoir.core.sheet import Cells, WriteRow, open_sheet


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
