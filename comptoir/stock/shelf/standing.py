"""Who has it, who had it, and the ledger of one offer. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import radians
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState
from comptoir.catalogue.reads import no_product
from comptoir.core.backend.base import PLANNED_ANEW
from comptoir.core.db import fetch, fetch_named
from comptoir.shops.models import Shop
from comptoir.shops.places import EARTH_RADIUS_M, Point
from comptoir.stock.shelf.confidence import Confidence, Evidence, Habits, grade
from comptoir.stock.shelf.copies import CopyFacts, read_facts
from comptoir.stock.shelf.models import Condition, Offer, OfferStanding
from comptoir.stock.shelf.sql import (
    METRES,
    SHOWN,
    STANDING,
    STANDING_OF,
    available,
    is_shown,
    oldest_shown,
)


class StandingRow(Protocol):
    """The columns of `OfferStanding` that are read by name, of one or of a named row."""

    offer_id: int
    shop_id: int
    product_id: int
    condition: str
    copy_ref: str
    price_cents: int | None
    on_hand: int
    available: int
    as_of: datetime
    by_hand: bool
    unseen: int
    doubtful: int
    pace: float
    paced_at: datetime
    contested_at: datetime | None
    promised: int
    missing: int
    reported_every: int | None
    confirm_after: int
    time_zone: str
    sleeve: str | None
    note: str | None
    photo_id: str | None


class OfferRow(StandingRow, Protocol):
    """What `offer_of` reads: a named row of `OfferStanding`, `metres`, the offer's issue, and
    `SHOP_COLUMNS`."""

    metres: float | None
    issue: str


MINUTES_A_DAY = 1440
WORDS_READ = 6
_METRES_PER_DEGREE = radians(EARTH_RADIUS_M)

# A page of results needs no shop's description: it stays behind until somebody reads it.
_SHOP_NAMES = [field.attname for field in Shop._meta.concrete_fields if field.name != "description"]
SHOP_COLUMNS = ", ".join(f"s.{name} AS shop__{name}" for name in _SHOP_NAMES)
"""What `offer_of` reads of the shop `s`."""


def standing_columns(**known: str) -> str:
    """Return the columns of a `StandingRow`, of `STANDING_OF` or as the statement has them already:
    PostgreSQL joins nothing that no column needs."""
    columns = STANDING | known
    return ", ".join(f"{columns[name]} AS {name}" for name in StandingRow.__annotations__)


METRES_TO_SHOP = f"CASE WHEN %(latitude)s::float8 IS NULL THEN NULL ELSE {METRES} END"

_OFFERS = f"""{PLANNED_ANEW}
SELECT * FROM (
    SELECT {standing_columns()}, o.issue, {METRES_TO_SHOP} AS metres, {SHOP_COLUMNS}
    FROM {STANDING_OF}
    WHERE o.product_id = ANY(%(products)s) AND s.paused_at IS NULL {{only}}
) found
WHERE (%(radius)s::float8 IS NULL OR metres <= %(radius)s) {{and_then}}
ORDER BY product_id, metres,
         as_of < %(at)s - make_interval(mins => confirm_after), price_cents, offer_id
{{limit}}
"""  # noqa: S608
_IN_STOCK = _OFFERS.format(only="{box}", and_then=f"AND available > 0 AND {SHOWN}", limit="")
_GONE = _OFFERS.format(
    only="AND EXISTS (SELECT FROM stock_stockmovement m"
    " WHERE m.offer_id = o.id AND m.delta > 0) AND o.copy_ref = '' {box}",
    and_then=f"AND NOT (available > 0 AND {SHOWN})",
    limit="LIMIT %(limit)s",
)
# What an index can bound before any distance is computed; `metres` then cuts the corners off.
_BOX = """AND s.latitude BETWEEN %(latitude)s - %(box)s AND %(latitude)s + %(box)s"""


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """What one shop has of one product in one condition: cents, whole copies, UTC, metres.

    `available` may be promised; `on_hand` stands in the shop, held copies included. `confidence`
    tells how sure the next copy is (`stock.shelf.confidence`). `copy` is what is told of a one-off
    copy, None for alike copies; `issue` is a magazine's, as far as it is told. `shop.description`
    is deferred.
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
    issue: str = ""


def in_public(product: Product) -> Product:
    """Return a product that the public may be led to, whoever has it.

    An article of one shop alone is reached through its shop: while that is open to the public, and
    has given it a title. Raises `NotFound` (`no_product`).
    """
    shop_id = product.own_shop_id
    if shop_id is not None:
        shops = Shop.objects.open_to_public().filter(pk=shop_id)
        if product.state != ProductState.LISTED or not shops.exists():
            raise no_product(product.ref)
    return product


