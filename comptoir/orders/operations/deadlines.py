"""What time does to orders: confirmations and holds that end, reminders, closures, erasure.

Jobs may run twice and at the same time: each takes its orders one by one under a lock that the
others skip, checks again, and commits before the next, so that it can be stopped at any point.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.locks import Space, lock
from comptoir.notifications.operations import Draft, forget, queue
from comptoir.orders.models import (
    EventKind,
    Order,
    OrderEvent,
    OrderStatus,
)
from comptoir.orders.operations.copies import let_go
from comptoir.orders.operations.known_contacts import forget_idle
from comptoir.orders.operations.moves import about, follow_shop, give_back, mail
from comptoir.orders.operations.status import note
from comptoir.orders.terms import answer_by
from comptoir.shops.hours import deadline
from comptoir.shops.models import Closure, Shop
from comptoir.shops.operations import add_closure
from comptoir.shops.operations.scope import Verb, in_scope

REMIND_BEFORE = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(hours=2)
Move = Callable[[Order, datetime], bool]

log = logging.getLogger(__name__)


def expire_due(*, now: datetime) -> int:
    """End the orders whose time is over, free their copies; return how many.

    The reader gets a mail, unless nobody ever confirmed that the address is theirs. An unconfirmed
    order that holds a title's last copy gives its copies back earlier, and goes on asking for them.

    What was reserved in the very moment in which its shop left the network is ended here too, or
    goes where its shop went.

    Locks, an order a transaction: the order, then its offers by primary key; an order that somebody
    else holds is skipped. Writes: the order, its lines, its history, the offers, a mail. Announces:
    the line of history, the offers. Raises `ExceptionGroup` (`_each`).
    """
    end_orders_of_gone(now=now)
    _each(Q(ended_at=None, shop__merged_into__isnull=False), _follow, now)
    unconfirmed = Q(status=OrderStatus.UNCONFIRMED, confirm_by__lte=now)
    last_copies = Q(status=OrderStatus.UNCONFIRMED, held_until__lte=now)
    due = Q(ended_at=None) & (unconfirmed | last_copies | Q(deadline__lte=now))
    return _each(due, _expire, now)


def end_orders_of_gone(*, now: datetime, shop: Shop | None = None) -> int:
    """End the orders of shops, or of one, that have left the network; return how many.

    Their readers get a mail, unless nobody ever confirmed that the address is theirs.

    Locks, writes, announces, raises: as `expire_due`.
    """
    gone = Q(ended_at=None, shop__ended_at__isnull=False, shop__merged_into=None)
    return _each(gone & Q(shop=shop) if shop else gone, _end, now)


def remind_due(*, now: datetime) -> int:
    """Remind, once, those whose copies wait and are kept for less than a day; return how many.

    Locks, an order a transaction: the order, or skips it. Writes: the order, its history, a mail.
    Announces: the line of history. Raises `ExceptionGroup` (`_each`).
    """
    due = Q(
        status=OrderStatus.SET_ASIDE,
        reminded_at=None,
        deadline__gt=now,
        deadline__lte=now + REMIND_BEFORE,
    )
    return _each(due, _remind, now)


def chase_due(*, now: datetime) -> int:
    """Ask, once an order, the shops that have not answered in time; return for how many orders.

    The reader gets a mail: it takes longer, and what they can do. The shop gets one mail for all
    that waits, and not another within `ASK_AGAIN_AFTER`.

    Locks, an order a transaction: the order, or skips it; then the shop's turn (`CHASES`). Writes:
    the order, its history, mails. Announces: the line of history. Raises `ExceptionGroup`
    (`_each`).
    """
    due = Q(status=OrderStatus.PLACED, chased_at=None, answer_by__lte=now)
    return _each(due, _chase, now)


def erase_due(*, now: datetime) -> int:
    """Erase the personal data of orders that ended long enough ago, and contacts that are idle.

    Figures stay, without the person. Source: RGPD, article 5(1)(e); the delay is
    `COMPTOIR_ERASE_AFTER_DAYS`.

    Locks, an order a transaction: the order, or skips it. Writes: the order, its history; deletes
    its mails, and idle contacts. Announces: the line of history. Raises `ExceptionGroup` (`_each`).
    """
    forget_idle(now)
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    return _each(Q(ended_at__lte=limit, erased_at=None), _erase, now)


@transaction.atomic
def close_shop(
    *, shop: Shop, first_day: date, last_day: date, reason: str, actor: Actor
) -> tuple[Closure, int]:
    """Enter an exceptional closure and move the deadlines it eats into.

    Returns the closure and how many orders were given more time. Each of their readers gets a mail,
    except those who have not confirmed their address. An order that waits for the shop's tap (a
    telephone alone) waits longer too. A moment never moves to an earlier one.

    Guard: `CLOSE_SHOP`. Locks: the shop, its open orders by primary key. Writes: the closure, the
    orders, their history, mails. Announces: the lines of history. Raises `NotFound`, `Forbidden`,
    `Invalid` (`bad_closure`).
    """
    shop = in_scope(shop, actor, Verb.CLOSE_SHOP, lock=True)
    closure = add_closure(
        shop=shop, first_day=first_day, last_day=last_day, reason=reason, actor=actor
    )
    orders = Order.objects.filter(shop=shop, ended_at=None)
    moved = 0
    for order in orders.select_for_update(of=("self",)).select_related("shop").order_by("pk"):
        moved += _extend(order, actor=actor, at=timezone.now())
    return closure, moved


def _each(due: Q, act: Move, now: datetime) -> int:
    """Apply `act` to every order that is due, each in its own transaction; return how many.

    An order that fails does not stop the others: it is logged, and the failures are raised together
    at the end (`ExceptionGroup`), so that the job shows them.
    """
    done, last = 0, 0
    failures: list[Exception] = []
    while True:
        order = None
        try:
            with transaction.atomic():
                order = _next(due, after=last)
                if order is None:
                    break
                acted = act(order, now)
        except Exception as failure:
            if order is None:
                raise
            log.exception("order %s: what is due was not done (%s)", order.pk, act.__name__)
            failures.append(failure)
            acted = False
        last = order.pk
        done += acted
    if failures:
        raise ExceptionGroup(f"{len(failures)} orders failed, {done} were done", failures)
    return done


def _next(due: Q, *, after: int) -> Order | None:
    """Lock the next order that is due and that nobody else works on."""
    # SKIP LOCKED: two jobs share the work, and neither waits behind a shop that serves the order.
    # PostgreSQL checks `due` again on the row it locks: an order just ended is not returned.
    return (
        Order.objects.filter(due, pk__gt=after)
        .order_by("pk")
        .select_related("shop")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )


def _expire(order: Order, now: datetime) -> bool:
    """Expire one order, unless a closure entered meanwhile gives it more time; or let its copies
    go, where only their own time is over."""
    if not _waits_for_link(order):
        # A closure entered as the order was placed may be unknown to it (`memory.Shops`).
        _extend(order, actor=SYSTEM, at=now)
    if not _is_over(order, now):
        _let_go(order, now)
        return False
    is_confirmed, only_asked = order.status != OrderStatus.UNCONFIRMED, not order.is_kept
    give_back(order, OrderStatus.EXPIRED, EventKind.EXPIRED, actor=SYSTEM)
    if is_confirmed:
        mail(order, "order_expired", only_asked=int(only_asked))
    return True


def _end(order: Order, now: datetime) -> bool:  # noqa: ARG001
    """Cancel the order of a shop that has left."""
    is_confirmed = order.status != OrderStatus.UNCONFIRMED
    give_back(order, OrderStatus.CANCELLED, EventKind.CANCELLED, actor=SYSTEM)
    if is_confirmed:
        mail(order, "order_cancelled")
    return True


def _follow(order: Order, now: datetime) -> bool:  # noqa: ARG001
    """Move the order of a shop that has become part of another; its offers moved before."""
    if order.shop.merged_into is not None:
        follow_shop(order, order.shop.merged_into, actor=SYSTEM)
    return True


def _let_go(order: Order, now: datetime) -> None:
    """Give the copies of an unconfirmed order back where it has kept a last one long enough."""
    if order.status == OrderStatus.UNCONFIRMED and order.held_until and order.held_until <= now:
        let_go(order)
        note(order, EventKind.LET_GO, actor=SYSTEM, at=now)


def _is_over(order: Order, now: datetime) -> bool:
    """Whether the time of an open order has ended: its deadline, or that of its confirmation."""
    ends = [order.deadline]
    if order.status == OrderStatus.UNCONFIRMED:
        ends.append(order.confirm_by)
    return any(end is not None and end <= now for end in ends)


def _waits_for_link(order: Order) -> bool:
    """Whether the next move is the reader's, by mail; without an address it is the shop's tap."""
    return order.status == OrderStatus.UNCONFIRMED and bool(order.email)


def _extend(order: Order, *, actor: Actor, at: datetime) -> bool:
    """Work an order's moments out again with today's closures; move those that come later."""
    later = _later_moments(order)
    if not later:
        return False
    data: dict[str, dict[str, str]] = {}
    for name, until in later.items():
        before = getattr(order, name)
        data[name] = {"before": before.isoformat(), "after": until.isoformat()}
        setattr(order, name, until)
    order.reminded_at = None
    order.save(update_fields=[*later, "reminded_at"])
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=at, **data)
    if order.status != OrderStatus.UNCONFIRMED and "deadline" in later and order.is_kept:
        mail(order, "order_deadline_moved")
    return True


def _later_moments(order: Order) -> dict[str, datetime]:
    """Return which of `deadline`, `confirm_by` and `answer_by` closures put off, and until when.

    The minutes of a link are not opening days: no closure moves them.
    """
    moments: dict[str, datetime] = {}
    if order.deadline is not None:
        aside = order.events.filter(kind=EventKind.SET_ASIDE).last()
        start = aside.happened_at if aside else order.placed_at
        moments["deadline"] = deadline(order.shop, start, order.shop.hold_days)
    if order.status == OrderStatus.UNCONFIRMED and not _waits_for_link(order):
        moments["confirm_by"] = deadline(order.shop, order.placed_at, 1)
    if order.status == OrderStatus.PLACED and order.answer_by and not order.chased_at:
        moments["answer_by"] = answer_by(order.shop, _asked_at(order))
    return {name: until for name, until in moments.items() if until > getattr(order, name)}


def _chase(order: Order, now: datetime) -> bool:
    """Ask a shop for its answer, unless a closure entered meanwhile gives it more time."""
    _extend(order, actor=SYSTEM, at=now)
    if order.answer_by is None or order.answer_by > now or not order.to_confirm:
        return False
    order.chased_at = now
    order.save(update_fields=["chased_at"])
    note(order, EventKind.CHASED, actor=SYSTEM, at=now, shop_told=_ask_shop(order, now))
    mail(order, "order_chased")
    return True


def _ask_shop(order: Order, now: datetime) -> bool:
    """Write to the shop, once for all that waits; return whether this order made it write.

    The history keeps the answer: `ASK_AGAIN_AFTER` counts from the last mail, and not from the last
    order that waited.
    """
    # Two jobs with two orders of the shop would both find no mail, and both send one.
    lock(Space.CHASES, str(order.shop_id))
    since = now - ASK_AGAIN_AFTER
    mailed = OrderEvent.objects.filter(
        order__shop=order.shop_id,
        order__chased_at__gt=since,
        kind=EventKind.CHASED,
        happened_at__gt=since,
        data__shop_told=True,
    )
    if not order.shop.email or mailed.exists():
        return False
    question = Draft(
        to=order.shop.email,
        language=settings.LANGUAGE_CODE,
        template="shop_chased",
        context={"shop": order.shop_id},
        about=f"shop:{order.shop_id}",
    )
    queue([question])
    return True


def _asked_at(order: Order) -> datetime:
    """Return when the shop first saw an order: placed, or confirmed by its reader."""
    confirmed = order.events.filter(kind=EventKind.CONFIRMED).last()
    return confirmed.happened_at if confirmed else order.placed_at


def _remind(order: Order, now: datetime) -> bool:
    order.reminded_at = now
    order.save(update_fields=["reminded_at"])
    note(order, EventKind.REMINDED, actor=SYSTEM, at=now)
    mail(order, "order_reminder")
    return True


def _erase(order: Order, now: datetime) -> bool:
    blank = ("name", "email", "phone", "email_key", "phone_key", "request_digest")
    for name in blank:
        setattr(order, name, "")
    order.idempotency_key = None
    order.erased_at = now
    order.save(update_fields=[*blank, "idempotency_key", "erased_at"])
    note(order, EventKind.ERASED, actor=SYSTEM, at=now)
    forget(about=[about(order.pk)])
    return True
