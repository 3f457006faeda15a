"""Reservations whose time is over: a release day's leftovers, all at once.

They are reservations that nobody confirmed, whose end causes no mail. What is measured begins when
the job that ends them is queued, and ends when it is done. A unit is an order.
"""

import time

from bench.pairs.measures.api import place
from bench.pairs.measures.reserve import Offer, plenty
from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import Side

ORDERS = {"small": 1_000, "full": 5_000}
OFFERS = 50
_END = (
    "UPDATE orders_order SET confirm_by = now() - interval '1 second' WHERE status = 'unconfirmed'"
)
_EXPIRE = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    " VALUES ('default', 'comptoir.orders.tasks.expire', '{\"timestamp\": 0}')"
)
_LEFT = "SELECT count(*) FROM orders_order WHERE status = 'unconfirmed'"
POLL_SECONDS = 0.05
State = tuple[list[Offer], int]


def prepare(side: Side, plan: Plan) -> State:
    """Return what is reserved, and how many orders a turn has."""
    return plenty(side)[:OFFERS], ORDERS[plan.scale]


def ready(side: Side, state: State, turn: int) -> None:
    """Place orders, end their time, and let nobody notice before the turn begins."""
    offers, count = state
    place(side, offers, count, f"expire-{turn}")
    side.wait_for_jobs()
    side.hold_jobs()
    with side.connect() as connection:
        connection.execute(_END.encode())


def run(side: Side, state: State, turn: int) -> Work:  # noqa: ARG001
    """End them."""
    began = time.perf_counter()
    with side.connect() as connection:
        connection.execute(_EXPIRE.encode())
        side.let_jobs_go()
        while connection.execute(_LEFT.encode()).fetchone() != (0,):
            time.sleep(POLL_SECONDS)
    return Work(state[1], time.perf_counter() - began)


PARTS = [Part("expire", "order", prepare, run, ready=ready)]
