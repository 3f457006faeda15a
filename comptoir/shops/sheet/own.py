"""A directory of shops in a CSV file: its rows by the names of their columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.table import (
    Header,
    find_encoding,
    open_table,
    read_lines,
    refuse_undecoded,
)
from comptoir.shops.sheet.headings import own_name

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """How a CSV file is written, and its headings."""

    path: Path
    encoding: str
    header: Header

    def rows(self) -> Iterator[tuple[int, dict[str, str] | Invalid]]:
        """Yield each row that is not empty, keyed by heading, with the number of its first line.

        A row that cannot be read comes as its error. Only one row is held in memory.
        """
        with self.path.open("rb") as file:
            for line, cells in open_table(read_lines(file, self.encoding)).rows:
                try:
                    if isinstance(cells, Invalid):
                        raise cells
                    yield line, self._row(cells)
                except Invalid as error:
                    yield line, error

    def _row(self, cells: list[str]) -> dict[str, str]:
        """Return the cells by heading. Raises `Invalid` for what is wrong with the row as a row."""
        names = self.header.names
        if any(cells[len(names) :]):
            raise Invalid(
                "bad_csv",
                _("More cells than headings: put quotes around a cell that holds “%(sign)s”.")
                % {"sign": self.header.separator},
            )
        refuse_undecoded(cells)
        return dict(zip(names, cells, strict=False))


def read_table(path: Path) -> Table:
    """Return how a CSV file is written. Raises `Invalid` when it is no text (`bad_encoding`)."""
    encoding = encoding_of(path)
    with path.open("rb") as file:
        header = open_table(read_lines(file, encoding)).header
    return Table(path, encoding, header._replace(names=tuple(map(own_name, header.names))))


def encoding_of(path: Path) -> str:
    """Return the encoding of a text. Raises `Invalid` when it is none (`bad_encoding`)."""
    with path.open("rb") as file:
        return find_encoding(path.name, iter(partial(file.read, _CHUNK), b""))
