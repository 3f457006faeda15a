"""The inventory that a record shop exports from Discogs: used copies, one listing a line.

CSV in UTF-8, CRLF: `listing_id,artist,title,label,catno,format,release_id,status,price,listed,
comments,media_condition,sleeve_condition,accept_offer,external_id,weight,format_quantity,location,
quantity`. It holds no barcode and no currency: prices are taken to be in euros, as the shop's are.
A listing that is not for sale (draft, sold, expired) is reported as none left. Without `quantity`,
as in older exports, a listing is one copy.
"""

from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

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
    parse_price,
    parse_quantity,
    read_table,
)
from comptoir.stock.shelf.models import Condition, Sleeve

REQUIRED = ("listing_id", "release_id", "status", "media_condition")
FOR_SALE = "For Sale"
OFF_SALE = frozenset({"Draft", "Sold", "Expired", "Deleted", "Suspended", "Violation"})
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
    condition = GRADES.get(cells["media_condition"])
    if condition is None:
        raise _unknown("bad_condition", _("“%(text)s” is no grade."), cells["media_condition"])
    sleeve = cells.get("sleeve_condition", "")
    if sleeve and sleeve not in SLEEVES:
        raise _unknown("bad_condition", _("“%(text)s” is no grade of a sleeve."), sleeve)
    copy = CopyLine(
        line=row.line,
        ref=_number(cells["listing_id"], "listing_id"),
        quantity=_quantity(cells),
        price_cents=parse_price(cells.get("price", "")),
        condition=condition.value,
        sleeve=SLEEVES[sleeve].value if sleeve else "",
        note=cells.get("comments", ""),
        release=_number(cells["release_id"], "release_id"),
        catno=cells.get("catno", ""),
        artist=cells.get("artist", ""),
        title=cells.get("title", ""),
    )
    return check_copy(copy, row.content)


def _quantity(cells: Mapping[str, str]) -> int:
    status = cells["status"]
    if status in OFF_SALE:
        return 0
    if status != FOR_SALE:
        raise _unknown("bad_status", _("“%(text)s” is no status of a listing."), status)
    return parse_quantity(cells.get("quantity") or "1")


def _number(text: str, column: str) -> str:
    text = plain_number(text)
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
