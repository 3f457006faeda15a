"""Asking that what was paid for an order be brought to what is owed for it."""

from collections.abc import Callable, Collection, Iterable

from comptoir.core.db import fetch
from comptoir.orders.models import Order

JOB = "comptoir.payments.settle"
"""The job of `payments`, above: it is named, for nothing here may import it. It is given the key of
an order (`order_id`), and refunds, once, what was captured beyond what is owed."""

# procrastinate's own SQL function, as mails use it: one statement, however many orders.
_ASK = """
SELECT procrastinate_defer_jobs_v1(array_agg(ROW('default', %s, 0, 'settle.' || order_id, NULL,
    jsonb_build_object('order_id', order_id), NULL)::procrastinate_job_to_defer_v1))
FROM orders_postagecharge WHERE order_id = ANY(%s) HAVING count(*) > 0
"""
_ALSO: list[Callable[[Collection[int]], None]] = []


def follow_copies(what: Callable[[Collection[int]], None]) -> None:
    """Have a package above follow copies of charged orders that are let go or come back: it is
    given the keys of the orders, in the transaction that has locked them."""
    if what not in _ALSO:
        _ALSO.append(what)


def ask_to_settle(order: Order) -> None:
    """Queue, with the current transaction, that what was paid for an order is brought to what is
    owed. To be called whenever a charged order changes what is owed; others are left alone."""
    ask_to_settle_all([order])


def ask_to_settle_all(orders: Iterable[Order]) -> None:
    """Queue the same for each of these orders that a quote reckoned: posted ones, and those to
    collect that are paid beforehand. One statement, and what was named by `follow_copies`."""
    keys = [order.pk for order in orders]
    if fetch(_ASK, [JOB, keys]):
        for each in _ALSO:
            each(keys)
