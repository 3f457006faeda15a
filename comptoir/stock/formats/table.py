"""Any table a till exports, CSV or spreadsheet, its columns named once by the shop, or guessed.

Librisoft, Winbooks, Ellipses and others have no public format. How the text is written (encoding,
separator), the line of the header and the columns are found out from the first rows; the column of
EANs is known by its values. What the shop named (`Feed.columns`) counts more than any guess.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import chain, islice
from typing import BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.sources.kinds import kind_by_titles
from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_ean, with_zeros
from comptoir.core.money import Price, read_prices
from comptoir.core.spreadsheet.book import CERTAIN, HEAD_BYTES, is_spreadsheet, open_sheet
from comptoir.core.spreadsheet.cells import (
    HEAD_ROWS,
    HEADER_ROWS,
    Cells,
    column_of,
    header_of,
    titles_of,
)
from comptoir.core.table import plain_name
from comptoir.core.text import plain_number
from comptoir.stock.formats.columns import (
    NAMES,
    NEW_WORDS,
    choose_columns,
    most_cells,
    place_of,
    says_only_states,
)
from comptoir.stock.formats.furniture import ROUNDED, is_furniture, own_code
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    OTHER_SHEETS,
    SHOWN_CHARACTERS,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    Remark,
    other_kind,
)
from comptoir.stock.formats.plain import Shape, in_blocks
from comptoir.stock.formats.reader import TOO_WIDE, Rows, cell_of, read_article, text_rows
from comptoir.stock.formats.text import bounded

SAMPLES = 5
REQUIRED = ("ean", "quantity")
SHEET = "sheet"
"""Beside the columns, the sheet that the shop chose of a spreadsheet of several."""
LEAST_SHARE = 0.5
SURE, LIKELY, UNKNOWN = "sure", "likely", "unknown"
_LETTERS = re.compile(r"[A-Z]{1,2}\Z")
_SMALL = re.compile(r"-?\d{1,4}(?:[.,]0+)?\Z")
_WORN = re.compile(r"\d{7}0{6}\Z")


_Header = tuple[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What a table seems to be, for the shop to check and correct.

    `columns` are our names → the table's; `titles` the table's own, in order (a letter where it has
    none); `samples` its first rows. `header_line` is 0 without a header. `confidence` is `sure`,
    `likely` (the quantity was recognised by its values alone) or `unknown` (a column is missing).
    `separator` and `encoding` are empty for a spreadsheet; of one `sheet` is the one that was
    looked at, `sheets` are all.
    """

    columns: dict[str, str]
    titles: list[str]
    samples: list[list[str]]
    separator: str
    encoding: str
    header_line: int
    confidence: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def guess(stream: BinaryIO, sheet: str = "") -> TableGuess:
    """Return what a table seems to be, from its first rows; of a spreadsheet, this sheet or the
    likeliest. Raises `Invalid` as `read` does."""
    rows = _open(stream, {}, sheet)
    return _guess(list(islice(rows.rows, HEAD_ROWS)), rows)


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines of a table, read as they are asked for.

    Without a column for the condition it covers new copies only. Raises `Invalid`:
    `columns_unknown` when the shop named no columns and they are not beyond doubt (`other_kind`
    where their titles show that it is no stock), `bad_header` when those it named are not there,
    `no_such_sheet` likewise, and what `spreadsheet` and `text` raise.
    """
    columns = _columns_alone(known.columns)
    rows = _open(stream, columns, known.columns.get(SHEET, ""))
    head = list(islice(rows.rows, HEAD_ROWS))
    if columns:
        header, places = _named(head, columns)
    else:
        found = _guess(head, rows)
        if found.confidence != SURE:
            rows_seen = [row for row in head[:HEADER_ROWS] if isinstance(row, Cells)]
            if kind := kind_by_titles(cell for row in rows_seen for cell in row.cells):
                raise other_kind(kind)
            raise _columns_unknown(found.titles)
        header = found.header_line
        places = {name: found.titles.index(title) for name, title in found.columns.items()}
    body = (row for row in chain(head, rows.rows) if row.line > header)
    priced = read_prices(body, partial(_price_of, place=places.get("price")))
    titles = next((row.cells for row in head if isinstance(row, Cells) and row.line == header), [])
    width = most_cells(titles, places) if rows.separator else 0
    found_lines = (_line(row, places, price, width) for row, price in priced)
    lines: Iterator[Line] = (line for line in found_lines if line is not None)
    if rows.source is not None and len(titles) > max(places.values()):
        lines = in_blocks(rows.source, Shape(rows.separator, places, len(titles)), lines)
    return FeedFile(
        lines=chain(lines, _of_other_sheets(rows)),
        covers=Covers.ALL if "condition" in places else Covers.NEW,
        shop_code=known.shop_code,
    )


def _of_other_sheets(rows: Rows) -> Iterator[Remark]:
    """Yield a remark on sheets that were not read and look like a stock, once the rows were."""
    if rows.others:
        text = _("Only the sheet “%(sheet)s” was read. These look like a stock, too: %(others)s.")
        names = ", ".join(rows.others)[:200]
        yield Remark(1, OTHER_SHEETS, fill(text, sheet=rows.sheet, others=names))


def has_columns(head: bytes, columns: Mapping[str, str]) -> bool:
    """Return whether the first bytes of a file are a table with the columns that a shop named.

    Of a spreadsheet its first bytes show nothing.
    """
    columns = _columns_alone(columns)
    if not columns or is_spreadsheet(head):
        return False
    # The last line may be cut.
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        rows = list(text_rows(BytesIO(whole)).rows)
        _line, places = _named(rows, columns)
    except Invalid:
        return False
    letters = all(map(_LETTERS.fullmatch, columns.values()))
    return not letters or bool(_eans_at(rows, places.get("ean", 0)))


def _price_of(row: Cells | RefusedLine, place: int | None) -> str:
    if isinstance(row, RefusedLine) or place is None or place >= len(row.cells):
        return ""
    return row.cells[place]


def _columns_alone(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: title for name, title in columns.items() if name != SHEET}


def _open(stream: BinaryIO, columns: Mapping[str, str], sheet: str) -> Rows:
    source = bounded(stream)
    if is_spreadsheet(source.peek(HEAD_BYTES)[:HEAD_BYTES]):
        found = open_sheet(cast(BinaryIO, source), partial(_likelihood, columns=columns), sheet)
        return Rows(found.rows, "", "", found.name, found.names, found.others)
    return text_rows(cast(BinaryIO, source))


def _likelihood(head: Sequence[Cells], columns: Mapping[str, str]) -> int:
    """Return how likely a sheet is the stock, for `open_sheet`: by the columns that the shop named,
    or by those that it seems to have."""
    if columns:
        try:
            _named(head, columns)
        except Invalid:
            return 0
        return CERTAIN
    found = _guess(head, Rows(iter(())))
    if found.confidence == UNKNOWN:
        return int("ean" in found.columns)
    return CERTAIN if found.confidence == SURE else CERTAIN - 1


def _named(head: Sequence[Cells | RefusedLine], columns: Mapping[str, str]) -> _Header:
    """Return the line of the header, and where the columns stand that the shop named."""
    wanted = {name: plain_name(title) for name, title in columns.items() if title}
    for row in head[:HEADER_ROWS]:
        titles = [] if isinstance(row, RefusedLine) else _plain(row.cells)
        if wanted and set(wanted.values()) <= set(titles):
            places = {name: titles.index(title) for name, title in wanted.items()}
            return row.line, _without_states(places, head, row.line)
    if columns and all(_LETTERS.fullmatch(title) for title in columns.values()):
        places = {name: place_of(title) for name, title in columns.items()}
        eans = _eans_at(head, places.get("ean", 0))
        # Letters alone do not show that they mean this table: its EANs may stand elsewhere.
        if eans or "ean" not in places or not _has_eans(head):
            header = eans[0] - 1 if eans else 0
            return header, _without_states(places, head, header)
    message = fill(
        _("The columns named for this till are not in the file: %(titles)s. Name them again."),
        titles=", ".join(columns.values()),
    )
    raise Invalid("bad_header", message, missing=list(columns.values()))


def _without_states(
    places: dict[str, int], head: Sequence[Cells | RefusedLine], header: int
) -> dict[str, int]:
    """Return the places without a column of grades that only says whether a title can be had."""
    body = [row.cells for row in head if isinstance(row, Cells) and row.line > header]
    if "condition" in places and says_only_states(column_of(body, places["condition"])):
        return {name: place for name, place in places.items() if name != "condition"}
    return places


def _guess(head: Sequence[Cells | RefusedLine], rows: Rows) -> TableGuess:
    good = [row for row in head if isinstance(row, Cells)]
    width = max((len(row.cells) for row in good), default=0)
    header = _header(good)
    body = [row for row in good if row.line > (header.line if header else 0)]
    cells = header.cells if header else []
    titles = titles_of(cells, width)
    places = choose_columns(_plain(cells), NAMES, [row.cells for row in body])
    if set(REQUIRED) <= set(places):
        body = [row for row in body if not _is_print(row, places)]
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
        sheet=rows.sheet,
        sheets=rows.sheets,
    )


def _is_print(row: Cells, places: Mapping[str, int]) -> bool:
    """Return whether a row below the header is a heading, a header again, or a total."""
    ean, item, quantity = (
        cell_of(row.cells, places.get(name, len(row.cells))) for name in ("ean", "item", "quantity")
    )
    return is_furniture(row.cells, own_code(ean) or item, quantity)


def _header(rows: Sequence[Cells]) -> Cells | None:
    """Return the row that names columns: most of ours, or text alone just above the first EAN."""
    best = header_of(rows, lambda cells: len(_named_by(cells)))
    if best is not None and _named_by(best.cells) & set(REQUIRED):
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


def _plain(cells: Sequence[str]) -> list[str]:
    return [plain_name(cell) for cell in cells]


def _named_by(cells: Sequence[str]) -> set[str]:
    """Return which of our columns a row names, if it is the header."""
    titles = set(_plain(cells))
    return {name for name, called in NAMES.items() if titles & called}


def _ean_place(body: Sequence[Cells], places: Mapping[str, int], width: int) -> int | None:
    """Return the column in which most values are EANs; of two, the one that is called so."""
    shares: dict[int, float] = {}
    for place in range(width):
        values = [row.cells[place] for row in body if place < len(row.cells) and row.cells[place]]
        if values:
            shares[place] = sum(map(_is_ean, values)) / len(values)
    best = max(shares, key=lambda place: (shares[place], place == places.get("ean")), default=None)
    # What the header calls so may hold many codes of the shop's own.
    if best is None or (shares[best] < LEAST_SHARE and best != places.get("ean")):
        return None
    return best if shares[best] else None


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


def _has_eans(head: Sequence[Cells | RefusedLine]) -> bool:
    return any(_is_ean(cell) for row in head if isinstance(row, Cells) for cell in row.cells)


def _is_ean(text: str) -> bool:
    return bool(ROUNDED.fullmatch(plain_number(text))) or find_ean(with_zeros(text)) is not None


def _line(
    row: Cells | RefusedLine, places: Mapping[str, int], price: Price, width: int
) -> Line | None:
    if isinstance(row, RefusedLine):
        return row
    cells = {name: row.cells[place] for name, place in places.items() if place < len(row.cells)}
    content = " ; ".join(row.cells)[:SHOWN_CHARACTERS]
    ean, item = with_zeros(cells.get("ean", "")), cells.get("item", "")
    if _WORN.match(ean):
        # A spreadsheet that reads 9,78207E+12 again fills up with zeros: never a title's own.
        ean = f"{ean[:7]}E+6"
    if _is_print(row, places):
        return None
    if width and any(row.cells[width:]):
        return RefusedLine(row.line, "bad_line", TOO_WIDE, content)
    condition = cells.get("condition", "")
    return read_article(
        line=row.line,
        ean=ean,
        item=item,
        quantity=cells.get("quantity", ""),
        price=price,
        condition="" if condition.lower() in NEW_WORDS else condition,
        name=cells.get("title", ""),
        content=content,
    )


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
