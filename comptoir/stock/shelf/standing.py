"""Who has it, who had it, and the ledger of one offer. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import radians
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.shops.places import EARTH_RADIUS_M, Point
from comptoir.stock.shelf.confidence import Confidence, Evidence, Habits, grade
from comptoir.stock.shelf.copies import CopyFacts, facts_of, read_facts
from comptoir.stock.shelf.models import (
    FEED_MARK,
    Condition,
    Offer,
    ShopClock,
    TrackRecord,
)
from comptoir.stock.shelf.sql import METRES, OLDEST, SEEN_AT, available, oldest_shown

MINUTES_A_DAY = 1440
_METRES_PER_DEGREE = radians(EARTH_RADIUS_M)

# A page of results needs no shop's description: it stays behind until somebody reads it.
_SHOP_FIELDS = [field for field in Shop._meta.concrete_fields if field.name != "description"]
SHOP_NAMES = [field.attname for field in _SHOP_FIELDS]
_SHOP_COLUMNS = ", ".join(f"s.{field.column}" for field in _SHOP_FIELDS)

_METRES = f"CASE WHEN %(latitude)s::float8 IS NULL THEN NULL ELSE {METRES} END"

GRADED_BY = (
    "o.unseen, o.doubtful, o.pace, o.as_of AS paced_at,"
    " CASE WHEN o.copy_ref = '' THEN c.contested_at END AS contested_at,"
    " coalesce(k.promised, 0) AS promised, coalesce(k.missing, 0) AS missing, k.told_every,"
    " o.copy_ref"
)
"""What an offer `o` is graded by, beside its figure (`known_of`); `c` is its shop's clock, `k` its
record (both perhaps missing)."""
EVIDENCE = f"{GRADED_BY}, u.sleeve, u.note, u.photo_id"
"""What `offer_of` reads: `GRADED_BY`, and `u`, what is told of a one-off copy (`COPY_OF_OFFER`)."""
COPY_OF_OFFER = "LEFT JOIN stock_usedcopy u ON u.offer_id = o.id AND o.copy_ref <> ''"
# So many columns of a row make an offer.
GRADED_WITH = 20

_OFFERS = f"""
SELECT * FROM (
    SELECT o.id AS offer_id, o.product_id, o.condition, o.price_cents,
           {available("o", "s")} AS available, o.on_hand,
           {SEEN_AT} AS as_of, {_METRES} AS metres, {EVIDENCE}, {_SHOP_COLUMNS},
           {OLDEST} AS oldest
    FROM stock_offer o
    JOIN shops_shop s ON s.id = o.shop_id
    LEFT JOIN stock_shopclock c ON c.shop_id = s.id
    LEFT JOIN stock_feed f ON f.id = o.told_by_id
    LEFT JOIN stock_shoprecord k ON k.shop_id = s.id
    {COPY_OF_OFFER}
    WHERE o.product_id = ANY(%(products)s) AND s.paused_at IS NULL {{only}}
) found
WHERE (%(radius)s::float8 IS NULL OR metres <= %(radius)s) {{and_then}}
ORDER BY product_id, metres,
         as_of < %(at)s - make_interval(mins => confirm_after), price_cents, offer_id
{{limit}}
"""  # noqa: S608
_IN_STOCK = _OFFERS.format(
    only=f"AND {available('o', 's')} > 0 {{box}}",
    and_then="AND as_of >= oldest",
    limit="",
)
_GONE = _OFFERS.format(
    only="AND EXISTS (SELECT FROM stock_stockmovement m"
    " WHERE m.offer_id = o.id AND m.delta > 0) AND o.copy_ref = '' {box}",
    and_then="AND (available <= 0 OR as_of < oldest)",
    limit="LIMIT %(limit)s",
)
_BOX = """AND s.latitude BETWEEN %(latitude)s - %(box)s AND %(latitude)s + %(box)s"""


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """What one shop has of one product in one condition: cents, whole copies, UTC, metres.

    `available` may be promised; `on_hand` stands in the shop, held copies included. `confidence`
    tells how sure the next copy is (`stock.shelf.confidence`). `copy` is what is told of a one-off
    copy, None for alike copies. `shop.description` is deferred.
    """

    offer_id: int
    shop: Shop
    product_id: int
    condition: str
    price_cents: int | None
    available: int
    on_hand: int
    as_of: datetime
    confidence: Confidence
    metres: float | None
    copy: CopyFacts | None = None


def who_has(
    product_ids: Iterable[int],
    near: Point | None = None,
    radius_m: float | None = None,
    at: datetime | None = None,
) -> dict[int, list[ShopOffer]]:
    """Return, for each product that some public shop has, its offers: nearest first, then those
    with a fresh figure, then the cheapest.

    Only copies that may be promised at the moment `at` (now) are there, and no figure older than
    `sql.oldest_shown` allows. `radius_m` counts only with `near`. One query.
    """
    return _found(_IN_STOCK, list(product_ids), near, radius_m, at)


def last_had(
    product_id: int, near: Point | None = None, limit: int = 5, at: datetime | None = None
) -> list[ShopOffer]:
    """Return the nearest public shops that had a product and have no copy to promise now.

    Their `available` is 0. `as_of` tells since when they are known to have none.
    """
    return _found(_GONE, [product_id], near, None, at, limit=limit).get(product_id, [])


@dataclass(frozen=True, slots=True)
class Standing:
    """One offer of a shop as its staff see it: copies that may be promised now, when its number was
    last told or counted, and how sure readers are told that it is, and by what."""

    offer: Offer
    available: int
    as_of: datetime
    confidence: Confidence
    evidence: Evidence
    habits: Habits

    @property
    def copy(self) -> CopyFacts | None:
        """What is told of a one-off copy, None for alike copies."""
        return facts_of(self.offer)

    @property
    def is_past(self) -> bool:
        """Whether it is a one-off copy that has gone: there will never be another."""
        return bool(self.offer.copy_ref) and not (self.offer.on_hand or self.offer.held)


def standings(shop: Shop, product_ids: Iterable[int], at: datetime | None = None) -> list[Standing]:
    """Return a shop's offers of products, however old or empty, new before used. Three queries."""
    clock = ShopClock.objects.filter(shop=shop).first()
    clock = clock or ShopClock()
    record = TrackRecord.objects.filter(shop=shop).first() or TrackRecord()
    offers = Offer.objects.filter(shop=shop, product__in=list(product_ids)).select_related(
        "reported_by", "copy"
    )
    return [
        _standing(
            offer,
            shop,
            clock,
            _habits(
                shop.confirm_after,
                shop.time_zone,
                record.promised,
                record.missing,
                record.reported_every,
                offer.copy_ref,
            ),
            at or timezone.now(),
        )
        for offer in sorted(offers, key=lambda offer: (offer.condition != Condition.NEW, offer.pk))
    ]


