"""The documented CSV: a header, then one line an EAN. `docs/feeds.md` shows it.

Its header is read like that of every table. Its lines come in blocks like those of the other tills,
for speed; each stands alone and is decoded alone, so that a stray quote, or a till that mixes
encodings, costs one line, which is refused as it was written.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.table import read_header
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    ReportMode,
)
from comptoir.stock.formats.reader import read_line
from comptoir.stock.formats.text import LONGEST_LINE, blocks, decoded, lines, shown

# The columns, and what else each may be called, as `read_header` writes names.
COLUMNS: dict[str, tuple[str, ...]] = {
    "ean": ("isbn",),
    "quantity": ("quantite", "qty", "stock"),
    "price": ("prix",),
    "condition": ("etat",),
    # Of articles that the till numbers by itself.
    "name": ("title", "titre", "designation", "libelle", "nom"),
}
REQUIRED = ("ean", "quantity")


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the file's lines, read as they are asked for.

    Without a `condition` column it covers new copies only. Raises `Invalid` (`bad_header`) when
    a required column is missing. No shop is named in such a file.
    """
    source = blocks(stream)
    first = next(source, b"")
    header, _newline, rest = first.partition(b"\n")
    separator, titles = read_header(decoded(header[:LONGEST_LINE]))
    places = _places(titles)
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise Invalid(
            "bad_header",
            _("Line 1 must name the columns; missing: %(missing)s.")
            % {"missing": ", ".join(missing)},
            missing=missing,
        )
    return FeedFile(
        lines=_read(source, rest, places, len(titles), separator),
        covers=Covers.ALL if "condition" in places else Covers.NEW,
        shop_code=known.shop_code,
    )


def _places(titles: Sequence[str]) -> dict[str, int]:
    known = {alias: name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        if title in known:
            places.setdefault(known[title], place)
    return places


def _read(
    source: Iterator[bytes], first: bytes, places: dict[str, int], width: int, separator: str
) -> Iterator[Line]:
    number = 2
    block: bytes | None = first
    while block is not None:
        for line in lines(block) if block else ():
            if line.strip():
                yield _line(line, number, places, width, separator)
            number += 1
        block = next(source, None)


def _line(line: bytes, number: int, places: dict[str, int], width: int, separator: str) -> Line:
    if len(line) > LONGEST_LINE:
        return RefusedLine(number, "bad_length", _("The line is far too long."), shown(line))
    cells = _cells(decoded(line), separator)
    if cells is None or len(cells) <= max(places[name] for name in REQUIRED):
        text = _("The line has fewer columns than the header, or a quote is not closed.")
        return RefusedLine(number, "bad_line", text, shown(line))
    if any(cells[width:]):
        text = _("The line has more columns than the header: quote a price that has a comma.")
        return RefusedLine(number, "bad_line", text, shown(line))
    values = {
        name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()
    }
    return read_line(line=number, content=shown(line), **values)


def _cells(line: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _recognises(head: bytes) -> bool:
    titles = read_header(decoded(head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0])).names
    return set(REQUIRED) <= set(_places(titles))


FORMAT = Format(
    code="csv",
    name="CSV",
    help=_("A table whose columns are ean and quantity, and price or condition if you have them."),
    read=read,
    recognises=_recognises,
    modes=(ReportMode.SNAPSHOT, ReportMode.DELTA, ReportMode.SALES),
)
