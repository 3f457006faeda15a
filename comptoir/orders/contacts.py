"""Keyed hashes of contacts and of network addresses: they count and recognise, and do not reveal
who it is."""

from django.conf import settings

from comptoir.core.limits import Network, keyed_hash, network_of
from comptoir.orders.models import Order
from comptoir.shops.contacts import mail_domain

# What providers say of their own mailboxes. Of a domain that is not here nothing is known: two of
# its addresses may be two people, and are.
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_PROTON = {"proton.me", "protonmail.com", "pm.me"}
_TAGGED = _PROTON | {"gmail.com", "icloud.com", "me.com", "mac.com", "fastmail.com", "fastmail.fm"}
_TAGGED |= {"outlook.com", "outlook.fr", "outlook.be", "msn.com", "hotmail.com", "hotmail.fr"}
_TAGGED |= {"hotmail.be", "live.com", "live.fr", "live.be"}
_DASHED = {"yahoo.com", "yahoo.fr", "yahoo.be", "ymail.com", "rocketmail.com"}
"""No name there has a dash: what stands behind one is a label of a disposable address."""
_IGNORED = {"gmail.com": "."} | dict.fromkeys(_PROTON, "._-")


def mailbox(address: str) -> str:
    """Return the one name of the mailbox that a right e-mail address writes to.

    Case never counts, and a domain has one spelling. Where it is known of the provider, what stands
    behind a plus is a label of the reader's own, and dots are none (Gmail) or separators (Proton):
    `J.Doe+livres@googlemail.com` is `jdoe@gmail.com`.
    """
    local, _at, written = address.lower().rpartition("@")
    domain = mail_domain(written)
    domain = _SAME_DOMAIN.get(domain, domain)
    if domain in _TAGGED:
        local = local.partition("+")[0] or local
    if ignored := _IGNORED.get(domain, ""):
        bare = "".join(sign for sign in local if sign not in ignored)
        local = bare or local
    return f"{local}@{domain}"


def contact_key(contact: str) -> str:
    """Return the keyed hash of an e-mail address, the same for all that name one mailbox, or of an
    E.164 telephone number; "" for no contact."""
    if not contact:
        return ""
    written = mailbox(contact) if "@" in contact else contact
    return _hash("contact", written)


def trust_key(shop_id: int, contact: str) -> str:
    """Return the key under which a shop remembers the person of a contact's key: another in each
    shop, so that what two shops remember cannot be joined."""
    return _hash("trust", f"{shop_id} {contact}")[:32]


def recipient_key(address: str) -> str:
    """Return the keyed hash by which the mails to a mailbox are counted: a label behind a plus
    counts nowhere, and at Yahoo one behind a dash.

    Where a provider is not known to have labels, two people may share a limit; they are never taken
    for each other.
    """
    local, _at, domain = mailbox(address).rpartition("@")
    bare = local.partition("+")[0] or local
    if domain in _DASHED:
        bare = bare.partition("-")[0] or bare
    return contact_key(f"{bare}@{domain}")


def network_keys(address: str) -> Network:
    """Return the client and the range of a network address as keyed hashes; "" where unknown."""
    found = network_of(address)
    return Network(_network_key(found.address), _network_key(found.range), found.shared)


def _network_key(text: str) -> str:
    if not text:
        return ""
    return _hash("network", text)[:32]


def confirmation_proof(order: Order) -> str:
    """Return what only the mail to this order's address holds: it proves that somebody reads it.

    The address of the order's own page is no proof: whoever reserved has it, with any address.
    """
    value = f"{order.token} {order.email}"
    return _hash("confirm", value)[:32]


def group_proof(token: str, email: str) -> str:
    """Return what only the mail about a group holds, by the group's `token` and the address."""
    return _hash("confirm_group", f"{token} {email}")[:32]


def _hash(what: str, said: str) -> str:
    return keyed_hash(f"comptoir.orders.{what}", said, settings.SECRET_KEY).hex()
