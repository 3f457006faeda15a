"""Keyed hashes of contacts and of network addresses: they count and recognise, and do not reveal who
it is."""

from django.utils.crypto import salted_hmac

from comptoir.core.limits import Network, network_of
from comptoir.orders.models import Order


def contact_key(contact: str) -> str:
    """Return the keyed hash of an e-mail (case folded) or E.164 phone; "" for no contact."""
    if not contact:
        return ""
    return salted_hmac("comptoir.orders.contact", contact.lower(), algorithm="sha256").hexdigest()


def network_keys(address: str) -> Network:
    """Return the client and the range of a network address as keyed hashes; "" where unknown."""
    found = network_of(address)
    return Network(_network_key(found.address), _network_key(found.range), found.shared)


def _network_key(text: str) -> str:
    if not text:
        return ""
    return salted_hmac("comptoir.orders.network", text, algorithm="sha256").hexdigest()[:32]


def confirmation_proof(order: Order) -> str:
    """Return what only the mail to this order's address holds: it proves that somebody reads it.

    The address of the order's own page is no proof: whoever reserved has it, with any address.
    """
    value = f"{order.token} {order.email}"
    return salted_hmac("comptoir.orders.confirm", value, algorithm="sha256").hexdigest()[:32]
