"""Whether mails left: of one subject, and of all that have not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from comptoir.core.db import fetch
from comptoir.notifications.models import Message, MessageStatus, Reason

_ADDRESS = re.compile(r"[^\s<>@:;,\"']+@[^\s<>@:;,\"']+")


@dataclass(frozen=True, slots=True)
class Departure:
    """How the newest mail of a subject stands: it `left` at a moment, or is still on this side;
    then, where a try failed, why. `lost` says that it is not tried again."""

    left: datetime | None = None
    reason: Reason | None = None
    lost: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is being sent: no try has failed, none has succeeded."""
        return self.left is None and self.reason is None

    @property
    def late(self) -> bool:
        """Whether the mail server has not taken it yet, and it is tried again."""
        return self.left is None and self.reason is not None and not self.lost

    @property
    def no_mailbox(self) -> bool:
        """Whether the address is what is wrong."""
        return self.lost and self.reason == Reason.MAILBOX


def departures(abouts: Iterable[str]) -> dict[str, Departure]:
    """Return how the newest mail of each of these subjects stands; nothing of those without one.

    A mail that ended because it no longer mattered is passed over.
    """
    rows = fetch(
        "SELECT DISTINCT ON (about) about, sent_at, status, reason FROM notifications_message"
        " WHERE about = ANY(%s) AND reason <> 'too_late' ORDER BY about, id DESC",
        [list(abouts)],
    )
    return {about: _departure(*rest) for about, *rest in rows}


def departure(about: str) -> Departure | None:
    """Return how the newest mail of a subject stands; None where there is none."""
    return departures([about]).get(about)


def departure_of(message_id: int) -> Departure | None:
    """Return how one mail stands; None where it is not there any more."""
    found = Message.objects.filter(pk=message_id).first()
    return _departure(found.sent_at, found.status, found.reason) if found else None


def _departure(sent_at: datetime | None, status: str, reason: str) -> Departure:
    if status == MessageStatus.SENT:
        return Departure(left=sent_at)
    return Departure(None, Reason(reason) if reason else None, status == MessageStatus.FAILED)


def in_trouble() -> QuerySet[Message]:
    """Return the mails that have not left and were tried, or cannot be any more; newest first."""
    stuck = Q(status=MessageStatus.FAILED) | Q(status=MessageStatus.QUEUED, tries__gt=0)
    found = Message.objects.filter(stuck, failing_since__isnull=False)
    return found.exclude(to="").order_by(F("failing_since").desc(), "-pk")


def can_be_sent_again(message: Message) -> bool:
    """Whether `send_again` would take a mail."""
    failed = message.status == MessageStatus.FAILED and message.reason != Reason.TOO_LATE
    return failed and bool(message.context)


def masked(address: str) -> str:
    """Return an address as far as it tells an operator where the trouble is: `a…@example.org`."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def said(message: Message) -> str:
    """Return what the mail server answered, with every address in it masked."""
    return _ADDRESS.sub(lambda found: masked(found[0]), message.error)
