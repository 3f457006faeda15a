"""The copies that somebody has put together, as they stand now: each title and copy by its key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.core.db import Columns, fetch_named
from comptoir.shops.memory import Directory, directory, shown_keys
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.shelf.sql import SHOWN, STANDING_OF, oldest_shown
from comptoir.stock.shelf.standing import ShopOffer, offer_of, standing_columns

# A line of a basket needs no title's description.
_PRODUCT = Columns(Product, "description")
_CHOSEN = f"""
SELECT w.place, s.id AS shop_key, {_PRODUCT.of("p")},
       (SELECT o.condition FROM stock_offer o WHERE o.id = w.offer) AS wanted,
       EXISTS (SELECT FROM quotes_band b WHERE b.tariff_id = (
           SELECT t.id FROM quotes_tariff t WHERE t.shop_id = s.id
               AND t.since <= (%(moment)s::timestamptz AT TIME ZONE s.time_zone)::date
           ORDER BY t.since DESC LIMIT 1))
           AND EXISTS (SELECT FROM terms_termsversion v WHERE v.shop_id = s.id) AS posts, found.*
FROM unnest(%(shops)s::bigint[], %(products)s::bigint[], %(offers)s::bigint[])
     WITH ORDINALITY w(shop, product, offer, place)
JOIN shops_shop s ON s.id = w.shop AND s.paused_at IS NULL
JOIN catalogue_product p ON p.id = w.product AND p.state <> 'unknown'
LEFT JOIN LATERAL (
    SELECT * FROM (
        SELECT {standing_columns()}, o.issue FROM {STANDING_OF}
        WHERE o.id = w.offer AND o.product_id = w.product AND o.shop_id = w.shop
    ) known WHERE shown > 0 AND {SHOWN}
) found ON true
WHERE %(slug)s::text = '' OR s.slug = %(slug)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Wanted:
    """One title at one shop, and the copy that is meant: None where the shop would order it."""

    shop_id: int
    product_id: int
    offer_id: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was wanted, as it stands now. `offer` is as `who_has` shows it, None when it has gone;
    `condition` is that of the copy even then. The shop is one of `shops.memory`; `posts` says
    that it posts something that day, as `quotes.reads.posts_now` does, and has published its
    conditions. `product.description` is deferred."""

    shop: Shop
    product: Product
    offer: ShopOffer | None
    condition: str | None
    posts: bool


def look_up(
    wanted: Sequence[Wanted],
    near: Point | None = None,
    *,
    slug: str = "",
    at: datetime | None = None,
) -> dict[int, Found]:
    """Return what was wanted by its place in the sequence, or of the shop of one `slug` alone.

    Shops and titles that the public may not see are left out. One query, and none for nothing.
    """
    if not wanted:
        return {}
    moment = at or timezone.now()
    params: dict[str, Any] = {
        "shops": [one.shop_id for one in wanted],
        "products": [one.product_id for one in wanted],
        "offers": [one.offer_id for one in wanted],
        "slug": slug,
        "moment": moment,
        **oldest_shown(moment),
    }
    kept, shown = directory(), shown_keys()
    rows = fetch_named(_CHOSEN, params, binary=True)
    return {
        row.place - 1: _found(row, kept, near, moment)
        for row in rows
        if shown is None or row.shop_key in shown
    }


def _found(row: Any, kept: Directory, near: Point | None, at: datetime) -> Found:  # noqa: ANN401
    away = kept.away(near)[row.shop_key] if near else None
    return Found(
        shop=kept.shops[row.shop_key],
        product=_PRODUCT.make(row),
        offer=offer_of(row, kept.shops, at, away) if row.offer_id is not None else None,
        condition=row.wanted,
        posts=row.posts,
    )
