"""The rows of placed orders, and writing them: a statement a table, whatever their number."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from comptoir.core.db import Mould, fetch, remember
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order, OrderLine, OrderStatus
from comptoir.orders.operations.moves import about, about_group
from comptoir.orders.operations.requests import TRIAL_FOR, Checked, PlaceRequest
from comptoir.orders.postal.guards import is_posted
from comptoir.orders.terms import answer_by, pay_by
from comptoir.shops.choice.portals import name_of, portal_at
from comptoir.shops.doors.slots import Slot
from comptoir.shops.doors.terms import Kept, slot_deadline
from comptoir.shops.hours import deadline
from comptoir.shops.models import Shop

Placed = tuple[Checked, Order, list[OrderLine]]
Joint = tuple[OrderGroup, list[Order]]
ORDERS = Mould(Order)

_ORDER_COLUMNS = [field.attname for field in Order._meta.concrete_fields]
_LINE_COLUMNS = [
    field.attname for field in OrderLine._meta.concrete_fields if not field.primary_key
]
# COPY returns no keys, so the orders' are drawn first, with their history in the same statement: a
# foreign key is looked at as the transaction ends. MATERIALIZED, so that all who read `drawn` see
# one drawing; an INSERT in WITH runs whether anything reads it or not.
_BEGIN_HISTORY = """
WITH drawn AS MATERIALIZED (
    SELECT nextval('orders_order_id_seq') AS order_id, w.*
    FROM unnest(%(statuses)s::text[], %(kinds)s::text[], %(actors)s::bigint[])
        AS w(status, actor_kind, actor_id)
), placed AS (
    INSERT INTO orders_orderevent
        (order_id, kind, status, happened_at, data, actor_kind, actor_id)
    SELECT order_id, 'placed', status, %(at)s, '{}', actor_kind, actor_id FROM drawn
    RETURNING id
), announced AS (
    INSERT INTO core_outbox (topic, key) SELECT 'order', id FROM placed
)
SELECT order_id FROM drawn
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a shop takes an order: the time at the door, the status with which it begins,
    and until when the shop keeps what is reserved at a moment."""

    shop: Shop
    slot: Slot | None
    status: OrderStatus
    deadlines: Callable[[Shop, datetime], Kept]


def order_of(
    checked: Checked,
    lines: Sequence[OrderLine],
    terms: Terms,
    now: datetime,
    **unconfirmed: Any,  # noqa: ANN401
) -> Order:
    """Return the row of an order with these lines, which is not written yet; `unconfirmed` is what
    it says of what nobody confirmed."""
    request, shop, slot, status = checked.request, terms.shop, terms.slot, terms.status
    asks = status == OrderStatus.PLACED and any(line.to_confirm for line in lines)
    waits = asks and not request.posted_to  # the shop looks once it is paid for
    order = ORDERS.make(
        token=secrets.token_urlsafe(16),
        code=f"{secrets.randbelow(10**8):08d}",
        status=status,
        delivery=request.delivery,
        channel=request.channel,
        **_of_person(checked),
        placed_at=now,
        slot_at=slot.start if slot else None,
        slot_until=slot.end if slot else None,
        answer_by=answer_by(shop, now) if waits else None,
        idempotency_key=request.idempotency_key,
        request_digest=request.request_digest,
        trial=request.trial,
        passed_by_id=request.passed_by,
        **unconfirmed,
    )
    order.shop = shop
    if request.posted_to:
        order.deadline = pay_by(now)
    elif any(line.held for line in lines):
        order.deadline, order.promised_until = _kept(request, terms, now)
    if request.host and (shown := portal_at(name_of(request.host))):
        order.network_id = shown.network.pk if shown.network else None
        order.at_own_host = shown.shop_id == shop.pk
    return order


def _of_person(checked: Checked) -> dict[str, Any]:
    """Return what the row of an order says of its person."""
    customer = checked.request.customer
    return {
        "language": customer.language,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "email_key": checked.email_key,
        "phone_key": checked.phone_key,
        "verified": bool(checked.person_key) and not checked.request.waits_for_money,
    }


def _kept(request: PlaceRequest, terms: Terms, now: datetime) -> tuple[datetime, datetime | None]:
    """Return the deadline of an order, and what was promised where that is provisional."""
    if request.trial:
        return now + TRIAL_FOR, None
    shop, slot = terms.shop, terms.slot
    if slot is not None:
        return slot_deadline(shop, slot.end), None
    begins = max(now, request.kept_from or now)
    kept = terms.deadlines(shop, begins)
    return kept.until, deadline(shop, begins, shop.hold_days) if kept.provisional else None


def write_orders(placed: Sequence[Placed], groups: Sequence[Joint] = ()) -> None:
    """Insert groups, orders, lines and history, and queue their mails, with the current
    transaction: a mail an order, or one for all of a group; none before the money that confirms
    what is to be collected.

    Gives each group and each order its primary key; all were placed at one moment.
    """
    if not placed:
        return
    if groups:
        _write_groups(groups)
    for (_, order, lines), key in zip(placed, _begin_history(placed), strict=True):
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
    told = {order.pk for checked, order, _ in placed if not checked.request.waits_for_money}
    alone = [_draft(o) for o in orders if o.pk in told and o.email and o.group_id is None]
    joint = ((group, [o for o in its if o.pk in told]) for group, its in groups)
    queue([*alone, *(draft for group, its in joint if its for draft in _joint_drafts(group, its))])


def _write_groups(groups: Sequence[Joint]) -> None:
    """Insert groups, and have their orders name them."""
    OrderGroup.objects.bulk_create([group for group, _orders in groups])
    for group, orders in groups:
        for order in orders:
            order.group = group
        remember(group, "orders", orders)


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


def _begin_history(placed: Sequence[Placed]) -> list[int]:
    """Write and announce the first line of each order's history; return the keys of the orders."""
    actors = [checked.request.actor for checked, _, _ in placed]
    rows = fetch(
        _BEGIN_HISTORY,
        {
            "statuses": [str(order.status) for _, order, _ in placed],
            "kinds": [actor.kind.value for actor in actors],
            "actors": [actor.id for actor in actors],
            "at": placed[0][1].placed_at,
        },
    )
    return [key for (key,) in rows]


def _group_draft(group: OrderGroup, orders: Sequence[Order], template: str) -> Draft:
    """Return the one mail about these orders of a group."""
    return Draft(
        to=orders[0].email,
        language=orders[0].language,
        template=template,
        context={"group": group.pk, "orders": [order.pk for order in orders]},
        about=about_group(group.pk),
    )


def group_drafts(
    group: OrderGroup, orders: Sequence[Order], template: str, posted: str
) -> list[Draft]:
    """Return the mails about these orders of a group, whose person has an e-mail address: one by
    `template` of those to collect, and one by `posted` of those that are posted, which say what
    each costs and where it is paid."""
    found = []
    for word, of in ((template, False), (posted, True)):
        its = [order for order in orders if is_posted(order) is of]
        if its and its[0].email:
            found.append(_group_draft(group, its, word))
    return found


def _joint_drafts(group: OrderGroup, orders: Sequence[Order]) -> list[Draft]:
    waits = orders[0].status == OrderStatus.UNCONFIRMED
    return group_drafts(group, orders, "group_confirm" if waits else "group_placed", "group_posted")


def _draft(order: Order) -> Draft:
    template = "order_confirm" if order.status == OrderStatus.UNCONFIRMED else "order_placed"
    if is_posted(order):
        template = "post_placed"
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
    remember(order, "lines", lines)
