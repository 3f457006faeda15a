"""The inventory that a shop exports from Shopify: CSV in UTF-8, a line a variant and location.

`Handle,Title,Option1 Name,…,SKU,HS Code,COO,Location,Bin name,Incoming (not editable),Unavailable
(not editable),Committed (not editable),Available (not editable),On hand (current),On hand (new)`;
before 2024 the same without the brackets. It holds neither barcode nor price. What stands on the
shelf is `On hand`: `Available` lacks the copies that Shopify promised. `not stocked` is none.
"""

from functools import partial
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.stock.formats.lines import NOTHING_KNOWN, Covers, FeedFile, Format, Known, Line
from comptoir.stock.formats.places import of_one_place
from comptoir.stock.formats.reader import Row, each_row, first_line_names, read_article, read_table

REQUIRED = ("handle", "sku", "location")
ALSO = {
    "on_hand_(current)": "on_hand",
    "available_(not_editable)": "available",
}
COUNTS = ("on_hand", "available")
NOT_STOCKED = "not stocked"


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines of this shop's location, read as they are asked for.

    Raises `Invalid`: `bad_header` when it is no such export, and see `places.of_one_place`.
    """
    table = read_table(stream, REQUIRED, ALSO)
    column = next((name for name in COUNTS if name in table.names), None)
    if column is None:
        text = _("The export has no column “On hand”: export the inventory with all quantities.")
        raise Invalid("bad_header", text, missing=["on_hand"])
    code, rows = of_one_place(table.rows, "location", known)
    return FeedFile(
        lines=each_row(rows, partial(_line, column=column)), covers=Covers.NEW, shop_code=code
    )


def _line(row: Row, column: str) -> Line | None:
    quantity = row.cells.get(column, "")
    return read_article(
        line=row.line,
        item=row.cells["sku"],
        quantity="0" if quantity.lower() == NOT_STOCKED else quantity,
        name=row.cells.get("title", ""),
        content=row.content,
    )


FORMAT = Format(
    code="shopify",
    name="Shopify",
    help=_("The inventory that Shopify exports; its articles are named once."),
    read=read,
    recognises=lambda head: first_line_names(head, *REQUIRED),
)
