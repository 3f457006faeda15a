"""Who has it, who had it, and the ledger of one offer. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from comptoir.catalogue.memory import VERSION, Title, forget, look_up, remember, remembered
from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState
from comptoir.catalogue.reads import no_product
from comptoir.core.backend.base import PLANNED_ANEW
from comptoir.core.db import among, fetch, fetch_named
from comptoir.shops.memory import directory, shown_keys
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.shelf.confidence import Confidence, Evidence, Habits, grade
from comptoir.stock.shelf.copies import CopyFacts, read_facts
from comptoir.stock.shelf.models import Condition, Offer, OfferStanding
from comptoir.stock.shelf.sql import (
    SHOWN,
    STANDING,
    STANDING_OF,
    available,
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
    shown: int


class OfferRow(StandingRow, Protocol):
    """What `offer_of` reads: a named row of `OfferStanding`, and the offer's issue."""

    issue: str


MINUTES_A_DAY = 1440
WORDS_READ = 6


def standing_columns(**known: str) -> str:
    """Return the columns of a `StandingRow`, of `STANDING_OF` or as the statement has them already:
    PostgreSQL joins nothing that no column needs."""
    columns = STANDING | known
    return ", ".join(f"{columns[name]} AS {name}" for name in StandingRow.__annotations__)


# For one title the plan is the same whichever it is, and is kept by the connection; for several it
# hangs on how many they are.
_ONE, _SEVERAL = "o.product_id = %(product)s", "o.product_id = ANY(%(products)s)"
_IN_STOCK = f"""
SELECT * FROM (
    SELECT {standing_columns()}, o.issue FROM {STANDING_OF}
    WHERE {{which}} AND s.paused_at IS NULL
) found WHERE shown > 0 AND {SHOWN}
"""  # noqa: S608
_GONE = f"""
SELECT * FROM (
    SELECT {standing_columns()}, o.issue FROM {STANDING_OF}
    WHERE {_ONE} AND s.paused_at IS NULL AND s.stock_shown <> 'nothing'
    AND o.copy_ref = '' AND EXISTS (
        SELECT FROM stock_stockmovement m WHERE m.offer_id = o.id AND m.delta > 0
    )
) found WHERE NOT (available > 0 AND {SHOWN})
"""  # noqa: S608
_OF_ONE = _IN_STOCK.format(which=_ONE)
_OF_SEVERAL = PLANNED_ANEW + _IN_STOCK.format(which=_SEVERAL)
_TITLE = f"""
SELECT {VERSION.format(row="p")} AS version, of_it.*
FROM catalogue_product p LEFT JOIN ({_OF_ONE}) of_it ON true
WHERE p.id = %(product)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """What one shop has of one product in one condition: cents, whole copies, UTC, metres.

    `available` may be promised; `on_hand` stands in the shop, held copies included; `shown` is how
    many of those that may be promised data say there are (`OfferStanding`). `confidence`
    tells how sure the next copy is (`stock.shelf.confidence`). `copy` is what is told of a one-off
    copy, None for alike copies; `issue` is a magazine's, as far as it is told. The shop is one of
    `shops.memory`, which nobody changes.
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
    shown: int = 0


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


def title_and_who_has(
    ref: str,
    near: Point | None = None,
    radius_m: float | None = None,
    at: datetime | None = None,
) -> tuple[Title, list[ShopOffer]]:
    """Return the product that a word names to the public, in whatever state it is, and its offers
    as `who_has` tells them. One query for a product that this process knows.

    Raises `NotFound` (`no_product`).
    """
    moment = at or timezone.now()
    title = remembered(ref)
    if title is None:
        title = look_up(ref)
        in_public(title.product)
        remember(ref, title)
    asked = {"product": title.product.pk, **oldest_shown(moment)}
    rows = fetch_named(_TITLE, asked, binary=True)
    if any(row.version == title.version for row in rows):
        offers = (row for row in rows if row.offer_id is not None)
        return title, nearest_first(offers, near, radius_m, moment)
    # It has changed, or gone, since it was read.
    forget(ref)
    return title_and_who_has(ref, near, radius_m, at)


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
    keys = list(product_ids)
    if not keys:
        return {}
    moment = at or timezone.now()
    one = len(keys) == 1
    asked = {"product": keys[0]} if one else {"products": keys}
    rows = fetch_named(_OF_ONE if one else _OF_SEVERAL, asked | oldest_shown(moment), binary=True)
    result: dict[int, list[ShopOffer]] = {}
    for offer in nearest_first(rows, near, radius_m, moment):
        result.setdefault(offer.product_id, []).append(offer)
    return result


def last_had(
    product_id: int, near: Point | None = None, limit: int = 5, at: datetime | None = None
) -> list[ShopOffer]:
    """Return the nearest public shops that had a product and have no copy to promise now.

    Their `available` is 0. `as_of` tells since when they are known to have none.
    """
    moment = at or timezone.now()
    rows = fetch_named(_GONE, {"product": product_id, **oldest_shown(moment)}, binary=True)
    return nearest_first(rows, near, None, moment)[:limit]


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


def nearest_first(
    rows: Iterable[OfferRow], near: Point | None, radius_m: float | None, at: datetime
) -> list[ShopOffer]:
    """Return the offers of rows, the nearest first, then those with a fresh figure, then the
    cheapest; of the shops alone that are shown where the public is (`shops.memory`). `radius_m`
    counts only with `near`."""
    kept, shown = directory(), shown_keys()
    away: Mapping[int, float] = kept.away(near) if near else {}
    found = []
    for row in rows:
        if shown is not None and row.shop_id not in shown:
            continue
        metres = away[row.shop_id] if near else None
        if metres is None or radius_m is None or metres <= radius_m:
            stale = row.as_of < at - timedelta(minutes=row.confirm_after)
            price = row.price_cents
            place = (metres or 0.0, stale, price is None, price or 0, row.offer_id)
            found.append((place, offer_of(row, kept.shops, at, metres)))
    found.sort(key=itemgetter(0))
    return [offer for _place, offer in found]


def offer_of(
    row: OfferRow, shops: Mapping[int, Shop], at: datetime, metres: float | None
) -> ShopOffer:
    """Return the offer of a row, so far away; its shop is one of these, by its key."""
    evidence, habits = known_of(row)
    return ShopOffer(
        offer_id=row.offer_id,
        shop=shops[row.shop_id],
        product_id=row.product_id,
        condition=row.condition,
        price_cents=row.price_cents,
        available=evidence.available,
        on_hand=row.on_hand,
        as_of=row.as_of,
        confidence=grade(evidence, habits, at),
        metres=metres,
        copy=read_facts(row.copy_ref, row.sleeve, row.note, row.photo_id),
        issue=row.issue,
        shown=row.shown,
    )


def free_copies(shop_ids: Sequence[int]) -> dict[int, int]:
    """Return how many copies may still be promised in each of these shops, of all titles together.

    A shop that has none at all is left out.
    """
    rows = fetch(
        f"SELECT o.shop_id, sum(greatest({available('o', 's')}, 0))"  # noqa: S608
        " FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id"
        f" WHERE o.shop_id {among('%s')} GROUP BY o.shop_id",
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
