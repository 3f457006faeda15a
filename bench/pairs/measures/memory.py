"""The memory of all processes, PostgreSQL's included, after some minutes of readers and orders.

A page that several processes share counts by its share (PSS). Both sides are started anew, so that
nothing of what was measured before is in it.
"""

import itertools
import time
from collections.abc import Iterator

from bench import load
from bench.crowd import network, order
from bench.machine import tree_rss
from bench.pairs.measures.pages import HOME, SHOPS, TITLES
from bench.pairs.measures.reserve import CLIENTS, Offer, plenty
from bench.pairs.measures.search import addresses
from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import HOST, Side

SECONDS = {"small": 120, "full": 600}
State = tuple[list[str], list[Offer], int]


def prepare(side: Side, plan: Plan) -> State:
    """Return the pages, what is reserved, and how long."""
    paths = [path for query in (TITLES, SHOPS, HOME) for (path,) in side.rows(query)]
    return paths + addresses(side, len(paths)), plenty(side), SECONDS[plan.scale]


def run(side: Side, state: State, turn: int) -> Work:
    """Start anew, read and reserve, and weigh it."""
    paths, offers, seconds = state
    side.stop()
    side.serve()
    until = time.perf_counter() + seconds
    load.run(side.port, _requests(paths, offers, turn, until), clients=CLIENTS)
    return Work(figures={"pss_mb": tree_rss(side.pids()) / 2**20})


def _requests(paths: list[str], offers: list[Offer], turn: int, until: float) -> Iterator[bytes]:
    """Yield nine pages, then an order, and so on."""
    for number in itertools.count():
        if time.perf_counter() >= until:
            return
        where = {"X_Forwarded_For": network(number)}
        if number % 10 == 9:
            yield order(offers[number % len(offers)], f"memory-{turn}-{number}", **where)
        else:
            yield load.get(paths[number * 7919 % len(paths)], HOST, **where)


PARTS = [Part("memory", "", prepare, run, restarts=True)]
