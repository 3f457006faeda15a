"""Fragments of SQL that several statements of the stock share.

How an offer stands is read from the view `stock_standing`, whose text is that of `STANDING` and
`STANDING_OF`: a test holds both together. What locks the offer `o` itself takes the text, and so do
the questions of every page of the public: of the processor's time of one, of 1.9 ms, the view would
take a fifth more for being expanded, the text a twentieth.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from comptoir.catalogue.models import TILL_SOURCE
from comptoir.core.identifiers import OWN_NUMBER
from comptoir.stock.shelf.models import FEED_MARK

METRES = """2 * %(earth)s * asin(least(1, sqrt(
        sin(radians(s.latitude - %(latitude)s) / 2) ^ 2
        + cos(radians(%(latitude)s)) * cos(radians(s.latitude))
          * sin(radians(s.longitude - %(longitude)s) / 2) ^ 2)))"""
"""`shops.places.metres` from a point to the shop `s`; `earth` is its `EARTH_RADIUS_M`."""


def clock_of(offer: str, new: str, used: str, copies: str = "NULL::timestamptz") -> str:
    """Return which of its shop's two clocks (`ShopClock`) an offer goes by.

    A one-off copy goes by neither: only its own feed, or its shop's hand, knows of it. `copies` is
    the clock of the feed of copies whose report is being applied.
    """
    return (
        f"CASE WHEN {offer}.copy_ref <> '' THEN {copies}"
        f" WHEN {offer}.condition = 'new' THEN {new} ELSE {used} END"
    )


def known_at(offer: str, new: str, used: str, copies: str = "NULL::timestamptz") -> str:
    """Return the moment of an offer's figure: the later of its own and its clock."""
    return f"greatest({offer}.as_of, {clock_of(offer, new, used, copies)})"


def kept_back(offer: str, shop: str) -> str:
    """Return how many copies of an offer are never promised: of a one-off copy, none.

    A safety stock guards against a till that counts one too many of a pile; it would hide what
    there is only one of.
    """
    return f"CASE WHEN {offer}.copy_ref = '' THEN {shop}.safety_stock ELSE 0 END"


def available(offer: str, shop: str) -> str:
    """Return how many copies of an offer may be promised; below zero when too many are."""
    return f"({offer}.on_hand - {offer}.held - {kept_back(offer, shop)})"


def shown(offer: str, shop: str) -> str:
    """Return how many copies of an offer others are told of, as its shop chose (`StockShown`): how
    many may be promised, one where it says only that there are some, none where it shows nothing.
    """
    promised = f"greatest({available(offer, shop)}, 0)"
    return (
        f"CASE {shop}.stock_shown WHEN 'exact' THEN {promised}"
        f" WHEN 'in_stock' THEN least({promised}, 1) ELSE 0 END"
    )


def seen_at(offer: str, new: str, used: str, vouched: str) -> str:
    """Return as of when an offer is shown: a till that tells only what changes vouches for the rest
    too, up to the moment `vouched`."""
    return f"greatest({known_at(offer, new, used)}, {vouched})"


def by_hand(offer: str) -> str:
    """Return whether an offer is a one-off copy that the shop entered, and no feed tells."""
    return f"({offer}.copy_ref <> '' AND strpos({offer}.copy_ref, '{FEED_MARK}') = 0)"


STANDING = {
    "offer_id": "o.id",
    "shop_id": "o.shop_id",
    "product_id": "o.product_id",
    "ean": "o.ean",
    "condition": "o.condition",
    "copy_ref": "o.copy_ref",
    "price_cents": "o.price_cents",
    "on_hand": "o.on_hand",
    "held": "o.held",
    "kept_back": kept_back("o", "s"),
    "available": available("o", "s"),
    "known_at": known_at("o", "c.new_as_of", "c.used_as_of"),
    "as_of": seen_at("o", "c.new_as_of", "c.used_as_of", "f.changes_as_of"),
    "by_hand": by_hand("o"),
    "paused": "s.paused_at IS NOT NULL",
    "unseen": "o.unseen",
    "doubtful": "o.doubtful",
    "pace": "o.pace",
    "paced_at": "o.as_of",
    "contested_at": "CASE WHEN o.copy_ref = '' THEN c.contested_at END",
    "promised": "coalesce(k.promised, 0)",
    "missing": "coalesce(k.missing, 0)",
    "reported_every": "k.told_every",
    "confirm_after": "s.confirm_after",
    "time_zone": "s.time_zone",
    "sleeve": "u.sleeve",
    "note": "u.note",
    "photo_id": "u.photo_id",
    "shown": shown("o", "s"),
}
"""What each column of `stock_standing` is, of `STANDING_OF`; the migration that makes the view says
what it means."""
STANDING_OF = """stock_offer o
JOIN shops_shop s ON s.id = o.shop_id
LEFT JOIN stock_shopclock c ON c.shop_id = s.id
LEFT JOIN stock_feed f ON f.id = o.told_by_id
LEFT JOIN stock_shoprecord k ON k.shop_id = s.id
LEFT JOIN stock_usedcopy u ON u.offer_id = o.id AND o.copy_ref <> ''"""

SHOWN = "as_of >= CASE WHEN by_hand THEN %(oldest_copy)s ELSE %(oldest)s END"
"""Whether what is known of a standing is young enough to be shown: `oldest_shown`."""


def is_shown(at: datetime) -> Q:
    """Return `SHOWN` at a moment, as a condition on `OfferStanding`."""
    limits = oldest_shown(at)
    recent, recent_copy = Q(as_of__gte=limits["oldest"]), Q(as_of__gte=limits["oldest_copy"])
    return Q(by_hand=False) & recent | Q(by_hand=True) & recent_copy


def oldest_shown(at: datetime) -> dict[str, datetime]:
    """Return the values that `SHOWN` names, for a moment.

    What a feed reports is old soon: the next report should have come. No report repeats a one-off
    copy that the shop entered by hand; it stays until it sells.
    """
    return {
        "oldest": at - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS),
        "oldest_copy": at - timedelta(days=settings.HIDE_COPIES_AFTER_DAYS),
    }


def is_own(number: str) -> str:
    """Return `core.identifiers.is_own_number` as SQL."""
    return f"{number} ~ '{OWN_NUMBER}'"


def own_product(product: str, number: str, shop: str) -> str:
    """Return whether a product is what a till's own number names in a shop: `own_ref`."""
    ref = f"{shop}::text || ':' || {number}"
    # The index of references leaves the empty ones out.
    return (
        f"{product}.source = '{TILL_SOURCE}' AND {product}.source_ref <> ''"
        f" AND {product}.source_ref = {ref}"
    )


def named(number: str, shop: str) -> str:
    """Return a table of the product that a number names in a shop, if there is one, to be joined
    LATERAL: `catalogue.reads.by_number` as SQL."""
    return (
        f"(SELECT e.* FROM catalogue_product e WHERE e.ean = {number}"  # noqa: S608
        f" AND NOT {is_own(number)}"
        " UNION ALL SELECT e.* FROM catalogue_product e"
        f" WHERE {own_product('e', number, shop)})"
    )


KNOWN_AT = "SELECT offer_id, known_at FROM stock_standing WHERE offer_id = ANY(%s)"
"""The moments of the figures of offers, by their keys."""
