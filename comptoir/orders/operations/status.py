"""Orders moved under their locks, and the lines of history that the moves leave."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comptoir.accounts.actors import Actor
from comptoir.core.db import among, execute
from comptoir.orders.errors import MoveRefused, no_such_order
from comptoir.orders.lifecycle import allowed
from comptoir.orders.models import OPEN_STATUSES, EventKind, Order, OrderStatus
from comptoir.shops.operations.scope import Verb, in_scope

_MOVED = ("status", "ended_at", "address_key", "range_key", "held_until")
_MOVE = (
    "UPDATE orders_order SET status = %s, ended_at = CASE WHEN %s THEN coalesce(ended_at, %s) END,"  # noqa: S608
    f" address_key = '', range_key = '', held_until = NULL WHERE id {among('%s')}"
)
# The line and what announces it in one statement: each exchange costs more than it does.
_NOTE = """
WITH noted AS (
    INSERT INTO orders_orderevent
        (order_id, kind, status, happened_at, data, actor_kind, actor_id)
    SELECT order_id, %s, status, %s, data, %s, %s
    FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS w(order_id, status, data)
    RETURNING id
)
INSERT INTO core_outbox (topic, key) SELECT 'order', id FROM noted
"""


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
    also: Sequence[str] = (),
    **data: Any,  # noqa: ANN401
) -> None:
    """Move a locked order as `move_all` does. Raises `MoveRefused`.

    `also` names fields that the caller has set: each time that a row of orders is written, so are
    most of their indexes.
    """
    _set_moved([order], status, at)
    order.save(update_fields=[*_MOVED, *also])
    note(order, kind, actor=actor, at=at, **data)


def move_all(
    orders: Sequence[Order],
    status: OrderStatus,
    kind: EventKind,
    *,
    actor: Actor,
    at: datetime,
    **data: Any,  # noqa: ANN401
) -> None:
    """Move locked orders, append a line of history to each and announce it. Raises `MoveRefused`
    where one may not move.

    What bounded them while nobody had confirmed them is forgotten: their network, and until when
    they held a last copy.
    """
    _set_moved(orders, status, at)
    ended = status not in OPEN_STATUSES
    execute(_MOVE, [status.value, ended, at, [order.pk for order in orders]])
    note_all([(order, data) for order in orders], kind, actor=actor, at=at)


def _set_moved(orders: Sequence[Order], status: OrderStatus, at: datetime) -> None:
    """Set what a move sets (`_MOVED`), where all may move. Raises `MoveRefused`."""
    if refused := next((order for order in orders if status not in allowed(order)), None):
        raise MoveRefused(refused.status, status, OrderStatus(refused.status).label)
    for order in orders:
        order.status = status
        order.address_key = order.range_key = ""
        order.held_until = None
        # What was posted ends once, however often it moves on; what is taken up again is open.
        order.ended_at = None if status in OPEN_STATUSES else order.ended_at or at


def note(order: Order, kind: EventKind, *, actor: Actor, at: datetime, **data: Any) -> None:  # noqa: ANN401
    """Append a line to an order's history and announce it, without moving the order."""
    note_all([(order, data)], kind, actor=actor, at=at)


def note_all(
    lines: Iterable[tuple[Order, Mapping[str, Any]]],
    kind: EventKind,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Append a line with its data to the history of each of these orders, and announce them."""
    lines = list(lines)
    execute(
        _NOTE,
        [
            kind.value,
            at,
            actor.kind.value,
            actor.id,
            [order.pk for order, _data in lines],
            [str(order.status) for order, _data in lines],
            [json.dumps(data) for _order, data in lines],
        ],
    )