def who_has(
    product_ids: Iterable[int],
    near: Point | None = None,
    radius_m: float | None = None,
    at: datetime | None = None,
) -> dict[int, list[ShopOffer]]:
    """Return, for each product that some public shop has, its offers: nearest first, then those
    with a fresh figure, then the cheapest.

    Only copies that may be promised at the moment `at` (now) are there, and no figure older than
    `sql.oldest_shown` allows. `radius_m` counts only with `near`. One query, and none without a
    product.
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
    last told or counted, and how sure readers are told that it is, and by what. `known_at` is the
    moment of its figure alone; `kept_back` copies are never promised."""

    offer: Offer
    available: int
    kept_back: int
    as_of: datetime
    known_at: datetime
    confidence: Confidence
    evidence: Evidence
    habits: Habits
    copy: CopyFacts | None

    @property
    def is_past(self) -> bool:
        """Whether it is a one-off copy that has gone: there will never be another."""
        return bool(self.offer.copy_ref) and not (self.offer.on_hand or self.offer.held)


def standings(shop: Shop, product_ids: Iterable[int], at: datetime | None = None) -> list[Standing]:
    """Return a shop's offers of products, however old or empty, new before used. One query."""
    found = OfferStanding.objects.filter(shop=shop, product__in=list(product_ids))
    return [
        _standing(known, at or timezone.now())
        for known in sorted(
            found.select_related("offer"),
            key=lambda known: (known.condition != Condition.NEW, known.pk),
        )
    ]


def _standing(known: OfferStanding, at: datetime) -> Standing:
    evidence, habits = known_of(known)
    return Standing(
        offer=known.offer,
        available=evidence.available,
        kept_back=known.kept_back,
        as_of=known.as_of,
        known_at=known.known_at,
        confidence=grade(evidence, habits, at),
        evidence=evidence,
        habits=habits,
        copy=read_facts(known.copy_ref, known.sleeve, known.note, known.photo_id),
    )


def own_articles(shop: Shop, text: str, most: int) -> list[Product]:
    """Return the shop's own articles whose title has all these words, also those that it has no
    longer; the newest first."""
    found = Product.objects.listed().filter(source=TILL_SOURCE, offers__shop=shop)
    for word in text.split()[:WORDS_READ]:
        found = found.filter(title__icontains=word)
    return list(found.distinct().order_by("-pk")[:most]) if text.strip() else []


def on_show(shop: Shop, at: datetime | None = None) -> QuerySet[OfferStanding]:
    """Return the offers of a public shop that `who_has` shows at a moment (now)."""
    recent = is_shown(at or timezone.now())
    return OfferStanding.objects.filter(recent, shop=shop, available__gt=0)


def _found(
    sql: str,
    product_ids: list[int],
    near: Point | None,
    radius_m: float | None,
    at: datetime | None,
    limit: int | None = None,
) -> dict[int, list[ShopOffer]]:
    if not product_ids:
        return {}
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
    shops: dict[int, Shop] = {}
    result: dict[int, list[ShopOffer]] = {}
    for row in fetch_named(sql.replace("{box}", _BOX if radius is not None else ""), params):
        offer = offer_of(row, shops, moment)
        result.setdefault(offer.product_id, []).append(offer)
    return result


def offer_of(row: OfferRow, shops: dict[int, Shop], at: datetime) -> ShopOffer:
    """Return the offer of a row. A shop is made once and kept among the `shops`, by its key."""
    shop = shop_of(row, row.shop_id, shops)
    evidence, habits = known_of(row)
    return ShopOffer(
        offer_id=row.offer_id,
        shop=shop,
        product_id=row.product_id,
        condition=row.condition,
        price_cents=row.price_cents,
        available=evidence.available,
        on_hand=row.on_hand,
        as_of=row.as_of,
        confidence=grade(evidence, habits, at),
        metres=row.metres,
        copy=read_facts(row.copy_ref, row.sleeve, row.note, row.photo_id),
        issue=row.issue,
    )


def shop_of(row: object, key: int, shops: dict[int, Shop]) -> Shop:
    """Return the shop of a row that has `SHOP_COLUMNS`, made once and kept among the `shops`."""
    shop = shops.get(key)
    if shop is None:
        values = [getattr(row, f"shop__{name}") for name in _SHOP_NAMES]
        shop = shops[key] = Shop.from_db(connection.alias, _SHOP_NAMES, values)
    return shop


def free_copies(shop_ids: Sequence[int]) -> dict[int, int]:
    """Return how many copies may still be promised in each of these shops, of all titles together.

    A shop that has none at all is left out.
    """
    rows = fetch(
        f"SELECT o.shop_id, sum(greatest({available('o', 's')}, 0))"  # noqa: S608
        " FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id"
        " WHERE o.shop_id = ANY(%s) GROUP BY o.shop_id",
        [list(shop_ids)],
    )
    return {shop: int(copies) for shop, copies in rows}


def known_of(row: StandingRow) -> tuple[Evidence, Habits]:
    """Return what an offer is graded by.

    No report renews a one-off copy that was entered by hand: it grades down by the chance that it
    was sold, not by the silence of a till which does not know it.
    """
    evidence = Evidence(
        max(0, row.available),
        row.as_of,
        row.unseen,
        row.doubtful,
        row.pace,
        row.paced_at,
        row.contested_at,
    )
    confirm_after, reported_every = row.confirm_after, row.reported_every
    if row.by_hand:
        confirm_after, reported_every = settings.HIDE_COPIES_AFTER_DAYS * MINUTES_A_DAY, None
    habits = Habits(confirm_after, row.time_zone, row.promised, row.missing, reported_every)
    return evidence, habits
