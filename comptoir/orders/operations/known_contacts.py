"""Contacts that were confirmed: with the mark in a browser, their next order needs no link."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from comptoir.core.db import execute
from comptoir.orders.models import KnownContact

MARKED_FOR = timedelta(days=365)
"""How long a browser keeps its mark, counted from the last order that used it."""
REFRESH_AFTER = timedelta(days=30)
KNOWN_FOR = MARKED_FOR + REFRESH_AFTER
"""As long as a mark can count: the contact of a mark just renewed may be `REFRESH_AFTER` old."""


def remember(key: str, at: datetime) -> None:
    """Note that this contact was confirmed; again, the date moves. "" is no contact."""
    if key:
        execute(
            "INSERT INTO orders_knowncontact (key, confirmed_at) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET confirmed_at = excluded.confirmed_at",
            [key, at],
        )


def refresh(known: Mapping[str, int], keys: Iterable[str], at: datetime) -> None:
    """Note that these contacts are not idle: their persons have just placed an order.

    `known` holds since when each is known (Unix seconds). A date younger than `REFRESH_AFTER` is
    near enough and stays; the older ones move by one statement.
    """
    oldest = (at - REFRESH_AFTER).timestamp()
    stale = [key for key in set(keys) if key in known and known[key] < oldest]
    if stale:
        # SKIP LOCKED: a confirmation may hold the row, and the next order moves the date as well.
        execute(
            "UPDATE orders_knowncontact SET confirmed_at = %s WHERE key IN (SELECT key"
            " FROM orders_knowncontact WHERE key = ANY(%s) FOR UPDATE SKIP LOCKED)",
            [at, stale],
        )


def forget_idle(now: datetime) -> None:
    """Forget the contacts that placed no order for `KNOWN_FOR`."""
    KnownContact.objects.filter(confirmed_at__lte=now - KNOWN_FOR).delete()
