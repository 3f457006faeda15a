"""All that alerts keep of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.alerts.models import Alert
from comptoir.alerts.operations.moves import drop
from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key


def find(email: str) -> Iterator[Found]:
    """Yield what alerts keep of the person of an address (`core.retention.shape.Personal`)."""
    alerts = Alert.objects.filter(email_key=contact_key(email)).select_related("product")
    rows = tuple(
        {
            str(_("title")): alert.product.title,
            str(_("e-mail address")): alert.email,
            str(_("around")): alert.place or f"{alert.latitude}, {alert.longitude}",
            str(_("asked on")): alert.created_at,
        }
        for alert in alerts.order_by("pk")
    )
    if rows:
        yield Found(_("Titles that you wait for"), rows)


@transaction.atomic
def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Erase the alerts of a person at their word, with their mails. Locks, deletes: them."""
    mine = Alert.objects.filter(email_key=contact_key(email))
    drop(list(mine.select_for_update().order_by("pk")))
