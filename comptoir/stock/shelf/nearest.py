"""The nearest offers of a page of products, and how many there are in all.

A bestseller stands in every shop: a page of twenty would bring thousands of offers along to show
the nearest of each. Here PostgreSQL counts them and gives away only the first few. Of titles in
many shops, whoever knows which these are (the search index) says so: then only the offers of those
within a radius are read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from comptoir.core.db import fetch_named
from comptoir.shops.memory import directory, shown_keys
from comptoir.shops.places import EARTH_RADIUS_M, Point
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.sql import METRES, SHOWN, STANDING, STANDING_OF, oldest_shown
from comptoir.stock.shelf.standing import ShopOffer, StandingRow, offer_of

_OF_COPY = ("sleeve", "note", "photo_id")
_CARRIED = [name for name in StandingRow.__annotations__ if name not in _OF_COPY]
_NEAREST = f"""
WITH around AS MATERIALIZED (
    -- Each distance once a shop, not once an offer.
    SELECT * FROM (
        SELECT s.id, s.safety_stock, s.stock_shown, s.confirm_after, s.time_zone, {{away}} AS metres
        FROM shops_shop s WHERE s.paused_at IS NULL {{only}}
    ) public WHERE %(radius)s::float8 IS NULL OR metres <= %(radius)s
), found AS MATERIALIZED (
    -- All that is shown of an offer: to find the nearest ones again would cost more.
    SELECT * FROM (
        SELECT {", ".join(f"{STANDING[name]} AS {name}" for name in _CARRIED)},
               o.issue, s.metres
        FROM {STANDING_OF.replace("stock_offer", "{offers}").replace("shops_shop s", "around s")}
        WHERE {{which}}
    ) standing WHERE shown > 0 AND {SHOWN}
), counted AS (
    SELECT product_id, count(*) AS offers, count(DISTINCT shop_id) AS shops,
           coalesce(sum(available) FILTER (WHERE condition <> 'new'), 0) AS used,
           min(price_cents) FILTER (WHERE condition <> 'new') AS used_from
    FROM found GROUP BY product_id
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY product_id
        ORDER BY metres, as_of < %(at)s - make_interval(mins => confirm_after),
                 price_cents, offer_id
    ) AS place FROM found
)
SELECT {", ".join(f"r.{name}" for name in _CARRIED)}, r.issue, r.metres,
       {", ".join(f"u.{name}" for name in _OF_COPY)}, n.offers, n.shops, n.used, n.used_from
FROM ranked r JOIN counted n USING (product_id)
LEFT JOIN stock_usedcopy u ON u.offer_id = r.offer_id AND r.copy_ref <> ''
WHERE r.place <= %(most)s
ORDER BY r.product_id, r.place
"""  # noqa: S608
_ONLY = "AND s.id = ANY(%(only)s::bigint[])"
"""Those that the portal shows under whose host is asked."""
_ALL = {"offers": "stock_offer", "which": "o.product_id = ANY(%(products)s)"}
_CHOSEN = {
    "offers": """(
            SELECT * FROM stock_offer WHERE product_id = ANY(%(products)s)
            UNION ALL
            SELECT each.* FROM unnest(%(of_wide)s::bigint[], %(in_shops)s::bigint[]) AS w (key, at)
            JOIN stock_offer each ON each.shop_id = w.at AND each.product_id = w.key
        )""",
    "which": "true",
}

LITTLE_FARTHER_M = 2000
_SLACK_M = 1.0
"""Distances of here and of PostgreSQL differ by less."""


@dataclass(slots=True)
class Nearest:
    """The nearest offers of a product, how many offers it has in all, and in how many shops; how
    many used copies those are, and the least price of one (cents)."""

    offers: list[ShopOffer]
    offer_count: int
    shop_count: int
    used_count: int = 0
    used_from_cents: int | None = None


def first_choice(offers: Sequence[ShopOffer]) -> ShopOffer:
    """Return the offer to show where there is room for one, of some that come nearest first.

    The nearest, unless it is to be confirmed and a copy promised outright is little farther: at
    most `LITTLE_FARTHER_M`, or twice as far. Without distances, any that is promised outright.
    """
    first = offers[0]
    limit = max(2 * (first.metres or 0), (first.metres or 0) + LITTLE_FARTHER_M)
    outright = (
        offer
        for offer in offers
        if offer.confidence != Confidence.TO_CONFIRM and (offer.metres or 0) <= limit
    )
    return next(outright, first)


def nearest_offers(
    product_ids: Iterable[int],
    near: Point | None = None,
    radius_m: float | None = None,
    *,
    most: int = 5,
    at: datetime | None = None,
    standing_in: Mapping[int, Collection[int]] | None = None,
) -> dict[int, Nearest]:
    """Return what `stock.shelf.standing.who_has` returns, cut to `most` offers a product, with the
    counts.

    Products that no public shop has are left out. One query, none without a product; the shops are
    those of `shops.memory`. `standing_in` are the keys of all shops in which some of the products
    stood a moment ago: with a radius, no others may be looked at for these.
    """
    keys = list(product_ids)
    if not keys:
        return {}
    moment = at or timezone.now()
    chosen = _choose(keys, near, radius_m, standing_in or {})
    params: dict[str, Any] = {
        "products": [key for key in keys if key not in chosen],
        "of_wide": _array(key for key, shops in chosen.items() for _ in shops),
        "in_shops": _array(shop for shops in chosen.values() for shop in shops),
        "latitude": near.latitude if near else None,
        "longitude": near.longitude if near else None,
        "earth": EARTH_RADIUS_M,
        "radius": radius_m if near else None,
        "at": moment,
        **oldest_shown(moment),
        "most": most,
    }
    away = METRES if near else "NULL::float8"
    only = shown_keys()
    if only is not None:
        params["only"] = _array(only)
    among = "" if only is None else _ONLY
    statement = _NEAREST.format(away=away, only=among, **(_CHOSEN if chosen else _ALL))
    shops = directory().shops
    result: dict[int, Nearest] = {}
    for row in fetch_named(statement, params, binary=True):
        entry = result.setdefault(
            row.product_id, Nearest([], row.offers, row.shops, int(row.used), row.used_from)
        )
        entry.offers.append(offer_of(row, shops, moment, row.metres))
    return result


def _choose(
    keys: list[int],
    near: Point | None,
    radius_m: float | None,
    standing_in: Mapping[int, Collection[int]],
) -> dict[int, set[int]]:
    """Return, for each product that pays, the shops within the radius in which it stands.

    To find an offer by its shop takes about twice what it takes among all of its product.
    """
    if near is None or radius_m is None or not standing_in:
        return {}
    within = directory().within(near, radius_m + _SLACK_M).keys()
    found = {key: within & standing_in[key] for key in keys if key in standing_in}
    return {key: shops for key, shops in found.items() if 2 * len(shops) <= len(standing_in[key])}


def _array(keys: Iterable[int]) -> str:
    """Return an array as PostgreSQL reads it: psycopg takes three times as long for hundreds."""
    return f"{{{','.join(map(str, keys))}}}"
