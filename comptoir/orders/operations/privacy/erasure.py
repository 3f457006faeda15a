"""When the person of an order is needed no more, and what goes then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.operations import forget
from comptoir.orders.models import (
    Delivery,
    EventKind,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations.due import each
from comptoir.orders.operations.groups.erasure import erase_groups
from comptoir.orders.operations.known_contacts import forget_idle
from comptoir.orders.operations.moves import about
from comptoir.orders.operations.status import note_all
from comptoir.orders.operations.trust.record import forget_trust
from comptoir.orders.postal.erasure import erase_addresses, file_first, nothing_waits

ERASED = ("name", "email", "phone", "email_key", "phone_key", "request_digest")
ON_THE_WAY = timedelta(days=30)
"""So long after it was posted an order counts as delivered, for keeping alone, where nobody knows
when it was. The right of withdrawal never ends by it."""
TAKEN_BACK = timedelta(days=28)
"""Fourteen days to withdraw (code de la consommation, L221-18) and fourteen to send back
(L221-23)."""


def erase_due(*, now: datetime) -> int:
    """Erase the personal data of orders that ended long enough ago, and contacts that are idle.

    Figures stay, without the person. Source: RGPD, article 5(1)(e); the dates are those of
    `erasable`.

    Locks, a batch a transaction: the orders, or skips them. Writes: them, their history, what
    packages above file of them (`file_first`); deletes their mails, the groups of which nothing
    else is left (`erase_groups`), idle contacts, and who did not collect a year ago
    (`forget_trust`). Announces: the lines of history. Raises `ExceptionGroup` (`each`).
    """
    forget_idle(now)
    forget_trust(now)
    # Of orders that were erased before this was a rule, too.
    _forget_copies(Q(order__erased_at__isnull=False))
    try:
        return each(erasable(now), _erase, now)
    finally:
        erase_groups()


def erase_at_word(email_key: str, now: datetime) -> int:
    """Erase the orders of one person that need them no more, at their own word; return how many.

    Locks, writes, announces, raises: as `erase_due`. The caller knows that it is their word.
    """
    try:
        return each(erasable(now, asked=True) & Q(email_key=email_key), _erase, now)
    finally:
        erase_groups()


def erasable(now: datetime, *, asked: bool = False) -> Q:
    """Return which orders need their person no more at a moment.

    What was collected, or never left: `COMPTOIR_ERASE_AFTER_DAYS` after its end; at once where its
    person `asked`. What was posted: `COMPTOIR_ERASE_POSTED_AFTER_DAYS` after it left (not waited
    for where they asked), and never before it can be taken back no more (`TAKEN_BACK` after its
    delivery, which is taken to be `ON_THE_WAY` where nobody knows it), nor while a mail about it is
    still to leave (not waited for either). Nothing while something waits for its person, such as a
    withdrawal or a refund, or a right to withdraw that runs longer (`nothing_waits`; at their own
    word they need not wait for that one).
    """
    days = timedelta(0) if asked else timedelta(days=settings.ERASE_AFTER_DAYS)
    posted_days = timedelta(0) if asked else timedelta(days=settings.ERASE_POSTED_AFTER_DAYS)
    ended = Q(erased_at=None, ended_at__lte=now - days)
    arrived = OrderEvent.objects.filter(order=OuterRef("pk"), kind=EventKind.DELIVERED)
    past = Exists(arrived.filter(happened_at__lte=now - TAKEN_BACK))
    unknown = ~Exists(arrived) & Q(ended_at__lte=now - ON_THE_WAY - TAKEN_BACK)
    left = Q(status__in=(OrderStatus.SHIPPED, OrderStatus.DELIVERED))
    posted = ~left | past | unknown
    if not asked:
        posted &= Q(~_mail_to_leave(now))
    over = Q(delivery=Delivery.COLLECT) | (Q(ended_at__lte=now - posted_days) & posted)
    return ended & over & nothing_waits(now, asked=asked)


def named_past(model: str, now: datetime) -> int:  # noqa: ARG001
    """Return how many orders have a person past their date, those that an erasure left half done
    among them (`core.retention.shape.Finder`)."""
    named = Q()
    for column in ERASED:
        named |= ~Q(**{column: ""})
    half = Q(erased_at__isnull=False) & named
    return Order.objects.filter(erasable(now) | half).count()


def _mail_to_leave(now: datetime) -> Exists:
    """Whether a mail about an order waits that the erasure of mails leaves in peace."""
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    word = Concat(Value(about("")), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    waiting = Message.objects.filter(status=MessageStatus.QUEUED, created_at__gt=limit)
    return Exists(waiting.filter(about=word))


def _forget_copies(lines: Q) -> None:
    OrderLine.objects.filter(lines).exclude(note="", photo="").update(note="", photo="")


def _erase(orders: Sequence[Order], now: datetime) -> int:
    keys = [order.pk for order in orders]
    file_first(keys, now)
    blank: dict[str, Any] = dict.fromkeys(ERASED, "")
    Order.objects.filter(pk__in=keys).update(**blank, idempotency_key=None, erased_at=now)
    _forget_copies(Q(order__in=keys))
    erase_addresses([o.pk for o in orders if o.delivery == Delivery.MAIL], now)
    note_all([(order, {}) for order in orders], EventKind.ERASED, actor=SYSTEM, at=now)
    forget(about=[about(key) for key in keys])
    return len(orders)
