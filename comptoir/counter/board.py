"""The board: what to set aside, what to order, what waits for its reader.

The page asks every three seconds whether it changed; its version is cheap to compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch
from comptoir.counter.rows import Lines
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.counter.start.checklist import steps_on_board
from comptoir.exchanges.reads import Waits, waits_of
from comptoir.notifications.reads import Departure
from comptoir.orders.models import LIVE, LineStatus, Order, OrderLine, OrderStatus
from comptoir.orders.reads import (
    alert_of,
    counter_orders,
    unreached,
    unreached_ids,
)
from comptoir.payments.reads.state import to_ring_up
from comptoir.post.reads import how_many
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.withdrawals.reads import how_many_open

MINUTE = 60
_SHOWN = """
SELECT concat_ws(' ', o.id, o.status, extract(epoch FROM o.deadline),
                 extract(epoch FROM o.slot_at), l.id, l.status)
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.shop_id = %(shop)s AND o.ended_at IS NULL
UNION ALL
SELECT concat_ws(' ', 'between', t.id, t.status) FROM exchanges_transfer t
WHERE (t.giver_id = %(shop)s OR t.asker_id = %(shop)s) AND t.ended_at IS NULL
UNION ALL
SELECT concat_ws(' ', 'withdrawn', w.id) FROM withdrawals_withdrawal w
JOIN orders_order o ON o.id = w.order_id
WHERE o.shop_id = %(shop)s AND w.ended_at IS NULL
UNION ALL
SELECT concat_ws(' ', 'paid', c.id) FROM payments_capture c
JOIN orders_order o ON o.id = c.order_id
WHERE o.shop_id = %(shop)s AND o.ended_at IS NULL
UNION ALL
SELECT concat_ws(' ', 'went back', r.id) FROM payments_refund r
JOIN orders_order o ON o.id = r.order_id
WHERE o.shop_id = %(shop)s AND o.ended_at IS NULL
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One order on the board, with the lines that still matter and a version of what it shows;
    `due`: what is to be rung up of one that was paid before, in cents."""

    order: Order
    lines: list[OrderLine]
    due: int | None = None

    @property
    def version(self) -> str:
        """What changes when the order's place on the board must be drawn again."""
        lines = ".".join(f"{line.pk}{line.status}" for line in self.order.lines.all())
        moments = (self.order.slot_at, self.order.deadline)
        until = "".join(f"{moment:%m%d%H%M}" for moment in moments if moment)
        return f"{self.order.status}-{until}-{lines}-{self.due}"

    @property
    def looks_first(self) -> bool:
        """Whether the reader waits to hear that a copy is there: it was not promised outright."""
        return self.order.to_confirm

    @property
    def needs_confirmation(self) -> bool:
        """Whether setting aside also confirms: nobody answered for this order yet."""
        return self.order.status == OrderStatus.UNCONFIRMED


@dataclass(frozen=True, slots=True)
class Board:
    """The lists of the tasks page, oldest first; `ready` by deadline. `unreached` are orders whose
    mail to the reader does not leave. Of what is to be set
    aside, the copies that were not promised outright come first: their readers wait to hear.
    `between` is what colleagues wait for, or have sent; `to_post`, how many paid orders are to be
    posted; `withdrawals`, of how many the copies are still to be kept, or to come back."""

    unreached: list[tuple[Order, Departure]]
    to_set_aside: list[Task]
    to_order: list[Task]
    ready: list[Task]
    between: Waits
    to_post: int
    withdrawals: int
    version: str

    @property
    def count(self) -> int:
        """How many orders wait for somebody to fetch their copies."""
        return len(self.to_set_aside)


def read_board(shop: Shop, actor: Actor) -> Board:
    """Return the board of a shop as it is now."""
    late = unreached_ids(shop.pk)
    version = _version(shop.pk, late)
    to_do, ready = counter_orders(shop, actor=actor)
    dues = to_ring_up([order.pk for order in (*to_do, *ready)])
    waiting = [_task(order, dues) for order in to_do]
    return Board(
        unreached=unreached(late, actor=actor),
        to_set_aside=sorted(
            (task for task in waiting if not _must_be_ordered(task)),
            key=lambda task: not task.looks_first,
        ),
        to_order=[task for task in waiting if _must_be_ordered(task)],
        ready=[_task(order, dues) for order in ready],
        between=waits_of(shop.pk),
        to_post=how_many(shop.pk),
        withdrawals=how_many_open(shop.pk),
        version=version,
    )


def board_version(shop_id: int) -> str:
    """Return a word that changes with anything the board shows, its minutes included."""
    return _version(shop_id, unreached_ids(shop_id))


def _version(shop_id: int, late: list[int]) -> str:
    rows = fetch(_SHOWN, {"shop": shop_id})
    minute = int(timezone.now().timestamp()) // MINUTE
    seen = [*(row[0] for row in rows), "unreached", *map(str, late)]
    seed = "\n".join([str(minute), translation.get_language() or "", *seen])
    return sha256(seed.encode()).hexdigest()[:16]


@require_GET
@at_the_desk
def tasks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the board as a page of its own."""
    board = read_board(desk.shop, desk.actor)
    lines = Lines(board, desk.shop, request)
    return page(
        request,
        desk,
        "tasks",
        **_doors(desk.shop),
        board=board,
        lines=lines,
        alert=alert_of(desk.shop),
        steps=steps_on_board(desk),
    )


@require_GET
@at_the_desk
def task_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Answer the board's question of every three seconds: 304 while nothing changed."""
    if request.headers.get("If-None-Match") == f'"{board_version(desk.shop.pk)}"':
        return HttpResponse(status=304)
    return fragment(request, desk)


def fragment(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Return the lists of the board alone, under a notice of what was just done."""
    board = read_board(desk.shop, desk.actor)
    lines = Lines(board, desk.shop, request)
    response = page(
        request, desk, "board", **_doors(desk.shop), board=board, lines=lines, is_fragment=True
    )
    response.headers["ETag"] = f'"{board.version}"'
    return response


def _doors(shop: Shop) -> dict[str, bool]:
    """Return whether the shop hands over at its door just now."""
    door = directory().door(shop.pk, timezone.now())
    return {"by_slots": door is not None and door.by_slots}


def _task(order: Order, dues: Mapping[int, int]) -> Task:
    live = [line for line in order.lines.all() if line.status in LIVE]
    return Task(order, live, dues.get(order.pk))


def _must_be_ordered(task: Task) -> bool:
    return any(line.status == LineStatus.TO_ORDER for line in task.lines)
