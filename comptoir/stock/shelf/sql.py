"""Fragments of SQL that several statements of the stock share."""

from datetime import datetime, timedelta

from django.conf import settings

from comptoir.stock.shelf.models import FEED_MARK

METRES = """2 * %(earth)s * asin(least(1, sqrt(
        sin(radians(s.latitude - %(latitude)s) / 2) ^ 2
        + cos(radians(%(latitude)s)) * cos(radians(s.latitude))
          * sin(radians(s.longitude - %(longitude)s) / 2) ^ 2)))"""
"""`shops.places.metres` from a point to the shop `s`; `earth` is its `EARTH_RADIUS_M`."""


def clock_of(offer: str, new: str, used: str, copies: str = "NULL::timestamptz") -> str:
    """Return which of its shop's two clocks (`ShopClock`) an offer goes by.

    A one-off copy goes by neither: only its own feed, or its shop's hand, knows of it. `copies` is
    the clock of the feed of copies whose report is being heard.
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


OLDEST = (
    f"CASE WHEN o.copy_ref <> '' AND strpos(o.copy_ref, '{FEED_MARK}') = 0"
    " THEN %(oldest_copy)s ELSE %(oldest)s END"
)
"""The moment before which what is known of the offer `o` is too old to be shown: `oldest_shown`."""


def oldest_shown(at: datetime) -> dict[str, datetime]:
    """Return the values that `OLDEST` names, for a moment.

    What a feed tells is old soon: the next report should have come. A one-off copy that the shop
    entered by hand is not told again; it stays until it sells.
    """
    return {
        "oldest": at - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS),
        "oldest_copy": at - timedelta(days=settings.HIDE_COPIES_AFTER_DAYS),
    }


AS_OF = known_at("o", "c.new_as_of", "c.used_as_of")
"""`known_at` of the offer `o`, whose shop's clock is `c` (perhaps missing: a left join)."""

KNOWN_AT = f"""
SELECT o.id, {AS_OF} FROM stock_offer o LEFT JOIN stock_shopclock c ON c.shop_id = o.shop_id
WHERE o.id = ANY(%s)
"""  # noqa: S608
"""The moments of the figures of offers, by their keys."""

SEEN_AT = f"greatest({AS_OF}, f.changes_as_of)"
"""As of when the offer `o` is shown: a till that tells only what changes vouches for the rest too.
`f` is the feed that told it (perhaps missing)."""
