"""What readers ask for and no shop has: counted by title and day, nothing about the readers."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductKind, own_ref
from comptoir.core.db import execute, fetch
from comptoir.shops.models import Shop, ShopKind

DAYS = 60
LISTED = 50
_KINDS = {
    ShopKind.BOOKS.value: [ProductKind.BOOK.value, ProductKind.OTHER.value],
    ShopKind.RECORDS.value: [ProductKind.RECORD.value],
}


def note_demand(product_id: int) -> None:
    """Count that a reader asked today for a title that no shop has.

    No guard: nothing of a shop changes. Writes: the title's count of the day. Announces
    nothing.
    """
    # An upsert: two readers at once count as two.
    execute(
        "INSERT INTO stock_askedfor AS a (product_id, day, count) VALUES (%s, %s, 1)"
        " ON CONFLICT (product_id, day) DO UPDATE SET count = a.count + 1",
        [product_id, timezone.localdate()],
    )


def forget_demand() -> int:
    """Remove the counts of more than `DAYS` days ago, which nobody is shown; return how many.

    No guard: the system's own, once a night. Locks nothing. Announces nothing.
    """
    return execute("DELETE FROM stock_askedfor WHERE day < %s", [_first_day()])


@dataclass(frozen=True, slots=True)
class DemandedTitle:
    """One title, and how many times readers asked for it in the last `DAYS` days."""

    product: Product
    times: int


# MATERIALIZED: most titles were asked for once or twice, so the few that are left are found first,
# and only they are looked up in the catalogue and in the shop.
UNMET = """
(WITH often AS MATERIALIZED (
    SELECT product_id, sum(count)::int AS times FROM stock_askedfor WHERE day >= %(first)s
    GROUP BY product_id HAVING sum(count) >= %(least)s
)
SELECT a.product_id, a.times FROM often a JOIN catalogue_product t ON t.id = a.product_id
WHERE (%(kinds)s::text[] IS NULL OR t.kind = ANY(%(kinds)s))
  AND (t.source <> %(till)s OR starts_with(t.source_ref, %(own)s))
  AND NOT EXISTS (SELECT FROM stock_offer h WHERE h.product_id = a.product_id
                  AND h.shop_id = %(shop)s AND h.on_hand > 0))
"""
"""The titles that readers ask for and a shop has none of, and how many times, as a table of the
values of `unmet_values`."""
LEAST = 3
"""Asked for so many times, a title is told of."""


def unmet_values(shop: Shop, least: int = LEAST) -> dict[str, object]:
    """Return the values that `UNMET` names."""
    return {
        "first": _first_day(),
        "shop": shop.pk,
        "kinds": _KINDS.get(shop.kind),
        "till": TILL_SOURCE,
        "own": own_ref(shop.pk, ""),
        "least": least,
    }


def unmet_demand(shop: Shop, least: int = LEAST) -> list[DemandedTitle]:
    """Return the titles of the shop's kind that readers ask for most and of which it has none; no
    other shop's own articles."""
    rows = fetch(
        f"SELECT a.* FROM {UNMET} a ORDER BY a.times DESC, a.product_id LIMIT {LISTED}",  # noqa: S608
        unmet_values(shop, least),
    )
    products = Product.objects.in_bulk([key for key, _times in rows])
    return [DemandedTitle(products[key], int(times)) for key, times in rows]


def _first_day() -> object:
    return timezone.localdate() - timedelta(days=DAYS)
