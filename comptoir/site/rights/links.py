"""The link to what is kept of a person: asked for, sent to their address, good for a day.

It holds no address: it names the mail by which it was sent, and a proof that Comptoir wrote it.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import NotFound
from comptoir.core.limits import keyed_hash
from comptoir.networks.portal import site_address
from comptoir.notifications.models import Message
from comptoir.notifications.operations import Draft, queue, register

TEMPLATE = "rights_link"
GOOD_FOR = timedelta(days=1)
_PROOF = 32


def send(address: str, language: str) -> None:
    """Have the link sent to an address, known or not: the answer is the same for both, and as late.
    Writes: the mail. Who takes the address counts how often (`by_mail.form`)."""
    nonce = secrets.token_urlsafe(12)
    queue([Draft(address, language, TEMPLATE, {"nonce": nonce}, about=_about(nonce), secret=True)])


def address_of(word: str) -> str:
    """Return the address to which a link was sent. Raises `NotFound` (`rights_over`) for a word
    that Comptoir did not write, or wrote more than a day ago."""
    nonce, proof = word[:-_PROOF], word[-_PROOF:]
    if nonce and constant_time_compare(proof, _proof(nonce)):
        fresh = Message.objects.filter(
            about=_about(nonce), created_at__gt=timezone.now() - GOOD_FOR
        )
        if mail := fresh.first():
            return mail.to
    raise NotFound("rights_over", _("This link is good no more: ask for another."))


def word_of(nonce: str) -> str:
    """Return the word of a link by what its mail names it."""
    return nonce + _proof(nonce)


def prepare() -> None:
    """Tell how the mail is completed."""
    register(TEMPLATE, _context)


def _context(context: dict[str, Any]) -> dict[str, Any]:
    page = reverse("site:rights_of", args=[word_of(context["nonce"])])
    return {"url": f"{site_address()}{page}"}


def _about(nonce: str) -> str:
    return f"rights:{nonce}"


def _proof(nonce: str) -> str:
    return keyed_hash("comptoir.rights", nonce, settings.SECRET_KEY).hex()[:_PROOF]
