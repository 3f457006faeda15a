"""Copies that are not there, or that come back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.charges.models import Fate, Portion
from comptoir.orders.charges.settlement import ask_to_settle
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import Delivery, EventKind, LineStatus, Order, OrderLine, OrderStatus
from comptoir.orders.operations.copies import live_lines
from comptoir.orders.operations.moves import end_sent, mail, mark_not_found
from comptoir.orders.operations.status import lock_served, move, note
from comptoir.orders.operations.track_record import count_track_record
from comptoir.orders.postal.errors import TooFewCopies
from comptoir.orders.postal.guards import parts_sent
from comptoir.stock.shelf.holds import release, write_off


@transaction.atomic
def mark_missing(*, line_id: int, quantity: int, actor: Actor) -> Order:
    """Record that so many copies of a line of an order to be posted are not there: the rest of it
    goes on, and what was paid for them is refunded. Of all that a line holds, it is
    `moves.mark_not_found`.

    Guard: `SERVE_ORDERS`. Locks: the order, the offer, the shop's track record. Writes: the line, a
    portion, its history, the offer, a movement, the track record, a mail. Announces: the line of
    history, the offer. Raises `NotFound`, `Forbidden`, `MoveRefused`, `TooFewCopies`.
    """
    order = lock_served(actor, lines=line_id)
    line = order.lines.get(pk=line_id)
    if order.delivery != Delivery.MAIL or order.ended_at or line.status != LineStatus.HELD:
        raise MoveRefused(order.status, OrderStatus.NOT_FOUND, str(OrderStatus(order.status).label))
    if not 1 <= quantity <= line.held:
        raise TooFewCopies(line.title, line.held)
    if quantity == line.held:
        return mark_not_found(line_id=line_id, actor=actor)
    now = timezone.now()
    if line.offer_id is not None:
        write_off({line.offer_id: quantity}, actor=actor, at=now)
    line.held -= quantity
    line.save(update_fields=["held"])
    Portion.objects.create(
        line=line, fate=Fate.NOT_FOUND, quantity=quantity, at=now, **acted_by(actor)
    )
    data = {"line": line.pk, "title": line.title, "quantity": quantity}
    note(order, EventKind.NOT_FOUND, actor=actor, at=now, **data)
    ask_to_settle(order)
    mail(order, "order_not_found", line=line.pk)
    count_track_record(shop_id=order.shop_id, now=now)
    return order


@transaction.atomic
def keep_back(*, line_id: int, quantity: int, actor: Actor) -> Order:
    """Record that so many copies that a line holds do not leave, for their reader has withdrawn
    from them: they are free again, and what was paid for them is refunded.

    Guard: `SERVE_ORDERS`. Locks: the order, the offer. Writes: the line, a portion, the order and
    its history, the offer. Announces: the line of history, the offer. Raises `NotFound`,
    `Forbidden`, `TooFewCopies`.
    """
    order = lock_served(actor, lines=line_id)
    line = order.lines.get(pk=line_id)
    if not 1 <= quantity <= line.held:
        raise TooFewCopies(line.title, line.held)
    now = timezone.now()
    if line.offer_id is not None:
        release({line.offer_id: quantity})
    line.held -= quantity
    # Of the copies of a line that are not to come, however many were sent before.
    Portion.objects.create(
        line=line, fate=Fate.NOT_FOUND, quantity=quantity, at=now, **acted_by(actor)
    )
    if not line.held:
        sent = line.portions.filter(fate=Fate.SENT).exists()
        line.status = LineStatus.SENT if sent else LineStatus.RELEASED
    line.save(update_fields=["held", "status"])
    data = {"line": line.pk, "title": line.title, "quantity": quantity}
    note(order, EventKind.TAKEN_BACK, actor=actor, at=now, **data)
    _end_without_copies(order, actor, now)
    ask_to_settle(order)
    return order


def _end_without_copies(order: Order, actor: Actor, now: datetime) -> None:
    """Have an order end of which nothing is left to come: as posted, or as cancelled."""
    if order.ended_at is not None or live_lines(order):
        return
    if parts_sent(order):
        end_sent(order, actor=actor, at=now)
    else:
        move(order, OrderStatus.CANCELLED, EventKind.CANCELLED, actor=actor, at=now)


@transaction.atomic
def take_back(*, line_id: int, quantity: int, actor: Actor) -> Order:
    """Record that so many copies of a line came back after they had been sent, or collected: what
    was paid for them is refunded, and the post too once nothing is left of the order. Whether a
    copy goes back on the shelf is the shop's to say, by its till or a count: it may be damaged.

    Guard: `SERVE_ORDERS`. Locks: the order. Writes: a portion, the order's history. Announces: the
    line of history. Raises `NotFound`, `Forbidden`, `TooFewCopies`.
    """
    order = lock_served(actor, lines=line_id)
    line = order.lines.get(pk=line_id)
    there = _with_reader(line)
    if not 1 <= quantity <= there:
        raise TooFewCopies(line.title, there)
    now = timezone.now()
    Portion.objects.create(
        line=line, fate=Fate.TAKEN_BACK, quantity=quantity, at=now, **acted_by(actor)
    )
    data = {"line": line.pk, "title": line.title, "quantity": quantity}
    note(order, EventKind.TAKEN_BACK, actor=actor, at=now, **data)
    ask_to_settle(order)
    return order


def _with_reader(line: OrderLine) -> int:
    """Return how many copies of a line its reader has."""
    sums = dict(line.portions.values_list("fate").annotate(Sum("quantity")))
    if line.status == LineStatus.COLLECTED:
        gone = int(sums.get(Fate.NOT_FOUND, 0)) + int(sums.get(Fate.TAKEN_BACK, 0))
        return line.quantity - gone
    return int(sums.get(Fate.SENT, 0)) - int(sums.get(Fate.TAKEN_BACK, 0))
