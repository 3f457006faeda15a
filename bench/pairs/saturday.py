"""What one small server carries on a Saturday in December, of the present tree.

    python -m bench.pairs.saturday [--titles 1000000] [--seconds 60]

Readers look around: two searches near a town, two titles, a shop, with some seconds of reading
after each page; at the end of one visit in ten they order by the form. Meanwhile the tills tell of
200 sales a minute. There are more and more readers until the pages make one in twenty of them wait
longer than `PATIENCE_MS`, or mails are left behind; what was carried before that is printed. The
readers are simulated on the same two processors and take some of them: so much is left unsaid.
"""

import argparse
import itertools
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import quantiles

from bench import load
from bench.crowd import KNOW, Crowd, network, told
from bench.document import keep
from bench.machine import Steal, describe, tree_rss
from bench.pairs import checkout, data, post
from bench.pairs.growth import OFFERS_A_TITLE
from bench.pairs.measures import form, sale
from bench.pairs.measures.pages import SHOPS, TITLES
from bench.pairs.measures.search import addresses
from bench.pairs.part import Plan
from bench.pairs.side import HOST, SETTINGS, Side

PATIENCE_MS = 500
MAILS_SECONDS = 10.0
FIRST, FINER = 100, 2
READING_SECONDS = (2.0, 6.0)
ORDERS_AMONG = 10
SALES_A_MINUTE = 200


@dataclass
class Step:
    """What came of so many readers: how long pages, orders and tellings took (s)."""

    readers: int
    pages: list[float] = field(default_factory=list)
    orders: list[float] = field(default_factory=list)
    sales: list[float] = field(default_factory=list)
    minutes: float = 0.0
    mails_seconds: float = 0.0
    busy_percent: float = 0.0

    @property
    def is_carried(self) -> bool:
        """Whether readers were served in time, and their mails with them."""
        return _p95(self.pages) <= PATIENCE_MS and self.mails_seconds <= MAILS_SECONDS