def _standing(offer: Offer, shop: Shop, clock: ShopClock, habits: Habits, at: datetime) -> Standing:
    as_of = _as_of(offer, clock)
    available = max(offer.on_hand - offer.held - offer.kept_back(shop), 0)
    contested_at = None if offer.copy_ref else clock.contested_at
    known = (offer.unseen, offer.doubtful, offer.pace, offer.as_of, contested_at)
    evidence = Evidence(available, as_of, *known)
    return Standing(offer, available, as_of, grade(evidence, habits, at), evidence, habits)


def on_show(shop: Shop, at: datetime | None = None) -> QuerySet[Offer]:
    """Return the offers of a public shop that `who_has` shows at a moment (now)."""
    limits = oldest_shown(at or timezone.now())
    oldest = limits["oldest"]
    clock = ShopClock.objects.filter(shop=shop).first()
    alike, new = Q(copy_ref=""), Q(condition=Condition.NEW)
    by_hand = ~alike & ~Q(copy_ref__contains=FEED_MARK)
    recent = Q(as_of__gte=oldest) | by_hand & Q(as_of__gte=limits["oldest_copy"])
    recent |= Q(reported_by__changes_as_of__gte=oldest)
    for told, which in ((clock and clock.new_as_of, new), (clock and clock.used_as_of, ~new)):
        if told and told >= oldest:
            recent |= alike & which
    enough = alike & Q(on_hand__gt=F("held") + shop.safety_stock)
    return Offer.objects.filter(recent, enough | ~alike & Q(on_hand__gt=F("held")), shop=shop)


