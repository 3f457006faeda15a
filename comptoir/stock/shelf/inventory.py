"""All that a public shop has to be had, for programs that take it whole. Reads only."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState
from comptoir.core.db import fetch_named
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.shelf.sql import SHOWN, STANDING_OF, oldest_shown
from comptoir.stock.shelf.standing import ShopOffer, offer_of, standing_columns

AT_ONCE = 1_000
"""So many offers are read by one query."""

_READ = {
    *("id", "ean", "source", "source_ref", "kind", "title", "byline", "publisher"),
    *("description", "cover_url"),
}
_PRODUCT = [each.attname for each in Product._meta.concrete_fields if each.attname in _READ]
# In the order of the index of what a shop has, from where the rows before ended.
_ROWS = f"""
SELECT * FROM (
    SELECT {standing_columns()}, o.issue,
           {", ".join(f"p.{name} AS product__{name}" for name in _PRODUCT)}
    FROM {STANDING_OF} JOIN catalogue_product p ON p.id = o.product_id
    WHERE o.shop_id = %(shop)s AND s.paused_at IS NULL
    AND (o.product_id, o.condition, o.copy_ref) > (%(product)s, %(condition)s, %(copy)s)
    AND p.state = %(listed)s AND p.source <> %(till)s AND o.price_cents > 0
) found WHERE shown > 0 AND {SHOWN}
ORDER BY product_id, condition, copy_ref LIMIT %(most)s
"""  # noqa: S608


def store_code(shop: Shop) -> str:
    """Return by which code a shop is named to others that take its inventory: it stays when the
    shop is renamed."""
    return f"comptoir-{shop.pk}"


def inventory(shop: Shop, at: datetime | None = None) -> Iterator[tuple[Product, ShopOffer]]:
    """Yield the offers of a shop that the public is shown, with their titles: those with a price,
    of listed titles that are not the shop's own articles. `AT_ONCE` are read by a query, so that
    fifty thousand take no more room than these; what changes meanwhile is told as it is met."""
    moment = at or timezone.now()
    shops = directory().shops
    after: tuple[int, str, str] = (0, "", "")
    while True:
        rows = fetch_named(
            _ROWS,
            {
                "shop": shop.pk,
                **dict(zip(("product", "condition", "copy"), after, strict=True)),
                "listed": ProductState.LISTED.value,
                "till": TILL_SOURCE,
                "most": AT_ONCE,
                **oldest_shown(moment),
            },
            binary=True,
        )
        for row in rows:
            values = [getattr(row, f"product__{name}") for name in _PRODUCT]
            product = Product.from_db(connection.alias, _PRODUCT, values)
            yield product, offer_of(row, shops, moment, None)
        if len(rows) < AT_ONCE:
            return
        *_before, last = rows
        after = (last.product_id, last.condition, last.copy_ref)
