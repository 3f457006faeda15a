"""New books whose price at a shop's till is not the publisher's, and what was decided."""

from dataclasses import dataclass
from typing import Any

from comptoir.core.db import fetch_named
from comptoir.quotes.basket import Conflict
from comptoir.quotes.shares import WHOLE
from comptoir.shops.models import Shop

SHOWN = 50
"""How many are listed at once."""

_CONFLICTS = """
SELECT p.id, p.ean, p.title, p.byline, o.price_cents AS till, p.list_price_cents AS publisher,
       d.price_cents AS decided
FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
LEFT JOIN quotes_pricedecision d ON d.shop_id = o.shop_id AND d.product_id = o.product_id
     AND d.till_cents = o.price_cents AND d.publisher_cents = p.list_price_cents
WHERE o.shop_id = %(shop)s AND o.condition = 'new' AND o.copy_ref = ''
AND p.kind = 'book' AND p.format NOT IN ('sheet_music', 'audiobook')
AND o.price_cents <> p.list_price_cents
"""
_ONE = _CONFLICTS + " AND o.product_id = %(product)s"
_OPEN = (
    _CONFLICTS + " AND o.on_hand > 0 AND d.id IS NULL AND o.price_cents"
    " NOT BETWEEN ceil(p.list_price_cents * %(kept)s / 10000.0) AND p.list_price_cents"
    " ORDER BY p.title, p.id LIMIT %(most)s"
)


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One that nobody has decided, with the title it is about."""

    product_id: int
    ref: str
    title: str
    byline: str
    prices: Conflict


def conflict_of(shop: Shop, product_id: int) -> Conflict | None:
    """Return both prices of a new book of a shop where they differ, decided or not. One query."""
    rows = fetch_named(_ONE, {"shop": shop.pk, "product": product_id})
    return Conflict(rows[0].till, rows[0].publisher) if rows else None


def open_conflicts(shop: Shop, *, less: int = 0, most: int = SHOWN) -> list[OpenConflict]:
    """Return books in stock whose two prices differ and that nobody has decided, by title, at most
    so many; without those whose till's price is at most `less` below the publisher's (hundredths of
    a per cent). One query over what the shop has."""
    rows = fetch_named(_OPEN, {"shop": shop.pk, "kept": WHOLE - less, "most": most})
    return [_open(row) for row in rows]


def _open(row: Any) -> OpenConflict:  # noqa: ANN401
    ref = row.ean or f"p{row.id}"
    return OpenConflict(row.id, ref, row.title, row.byline, Conflict(row.till, row.publisher))
