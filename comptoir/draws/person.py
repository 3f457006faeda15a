"""All that draws keep of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.draws.models import DrawEntry
from comptoir.draws.operations import erase_at_word
from comptoir.orders.contacts import contact_key

_NOT_OVER = _("Draws that are not over: whoever is erased is out of them")
_OVER = _("Draws")


def find(email: str) -> Iterator[Found]:
    """Yield what draws keep of the person of an address (`core.retention.shape.Personal`)."""
    mine = DrawEntry.objects.filter(key=contact_key(email)).select_related("draw").order_by("pk")
    entries = list(mine)
    for is_open in (True, False):
        rows = tuple(
            {
                str(_("name")): entry.name,
                str(_("e-mail address")): entry.email,
                str(_("entered on")): entry.entered_at,
                str(_("state")): entry.get_state_display(),
            }
            for entry in entries
            if (entry.draw.ended_at is None) is is_open
        )
        if rows:
            yield Found(_NOT_OVER if is_open else _OVER, rows)


def erase(email: str, now: datetime) -> None:
    """Erase a person from all draws, at their word; their hash in each list stays. Locks and
    writes: as `erase_at_word`."""
    erase_at_word(key=contact_key(email), now=now)
