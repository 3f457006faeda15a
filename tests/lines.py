"""Which worker runs which tests: half of them, first of all, those that wait for a process or a
browser; the others those that calculate. So what waits leaves its processor to what does not.

Tests of one module stay together, as what they share is made once.
"""

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WAITING = (
    "tests/browser/",
    "tests/story/",
    "tests/installation/",
    "tests/deploy/",
    "tests/release/",
    "tests/live/",
    "tests/serve/",
    "tests/agent/",
    "tests/concurrency/",
    "tests/api/test_aside.py",
    "tests/search/test_rebuild.py",
    "tests/core/",
    "tests/bench/",
    "tests/test_collection.py",
)
"""Beginnings of the names of modules whose tests wait: what takes longest first."""


def rank(unit: str) -> int:
    """Return where a module stands among those that wait; behind them if it does not."""
    return next((n for n, name in enumerate(WAITING) if unit.startswith(name)), len(WAITING))


def chosen(units: Iterable[str], waits: bool) -> str:
    """Return what a worker takes next, of what is left in its order: what waits, or what does not;
    if none is left of the one, then of the other."""
    left = list(units)
    if waits:
        return min(left, key=rank)
    return next((unit for unit in left if rank(unit) == len(WAITING)), min(left, key=rank))


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
