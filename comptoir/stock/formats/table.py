"""Any table a till exports, CSV or spreadsheet, its columns named once by the shop, or guessed.

Librisoft, Winbooks, Ellipses and others have no public format. How the text is written (encoding,
separator), the line of the header and the columns are found out from the first rows; the column of
EANs is known by its values. What the shop named (`Feed.columns`) counts more than any guess.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain, islice
from typing import BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_ean
from comptoir.core.table import plain_name
from comptoir.core.text import plain_number
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    SHOWN_CHARACTERS,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
)
from comptoir.stock.formats.reader import ROUNDED, Cells, Rows, read_article, text_rows
from comptoir.stock.formats.spreadsheet import is_spreadsheet, spreadsheet_rows
from comptoir.stock.formats.text import bounded

HEAD_ROWS = 200
HEADER_ROWS = 40
SAMPLES = 5
# Our names of columns, and what tills call them, as `plain_name` writes it.
NAMES: dict[str, frozenset[str]] = {
    ours: frozenset(theirs.split())
    for ours, theirs in {
        "ean": "ean ean13 ean_13 code_ean ean/isbn isbn/ean isbn isbn13 isbn_13 gencod gencode"
        " code_barre code_barres code-barre code-barres codebarre codebarres barcode gtin upc",
        "quantity": "quantite qte qty quantity stock stock_actuel stock_reel stock_disponible"
        " en_stock dispo disponible exemplaires nb_exemplaires stock_magasin qte_stock"
        " qte_en_stock quantite_en_stock",
        "price": "prix prix_ttc prix_de_vente prix_vente prix_vente_ttc pv pv_ttc pvttc ppttc"
        " prix_public prix_public_ttc price tarif",
        "condition": "etat condition grade",
        "title": "titre title designation libelle nom name article",
        "item": "reference ref sku code code_article id",
    }.items()
}
REQUIRED = ("ean", "quantity")
LEAST_SHARE = 0.5
SURE, LIKELY, UNKNOWN = "sure", "likely", "unknown"
_LETTERS = re.compile(r"[A-Z]{1,2}\Z")
_SMALL = re.compile(r"-?\d{1,4}(?:[.,]0+)?\Z")
_WORN = re.compile(r"\d{7}0{6}\Z")
_NEW_WORDS = frozenset({"", "new", "neuf", "neuve", "n"})


_Header = tuple[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What a table seems to be, for the shop to check and correct.

    `columns` are our names → the table's; `titles` the table's own, in order (a letter where it has
    none); `samples` its first rows. `header_line` is 0 without a header. `confidence` is `sure`,
    `likely` (the quantity was recognised by its values alone) or `unknown` (a column is missing).
    `separator` and `encoding` are empty for a spreadsheet.
    """

    columns: dict[str, str]
    titles: list[str]
    samples: list[list[str]]
    separator: str
    encoding: str
    header_line: int
    confidence: str


def guess(stream: BinaryIO) -> TableGuess:
    """Return what a table seems to be, from its first rows. Raises `Invalid` as `read` does."""
    rows = _open(stream)
    return _guess(list(islice(rows.rows, HEAD_ROWS)), rows)


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines of a table, read as they are asked for.

    Without a column for the condition it covers new copies only. Raises `Invalid`:
    `columns_unknown` when the shop named no columns and they are not beyond doubt, `bad_header`
    when those it named are not there, and what `spreadsheet` and `text` raise.
    """
    rows = _open(stream)
    head = list(islice(rows.rows, HEAD_ROWS))
    if known.columns:
        header, places = _named(head, known.columns)
    else:
        found = _guess(head, rows)
        if found.confidence != SURE:
            raise _columns_unknown(found.titles)
        header = found.header_line
        places = {name: found.titles.index(title) for name, title in found.columns.items()}
    lines = (_line(row, places) for row in chain(head, rows.rows) if row.line > header)
    return FeedFile(
        lines=(line for line in lines if line is not None),
        covers=Covers.ALL if "condition" in places else Covers.NEW,
        shop_code=known.shop_code,
    )


def _open(stream: BinaryIO) -> Rows:
    source = cast(BinaryIO, bounded(stream))
    if is_spreadsheet(cast(BufferedReader, source).peek(8)):
        return Rows(spreadsheet_rows(source))
    return text_rows(source)


def _named(head: Sequence[Cells | RefusedLine], columns: Mapping[str, str]) -> _Header:
    """Return the line of the header, and where the columns stand that the shop named."""
    wanted = {name: plain_name(title) for name, title in columns.items() if title}
    for row in head[:HEADER_ROWS]:
        titles = [] if isinstance(row, RefusedLine) else [plain_name(cell) for cell in row.cells]
        if wanted and set(wanted.values()) <= set(titles):
            return row.line, {name: titles.index(title) for name, title in wanted.items()}
    if columns and all(_LETTERS.fullmatch(title) for title in columns.values()):
        places = {name: _place(title) for name, title in columns.items()}
        eans = _eans_at(head, places.get("ean", 0))
        return (eans[0] - 1 if eans else 0), places
    message = fill(
        _("The columns named for this till are not in the file: %(titles)s. Name them again."),
        titles=", ".join(columns.values()),
    )
    raise Invalid("bad_header", message, missing=list(columns.values()))


def _guess(head: Sequence[Cells | RefusedLine], rows: Rows) -> TableGuess:
    good = [row for row in head if isinstance(row, Cells)]
    width = max((len(row.cells) for row in good), default=0)
    header = _header(good)
    body = [row for row in good if row.line > (header.line if header else 0)]
    cells = header.cells if header else []
    titles = _titles(cells, width)
    places = _places(cells)
    ean = _ean_place(body, places, width)
    if ean is None:
        places.pop("ean", None)
    else:
        places = {name: place for name, place in places.items() if place != ean} | {"ean": ean}
    confidence = SURE if set(REQUIRED) <= set(places) else UNKNOWN
    if ean is not None and "quantity" not in places:
        quantity = _quantity_place(body, set(places.values()), width)
        if quantity is not None:
            places["quantity"], confidence = quantity, LIKELY
    return TableGuess(
        columns={name: titles[places[name]] for name in NAMES if name in places},
        titles=titles,
        samples=[row.cells for row in body[:SAMPLES]],
        separator=rows.separator,
        encoding=rows.encoding,
        header_line=header.line if header else 0,
        confidence=confidence,
    )


def _header(rows: Sequence[Cells]) -> Cells | None:
    """Return the row that names columns: most of ours, or text alone just above the first EAN."""
    best = max(rows[:HEADER_ROWS], key=lambda row: len(_places(row.cells)), default=None)
    if best is not None and set(_places(best.cells)) & set(REQUIRED):
        return best
    before: Cells | None = None
    for row in rows[:HEADER_ROWS]:
        if any(_is_ean(cell) for cell in row.cells):
            break
        before = row
    else:
        return None
    several = before is not None and sum(map(bool, before.cells)) > 1
    return before if several else None


def _places(cells: Sequence[str]) -> dict[str, int]:
    """Return which cell of a header is which of our columns."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        title = plain_name(cell)
        for name, aliases in NAMES.items():
            if title in aliases:
                places.setdefault(name, place)
    return places


