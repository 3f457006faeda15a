"""The nearest offers of a page of products, and how many there are in all.

A bestseller stands in every shop: a page of twenty would bring thousands of offers along to show
the nearest of each. Here PostgreSQL counts them and gives away only the first few. Of titles in
many shops, whoever knows which these are (the search index) says so: then the nearest are read, and
what must be known of the others (`_choose`).
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from comptoir.core.db import fetch_named
from comptoir.shops.memory import directory
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
        SELECT s.id, s.safety_stock, s.confirm_after, s.time_zone, {{away}} AS metres
        FROM shops_shop s WHERE s.paused_at IS NULL
    ) public WHERE %(radius)s::float8 IS NULL OR metres <= %(radius)s
), found AS MATERIALIZED (
    -- All that is shown of an offer: to find the nearest ones again would cost more.
    SELECT * FROM (
        SELECT {", ".join(f"{STANDING[name]} AS {name}" for name in _CARRIED)},
               o.issue, s.metres
        FROM {STANDING_OF.replace("stock_offer", "{offers}").replace("shops_shop s", "around s")}
        WHERE {{which}}
    ) standing WHERE available > 0 AND {SHOWN}
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
_ALL = {"offers": "stock_offer", "which": "o.product_id = ANY(%(products)s)"}
_CHOSEN = {
    "offers": """(
            SELECT * FROM stock_offer WHERE product_id = ANY(%(products)s)
            UNION ALL
            SELECT each.* FROM unnest(%(of_wide)s::bigint[], %(in_shops)s::bigint[]) w(product, shop)
            JOIN stock_offer each ON each.shop_id = w.shop AND each.product_id = w.product
        )""",
    "which": "true",
}

WIDE = 32
"""From so many offers on, it pays to know in which shops a title stands."""
_SHOP, _MOMENT, _READ = 33, (1 << 33) - 2, 1
NOTED = f"""
SELECT product_id, array_agg(
           (shop_id::bigint << {_SHOP})
           | (floor(extract(epoch FROM as_of) / 60)::bigint << 1)
           | (condition <> 'new' OR copy_ref <> '')::int
       )
  FROM stock_standing
 WHERE product_id = ANY(%s) AND available > 0 AND NOT paused
 GROUP BY product_id"""
"""Notes of the offers of products that may be promised in shops open to the public, one a number:
the shop, the minute as of which it stands so, and whether it is a used or a one-off copy."""
_SPARE = 3
"""So many shops more than are shown are read: one of them may have sold its copy just now."""

LITTLE_FARTHER_M = 2000


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


def pack(notes: Iterable[int]) -> bytes:
    """Return the notes of a product's offers (`NOTED`) as they are kept."""
    return array("Q", notes).tobytes()


@dataclass(slots=True)
class _Chosen:
    """Of a title in many shops: which are read, which of those are the nearest of all, and in how
    many others how many offers stand."""

    read: list[int]
    nearest: set[int]
    offers: int
    shops: int


def _choose(noted: bytes, away: Mapping[int, float], most: int, oldest: datetime) -> _Chosen | None:
    """Return which shops to read of a title, by the notes of its offers and how far the shops are
    that count; None where that is most of them.

    Read are the nearest, those with used copies, of which price and number are shown, and those
    whose figure may be too old by now. What else was noted counts as it was: its copies alone go by
    the moment of the index.
    """
    notes = array("Q")
    notes.frombytes(noted)
    limit = (int(oldest.timestamp()) // 60 + 1) << 1
    shops = [shop for each in notes if (shop := each >> _SHOP) in away]
    read = {
        shop
        for each in notes
        if (each & _READ or each & _MOMENT < limit) and (shop := each >> _SHOP) in away
    }
    by_distance = sorted(set(shops), key=away.__getitem__)
    nearest = by_distance[: most + _SPARE]
    if nearest:
        edge = away[nearest[-1]]
        nearest += [shop for shop in by_distance[len(nearest) :] if away[shop] <= edge]
    read.update(nearest)
    left = [shop for shop in shops if shop not in read]
    if 4 * len(read) > 3 * len(notes):
        return None
    return _Chosen(list(read), set(nearest), len(left), len(set(left)))


def nearest_offers(
    product_ids: Iterable[int],
    near: Point | None = None,
    radius_m: float | None = None,
    *,
    most: int = 5,
    at: datetime | None = None,
    noted: Mapping[int, bytes] | None = None,
) -> dict[int, Nearest]:
    """Return what `stock.shelf.standing.who_has` returns, cut to `most` offers a product, with the
    counts.

    Products that no public shop has are left out. One query, none without a product; the shops are
    those of `shops.memory`. `noted` are the packed notes of products in many shops (`NOTED`), as
    they were a moment ago: with a place, a shop that is not among them is not looked at, and what
    is counted without being shown is counted by them. What is shown is always read, and promised
    now; where that is less than the notes say, all is read by a second query.
    """
    keys = list(product_ids)
    if not keys:
        return {}
    moment = at or timezone.now()
    known = directory()
    limits = oldest_shown(moment)
    chosen: dict[int, _Chosen] = {}
    if near and noted:
        away = known.within(near, radius_m)
        for key in keys:
            if key in noted and (found := _choose(noted[key], away, most, limits["oldest"])):
                chosen[key] = found
    pairs = [(key, shop) for key, found in chosen.items() for shop in found.read]
    params: dict[str, Any] = {
        "products": [key for key in keys if key not in chosen],
        "of_wide": [key for key, _ in pairs],
        "in_shops": [shop for _, shop in pairs],
        "latitude": near.latitude if near else None,
        "longitude": near.longitude if near else None,
        "earth": EARTH_RADIUS_M,
        "radius": radius_m if near else None,
        "at": moment,
        **limits,
        "most": most,
    }
    statement = _NEAREST.format(
        away=METRES if near else "NULL::float8", **(_CHOSEN if chosen else _ALL)
    )
    result: dict[int, Nearest] = {}
    for row in fetch_named(statement, params, binary=True):
        entry = result.setdefault(
            row.product_id, Nearest([], row.offers, row.shops, int(row.used), row.used_from)
        )
        entry.offers.append(offer_of(row, known.shops, moment, row.metres))
    again = [key for key, one in chosen.items() if not _completed(result.get(key), one, most)]
    for key in again:
        result.pop(key, None)
    return result | nearest_offers(again, near, radius_m, most=most, at=moment)


def _completed(entry: Nearest | None, chosen: _Chosen, most: int) -> bool:
    """Add what was not read to the counts of a title; return whether what was read is what is
    nearest of all."""
    if not chosen.shops:
        return True
    if entry is None or len(entry.offers) < most:
        return False
    entry.offer_count += chosen.offers
    entry.shop_count += chosen.shops
    return all(offer.shop.pk in chosen.nearest for offer in entry.offers)
