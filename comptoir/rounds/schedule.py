"""When one comes to each stop, and whether it is open then.

One is served in a shop that is open on arrival and until one leaves it; who comes too early waits.
So to come earlier is never worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from comptoir.rounds.question import START, Question, Span


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one is served at each stop, and leaves the last; and how late one may set out for all of
    it to be open still. Seconds after the moment that was asked about."""

    served: list[float]
    done: float
    latest_start: float


def served_at(spans: Sequence[Span], comes: float, stop: float) -> float | None:
    """Return when one is served who comes at a moment, or None if no more today."""
    for opens, closes in spans:
        if (begins := max(comes, opens)) + stop <= closes:
            return begins
    return None


def last_arrival(spans: Sequence[Span], stop: float, before: float = float("inf")) -> float | None:
    """Return the latest moment at which one may come and leave at most so late, or None."""
    for opens, closes in reversed(spans):
        latest = min(closes, before) - stop
        if latest >= opens:
            return latest
    return None


def plan(question: Question, stops: Sequence[int]) -> Schedule | None:
    """Return when one is served at stops in this order, today, or None when one is closed."""
    stop, now, here = question.pace.stop, 0.0, START
    served = []
    for shop in stops:
        comes = now + question.seconds(question.row(here)[shop])
        begins = served_at(question.spans[shop], comes, stop)
        if begins is None:
            return None
        served.append(begins)
        now, here = begins + stop, shop
    return Schedule(served, now, _latest_start(question, stops))


def _latest_start(question: Question, stops: Sequence[int]) -> float:
    """Return how late one may set out to find stops open that can all be visited today."""
    before = float("inf")
    for here, there in reversed(list(pairwise((START, *stops)))):
        latest = last_arrival(question.spans[there], question.pace.stop, before)
        assert latest is not None
        before = latest - question.seconds(question.row(here)[there])
    return before
