"""Rounds: how long it takes to work them out, of lists drawn at random and of the region's titles.

Times are of the server alone (ms). Drawn lists come without a database: the solver by itself, as
large as it is exact (12 titles in 60 shops) and beyond, in milliseconds of a processor. Those of
the region are read: titles that shops have near a random town, what `site.rounds` and the API ask.
"""

import random
import time

from django.utils import timezone

from bench.machine import Steal
from bench.search import share, timed
from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.rounds.proposals import propose
from comptoir.rounds.question import Question
from comptoir.rounds.reads import rounds_for
from comptoir.shops.memory import directory
from comptoir.shops.places import Point
from tests.rounds.drawn import question

DRAWN = {"rounds_12x60": (12, 60, 200), "rounds_40x500": (40, 500, 10)}
ASKED = 200
TITLES = 12
RADIUS_M = 25_000
_NEAR = """
SELECT DISTINCT product_id FROM (
    SELECT product_id FROM stock_offer WHERE shop_id = ANY(%(shops)s) AND on_hand > held
    OFFSET %(from)s LIMIT 400
) stood
"""


def run(scale: str) -> dict[str, float]:  # noqa: ARG001
    """Return the figures, in ms."""
    steal = Steal()
    figures = {}
    for name, (titles, shops, count) in DRAWN.items():
        asked = [question(random.Random(f"7 {n}"), titles, shops) for n in range(count)]
        times = [_worked(one) for one in asked]
        figures |= _figures(name, times)
    dice = random.Random(7)
    lists = [_list(dice) for _time in range(ASKED)]
    for products, start in lists[:20]:
        rounds_for(products, start, RADIUS_M, timezone.now())
    times = [
        timed(lambda p=products, s=start: rounds_for(p, s, RADIUS_M, timezone.now()))
        for products, start in lists
    ]
    print(f"  {steal.percent():.1f} % of CPU stolen")
    return figures | _figures("rounds_region", times)


def _worked(asked: Question) -> float:
    """Return how long a processor works rounds out, in milliseconds."""
    began = time.process_time()
    propose(asked)
    return (time.process_time() - began) * 1000


def _figures(name: str, times: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": share(times, 0.50),
        f"{name}_p95_ms": share(times, 0.95),
        f"{name}_max_ms": max(times),
    }


def _list(dice: random.Random) -> tuple[list[Product], Point]:
    """Return titles that stand in shops near some shop's town, and that town."""
    kept = directory()
    shop = dice.choice(kept.public)
    start = Point(shop.latitude, shop.longitude)
    near = list(kept.within(start, RADIUS_M))
    rows = fetch(_NEAR, {"shops": near, "from": dice.randrange(200)})
    keys = [key for (key,) in rows]
    chosen = dice.sample(keys, min(TITLES, len(keys)))
    return list(Product.objects.in_bulk(chosen).values()), start
