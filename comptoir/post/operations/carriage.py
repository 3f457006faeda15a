"""Parcels handed to their carrier, and arrived."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.orders.charges.withheld import withheld, withheld_of
from comptoir.orders.models import Order, OrderLine, OrderStatus
from comptoir.orders.operations import postal
from comptoir.orders.operations.status import lock
from comptoir.post.errors import NotHanded, NotToLeave, no_such_parcel
from comptoir.post.models import Parcel, StepKind
from comptoir.post.operations.news import tell
from comptoir.post.operations.steps import locked_parcel, note
from comptoir.post.reads import TO_POST


@transaction.atomic
def hand_over(*, parcel_id: int, actor: Actor) -> Parcel:
    """Note that a parcel was handed to its carrier: its copies have left the shop, and its reader
    is told, with the address at which they follow it. With the last parcel the order is shipped.
    The same twice changes nothing. What its reader has withdrawn from is taken out first.

    Guard: `SERVE_ORDERS`. Locks: the order, and what `orders.operations.postal` locks. Writes: the
    parcel, its history, a mail, and what that does. Announces: what that does. Raises `NotFound`,
    `Forbidden`, `MoveRefused`, `NotToLeave`.
    """
    parcel = locked_parcel(parcel_id, actor)
    if parcel.handed_at is not None:
        return parcel
    copies = {each.line_id: each.quantity for each in parcel.contents.all()}
    if parcel.order.status in TO_POST:
        _check_may_leave(copies)
    postal.mark_shipped(order_id=parcel.order_id, quantities=copies, actor=actor, tells=False)
    now = timezone.now()
    parcel.handed_at = now
    parcel.save(update_fields=["handed_at"])
    note(parcel, StepKind.HANDED, actor, now)
    tell(parcel, "parcel_left")
    return parcel


def _check_may_leave(copies: Mapping[int, int]) -> None:
    """Refuse that so many copies leave of lines, by their keys, of a locked order."""
    lines = OrderLine.objects.filter(pk__in=copies).annotate(withheld=withheld())
    for line in lines.order_by("pk"):
        over = copies[line.pk] - (line.held - withheld_of(line))
        if over > 0:
            raise NotToLeave(line.title, min(over, copies[line.pk]))


@transaction.atomic
def deliver(*, parcel_id: int, actor: Actor) -> Parcel:
    """Note, for the shop, that a parcel has arrived. With the last one of an order that has left
    whole, it is delivered.

    Guard: `SERVE_ORDERS`. Locks: the order. Writes: the parcel, its history, perhaps the order and
    its history. Announces: the line of history. Raises `NotFound`, `Forbidden`, `NotHanded`.
    """
    return _arrived(locked_parcel(parcel_id, actor), actor)


@transaction.atomic
def receive(*, token: str, parcel_id: int, actor: Actor) -> Parcel:
    """Note, for its reader, that a parcel has arrived. As `deliver`.

    Guard: the secret `token` of the order's page. Locks, writes, announces: as `deliver`. Raises
    `NotFound`, `NotHanded`.
    """
    order = lock(Order.objects.all(), token=token)
    parcel = Parcel.objects.filter(order=order, pk=parcel_id).first()
    if parcel is None:
        raise no_such_parcel()
    parcel.order = order
    return _arrived(parcel, actor)


def have_arrived(order: Order) -> bool:
    """Whether an order has parcels, and all of them are delivered."""
    moments = list(Parcel.objects.filter(order=order).values_list("delivered_at", flat=True))
    return bool(moments) and None not in moments


def _arrived(parcel: Parcel, actor: Actor) -> Parcel:
    if parcel.handed_at is None:
        raise NotHanded
    if parcel.delivered_at is not None:
        return parcel
    now = timezone.now()
    parcel.delivered_at = now
    parcel.save(update_fields=["delivered_at"])
    note(parcel, StepKind.DELIVERED, actor, now)
    if have_arrived(parcel.order) and parcel.order.status == OrderStatus.SHIPPED:
        postal.arrive(parcel.order, actor=actor, at=now)
    return parcel
