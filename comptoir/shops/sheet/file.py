"""A directory of shops in a file: what it calls our columns, and its rows in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.spreadsheet.book import CERTAIN, HEAD_BYTES, is_spreadsheet, open_sheet
from comptoir.core.spreadsheet.cells import (
    HEAD_ROWS,
    HEADER_ROWS,
    Cells,
    header_of,
    separator_of,
    titles_of,
)
from comptoir.core.table import read_lines, read_rows, refuse_undecoded, told_separator
from comptoir.shops.sheet.headings import NAMES, choose, named, plain_heading
from comptoir.shops.sheet.mends import Row, mended, sells
from comptoir.shops.sheet.own import encoding_of, read_table
from comptoir.shops.sources.osm import Extract, is_extract, read_extract
from comptoir.shops.table import COLUMNS

FEWEST = 2
"""Columns that the headings of a sheet name, at least."""
SAMPLES = 3

NumberedRow = tuple[int, Row | Invalid]


@dataclass(frozen=True, slots=True)
class Guidance:
    """What an operator says of a file: which of its columns is ours (`""`: none is), which sheet of
    a workbook it is on, what shops sell of which the sheet does not say it."""

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """A file of shops. `taken` are our columns → the file's; `aside` the file's others. `guessed`
    says that the headings are not our own names, and are to be confirmed; `extract` is there where
    the file is one of OpenStreetMap's."""

    path: Path
    taken: Mapping[str, str]
    aside: tuple[str, ...]
    guessed: bool
    sheet: str
    _rows: Any
    extract: Extract | None = None

    def rows(self) -> Iterator[NumberedRow]:
        """Yield each row that is not empty, by our columns, with the number of its first line. One
        that cannot be read comes as its error. May be called again."""
        yield from self._rows()

    def samples(self) -> list[Row]:
        """Return the first rows."""
        rows = (row for _line, row in self.rows() if isinstance(row, Row))
        return list(islice(rows, SAMPLES))


NO_GUIDANCE = Guidance()


def open_directory(path: Path, guidance: Guidance = NO_GUIDANCE) -> DirectoryFile:
    """Return the shops of a file: CSV or a spreadsheet, its headings on whichever of the first
    `HEADER_ROWS` lines, or an extract of OpenStreetMap.

    Raises `Invalid` for what is no such table (`bad_encoding`, `bad_spreadsheet`,
    `missing_columns`, `bad_extract`), and
    for guidance that does not fit it (`no_such_column`, `no_such_sheet`).
    """
    with path.open("rb") as file:
        workbook = is_spreadsheet(start := file.read(HEAD_BYTES))
    if is_extract(start):
        return _extract(path)
    if not workbook and not guidance.columns and (found := _own(path)):
        return found
    sheet, rows = _workbook(path, guidance.sheet) if workbook else ("", _text(path))
    head = [row for row in rows[:HEAD_ROWS] if isinstance(row, Cells)]
    header = _header(path, head, guidance)
    width = max((len(row.cells) for row in head), default=0)
    titles = titles_of([" ".join(cell.split()) for cell in header.cells], width)
    places = _places(titles, guidance.columns)
    body = [row for row in rows if row[0] > header.line]
    kind = guidance.kind or sells(titles[places["name"]] if "name" in places else "")
    used = set(places.values())
    filled = {at for row in body if isinstance(row, Cells) for at, c in enumerate(row.cells) if c}
    return DirectoryFile(
        path,
        {name: titles[place] for name, place in places.items()},
        tuple(title for at, title in enumerate(titles) if at in filled - used),
        True,
        sheet,
        lambda: _mended(body, places, kind),
    )


def _extract(path: Path) -> DirectoryFile:
    """Return an extract of OpenStreetMap; the number of a row is the place of its object."""
    extract = read_extract(path)

    def rows() -> Iterator[NumberedRow]:
        for each in extract.shops():
            yield each.number, Row(each.cells, ref=each.ref, chain=each.of_chain)

    return DirectoryFile(path, {n: n for n in COLUMNS}, (), False, "", rows, extract)


