"""Fragments of SQL that several statements of the stock share.

How an offer stands is read from the view `stock_standing` (`stock.shelf.models.OfferStanding`),
here `v`. The fragments of the offer `o` itself are for statements that write it, or that know its
clock before the database does; tests hold them and the view together.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

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


def available(offer: str, shop: str) -> str:
    """Return how many copies of an offer may be promised; below zero when too many are."""
    return (
        f"({offer}.on_hand - {offer}.held"
        f" - CASE WHEN {offer}.copy_ref = '' THEN {shop}.safety_stock ELSE 0 END)"
    )


SHOWN = "v.as_of >= CASE WHEN v.by_hand THEN %(oldest_copy)s ELSE %(oldest)s END"
"""Whether what is known of the standing `v` is young enough to be shown: `oldest_shown`."""


def is_shown(at: datetime) -> Q:
    """Return what `SHOWN` says of the standing of offers at a moment, for Django."""
    limits = oldest_shown(at)
    return Q(standing__by_hand=True, standing__as_of__gte=limits["oldest_copy"]) | Q(
        standing__by_hand=False, standing__as_of__gte=limits["oldest"]
    )


def oldest_shown(at: datetime) -> dict[str, datetime]:
    """Return the values that `SHOWN` names, for a moment.

    What a feed tells is old soon: the next report should have come. A one-off copy that the shop
    entered by hand is not told again; it stays until it sells.
    """
    return {
        "oldest": at - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS),
        "oldest_copy": at - timedelta(days=settings.HIDE_COPIES_AFTER_DAYS),
    }


KNOWN_AT = "SELECT offer_id, known_at FROM stock_standing WHERE offer_id = ANY(%s)"
"""The moments of the figures of offers, by their keys."""
