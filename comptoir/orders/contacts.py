"""Keyed hashes of contacts: they count and recognise a person without telling who it is."""

from collections.abc import Collection
from datetime import datetime

from django.utils.crypto import salted_hmac

from comptoir.core.db import fetch, run


def contact_key(contact: str) -> str:
    """Return the keyed hash of an e-mail (case folded) or E.164 phone; "" for no contact."""
    if not contact:
        return ""
    return salted_hmac("comptoir.orders.contact", contact.lower(), algorithm="sha256").hexdigest()


def known_keys(keys: Collection[str]) -> set[str]:
    """Return those of the keys whose contact was confirmed once."""
    if not keys:
        return set()
    rows = fetch("SELECT key FROM orders_knowncontact WHERE key = ANY(%s)", [list(keys)])
    return {key for (key,) in rows}


def remember(key: str, at: datetime) -> None:
    """Keep that this contact was confirmed; again is as once."""
    if key:
        run(
            "INSERT INTO orders_knowncontact (key, confirmed_at) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET confirmed_at = excluded.confirmed_at",
            [key, at],
        )
