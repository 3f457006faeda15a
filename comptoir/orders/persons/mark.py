"""The word of a person's mark: the keyed hash of the address that they confirmed, signed and dated,
and nothing else. A browser bears it in a cookie (`site.person`), a program in a header
(`api.reserve`): `docs/decisions/0021-persons.md`."""

from django.core import signing

from comptoir.networks.portal import portal
from comptoir.orders.contacts import contact_key
from comptoir.orders.operations.known_contacts import MARKED_FOR

SALT = "comptoir.site.person"


def key_in(word: str) -> str:
    """Return the key of the contact that a mark names, or "" for none: an altered, foreign or too
    old mark is none."""
    try:
        key = signing.loads(word, salt=_salt(), max_age=MARKED_FOR)
    except signing.BadSignature:
        return ""
    return str(key)


def word_of(email: str) -> str:
    """Return the mark of who has just confirmed an address."""
    return signing.dumps(contact_key(email), salt=_salt())


def _salt() -> str:
    """Return what a mark is signed with: one of a portal is good under its host alone."""
    shown = portal()
    return f"{SALT}.{shown.key}" if shown else SALT