class Saturday:
    """The readers and tills of a region."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._titles = [path for (path,) in side.rows(TITLES)]
        self._shops = [path for (path,) in side.rows(SHOPS)]
        self._questions = addresses(side, 2_000)
        self._baskets = form.prepare(side, Plan("small", 1)).readers
        self._tills = sale.prepare(side, Plan("small", 1))
        self._persons = Crowd(SETTINGS["COMPTOIR_SECRET_KEY"], f"saturday-{time.time_ns()}")
        self._numbers = itertools.count()

    def spend(self, readers: int, seconds: float) -> Step:
        """Have so many readers look around for so long."""
        self._side.sweep()
        self._side.drain()
        step, until = Step(readers), time.perf_counter() + seconds
        self._know(readers, seconds)
        meter, began = self._side.meter(), time.perf_counter()
        crowd = [self._reader(step, number, until) for number in range(readers)]
        tills = [self._till(step, place, until) for place in range(len(self._tills))]
        load.converse(self._side.port, crowd + tills)
        step.minutes = (time.perf_counter() - began) / 60
        step.busy_percent = sum(meter.spent().values()) / (step.minutes * 60_000) * 100
        began = time.perf_counter()
        self._side.wait_for_jobs()
        step.mails_seconds = time.perf_counter() - began
        return step

    def _know(self, readers: int, seconds: float) -> None:
        """Make persons known who can order in this step: their numbers follow each other."""
        visits = readers * (1 + seconds / (5 * READING_SECONDS[0]))
        first = next(self._numbers)
        keys = self._persons.keys(first + int(visits / ORDERS_AMONG) + 2 * readers)[first:]
        with self._side.connect() as connection:
            connection.execute(KNOW.encode(), [keys])

    def _reader(self, step: Step, number: int, until: float) -> load.Conversation:
        dice = random.Random(number * 31 + step.readers)
        where = {"X_Forwarded_For": network(100_000 + number)}
        yield dice.uniform(0, READING_SECONDS[1])
        for visit in itertools.count(dice.randrange(ORDERS_AMONG)):
            for path in self._way(dice):
                if time.perf_counter() > until:
                    return
                began = time.perf_counter()
                answer = yield load.get(path, HOST, **where)
                step.pages.append(time.perf_counter() - began)
                if answer is None or answer.status != 200:
                    raise RuntimeError(f"{path} answers {answer and answer.status}")
                yield dice.uniform(*READING_SECONDS)
            if visit % ORDERS_AMONG == 0:
                began = time.perf_counter()
                one = next(self._numbers)
                basket = self._baskets[one % len(self._baskets)]
                yield from form.ordered(basket, self._persons, one)
                step.orders.append(time.perf_counter() - began)

    def _way(self, dice: random.Random) -> Iterator[str]:
        for _ in range(2):
            yield dice.choice(self._questions)
            yield dice.choice(self._titles)
        yield dice.choice(self._shops)

    def _till(self, step: Step, place: int, until: float) -> load.Conversation:
        slug, token, eans = self._tills[place]
        pause = 60 * len(self._tills) / SALES_A_MINUTE
        yield place * pause / len(self._tills)
        for number in itertools.count():
            if time.perf_counter() > until:
                return
            began = time.perf_counter()
            ean, quantity = eans[number % len(eans)], number // len(eans) % 2
            answer = yield told(slug, token, ean, quantity, X_Forwarded_For=network(place))
            step.sales.append(time.perf_counter() - began)
            if answer is None or answer.status != 200:
                raise RuntimeError(f"a sale answers {answer and answer.status}")
            yield max(0.0, pause - (time.perf_counter() - began))


def main() -> None:
    """Have more and more readers come, and print what was carried."""
    parser = argparse.ArgumentParser(prog="python -m bench.pairs.saturday")
    parser.add_argument("--titles", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    steal = Steal()
    folder = checkout.ROOT / "var" / "growth" / str(options.titles)
    with ExitStack() as stack:
        side = Side("present", checkout.ROOT, folder, stack.enter_context(post.office()))
        stack.callback(side.stop)
        data.keep(side, options.titles, OFFERS_A_TITLE * options.titles)
        side.serve()
        day = Saturday(side)
        print(f"  {'readers':>8}{'pages/min':>11}{'p50':>7}{'p95 ms':>8}", end="")
        print(f"{'orders/min':>12}{'p95 ms':>8}{'sale p95':>10}{'mails s':>9}{'busy %':>8}")
        carried = _most(day, options.seconds)
        memory = tree_rss(side.pids()) / 2**20
        side.command("check")
        print("  comptoir check agrees")
    figures = {
        "saturday_readers": float(carried.readers),
        "saturday_pages_per_min": len(carried.pages) / carried.minutes,
        "saturday_orders_per_min": len(carried.orders) / carried.minutes,
        "saturday_page_p95_ms": _p95(carried.pages),
        "saturday_pss_mb": memory,
    }
    keep(figures, {"saturday_machine": describe()})
    for name, value in figures.items():
        print(f"  {name:28}{value:12,.0f}")
    print(f"{describe()}; {steal.percent():.1f} % of CPU stolen")


def _most(day: Saturday, seconds: float) -> Step:
    """Return the step of the most readers that were carried: doubled, then halved in between."""
    carried, readers, failed = None, FIRST, 0
    for _ in range(20):
        step = day.spend(readers, seconds)
        _show(step)
        if step.is_carried:
            carried = step
        else:
            failed = readers
        low = carried.readers if carried else 0
        if failed and failed - low <= max(FIRST, failed // 2**FINER):
            break
        readers = (low + failed) // 2 if failed else 2 * readers
    if carried is None:
        raise RuntimeError("not even the first readers were served in time")
    return carried


def _show(step: Step) -> None:
    print(
        f"  {step.readers:8}{len(step.pages) / step.minutes:11,.0f}"
        f"{1000 * quantiles(step.pages, n=2)[0]:7.0f}{_p95(step.pages):8.0f}"
        f"{len(step.orders) / step.minutes:12,.0f}{_p95(step.orders):8.0f}"
        f"{_p95(step.sales):10.0f}{step.mails_seconds:9.1f}{step.busy_percent:8.0f}"
        f"{'' if step.is_carried else '  too many'}",
        flush=True,
    )


def _p95(waits: list[float]) -> float:
    return 1000 * quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0


if __name__ == "__main__":
    sys.exit(main())
