"""Good rounds where the best cannot be looked for at length: many titles, hundreds of shops.

The stops are chosen first, then their order, then each stop is exchanged for any that makes the
round shorter. With how few stops a list can be fetched is looked for by a beam that branches on the
rarest missing title, as the exact bound does.
"""

from collections.abc import Callable, Sequence

from comptoir.rounds.cover import Cover
from comptoir.rounds.path import order
from comptoir.rounds.question import START, Exhausted, Question, Work, each_of, lowest

BEAM = 150
EXCHANGES = 3
"""How many times all stops of a round are tried for others."""

Stops = list[int]


def few_stops(question: Question, cover: Cover) -> Stops:
    """Return shops that have all titles: as few as can be where the cover's work suffices to find
    that out, and few otherwise; near the start where there is a choice."""
    everything = question.everything
    found = _beam(question)
    try:
        stops = cover.fewest(everything)
        if stops < len(found):
            found = _shops_of(question, cover.choose(everything, stops))
    except Exhausted:
        pass
    return found


def _beam(question: Question) -> Stops:
    having: dict[int, list[int]] = {}
    nearest = sorted(range(len(question.carried)), key=question.away.__getitem__)
    for shop in nearest:
        for title in each_of(question.carried[shop]):
            having.setdefault(1 << title, []).append(shop)
    rare = {title: 1 / len(shops) for title, shops in having.items()}
    worth: dict[int, float] = {}

    def left(missing: int) -> float:
        if missing not in worth:
            worth[missing] = sum(rare[1 << title] for title in each_of(missing))
        return worth[missing]

    states: dict[int, Stops] = {question.everything: []}
    while 0 not in states:
        following: dict[int, Stops] = {}
        for missing, stops in states.items():
            for shop in having[lowest(missing)]:
                following.setdefault(missing & ~question.carried[shop], [*stops, shop])
        best = sorted(following, key=lambda missing: (left(missing), missing))[:BEAM]
        states = {missing: following[missing] for missing in best}
    return states[0]


def _shops_of(question: Question, sets: Sequence[int]) -> Stops:
    """Return the nearest shop that has each of some sets of titles."""
    return [
        min(
            (shop for shop, titles in enumerate(question.carried) if not each & ~titles),
            key=question.away.__getitem__,
        )
        for each in sets
    ]


def near_stops(question: Question) -> Stops:
    """Return shops that have all titles, each of which is little out of the way of those before."""
    missing, here, stops = question.everything, START, []
    while missing:
        row, so_far = question.row(here), 0.0 if here == START else question.away[here]
        stops.append(min(_bringing(question, missing), key=_cost(question, row, so_far, missing)))
        here = stops[-1]
        missing &= ~question.carried[here]
    return stops


def _bringing(question: Question, missing: int) -> Stops:
    return [shop for shop, titles in enumerate(question.carried) if titles & missing]


def _cost(
    question: Question, row: Sequence[float], so_far: float, missing: int
) -> Callable[[int], float]:
    def cost(shop: int) -> float:
        detour = row[shop] + question.away[shop] - so_far
        return (detour + 1) / (question.carried[shop] & missing).bit_count()

    return cost


def improve(question: Question, stops: Sequence[int], work: Work) -> Stops:
    """Return a round of at most as many stops that has all titles and is no longer: each stop is
    left out where the others have its titles, or exchanged for the shop that makes it shortest."""
    stops = order(question, _needed(question, stops))
    try:
        for _time in range(EXCHANGES):
            better = order(question, _needed(question, _exchanged(question, stops, work)))
            if question.length(better) >= question.length(stops) - 1:
                break
            stops = better
    except Exhausted:
        pass
    return stops


def _needed(question: Question, stops: Sequence[int]) -> Stops:
    """Return the stops without those whose titles the others have, the farthest left out first."""
    kept = list(stops)
    for shop in sorted(stops, key=lambda shop: -question.away[shop]):
        others = 0
        for other in kept:
            others |= question.carried[other] if other != shop else 0
        if not question.everything & ~others:
            kept.remove(shop)
    return kept


def _exchanged(question: Question, stops: Sequence[int], work: Work) -> Stops:
    stops = list(stops)
    for at in range(len(stops)):
        others = 0
        for place, shop in enumerate(stops):
            others |= question.carried[shop] if place != at else 0
        missing = question.everything & ~others
        work.spend(len(question.carried))
        before = question.row(stops[at - 1] if at else START)
        after = question.row(stops[at + 1] if at + 1 < len(stops) else START)
        stops[at] = min(
            (shop for shop, titles in enumerate(question.carried) if not missing & ~titles),
            key=lambda shop: (before[shop] + after[shop], shop),
        )
    return stops
