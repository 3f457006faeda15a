"""The list as a table: for other programs (`COLUMNS`, `cells`), and for people, in words. What each
column is, docs/stock-list.md says."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import pgettext_lazy

from comptoir.core.money import plain_cents
from comptoir.core.sheet import Cells
from comptoir.stock.assortment.rows import Row
from comptoir.stock.shelf.models import Condition

COLUMNS = (
    *("number", "title", "byline", "publisher", "format", "condition", "copy"),
    *("copies", "held", "available", "price", "value", "last_movement", "as_of", "confidence"),
    *("till_correction", "asked_for"),
)
HEADINGS = {
    "number": pgettext_lazy("column", "EAN or number"),
    "title": pgettext_lazy("column", "Title"),
    "byline": pgettext_lazy("column", "By whom"),
    "publisher": pgettext_lazy("column", "Publisher or label"),
    "format": pgettext_lazy("column", "Format"),
    "condition": pgettext_lazy("column", "Condition"),
    "copy": pgettext_lazy("column", "Reference of the copy"),
    "copies": pgettext_lazy("column", "Copies here"),
    "held": pgettext_lazy("column", "Promised of these"),
    "available": pgettext_lazy("column", "Free"),
    "price": pgettext_lazy("column", "Price (€)"),
    "value": pgettext_lazy("column", "Value (€)"),
    "last_movement": pgettext_lazy("column", "Last movement"),
    "as_of": pgettext_lazy("column", "Seen on"),
    "confidence": pgettext_lazy("column", "How sure"),
    "till_correction": pgettext_lazy("column", "Correction of the till"),
    "asked_for": pgettext_lazy("column", "Asked for (times)"),
}
"""What `COLUMNS` are called in a file for people."""


def in_words(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Cells]:
    """Yield the headings and the lines of a file for people, in their language: cells as `cells`
    has them; format, condition and confidence in words."""
    yield [str(HEADINGS[name]) for name in COLUMNS]
    for row in rows:
        told = dict(zip(COLUMNS, cells(row, zone), strict=True))
        told["format"] = row.product.get_format_display()
        told["condition"] = str(Condition(row.condition).label)
        told["confidence"] = str(row.confidence.label) if row.confidence else ""
        yield told.values()


def cells(row: Row, zone: ZoneInfo) -> Cells:
    """Return a line as the cells of `COLUMNS`: euros with a comma, moments by the shop's clock."""
    return (
        *(row.product.number or row.product.ref, row.product.title, row.product.byline),
        *(row.product.publisher, row.product.format, row.condition),
        row.copy.label if row.copy else "",
        *(row.on_hand, row.held, row.available),
        *(_euros(row.price_cents), _euros(row.value_cents)),
        *(_moment(row.moved_at, zone), _moment(row.as_of, zone)),
        row.confidence.value if row.confidence else "",
        *(row.correction, row.asked),
    )


def _euros(cents: int | None) -> str:
    return "" if cents is None else plain_cents(cents)


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
