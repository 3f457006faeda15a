"""The inventory that a record shop exports from Discogs: used copies, one listing a line.

CSV in UTF-8, CRLF: `listing_id,artist,title,label,catno,format,release_id,status,price,listed,
comments,media_condition,sleeve_condition,accept_offer,external_id,weight,format_quantity,location,
quantity`. It holds no barcode and no currency: prices are taken to be in euros, as the shop's are.
A listing that is not for sale (draft, sold, expired) is reported as none left. Without `quantity`,
as in older exports, a listing is one copy. Spreadsheets and hands leave grades in short (`VG+`).
"""

from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.sources.discogs import without_numbers
from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.text import plain_number
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    CopyLine,
    Covers,
    FeedFile,
    Format,
    Known,
    RefusedLine,
    check_copy,
)
from comptoir.stock.formats.reader import (
    Row,
    each_row,
    first_line_names,
    parse_quantity,
    price_remarks,
    read_table,
    refuse_rounded,
)
from comptoir.stock.shelf.models import Condition, Sleeve

REQUIRED = ("listing_id", "release_id", "status", "media_condition")
FOR_SALE = "for sale"
GRADES = {
    "Mint (M)": Condition.MINT,
    "Near Mint (NM or M-)": Condition.NEAR_MINT,
    "Very Good Plus (VG+)": Condition.VERY_GOOD_PLUS,
    "Very Good (VG)": Condition.VERY_GOOD,
    "Good Plus (G+)": Condition.GOOD_PLUS,
    "Good (G)": Condition.GOOD,
    "Fair (F)": Condition.FAIR,
    "Poor (P)": Condition.POOR,
}
SLEEVES = {grade: Sleeve(condition.value) for grade, condition in GRADES.items()} | {
    "Not Graded": Sleeve.NOT_GRADED,
    "Generic": Sleeve.GENERIC,
    "No Cover": Sleeve.NO_COVER,
}
_GRADES = {name.lower(): grade for full, grade in GRADES.items() for name in (full, grade.value)}
_SLEEVES = {name.lower(): grade for full, grade in SLEEVES.items() for name in (full, grade.value)}


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the listings, each a copy of its own, read as they are asked for.

    Raises `Invalid` (`bad_header`) when it is no such export.
    """
    table = read_table(stream, REQUIRED)
    return FeedFile(
        lines=each_row(table.rows, _copy), covers=Covers.COPIES, shop_code=known.shop_code
    )


def _copy(row: Row) -> CopyLine | RefusedLine:
    cells = row.cells
    condition = _GRADES.get(cells["media_condition"].lower())
    if condition is None:
        raise _unknown("bad_condition", _("“%(text)s” is no grade."), cells["media_condition"])
    sleeve = cells.get("sleeve_condition", "")
    if sleeve and sleeve.lower() not in _SLEEVES:
        raise _unknown("bad_condition", _("“%(text)s” is no grade of a sleeve."), sleeve)
    copy = CopyLine(
        line=row.line,
        ref=_number(cells["listing_id"], "listing_id"),
        quantity=_quantity(cells),
        price_cents=row.price.cents,
        condition=condition.value,
        sleeve=_SLEEVES[sleeve.lower()].value if sleeve else "",
        note=cells.get("comments", ""),
        release=_number(cells["release_id"], "release_id"),
        catno=cells.get("catno", ""),
        artist=without_numbers(cells.get("artist", "")),
        title=cells.get("title", ""),
        remarks=price_remarks(row.price, row.line, row.content),
    )
    return check_copy(copy, row.content)


def _quantity(cells: Mapping[str, str]) -> int:
    status = cells["status"].lower()
    if not status:
        raise Invalid(
            "bad_status", _("The listing has no status: nobody can tell if it is for sale.")
        )
    # Whatever else it is: sold, being packed, a draft.
    return parse_quantity(cells.get("quantity") or "1") if status == FOR_SALE else 0


def _number(text: str, column: str) -> str:
    text = plain_number(text)
    refuse_rounded(text)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        message = fill(_("%(column)s must be Discogs' number."), column=column)
        raise Invalid("bad_number", message)
    return text


def _unknown(code: str, message: Message, text: str) -> Invalid:
    return Invalid(code, fill(message, text=text[:40]))


FORMAT = Format(
    code="discogs",
    name="Discogs",
    help=_("Your Discogs inventory: each listing becomes a used copy of its own."),
    read=read,
    suffixes=(),
    recognises=lambda head: first_line_names(head, *REQUIRED),
)
