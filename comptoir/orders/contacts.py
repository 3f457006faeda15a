"""Keyed hashes of contacts: they count and recognise a person without telling who it is."""

from datetime import datetime

from django.utils.crypto import salted_hmac

from comptoir.core.db import run


def contact_key(contact: str) -> str:
    """Return the keyed hash of an e-mail (case folded) or E.164 phone; "" for no contact."""
    if not contact:
        return ""
    return salted_hmac("comptoir.orders.contact", contact.lower(), algorithm="sha256").hexdigest()


def remember(key: str, at: datetime) -> None:
    """Keep that this contact was confirmed; again is as once."""
    if key:
        run(
            "INSERT INTO orders_knowncontact (key, confirmed_at) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET confirmed_at = excluded.confirmed_at",
            [key, at],
        )
