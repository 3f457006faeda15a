"""The mails to one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.notifications.models import Message, MessageStatus


def find(email: str) -> Iterator[Found]:
    """Yield the mails to an address (`core.retention.shape.Personal`). Codes and
    links, of which nothing is kept, are not told."""
    mails = Message.objects.filter(to__iexact=email, secret=False).order_by("pk")
    rows = tuple(
        {
            str(_("subject")): mail.subject or mail.template,
            str(_("written on")): mail.created_at,
            str(_("text")): mail.text,
        }
        for mail in mails
    )
    if rows:
        yield Found(_("Mails to your address"), rows)


def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Delete the mails to a person at their word. One that waits to leave is left: it is about
    something open. Deletes: them."""
    Message.objects.filter(to__iexact=email).exclude(status=MessageStatus.QUEUED).delete()
