"""The lines of the board, each put together from its words: what is to be set aside, what waits for
its reader."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from comptoir.core.words import spaced_code
from comptoir.counter.payments.words import paid_words
from comptoir.orders.models import Channel, Order, OrderLine
from comptoir.shops.doors.phrases import slot_in_words, until_doors_open
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition
from comptoir.ui.moulds import Mould
from comptoir.ui.templatetags.ui import age, deadline, price

if TYPE_CHECKING:
    from comptoir.counter.board import Board, Task

_LINE = Mould(
    "counter/task_line.html",
    ("status", "ordered", "used", "mailed"),
    (
        *("address", "many", "title", "copy", "byline", "condition", "copy_words", "price"),
        *("number", "gone", "name", "key", "csrf_token"),
    ),
)
_TASK = Mould(
    "counter/task.html",
    ("looks_first", "needs_confirmation", "is_long", "ordered", "owes"),
    (
        *("key", "version", "lines", "name", "code", "channel", "age", "slot", "paid"),
        *("aside", "csrf_token"),
    ),
)
_READY = Mould(
    "counter/ready.html",
    ("owes",),
    (
        *("key", "version", "address", "name", "code", "titles", "until", "paid"),
        *("collect", "csrf_token"),
    ),
)
_CONDITIONS = {each.value: each.label for each in Condition}
_CHANNELS = {each.value: each.label for each in Channel}
# No key of a row is that high: it is found again in an address.
_KEY = 2**63 - 1


class Lines:
    """The lists of a board as one reader's page shows them."""

    def __init__(self, board: "Board", shop: Shop, request: HttpRequest) -> None:
        self._board, self._shop, self._token = board, shop, get_token(request)
        self._zone = ZoneInfo(shop.time_zone)

    @property
    def to_set_aside(self) -> SafeString:
        """What is to be set aside."""
        return self._tasks(self._board.to_set_aside, ordered=False)

    @property
    def to_order(self) -> SafeString:
        """What is to be ordered from the supplier."""
        return self._tasks(self._board.to_order, ordered=True)

    @property
    def ready(self) -> SafeString:
        """What waits for its reader."""
        return _joined(self._ready(task) for task in self._board.ready)

    def _tasks(self, tasks: Sequence["Task"], *, ordered: bool) -> SafeString:
        return _joined(self._task(task, ordered=ordered) for task in tasks)

    def _task(self, task: "Task", *, ordered: bool) -> SafeString:
        order = task.order
        return _TASK.fill(
            (
                task.looks_first,
                task.needs_confirmation,
                len(task.lines) > 1,
                ordered,
                bool(task.due),
            ),
            (
                order.pk,
                task.version,
                _joined(self._line(order, line, ordered=ordered) for line in task.lines),
                order.name,
                spaced_code(order.code),
                _CHANNELS[order.channel],
                age(order.placed_at),
                slot_in_words(order.slot_at, order.slot_until, self._zone) or None,
                paid_words(order, task.due, is_short=True) or None,
                _address("counter:set_aside", self._shop.slug, order.pk),
                self._token,
            ),
        )

    def _line(self, order: Order, line: OrderLine, *, ordered: bool) -> SafeString:
        copy, slug = line.copy, self._shop.slug
        return _LINE.fill(
            (line.status, ordered, line.condition != Condition.NEW, bool(order.email)),
            (
                _address("counter:order", slug, order.pk),
                line.quantity if line.quantity > 1 else None,
                line.title,
                copy.label if copy else None,
                line.product.byline or None,
                _CONDITIONS[line.condition],
                copy.words if copy else None,
                None if line.price_cents is None else price(line.price_cents),
                line.product.number or None,
                _address("counter:not_found", slug, order.pk, line.pk),
                order.name,
                line.pk,
                self._token,
            ),
        )

    def _until(self, order: Order) -> str:
        """Return when its reader comes, or until when they may."""
        if order.slot_at is not None:
            return slot_in_words(order.slot_at, order.slot_until, self._zone)
        if order.promised_until is not None:
            return until_doors_open()
        return deadline(order.deadline, self._shop.time_zone)

    def _ready(self, task: "Task") -> SafeString:
        order, slug = task.order, self._shop.slug
        return _READY.fill(
            (bool(task.due),),
            (
                order.pk,
                task.version,
                _address("counter:order", slug, order.pk),
                order.name,
                spaced_code(order.code),
                " · ".join([_titled(line) for line in task.lines]),
                self._until(order),
                paid_words(order, task.due) or None,
                _address("counter:collect", slug, order.pk),
                self._token,
            ),
        )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _titled(line: OrderLine) -> str:
    return f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title


def _address(name: str, slug: str, *keys: int) -> str:
    """Return the address of an order's page or tap."""
    return _around(name, slug, len(keys)) % keys


@lru_cache(maxsize=1024)
def _around(name: str, slug: str, count: int) -> str:
    parts = reverse(name, args=[slug, *[_KEY] * count]).rsplit(str(_KEY), count)
    return "%d".join(part.replace("%", "%%") for part in parts)
