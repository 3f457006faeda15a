"""What time does to orders: confirmations and holds that end, reminders, closures, erasure.

Jobs may run twice and at the same time: each takes its orders one by one under a lock that the
others skip, checks again, and commits before the next, so that it can be stopped at any point.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.errors import NotFound
from comptoir.notifications.operations import forget
from comptoir.orders.lifecycle import note
from comptoir.orders.models import (
    EventKind,
    KnownContact,
    Order,
    OrderStatus,
)
from comptoir.orders.operations.moves import about, give_back, mail
from comptoir.shops.hours import deadline
from comptoir.shops.models import Closure, Shop
from comptoir.shops.operations import add_closure

REMIND_BEFORE = timedelta(hours=24)
KNOWN_FOR = timedelta(days=730)
Move = Callable[[Order, datetime], None]


def expire_due(*, now: datetime) -> int:
    """End the orders whose time is over, free their copies, tell the reader; return how many."""
    unconfirmed = Q(status=OrderStatus.UNCONFIRMED, confirm_by__lte=now)
    return _each(Q(ended_at=None) & (unconfirmed | Q(deadline__lte=now)), _expire, now)


def remind_due(*, now: datetime) -> int:
    """Remind, once, those whose copies wait and are kept for less than a day; return how many."""
    due = Q(
        status=OrderStatus.SET_ASIDE,
        reminded_at=None,
        deadline__gt=now,
        deadline__lte=now + REMIND_BEFORE,
    )
    return _each(due, _remind, now)


def erase_due(*, now: datetime) -> int:
    """Erase the personal data of orders that ended long enough ago, and contacts that are idle.

    Figures stay, without the person. Source: RGPD, article 5(1)(e); the delay is
    `COMPTOIR_ERASE_AFTER_DAYS`.
    """
    KnownContact.objects.filter(confirmed_at__lte=now - KNOWN_FOR).delete()
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    return _each(Q(ended_at__lte=limit, erased_at=None), _erase, now)


@transaction.atomic
def close_shop(
    *, shop_id: int, first_day: date, last_day: date, reason: str, actor: Actor
) -> tuple[Closure, int]:
    """Enter an exceptional closure and move the deadlines it eats into.

    Returns the closure and how many orders were given more time; each of their readers is told.
    A deadline never moves to an earlier moment. Raises `NotFound`, `Invalid`.
    """
    try:
        shop = Shop.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=shop_id)
    except Shop.DoesNotExist:
        raise NotFound("no_such_shop", _("There is no such shop.")) from None
    closure = add_closure(
        shop=shop, first_day=first_day, last_day=last_day, reason=reason, actor=actor
    )
    orders = Order.objects.filter(shop=shop, ended_at=None).exclude(deadline=None)
    moved = 0
    for order in orders.select_for_update(of=("self",)).select_related("shop").order_by("pk"):
        moved += _extend(order, actor=actor, at=timezone.now())
    return closure, moved


def _each(due: Q, act: Move, now: datetime) -> int:
    """Do something to every order that is due, each in its own transaction."""
    done, last = 0, 0
    while True:
        with transaction.atomic():
            order = (
                Order.objects.filter(due, pk__gt=last)
                .order_by("pk")
                .select_related("shop")
                .select_for_update(of=("self",), skip_locked=True)
                .first()
            )
            if order is None:
                return done
            last = order.pk
            act(order, now)
            done += 1


def _expire(order: Order, now: datetime) -> None:
    """Expire one order, unless a closure entered meanwhile gives it more time."""
    if order.status != OrderStatus.UNCONFIRMED and _extend(order, actor=SYSTEM, at=now):
        return
    give_back(order, OrderStatus.EXPIRED, EventKind.EXPIRED, actor=SYSTEM)
    mail(order, "order_expired")


def _extend(order: Order, *, actor: Actor, at: datetime) -> bool:
    """Work a deadline out again with today's closures; move it if that is later."""
    if order.deadline is None:
        return False
    aside = order.events.filter(kind=EventKind.SET_ASIDE).last()
    start = aside.happened_at if aside else order.placed_at
    until = deadline(order.shop, start, order.shop.hold_days)
    if until <= order.deadline:
        return False
    before, order.deadline = order.deadline, until
    order.reminded_at = None
    order.save(update_fields=["deadline", "reminded_at"])
    data = {"before": before.isoformat(), "after": until.isoformat()}
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=at, **data)
    mail(order, "order_deadline_moved")
    return True


def _remind(order: Order, now: datetime) -> None:
    order.reminded_at = now
    order.save(update_fields=["reminded_at"])
    note(order, EventKind.REMINDED, actor=SYSTEM, at=now)
    mail(order, "order_reminder")


def _erase(order: Order, now: datetime) -> None:
    blank = ("name", "email", "phone", "email_key", "phone_key", "request_digest")
    for name in blank:
        setattr(order, name, "")
    order.idempotency_key = None
    order.erased_at = now
    order.save(update_fields=[*blank, "idempotency_key", "erased_at"])
    note(order, EventKind.ERASED, actor=SYSTEM, at=now)
    forget(about=[about(order.pk)])
