"""An order moved under its lock, and the line of history that each move leaves."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.orders.errors import MoveRefused, no_such_order
from comptoir.orders.lifecycle import allowed
from comptoir.orders.models import OPEN_STATUSES, EventKind, Order, OrderEvent, OrderStatus
from comptoir.shops.operations.scope import Verb, in_scope


def lock(orders: "QuerySet[Order]", **which: Any) -> Order:  # noqa: ANN401
    """Lock and return one order out of a scope, with its shop.

    Raises `NotFound` when the scope does not hold it: others' orders do not exist.
    """
    try:
        return orders.select_for_update(of=("self",)).select_related("shop").get(**which)
    except Order.DoesNotExist:
        raise no_such_order() from None


def lock_served(actor: Actor, **which: Any) -> Order:  # noqa: ANN401
    """Lock and return an order that the actor may serve in its shop.

    Guard: `SERVE_ORDERS`. Raises `NotFound` for another shop's, `Forbidden`.
    """
    order = lock(Order.objects.visible_to(actor), **which)
    in_scope(order.shop, actor, Verb.SERVE_ORDERS)
    return order


def move(
    order: Order,
    status: OrderStatus,
    kind: EventKind,
    *,
    actor: Actor,
    at: datetime,
    **data: Any,  # noqa: ANN401
) -> None:
    """Move a locked order, append the line of history and announce it. Raises `MoveRefused`.

    What bounded it while nobody had confirmed it is forgotten: its network, and until when it held
    a last copy.
    """
    if status not in allowed(order):
        raise MoveRefused(order.status, status, OrderStatus(order.status).label)
    order.status = status
    order.address_key = order.range_key = ""
    order.held_until = None
    if status not in OPEN_STATUSES:
        order.ended_at = at
    order.save(update_fields=["status", "ended_at", "address_key", "range_key", "held_until"])
    note(order, kind, actor=actor, at=at, **data)


def note(order: Order, kind: EventKind, *, actor: Actor, at: datetime, **data: Any) -> None:  # noqa: ANN401
    """Append a line to an order's history and announce it, without moving the order."""
    event = OrderEvent.objects.create(
        order=order,
        kind=kind,
        status=order.status,
        happened_at=at,
        data=data,
        **acted_by(actor),
    )
    publish(OutboxEntry.Topic.ORDER, [event.pk])