def _own(path: Path) -> DirectoryFile | None:
    """Return a CSV file whose first line has our own names of columns."""
    table = read_table(path)
    names = [name for name in table.header.names if name]
    own = [name for name in names if name in COLUMNS]
    if "name" not in own or len(own) < min(FEWEST, len(names)) or len(own) * 2 < len(names):
        return None

    def rows() -> Iterator[NumberedRow]:
        for line, cells in table.rows():
            yield line, cells if isinstance(cells, Invalid) else Row(cells)

    aside = tuple(name for name in names if name not in COLUMNS)
    return DirectoryFile(path, {name: name for name in own}, aside, False, "", rows)


def _workbook(path: Path, wanted: str) -> tuple[str, Sequence[Cells]]:
    with path.open("rb") as file:
        sheet = open_sheet(file, _likelihood, wanted)
        rows = [Cells(row.line, [cell.strip() for cell in row.cells]) for row in sheet.rows]
    return sheet.name, rows


def _likelihood(head: Sequence[Cells]) -> int:
    """Return how likely a sheet is the one of the shops, for `open_sheet`."""
    header = header_of(head, named)
    return min(named(header.cells), CERTAIN) if header else 0


def _text(path: Path) -> Sequence[Cells | tuple[int, Invalid]]:
    encoding = encoding_of(path)
    with path.open("rb") as file:
        lines = list(read_lines(file, encoding))
    told = told_separator(lines[0] or "") if lines else ""
    if told:
        lines[0] = "\n"
    separator, width = separator_of([line for line in lines[:HEADER_ROWS] if line], told)
    found: list[Cells | tuple[int, Invalid]] = []
    for number, cells in read_rows(lines, separator, width=width):
        try:
            if isinstance(cells, Invalid):
                raise cells
            refuse_undecoded(cells)
            found.append(Cells(number, [cell.replace("\0", "").strip() for cell in cells]))
        except Invalid as error:
            found.append((number, error))
    return found


def _header(path: Path, head: Sequence[Cells], guidance: Guidance) -> Cells:
    """Return the row of the headings. Raises `Invalid` (`missing_columns`)."""
    wanted = {plain_heading(title) for title in guidance.columns.values() if title}
    for row in head[:HEADER_ROWS] if wanted else ():
        if wanted <= {plain_heading(cell) for cell in row.cells}:
            return row
    header = header_of(head, named)
    if header is None or named(header.cells) < FEWEST:
        seen = ", ".join(cell for row in head[:3] for cell in row.cells if cell)[:200]
        told = _(
            "%(file)s names no columns that are known: one line must have headings such as Nom, "
            "Adresse, Code postal, Ville, Horaires. It begins with: %(seen)s."
        )
        raise Invalid("missing_columns", fill(told, file=path.name, seen=seen))
    return header


def _places(titles: Sequence[str], said: Mapping[str, str]) -> dict[str, int]:
    """Return where our columns are. Raises `Invalid` (`no_such_column`)."""
    places = choose(titles)
    folded = [plain_heading(title) for title in titles]
    for name, title in said.items():
        known = ", ".join(NAMES)
        if name not in NAMES:
            told = fill(
                _("“%(name)s” is no column: write one of %(known)s."), name=name, known=known
            )
            raise Invalid("no_such_column", told)
        if not title:
            places.pop(name, None)
        elif plain_heading(title) in folded:
            places[name] = folded.index(plain_heading(title))
        else:
            told = _("The file has no column “%(title)s”, but: %(titles)s.")
            shown = ", ".join(titles)[:300]
            raise Invalid("no_such_column", fill(told, title=title, titles=shown))
    return places


def _mended(
    body: Sequence[Cells | tuple[int, Invalid]], places: Mapping[str, int], kind: str
) -> Iterator[NumberedRow]:
    for row in body:
        if not isinstance(row, Cells):
            yield row
            continue
        cells = {n: row.cells[at] if at < len(row.cells) else "" for n, at in places.items()}
        if any(cells.values()):
            yield row.line, mended(cells, kind)
