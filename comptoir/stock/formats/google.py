"""Google's local inventory, as shop programs make it for Merchant Center: TSV, or XML with `g:`.

Per store and product: `store_code`, `id`, and `availability`, `quantity`, `price` (`28.00 EUR`).
The names have spaces in TSV, underscores in XML; `itemid` is another name of `id`. That is an EAN
or the shop's own reference, as Google's reports write it behind `online:fr:FR:`. Without a
quantity, `in_stock` and `limited_availability` are one copy at least; what is on display to be
ordered cannot be taken away. See https://support.google.com/merchants/answer/3061342.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.safe_xml import Element, read_elements, refuse_unresolved
from comptoir.core.errors import Invalid, fill
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
from comptoir.stock.formats.places import of_one_place
from comptoir.stock.formats.reader import Row, each_row, first_line_names, read_article, read_table
from comptoir.stock.formats.text import bounded

REQUIRED = ("store_code", "id")
ALSO = {"itemid": "id", "item_id": "id"}
AVAILABILITY = {
    "in_stock": "1",
    "limited_availability": "1",
    "on_display_to_order": "0",
    "out_of_stock": "0",
    "preorder": "0",
    "backorder": "0",
}
# How Google's own reports name a product: by channel, language and country before the reference.
_CHANNEL = re.compile(r"(?:online|local):[A-Za-z]{2}:[^:]{2,30}:")
_ITEMS = ("item", "entry")


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines of this shop, read as they are asked for.

    Raises `Invalid`: `bad_header` when it is no such file, the errors of `safe_xml` for bad XML,
    and see `places.of_one_place`.
    """
    source = bounded(stream)
    rows: Iterator[Row | RefusedLine]
    if source.peek(256)[:256].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        rows = _elements(Document("", source, timezone.now()))
    else:
        rows = read_table(source, REQUIRED, ALSO).rows
    code, rows = of_one_place(rows, "store_code", known)
    return FeedFile(lines=each_row(rows, _line), covers=Covers.NEW, shop_code=code)


def _elements(document: Document) -> Iterator[Row | RefusedLine]:
    found = False
    for element in read_elements(document, _ITEMS):
        found = True
        refuse_unresolved(element)
        cells: dict[str, str] = {}
        for child in element.iterchildren():
            text = str(child.xpath("string()")).strip()
            # A prefix that nothing declares stays in the name.
            name = str(child.tag).rpartition("}")[2].rpartition(":")[2]
            cells.setdefault(name, text[:1000])
        content = " ".join(f"{name}={value}" for name, value in cells.items())
        yield Row(_line_of(element), cells, content[:SHOWN_CHARACTERS])
    if not found:
        raise Invalid(
            "bad_header",
            _("The file has neither an item nor an entry: it is no Google local inventory."),
        )


def _line_of(element: Element) -> int:
    return int(str(element.sourceline or 0))


def _line(row: Row) -> Line | None:
    cells = row.cells
    availability = cells.get("availability", "").lower().replace(" ", "_")
    if availability and availability not in AVAILABILITY:
        message = fill(
            _("“%(text)s” is no availability that Google knows."), text=availability[:40]
        )
        raise Invalid("bad_availability", message)
    least = AVAILABILITY.get(availability)
    quantity = cells.get("quantity") or least or ""
    return read_article(
        line=row.line,
        item=_CHANNEL.sub("", cells.get("id", ""), count=1),
        quantity="0" if least == "0" else quantity,
        price=row.price,
        name=cells.get("title", ""),
        content=row.content,
    )


def _recognises(head: bytes) -> bool:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return b"store_code>" in head
    return first_line_names(head, *REQUIRED, also=ALSO)


FORMAT = Format(
    code="google",
    name="Google",
    help=_("The local inventory that your till makes for Google."),
    read=read,
    recognises=_recognises,
)
