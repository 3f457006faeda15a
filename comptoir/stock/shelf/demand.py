"""What readers ask for and nobody has: counted by title and day, nothing about the readers."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from comptoir.catalogue.models import Product, ProductKind
from comptoir.core.db import execute, fetch
from comptoir.shops.models import Shop, ShopKind

DAYS = 60
LISTED = 50
_KINDS = {
    ShopKind.BOOKS.value: [ProductKind.BOOK.value, ProductKind.OTHER.value],
    ShopKind.RECORDS.value: [ProductKind.RECORD.value],
}


def note_demand(product_id: int) -> None:
    """Count one look at a title that nobody has today."""
    execute(
        "INSERT INTO stock_askedfor AS a (product_id, day, count) VALUES (%s, %s, 1)"
        " ON CONFLICT (product_id, day) DO UPDATE SET count = a.count + 1",
        [product_id, timezone.localdate()],
    )


def forget_demand() -> int:
    """Remove the counts that are no longer shown, and return how many there were."""
    return execute("DELETE FROM stock_askedfor WHERE day < %s", [_first_day()])


@dataclass(frozen=True, slots=True)
class DemandedTitle:
    """One title that readers asked for so many times in the last `DAYS` days."""

    product: Product
    times: int


# Most titles were asked for once or twice: what is left is little to look up.
_ASKED = """
WITH often AS MATERIALIZED (
    SELECT product_id, sum(count) AS times FROM stock_askedfor WHERE day >= %(first)s
    GROUP BY product_id HAVING sum(count) >= %(least)s
)
SELECT a.product_id, a.times FROM often a JOIN catalogue_product p ON p.id = a.product_id
WHERE (%(kinds)s::text[] IS NULL OR p.kind = ANY(%(kinds)s))
  AND NOT EXISTS (SELECT FROM stock_offer o WHERE o.product_id = a.product_id
                  AND o.shop_id = %(shop)s AND o.on_hand > 0)
ORDER BY a.times DESC, a.product_id LIMIT %(most)s
"""


def unmet_demand(shop: Shop, least: int = 3) -> list[DemandedTitle]:
    """Return the titles of the shop's kind that were asked for most and that it has none of."""
    rows = fetch(
        _ASKED,
        {
            "first": _first_day(),
            "shop": shop.pk,
            "kinds": _KINDS.get(shop.kind),
            "least": least,
            "most": LISTED,
        },
    )
    products = Product.objects.in_bulk([key for key, _times in rows])
    return [DemandedTitle(products[key], int(times)) for key, times in rows]


def _first_day() -> object:
    return timezone.localdate() - timedelta(days=DAYS)
