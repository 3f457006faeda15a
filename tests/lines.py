"""Which worker runs which tests: half of them, first of all, those that wait for a process or a
browser; the others those that calculate. So what waits leaves its processor to what does not.

Tests of one module stay together, as what they share is made once.
"""

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WAITING = (
    "tests/installation/",
    "tests/release/",
    "tests/story/",
    "tests/orders/test_own_numbers_apart.py",
    "tests/agent/",
    "tests/concurrency/",
    "tests/deploy/",
    "tests/live/",
    "tests/serve/",
    "tests/api/test_aside.py",
    "tests/browser/",
    "tests/search/test_rebuild.py",
    "tests/core/",
    "tests/bench/",
    "tests/test_collection.py",
)
"""Beginnings of the names of modules whose tests wait: those of which one takes minutes first, or a
worker ends alone with it."""

LONG = (
    "tests/test_routes.py",
    "tests/test_scope.py",
    "tests/site/test_open_everywhere.py",
    "tests/counter/test_routes.py",
)
"""Of the modules that calculate, those that take minutes, for the same reason."""


def rank(unit: str) -> int:
    """Return where a module stands among those that wait; behind them if it does not."""
    return next((n for n, name in enumerate(WAITING) if unit.startswith(name)), len(WAITING))


def chosen(units: Iterable[str], waits: bool) -> str:
    """Return what a worker takes next, of what is left in its order: what waits, or what does not;
    if none is left of the one, then of the other."""
    left = list(units)
    calculating = [unit for unit in left if rank(unit) == len(WAITING)]
    if waits or not calculating:
        return min(left, key=rank)
    return min(calculating, key=lambda unit: not unit.startswith(LONG))


class Lines(LoadFileScheduling):
    """Hands out modules, the largest first, to workers of two kinds."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        waits = self.nodes.index(node) % 2 == 0
        self.workqueue.move_to_end(chosen(self.workqueue, waits), last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Lines | None:
    """Hand out by these lines where modules are to stay together. Trials at length need not: each
    takes as long as many modules (`make proof`)."""
    return Lines(config, log) if config.getvalue("dist") == "loadfile" else None
