"""An order that is paid for, in time or late."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.core.locks import Space, lock, try_lock
from comptoir.orders import contacts
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
from comptoir.orders.operations.doors.places import turn_of as slot_turn
from comptoir.orders.operations.moves import drop_unfree, give_back, mail, make_own
from comptoir.orders.operations.releases.guard import check_own
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
    primary key; the caller has the turns of `has_turns`. Writes: the order, its lines, its history,
    the offers, mails. Announces: the lines of history, the offers. Raises `NotFound`, `Forbidden`,
    `OneAPerson` (`payments` ends it then: `refuse_payment`), and `MoveRefused` where the order has
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


def take_turns(order_id: int) -> None:
    """Wait for the turns that `settle_payment` needs of an order, before its row is locked."""
    order = Order.objects.filter(pk=order_id).first()
    if order is not None:
        lock(Space.PLACING, *_turns(order))


def has_turns(order: Order) -> bool:
    """Return whether the turns that `settle_payment` needs of a locked order are the transaction's.

    Who confirms takes them before the row, so nobody waits for them under it: where another has one
    the caller asks that the order be settled later (`ask_to_settle`).
    """
    turns = _turns(order)
    return not turns or try_lock(Space.PLACING, *turns)


def _turns(order: Order) -> set[str]:
    """Return the turns of the person and of the slot of an order that money makes its person's own;
    of any other none is needed."""
    if order.status != OrderStatus.UNCONFIRMED or order.delivery == Delivery.MAIL:
        return set()
    slots = {slot_turn(order.shop_id, order.slot_at)} if order.slot_at else set()
    return {contacts.contact_key(order.email), *slots} - {""}


@transaction.atomic
def refuse_payment(*, order_id: int, reason: str, actor: Actor) -> Order:
    """End an open order that was paid for and may not go on, for a reason (the code of a refusal);
    its reader is told. The caller has the money go back. Again changes nothing.

    Guard: `SERVE_ORDERS` (`payments` calls it as the system). Locks: the order, its offers by
    primary key. Writes: the order, its lines, its history, the offers, a mail. Announces: the line
    of history, the offers. Raises `NotFound`, `Forbidden`, `MoveRefused`.
    """
    order = lock_served(actor, pk=order_id)
    if order.ended_at is not None:
        return order
    give_back([order], OrderStatus.CANCELLED, EventKind.CANCELLED, actor=actor, reason=reason)
    mail(order, "order_cancelled")
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
    for a transfer or a debit, which take days. Only of one that its reader confirmed: nobody blocks
    a shop's copies for days by a stranger's address.

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
    are held again, all of them or none; what is to be ordered for it too. Of a shop that is paused
    or has left nothing is: it orders nothing any more. The caller has the money.

    Guard: `SERVE_ORDERS`. Locks: the order, its offers by primary key. Writes: the order, its
    lines, its history, the offers, a mail. Announces: the lines of history, the offers. Raises
    `NotFound`, `Forbidden`, `MoveRefused`, `NoneFree` (of these titles no copy can be had),
    `OneAPerson` (they have another by now).
    """
    order = lock_served(actor, pk=order_id)
    if order.status != OrderStatus.EXPIRED or order.erased_at is not None:
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    now = timezone.now()
    lines = list(order.lines.filter(status=LineStatus.RELEASED).order_by("pk"))
    check_own(order, lines, now, by_money=True)
    if order.shop.paused_at is not None:  # so is one that has left
        raise NoneFree([line.title for line in lines])
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
