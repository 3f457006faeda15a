"""The products that a shop exports from WooCommerce: CSV in UTF-8, with titles in its language.

`ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,…,"In stock?",Stock,…,"Regular price",…`. `Stock` is
empty where the shop does not count: then `In stock?` (1, 0 or backorder) shows one or none. What
has variations is counted by them, and what is downloaded stands on no shelf. A reference (SKU) that
is an EAN is one.
"""

from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.stock.formats.lines import NOTHING_KNOWN, Covers, FeedFile, Format, Known, Line
from comptoir.stock.formats.reader import Row, each_row, first_line_names, read_article, read_table

REQUIRED = ("sku", "in_stock", "stock")
ALSO = {
    "ugs": "sku",
    "in_stock?": "in_stock",
    "en_stock_?": "in_stock",
    "en_stock?": "in_stock",
    "gtin,_upc,_ean,_or_isbn": "gtin",
    "gtin,_upc,_ean_or_isbn": "gtin",
    "gtin,_upc,_ean,_ou_isbn": "gtin",
    "gtin,_upc,_ean_ou_isbn": "gtin",
    "nom": "name",
    "regular_price": "price",
    "tarif_regulier": "price",
    "tarif_normal": "price",
}
_ON_NO_SHELF = frozenset({"variable", "grouped", "external", "virtual", "downloadable"})
_IN_STOCK = {"1": "1", "0": "0", "backorder": "0"}


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines, read as they are asked for. Raises `Invalid` (`bad_header`)."""
    table = read_table(stream, REQUIRED, ALSO)
    return FeedFile(lines=each_row(table.rows, _line), covers=Covers.NEW, shop_code=known.shop_code)


def _line(row: Row) -> Line | None:
    cells = row.cells
    kinds = {kind.strip() for kind in cells.get("type", "").lower().split(",")}
    if kinds & _ON_NO_SHELF:
        return None
    quantity = cells["stock"] or _IN_STOCK.get(cells["in_stock"].lower())
    if quantity is None:
        text = _("“Stock” is empty, and “In stock?” is none of 1, 0 and backorder.")
        raise Invalid("bad_quantity", text)
    return read_article(
        line=row.line,
        ean=cells.get("gtin", ""),
        item=cells["sku"],
        quantity=quantity,
        price=row.price,
        name=cells.get("name", ""),
        content=row.content,
    )


FORMAT = Format(
    code="woocommerce",
    name="WooCommerce",
    help=_("The products that WooCommerce exports, with their stock."),
    read=read,
    recognises=lambda head: first_line_names(head, *REQUIRED, also=ALSO),
)
