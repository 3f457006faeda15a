"""Draws of a shop, who enters them, and how one is made."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.draws import operations
from comptoir.draws.operations import DrawRequest, EntryRequest
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import KnownContact

NOW = timezone.now().replace(second=0, microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KNOWN = NOW + DAY + HOUR
SOURCE = "drand quicknet, the first round after the entries close"


def opened(offer, of=None, **fields):
    values = {
        "title": offer.product.ean,
        "closes_at": NOW + DAY,
        "known_at": NOW + DAY + HOUR,
        "until": NOW + 10 * DAY,
        "source": SOURCE,
        "days": 2,
    }
    asked = DrawRequest(**{**values, **fields})
    return operations.open_draw(of=of or offer.shop, request=asked, actor=SYSTEM, now=NOW)


def asked(draw, email, marked="", lot=None, now=NOW):
    return operations.enter(
        EntryRequest(
            draw_id=draw.pk,
            lot_id=(lot or draw.lots.first()).pk,
            name="Ana Petit",
            email=email,
            marked_key=contact_key(marked) if marked else "",
        ),
        now=now,
    )


def person(draw, email, **fields):
    """Return the entry of somebody whose browser shows that the address is theirs."""
    KnownContact.objects.get_or_create(key=contact_key(email), defaults={"confirmed_at": NOW})
    return asked(draw, email, marked=email, **fields)


def drawn(draw, people=6):
    for number in range(people):
        person(draw, f"p{number}@example.org")
    operations.freeze_due(now=NOW + DAY)
    return operations.draw_lots(draw=draw, value="beacon 42", actor=SYSTEM, now=KNOWN)
