"""An order that is paid for, in time or late."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.orders.errors import MoveRefused, NoneFree
from comptoir.orders.models import (
    Delivery,
    EventKind,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations.copies import live_lines, take_asked
from comptoir.orders.operations.moves import drop_unfree, mail, make_own
from comptoir.orders.operations.status import lock_served, move, note
from comptoir.orders.postal.guards import is_paid
from comptoir.stock.shelf.holds import hold, lock_offers


@transaction.atomic
def settle_payment(*, order_id: int, actor: Actor) -> Order:
    """Record that enough was captured for an order. One that is posted is the shop's to send from
    now on, and has no deadline any more; one to collect is kept as any reservation is. Again
    changes nothing.

    Money confirms an order too: who pays shows that it is wanted, whatever its address is. What was
    only asked for is held now; of what no copy is free is not there, and is refunded.

    Guard: `SERVE_ORDERS` (`payments` calls it as the system). Locks: the order, its offers by
    primary key. Writes: the order, its lines, its history, the offers, mails. Announces: the lines
    of history, the offers. Raises `NotFound`, `Forbidden`, and `MoveRefused` where the order has
    ended: `payments` revives it or refunds the money.
    """
    order = lock_served(actor, pk=order_id)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.NOT_FOUND):
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    if is_paid(order):
        return order
    now = timezone.now()
    is_news = True
    if order.delivery == Delivery.MAIL:
        _take_over(order, actor, now)
    elif is_news := order.status == OrderStatus.UNCONFIRMED:
        make_own(order, actor=actor, at=now, by_money=True)
    note(order, EventKind.PAID, actor=actor, at=now)
    if is_news and not order.ended_at:
        mail(order, "post_paid" if order.delivery == Delivery.MAIL else "order_placed")
    return order


def _take_over(order: Order, actor: Actor, now: datetime) -> None:
    """Make a locked order that is posted the shop's to send."""
    left = take_asked(order, live_lines(order), at=now)
    order.deadline = None
    if order.status == OrderStatus.UNCONFIRMED:
        move(
            order,
            OrderStatus.PLACED,
            EventKind.CONFIRMED,
            actor=actor,
            at=now,
            also=("deadline",),
        )
    else:
        order.save(update_fields=["deadline"])
    drop_unfree(order, left, actor=actor, at=now)


@transaction.atomic
def give_time_to_pay(*, order_id: int, until: datetime, actor: Actor) -> Order:
    """Hold the copies of an unpaid order that is posted until a moment (UTC), where that is later:
    for a transfer, which takes days. Only of one that its reader confirmed: nobody blocks a shop's
    copies for days by a stranger's address.

    Guard: `SERVE_ORDERS`. Locks and writes: the order; its history. Announces: the line of history.
    Raises `NotFound`, `Forbidden`, `MoveRefused`.
    """
    order = lock_served(actor, pk=order_id)
    if order.status != OrderStatus.PLACED or order.delivery != Delivery.MAIL:
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    if order.deadline is None or until <= order.deadline:
        return order
    data = {"deadline": {"before": order.deadline.isoformat(), "after": until.isoformat()}}
    order.deadline = until
    order.save(update_fields=["deadline"])
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=timezone.now(), **data)
    return order


@transaction.atomic
def unsettle_payment(*, order_id: int, until: datetime, actor: Actor) -> Order:
    """Record that an order to be posted is not paid for after all: its money was entered by error.
    It waits for its money again, until a moment (UTC), and nothing of it is made ready or leaves
    before that is there. One that is packed, or has left in part, does not expire. One that has
    ended, is not paid or is to collect is left as it is.

    Guard: `SERVE_ORDERS`. Locks and writes: the order; its history. Announces: the line of history.
    Raises `NotFound`, `Forbidden`.
    """
    order = lock_served(actor, pk=order_id)
    if order.ended_at is not None or order.delivery != Delivery.MAIL or not is_paid(order):
        return order
    order.deadline = until
    order.save(update_fields=["deadline"])
    data = {"deadline": {"before": None, "after": until.isoformat()}, "unpaid": True}
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=timezone.now(), **data)
    return order


@transaction.atomic
def revive(*, order_id: int, actor: Actor) -> Order:
    """Take up again an order to be posted that expired unpaid and whose money came late: its copies
    are held again, all of them or none. The caller has the money.

    Guard: `SERVE_ORDERS`. Locks: the order, its offers by primary key. Writes: the order, its
    lines, its history, the offers, a mail. Announces: the lines of history, the offers. Raises
    `NotFound`, `Forbidden`, `MoveRefused`, `NoneFree` (of these titles no copy is free).
    """
    order = lock_served(actor, pk=order_id)
    if order.status != OrderStatus.EXPIRED or order.erased_at is not None:
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    now = timezone.now()
    lines = list(order.lines.filter(status=LineStatus.RELEASED).order_by("pk"))
    offers = lock_offers(line.offer_id for line in lines if line.offer_id is not None)
    taken: Counter[int] = Counter()
    short = []
    for line in lines:
        if line.offer_id is None:
            line.status = LineStatus.TO_ORDER
            continue
        taken[line.offer_id] += line.quantity
        offer = offers.get(line.offer_id)
        if offer is None or offer.available < taken[line.offer_id]:
            short.append(line.title)
            continue
        line.status, line.held = LineStatus.HELD, line.quantity
    if short:
        raise NoneFree(short)
    hold(taken)
    OrderLine.objects.bulk_update(lines, ["status", "held"])
    order.deadline = None
    also = ("deadline",)
    move(order, OrderStatus.PLACED, EventKind.REVIVED, actor=actor, at=now, also=also)
    note(order, EventKind.PAID, actor=actor, at=now)
    mail(order, "post_paid")
    return order
