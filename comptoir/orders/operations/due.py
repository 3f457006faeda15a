"""Orders whose time has come, taken in batches under locks that others skip.

Jobs may run twice and at the same time: each batch is a transaction, which checks again what it has
locked, so that a job can be stopped at any point. What is done to a batch is a handful of
statements, whatever its number, and whoever wants one of its orders waits no longer than for that.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, Q

from comptoir.core.db import is_gone
from comptoir.orders.models import Order, OrderLine

BATCH = 100
"""How many orders a transaction takes."""
Move = Callable[[Sequence[Order], datetime], int]
"""What is done to locked orders, by primary key, at a moment; it returns for how many that was."""
_LINES = OrderLine.objects.only("order_id", "status", "held", "confidence").order_by("pk")

log = logging.getLogger(__name__)


def each(due: Q, act: Move, now: datetime, *, at_once: int = BATCH) -> int:
    """Apply `act` to every order that is due, so many a transaction; return how many it says.

    An order that fails does not stop the others: its batch is undone and tried one by one. Those
    that fail then are logged, and raised together at the end (`ExceptionGroup`), so that the job
    shows them.

    Locks, a batch a transaction: the orders, by primary key; those that others hold are skipped.
    """
    keys = list(Order.objects.filter(due).order_by("pk").values_list("pk", flat=True))
    done, failures = 0, list[Exception]()
    for start in range(0, len(keys), at_once):
        batch = keys[start : start + at_once]
        try:
            done += _together(batch, due, act, now)
        except Exception as failure:
            # Of a database that is gone, no order is to blame: the next run has them all.
            if is_gone(failure):
                raise
            done += _one_by_one(batch, due, act, now, failures)
    if failures:
        raise ExceptionGroup(f"{len(failures)} orders failed, {done} were done", failures)
    return done


def _one_by_one(
    keys: Sequence[int], due: Q, act: Move, now: datetime, failures: list[Exception]
) -> int:
    """Take a batch that failed apart; return for how many it was done, and note those that fail."""
    done = 0
    for key in keys:
        try:
            done += _together([key], due, act, now)
        except Exception as failure:
            if is_gone(failure):
                raise
            log.exception("order %s: what is due was not done (%s)", key, act.__name__)
            failures.append(failure)
    return done


@transaction.atomic
def _together(keys: Sequence[int], due: Q, act: Move, now: datetime) -> int:
    orders = _lock(keys, due)
    return act(orders, now) if orders else 0


def _lock(keys: Sequence[int], due: Q) -> list[Order]:
    """Lock those of these orders that are still due and that nobody else works on; return them with
    their lines and shops, the closures too."""
    # SKIP LOCKED: two jobs share the work, and neither waits behind a shop that serves the order.
    # PostgreSQL checks `due` again on the row it locks: an order just ended is not returned.
    orders = Order.objects.filter(due, pk__in=keys).order_by("pk")
    orders = orders.select_for_update(of=("self",), skip_locked=True)
    return list(orders.prefetch_related(Prefetch("lines", _LINES), "shop__closures"))
