"""The report of an import: a CSV of what was refused, that a spreadsheet opens safely."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils.text import get_valid_filename

from comptoir.catalogue.sources.notice import Refusal

COLUMNS = ("file", "place", "reference", "code", "reason")
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


class Report:
    """Writes refusals as they come; the file exists only when there is one."""

    def __init__(self, folder: Path, file_name: str, now: datetime) -> None:
        stem = get_valid_filename(file_name[:80]) or "file"
        self.path = folder / f"catalogue-{now:%Y%m%d-%H%M%S-%f}-{stem}.csv"
        self.count = 0
        self._file: IO[str] | None = None
        self._writer: Any = None

    def write(self, document: str, refusals: Iterable[Refusal]) -> None:
        """Add a line for each refusal."""
        for refusal in refusals:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
                self._writer = csv.writer(self._file, delimiter=";")
                self._writer.writerow(COLUMNS)
            cells = (document, str(refusal.place), refusal.reference, refusal.code)
            self._writer.writerow([inert(cell) for cell in (*cells, str(refusal.reason))])
            self.count += 1

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