def _titles(cells: Sequence[str], width: int) -> list[str]:
    """Return the titles of the columns, each once; a letter where there is none."""
    titles: list[str] = []
    for place in range(max(width, len(cells))):
        title = cells[place] if place < len(cells) else ""
        titles.append(title if title and title not in titles else _letter(place))
    return titles


def _ean_place(body: Sequence[Cells], places: Mapping[str, int], width: int) -> int | None:
    """Return the column in which most values are EANs; of two, the one that is called so."""
    shares: dict[int, float] = {}
    for place in range(width):
        values = [row.cells[place] for row in body if place < len(row.cells) and row.cells[place]]
        if values:
            shares[place] = sum(map(_is_ean, values)) / len(values)
    best = max(shares, key=lambda place: (shares[place], place == places.get("ean")), default=None)
    return best if best is not None and shares[best] >= LEAST_SHARE else None


def _quantity_place(body: Sequence[Cells], taken: set[int], width: int) -> int | None:
    """Return the only other column of small whole numbers, or None."""
    small = [
        place
        for place in set(range(width)) - taken
        if body and all(place < len(row.cells) and _is_small(row.cells[place]) for row in body)
    ]
    return small[0] if len(small) == 1 else None


def _is_small(text: str) -> bool:
    return _SMALL.match(plain_number(text)) is not None


def _eans_at(head: Sequence[Cells | RefusedLine], place: int) -> list[int]:
    rows = [row for row in head if isinstance(row, Cells) and place < len(row.cells)]
    return [row.line for row in rows if _is_ean(row.cells[place])]


def _is_ean(text: str) -> bool:
    return bool(ROUNDED.fullmatch(plain_number(text))) or find_ean(_restored(text)) is not None


def _restored(text: str) -> str:
    """Return an EAN whose leading zeros a spreadsheet dropped, if its check digit proves it.

    An ISBN-10 may have lost one, a barcode two; with more, the digit proves little.
    """
    text = plain_number(text).removesuffix(".0").removesuffix(",0")
    if text.isascii() and text.isdigit() and len(text) in (9, 11):
        return find_ean(text.zfill(10 if len(text) == 9 else 13)) or text
    return text


def _line(row: Cells | RefusedLine, places: Mapping[str, int]) -> Line | None:
    if isinstance(row, RefusedLine):
        return row
    cells = {name: row.cells[place] for name, place in places.items() if place < len(row.cells)}
    content = " ; ".join(row.cells)[:SHOWN_CHARACTERS]
    ean, item = _restored(cells.get("ean", "")), cells.get("item", "")
    if _WORN.match(ean):
        # A spreadsheet that reads 9,78207E+12 again fills up with zeros: never a title's own.
        ean = f"{ean[:7]}E+6"
    if not ean and not item:
        if not cells.get("quantity"):
            return None
        text = _("The line has no EAN: nobody can tell its title.")
        return RefusedLine(row.line, "unknown_item", text, content)
    condition = cells.get("condition", "")
    return read_article(
        line=row.line,
        ean=ean,
        item=item,
        quantity=cells.get("quantity", ""),
        price=cells.get("price", ""),
        condition="" if condition.lower() in _NEW_WORDS else condition,
        name=cells.get("title", ""),
        content=content,
    )


def _letter(place: int) -> str:
    high, low = divmod(place, 26)
    return (_letter(high - 1) if high else "") + chr(ord("A") + low)


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _columns_unknown(titles: Sequence[str]) -> Invalid:
    message = fill(
        _(
            "Which columns hold the EAN and the quantity cannot be told."
            " Name them once: %(titles)s."
        ),
        titles=", ".join(titles[:20]),
    )
    return Invalid("columns_unknown", message, titles=list(titles))


FORMAT = Format(
    code="table",
    name=_("Spreadsheet or CSV"),
    help=_(
        "Any other export, from Librisoft, Winbooks, Ellipses…: you say once which column is what."
    ),
    read=read,
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"),
    recognises=is_spreadsheet,
)
