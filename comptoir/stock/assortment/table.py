"""The list as a table, for spreadsheets and other programs: what each column is, docs/stock-list.md
says."""

from datetime import datetime
from zoneinfo import ZoneInfo

from comptoir.core.money import plain_cents
from comptoir.core.sheet import Cells
from comptoir.stock.assortment.rows import Row

COLUMNS = (
    *("number", "title", "byline", "publisher", "format", "condition", "copy"),
    *("copies", "held", "available", "price", "value", "last_movement", "as_of", "confidence"),
    *("till_correction", "asked_for"),
)


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
