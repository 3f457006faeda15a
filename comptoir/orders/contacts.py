"""Keyed hashes of contacts: they count and recognise a person without telling who it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from comptoir.core.db import execute
from comptoir.orders.models import Order

REFRESH_AFTER = timedelta(days=30)


def contact_key(contact: str) -> str:
    """Return the keyed hash of an e-mail (case folded) or E.164 phone; "" for no contact."""
    if not contact:
        return ""
    return salted_hmac("comptoir.orders.contact", contact.lower(), algorithm="sha256").hexdigest()


def confirmation_proof(order: Order) -> str:
    """Return what only the mail to this order's address tells: it confirms that somebody reads it.

    The address of the order's own page is no proof: whoever reserved has it, with any address.
    """
    value = f"{order.token} {order.email}"
    return salted_hmac("comptoir.orders.confirm", value, algorithm="sha256").hexdigest()[:32]


def remember(key: str, at: datetime) -> None:
    """Keep that this contact was confirmed; again is as once."""
    if key:
        execute(
            "INSERT INTO orders_knowncontact (key, confirmed_at) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET confirmed_at = excluded.confirmed_at",
            [key, at],
        )


def refresh(known: Mapping[str, int], keys: Iterable[str], at: datetime) -> None:
    """Keep that these contacts are not idle: they have just placed an order.

    `known` tells since when (Unix seconds). A date of less than `REFRESH_AFTER` is near enough; for
    older ones it is one statement. A row that somebody else holds is left for the next order.
    """
    oldest = (at - REFRESH_AFTER).timestamp()
    stale = [key for key in set(keys) if key in known and known[key] < oldest]
    if stale:
        execute(
            "UPDATE orders_knowncontact SET confirmed_at = %s WHERE key IN (SELECT key"
            " FROM orders_knowncontact WHERE key = ANY(%s) FOR UPDATE SKIP LOCKED)",
            [at, stale],
        )
