"""CSV as spreadsheets write it: the encoding and the separator are found out, rows are streamed."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

_CHUNK = 1 << 20
_LONGEST_LINE = 65_536
_MOST_LINES = 50
_FRENCH_ENCODINGS = ["cp1252", "mac_roman", "cp850"]
_SEPARATORS = (";", "\t", ",")
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that was looked at: how it is written, and its headings in lower case."""

    path: Path
    encoding: str
    separator: str
    headings: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, dict[str, str] | Invalid]]:
        """Yield each row that is not empty, keyed by heading, with the number of its first line.

        A row that cannot be read comes as the error that says why. Only one row is held in memory.
        """
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            file.readline(_LONGEST_LINE)
            reader = csv.reader(file, delimiter=self.separator)
            while True:
                line = reader.line_num + 2
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield line, Invalid("bad_csv", str(error))
                    continue
                if any(cell.strip() for cell in cells):
                    yield line, self._row(cells, reader.line_num + 2 - line)

    def _row(self, cells: list[str], lines: int) -> dict[str, str] | Invalid:
        """Return the cells by heading, or what is wrong with the row as a row."""
        if lines > _MOST_LINES:
            return Invalid(
                "bad_csv",
                _("A quote is opened here and not closed: the %(lines)d lines after it are lost.")
                % {"lines": lines - 1},
            )
        if len(cells) > len(self.headings) and any(cells[len(self.headings) :]):
            return Invalid(
                "bad_csv",
                _("More cells than headings: put quotes around a cell that holds “%(sign)s”.")
                % {"sign": self.separator},
            )
        if any(_REPLACED in cell for cell in cells):
            return Invalid(
                "bad_encoding", _("This row holds bytes that are no letters: save it in UTF-8.")
            )
        return dict(zip(self.headings, cells, strict=False))


def read_table(path: Path) -> Table:
    """Return how a CSV file is written. Raises `Invalid` when it is no text (`bad_encoding`)."""
    encoding = _find_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        line = file.readline(_LONGEST_LINE)
    separator = max(_SEPARATORS, key=line.count)
    cells = next(csv.reader([line], delimiter=separator), [])
    return Table(path, encoding, separator, tuple(cell.strip().lower() for cell in cells))


def _find_encoding(path: Path) -> str:
    """Return the encoding of a text: UTF-8 if all of it is, or else the likeliest French one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(3)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        while start != codecs.BOM_UTF8 and (chunk := file.read(_CHUNK)):
            if b"\0" in chunk:
                raise Invalid(
                    "bad_encoding",
                    _("%(file)s is not a text: save the table as CSV, in UTF-8.")
                    % {"file": path.name},
                )
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return _likeliest(chunk[max(0, error.start - 20_000) : error.start + 20_000])
    return "utf-8-sig"


def _likeliest(sample: bytes) -> str:
    """Return the likeliest encoding of a French text that is not UTF-8, cp1252 if in doubt."""
    best = from_bytes(sample, cp_isolation=_FRENCH_ENCODINGS).best()
    return best.encoding if best else "cp1252"