def _as_of(offer: Offer, clock: ShopClock) -> datetime:
    """Return what `SEEN_AT` says in SQL."""
    told = clock.new_as_of if offer.condition == Condition.NEW else clock.used_as_of
    if offer.copy_ref:
        told = None
    vouched = offer.reported_by.changes_as_of if offer.reported_by else None
    return max(offer.as_of, told or offer.as_of, vouched or offer.as_of)


def _found(
    sql: str,
    product_ids: list[int],
    near: Point | None,
    radius_m: float | None,
    at: datetime | None,
    limit: int | None = None,
) -> dict[int, list[ShopOffer]]:
    moment = at or timezone.now()
    radius = radius_m if near is not None else None
    params: dict[str, Any] = {
        "products": product_ids,
        "latitude": near.latitude if near else None,
        "longitude": near.longitude if near else None,
        "earth": EARTH_RADIUS_M,
        "radius": radius,
        "box": (radius or 0) / _METRES_PER_DEGREE,
        "at": moment,
        **oldest_shown(moment),
        "limit": limit,
    }
    rows = fetch(sql.replace("{box}", _BOX if radius is not None else ""), params)
    shops: dict[int, Shop] = {}
    result: dict[int, list[ShopOffer]] = {}
    for row in rows:
        shop = shops.get(row[GRADED_WITH])
        if shop is None:
            shop = Shop.from_db(connection.alias, SHOP_NAMES, row[GRADED_WITH:-1])
            shops[shop.pk] = shop
        result.setdefault(row[1], []).append(offer_of(row, shop, moment))
    return result


def offer_of(row: tuple[Any, ...], shop: Shop, at: datetime) -> ShopOffer:
    """Return the offer of a row that begins as those of `_OFFERS` do."""
    available, as_of = max(0, row[4]), row[6]
    *graded_by, sleeve, note, photo = row[8:GRADED_WITH]
    evidence, habits = known_of(available, as_of, graded_by, shop.confirm_after, shop.time_zone)
    return ShopOffer(
        offer_id=row[0],
        shop=shop,
        product_id=row[1],
        condition=row[2],
        price_cents=row[3],
        available=available,
        on_hand=row[5],
        as_of=as_of,
        confidence=grade(evidence, habits, at),
        metres=row[7],
        copy=read_facts(graded_by[-1], sleeve, note, photo),
    )


def known_of(
    available: int,
    as_of: datetime,
    graded_by: Sequence[Any],
    confirm_after: int,
    time_zone: str,
) -> tuple[Evidence, Habits]:
    """Return what an offer is graded by, from its figure, the columns of `GRADED_BY` and the
    shop's."""
    *known, promised, missing, reported_every, copy_ref = graded_by
    return (
        Evidence(available, as_of, *known),
        _habits(confirm_after, time_zone, promised, missing, reported_every, copy_ref),
    )


def _habits(
    confirm_after: int,
    time_zone: str,
    promised: int,
    missing: int,
    reported_every: int | None,
    copy_ref: str,
) -> Habits:
    """Return by what an offer is graded.

    No report renews a one-off copy that was entered by hand: it grades down by the chance that it
    was sold, not by the silence of a till which does not know it.
    """
    if copy_ref and FEED_MARK not in copy_ref:
        confirm_after, reported_every = settings.HIDE_COPIES_AFTER_DAYS * MINUTES_A_DAY, None
    return Habits(confirm_after, time_zone, promised, missing, reported_every)
