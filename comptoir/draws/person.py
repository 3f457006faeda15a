"""All that draws keep of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.draws.models import DrawEntry
from comptoir.draws.operations.steps import about
from comptoir.notifications.operations import forget
from comptoir.orders.contacts import contact_key

_OPEN = _("The draw is not over: leave it by the link of its mail first, then it can be erased.")


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
            yield Found(_("Draws"), rows, _OPEN if is_open else "")


def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Erase a person from the draws that have ended, at their word; their hash in the list stays.
    Writes: the entries; deletes their mails."""
    mine = DrawEntry.objects.filter(key=contact_key(email), draw__ended_at__isnull=False)
    forget(about=[about(key) for key in mine.values_list("pk", flat=True)])
    mine.update(name="", email="", key=None, token=None, order=None)
