"""In what order chosen shops make the shortest round.

Exact up to `EXACT` stops (Held and Karp, 1962). Beyond, two ways of mending a round (turning a part
of it round, moving up to three stops) are repeated until neither helps, from several beginnings:
`tests/rounds/test_path.py` holds what comes of it against a lower bound.
"""

import random
from collections.abc import Sequence

from comptoir.rounds.question import START, Question

EXACT = 9
BEGINNINGS = 25
_LEAST_M = 1e-6


def order(question: Question, shops: Sequence[int]) -> list[int]:
    """Return the shops in the order of the shortest round, or of one little longer."""
    if len(shops) <= EXACT:
        return _exact(question, list(shops))
    best = mend(question, _nearest_next(question, shops))
    least = question.length(best)
    # Of its own seed: the same list is answered alike everywhere.
    dice = random.Random(len(shops))  # noqa: S311
    for _time in range(BEGINNINGS):
        tried = mend(question, _shaken(best, dice))
        if (length := question.length(tried)) < least - _LEAST_M:
            best, least = tried, length
    return best


def mend(question: Question, stops: Sequence[int]) -> list[int]:
    """Return a round made shorter, until no small change makes it so."""
    stops = list(stops)
    while (better := _turned(question, stops) or _moved(question, stops)) is not None:
        stops = better
    return stops


def _exact(question: Question, shops: list[int]) -> list[int]:
    ways: dict[tuple[int, int], tuple[float, list[int]]] = {
        (1 << at, at): (question.away[shop], [shop]) for at, shop in enumerate(shops)
    }
    for _stop in range(len(shops) - 1):
        following: dict[tuple[int, int], tuple[float, list[int]]] = {}
        for (visited, last), (length, stops) in ways.items():
            row = question.row(shops[last])
            for at, shop in enumerate(shops):
                if visited >> at & 1:
                    continue
                state, onward = (visited | 1 << at, at), length + row[shop]
                if state not in following or onward < following[state][0]:
                    following[state] = onward, [*stops, shop]
        ways = following
    ended = [(length + question.away[stops[-1]], stops) for length, stops in ways.values()]
    return min(ended, default=(0.0, []))[1]


def _nearest_next(question: Question, shops: Sequence[int]) -> list[int]:
    left, stops, here = set(shops), [], START
    while left:
        row = question.row(here)
        here = min(left, key=lambda shop: (row[shop], shop))
        stops.append(here)
        left.remove(here)
    return stops


def _leg(question: Question, here: int, there: int) -> float:
    """Return how far it is between two places of a round, the start among them."""
    if there == START:
        return 0.0 if here == START else question.away[here]
    return question.row(here)[there]


def _turned(question: Question, stops: list[int]) -> list[int] | None:
    """Return a round of which a part is gone the other way round and that is shorter, or None."""
    places = [START, *stops, START]
    for first in range(1, len(places) - 2):
        out = _leg(question, places[first - 1], places[first])
        for last in range(first + 1, len(places) - 1):
            now = out + _leg(question, places[last], places[last + 1])
            then = _leg(question, places[first - 1], places[last])
            then += _leg(question, places[first], places[last + 1])
            if then < now - _LEAST_M:
                part = places[first : last + 1][::-1]
                return [*places[1:first], *part, *places[last + 1 : -1]]
    return None


def _moved(question: Question, stops: list[int]) -> list[int] | None:
    """Return a round in which up to three stops come elsewhere and that is shorter, or None."""
    for size in (1, 2, 3):
        for first in range(len(stops) - size + 1):
            part, rest = stops[first : first + size], stops[:first] + stops[first + size :]
            if not rest:
                continue
            before = _inserted(question, rest, first, part[0], part[-1])
            for at in range(len(rest) + 1):
                for head, tail in {(part[0], part[-1]), (part[-1], part[0])}:
                    if _inserted(question, rest, at, head, tail) < before - _LEAST_M:
                        moved = part if head == part[0] else part[::-1]
                        return [*rest[:at], *moved, *rest[at:]]
    return None


def _inserted(question: Question, rest: list[int], at: int, head: int, tail: int) -> float:
    """Return how much longer a round becomes by a part that comes at a place of it."""
    before = rest[at - 1] if at else START
    after = rest[at] if at < len(rest) else START
    longer = _leg(question, before, head) + _leg(question, tail, after)
    return longer - _leg(question, before, after)


def _shaken(stops: Sequence[int], dice: random.Random) -> list[int]:
    """Return a round whose four parts come in another order."""
    one, two, three = sorted(dice.sample(range(1, len(stops)), 3))
    return [*stops[:one], *stops[two:three], *stops[one:two], *stops[three:]]
