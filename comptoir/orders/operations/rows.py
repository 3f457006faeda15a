"""Writing placed orders: one COPY a table, whatever their number."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from comptoir.core.db import fetch
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.models import EventKind, Order, OrderEvent, OrderLine, OrderStatus
from comptoir.orders.operations.moves import about
from comptoir.orders.operations.requests import Checked

Placed = tuple[Checked, Order, list[OrderLine]]

_ORDER_COLUMNS = [field.attname for field in Order._meta.concrete_fields]
_LINE_COLUMNS = [
    field.attname for field in OrderLine._meta.concrete_fields if not field.primary_key
]
_EVENT_COLUMNS = [
    "id",
    "order_id",
    "kind",
    "status",
    "happened_at",
    "data",
    "actor_kind",
    "actor_id",
]
# COPY returns no keys, and history needs them: they are drawn first. MATERIALIZED, so that the two
# readers of `drawn` see one drawing; an INSERT in WITH runs whether anything reads it or not.
_DRAW_KEYS = """
WITH drawn AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('orders_order', 'id')) AS id,
           nextval(pg_get_serial_sequence('orders_orderevent', 'id')) AS event_id
    FROM generate_series(1, %s)
), announced AS (
    INSERT INTO core_outbox (topic, key) SELECT 'order', event_id FROM drawn
)
SELECT id, event_id FROM drawn
"""


def write_orders(placed: Sequence[Placed]) -> None:
    """Insert orders, lines and history, and queue their mails, with the current transaction.

    Gives each order its primary key. One statement draws the keys of the orders and of their first
    lines of history, and announces the latter.
    """
    if not placed:
        return
    keys = fetch(_DRAW_KEYS, [len(placed)])
    for (_, order, lines), (key, _) in zip(placed, keys, strict=True):
        order.pk = key
        # COPY goes past the ORM, which would take the order for unsaved.
        order._state.adding = False
        for line in lines:
            line.order = order
        remember_lines(order, lines)
    orders = [order for _, order, _ in placed]
    copy_rows("orders_order", _ORDER_COLUMNS, (_values(o, _ORDER_COLUMNS) for o in orders))
    lines_of_all = [line for _, _, lines in placed for line in lines]
    copy_rows("orders_orderline", _LINE_COLUMNS, (_values(x, _LINE_COLUMNS) for x in lines_of_all))
    events = (_event(p, event) for p, (_, event) in zip(placed, keys, strict=True))
    copy_rows(OrderEvent._meta.db_table, _EVENT_COLUMNS, events)
    queue([_draft(order) for order in orders if order.email])


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table with COPY, on Django's connection and in its transaction.

    Raises Django's errors, as every other statement does, so that `gatherer.attempt` knows them.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    # Django turns the errors of `execute` into its own, not those of psycopg's `copy`.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _values(instance: Order | OrderLine, columns: Sequence[str]) -> list[Any]:
    return [getattr(instance, column) for column in columns]


def _event(placed: Placed, key: int) -> list[Any]:
    checked, order, _ = placed
    actor = checked.request.actor
    return [
        key,
        order.pk,
        EventKind.PLACED.value,
        order.status,
        order.placed_at,
        Jsonb({}),
        actor.kind.value,
        actor.id,
    ]


def _draft(order: Order) -> Draft:
    template = "order_confirm" if order.status == OrderStatus.UNCONFIRMED else "order_placed"
    return Draft(
        to=order.email,
        language=order.language,
        template=template,
        context={"order": order.pk},
        about=about(order.pk),
    )


def remember_lines(order: Order, lines: list[OrderLine]) -> None:
    """Let `order.lines.all()` answer from memory, as after `prefetch_related`: the answer to the
    customer then costs no query."""
    known = order.lines.all()
    known._result_cache = lines
    known._prefetch_done = True  # type: ignore[attr-defined]
    order._prefetched_objects_cache = {"lines": known}  # type: ignore[attr-defined]
