"""The copies of an order leave by post, together or in parts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.charges.models import Fate, Portion
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import (
    Delivery,
    EventKind,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations.copies import live_lines
from comptoir.orders.operations.moves import mail
from comptoir.orders.operations.status import lock_served, move, note
from comptoir.orders.postal.errors import NotPaid, TooFewCopies
from comptoir.stock.shelf.holds import hand_over


@transaction.atomic
def prepare(*, order_id: int, actor: Actor) -> Order:
    """Record that an order is packed, and only has to be taken to the post. Again changes nothing.

    Guard: `SERVE_ORDERS`. Locks and writes: the order; its history, a mail. Announces: the line of
    history. Raises `NotFound`, `Forbidden`, `MoveRefused`, `NotPaid`.
    """
    order = _lock_paid(order_id, actor)
    if order.status != OrderStatus.PREPARED:
        move(order, OrderStatus.PREPARED, EventKind.PREPARED, actor=actor, at=timezone.now())
        mail(order, "post_prepared")
    return order


@transaction.atomic
def mark_shipped(
    *,
    order_id: int,
    quantities: Mapping[int, int] | None = None,
    actor: Actor,
    tells: bool = True,
) -> Order:
    """Record that copies of an order have left by post: how many of which line, by its key, or all
    that are held.

    They leave the shop as collected ones do, and its till hears of them in its way. With the last
    copy the order is shipped, and has ended; until then it is prepared. Whoever `tells` the reader
    otherwise, as the parcels do by their number, queues no mail here.

    Guard: `SERVE_ORDERS`. Locks: the order, its offers by primary key. Writes: the order, its
    lines, portions, its history, the offers, movements, a mail. Announces: the line of history, the
    offers. Raises `NotFound`, `Forbidden`, `MoveRefused`, `NotPaid`, `TooFewCopies`.
    """
    order = _lock_paid(order_id, actor)
    lines = live_lines(order)
    wanted = {line.pk: line.held for line in lines if line.held}
    if quantities is not None:
        wanted = {key: count for key, count in quantities.items() if count}
    now = timezone.now()
    sent = _sent(lines, wanted)
    if not sent:
        raise MoveRefused(order.status, OrderStatus.SHIPPED, str(OrderStatus(order.status).label))
    gone: Counter[int] = Counter()
    for line, count in sent:
        if line.offer_id is not None:
            gone[line.offer_id] += count
    hand_over(gone, actor=actor, at=now)
    _part(sent, actor, now)
    _move_on(order, sent, actor, now)
    if tells:
        mail(order, "post_shipped")
    return order


def _move_on(
    order: Order, sent: Sequence[tuple[OrderLine, int]], actor: Actor, now: datetime
) -> None:
    data: dict[str, Any] = {"lines": {str(line.pk): count for line, count in sent}}
    if not live_lines(order):
        move(order, OrderStatus.SHIPPED, EventKind.SHIPPED, actor=actor, at=now, **data)
    elif order.status == OrderStatus.PREPARED:
        note(order, EventKind.SENT_IN_PART, actor=actor, at=now, **data)
    else:
        move(order, OrderStatus.PREPARED, EventKind.SENT_IN_PART, actor=actor, at=now, **data)


def _lock_paid(order_id: int, actor: Actor) -> Order:
    """Lock and return an order that may be sent: to be posted, confirmed, open, paid for."""
    order = lock_served(actor, pk=order_id)
    sendable = (OrderStatus.PLACED, OrderStatus.PREPARED)
    if order.delivery != Delivery.MAIL or order.status not in sendable:
        raise MoveRefused(order.status, OrderStatus.PREPARED, str(OrderStatus(order.status).label))
    if order.deadline is not None:
        raise NotPaid
    return order


def _sent(lines: Sequence[OrderLine], wanted: Mapping[int, int]) -> list[tuple[OrderLine, int]]:
    """Return which lines leave with how many copies. Raises `TooFewCopies`."""
    by_key = {line.pk: line for line in lines}
    sent = []
    for key, count in sorted(wanted.items()):
        line = by_key.get(key)
        if line is None or not 1 <= count <= line.held:
            raise TooFewCopies(line.title if line else str(key), line.held if line else 0)
        sent.append((line, count))
    return sent


def _part(sent: Sequence[tuple[OrderLine, int]], actor: Actor, now: datetime) -> None:
    """Have lines hold no longer what was sent of them."""
    for line, count in sent:
        line.held -= count
        if not line.held:
            line.status = LineStatus.SENT
    OrderLine.objects.bulk_update([line for line, _count in sent], ["held", "status"])
    Portion.objects.bulk_create(
        Portion(line=line, fate=Fate.SENT, quantity=count, at=now, **acted_by(actor))
        for line, count in sent
    )
