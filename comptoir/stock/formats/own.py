"""The documented CSV: a header, then one line an EAN. `docs/feeds.md` shows it."""

from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.spreadsheet.cells import HEAD_ROWS
from comptoir.core.table import PRICE_NAMES, TITLE_NAMES, open_table, read_lines
from comptoir.stock.formats.columns import NEW_WORDS, choose_columns
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    ReportMode,
)
from comptoir.stock.formats.plain import Shape, Source, in_blocks
from comptoir.stock.formats.reader import (
    Row,
    each_row,
    first_line,
    named_rows,
    read_article,
    require,
)
from comptoir.stock.formats.text import UTF8_OR_WINDOWS, text_stream

# The columns, and what else each may be called, as `plain_name` writes names.
COLUMNS: dict[str, tuple[str, ...]] = {
    "ean": ("isbn",),
    "quantity": ("quantite", "qty", "stock"),
    "price": ("prix",),
    "condition": ("etat",),
    # It names an article that nobody knows, or that the till numbers by itself.
    "title": ("titre", "designation", "libelle"),
}
REQUIRED = ("ean", "quantity")
# Of prices and titles, whatever tables call them: what a till says is not passed over.
_NAMES = {name: frozenset({name, *also}) for name, also in COLUMNS.items()} | {
    "price": PRICE_NAMES,
    "title": TITLE_NAMES,
}


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the file's lines, read as they are asked for.

    Without a column of grades it covers new copies only. Raises `Invalid` (`bad_header`) when
    a required column is missing. No shop is named in such a file.
    """
    source = Source(read_lines(text_stream(stream), "utf-8", errors=UTF8_OR_WINDOWS))
    header, rows = open_table(source)
    head = list(islice(rows, HEAD_ROWS))
    body = [cells for _line, cells in head if not isinstance(cells, Invalid)]
    places = choose_columns(header.names, _NAMES, body)
    names = [""] * len(header.names)
    for name, place in places.items():
        names[place] = name
    require(REQUIRED, names)
    named = named_rows(chain(head, rows), header.separator, names, REQUIRED, printed=REQUIRED)
    shape = Shape(header.separator, places, len(names))
    return FeedFile(
        lines=in_blocks(source, shape, each_row(named, _line)),
        covers=Covers.ALL if "condition" in places else Covers.NEW,
        shop_code=known.shop_code,
    )


def _line(row: Row) -> Line | None:
    condition = row.cells.get("condition", "")
    return read_article(
        line=row.line,
        item="",
        ean=row.cells["ean"],
        quantity=row.cells["quantity"],
        price=row.price,
        condition="" if condition.lower() in NEW_WORDS else condition,
        name=row.cells.get("title", ""),
        content=row.content,
    )


def _recognises(head: bytes) -> bool:
    titles = set(first_line(head))
    return all(titles & set(_NAMES[name]) for name in REQUIRED)


FORMAT = Format(
    code="csv",
    name="CSV",
    help=_("A table whose columns are ean and quantity, and price or condition if you have them."),
    read=read,
    recognises=_recognises,
    modes=(ReportMode.SNAPSHOT, ReportMode.DELTA, ReportMode.SALES),
)
