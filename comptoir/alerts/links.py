"""The words of links in mails: what they name, and a proof that Comptoir wrote them.

A word is kept nowhere: who has the tables alone can make none.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare

from comptoir.alerts.models import Alert
from comptoir.core.limits import keyed_hash

NONCE = 16
"""How many signs name an alert."""
_PROOF = 32


def link_word(alert: Alert) -> str:
    """Return the word of an alert's own page, where it is confirmed and ended."""
    return alert.nonce + _proof("alert", alert.nonce)


def last_word(email_key: str) -> str:
    """Return the word of the page on which all alerts of a mailbox end."""
    return email_key + _proof("mailbox", email_key)


def read_link_word(word: str) -> str | None:
    """Return the nonce that a word names, or None for one that Comptoir did not write."""
    return _read("alert", word)


def read_last_word(word: str) -> str | None:
    """Return the key of the mailbox that a word names, or None."""
    return _read("mailbox", word)


def _read(what: str, word: str) -> str | None:
    named, proof = word[:-_PROOF], word[-_PROOF:]
    return named if named and constant_time_compare(proof, _proof(what, named)) else None


def _proof(what: str, named: str) -> str:
    return keyed_hash(f"comptoir.alerts.{what}", named, settings.SECRET_KEY).hex()[:_PROOF]
