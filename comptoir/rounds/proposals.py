"""The rounds that are proposed for a list: two or three, none of them worse in everything.

The one of the fewest stops; the shortest; and the one that can be gone today. A round is worse than
another in everything when it has no fewer stops, is no shorter, and is not for today where the
other is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from comptoir.rounds import beyond, exact
from comptoir.rounds.cover import Cover
from comptoir.rounds.question import Exhausted, Question, Work
from comptoir.rounds.schedule import Schedule, last_arrival, plan

EXACT_TITLES, EXACT_SHOPS = 12, 60
"""Up to so many titles and shops the best rounds are found, however many steps it takes."""
STEPS_EXACT, STEPS = 8_000_000, 300_000
LONG_TITLES, STEPS_LONG = 20, 60_000
"""Of longer lists the best rounds are not looked for at length: there are too many ways."""
SAME_M = 1.0


class Aim(StrEnum):
    """What a round is best in."""

    FEWEST = "fewest_stops"
    SHORTEST = "shortest"
    TODAY = "all_today"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A round: its stops in order, how long it is with the way back (metres), when it can be gone
    today (None: not all of it), what it is best in, and whether that is proved."""

    stops: list[int]
    metres: float
    schedule: Schedule | None
    aims: tuple[Aim, ...]
    proved: bool

    def is_worse_than(self, other: "Proposal") -> bool:
        """Return whether another is no worse in anything, and better in something or the same."""
        return (
            len(other.stops) <= len(self.stops)
            and other.metres <= self.metres + SAME_M
            and (other.schedule is not None or self.schedule is None)
        )


def propose(question: Question) -> list[Proposal]:
    """Return the rounds for a list of at least one title, the one of the fewest stops first."""
    fewest = _fewest(question)
    found = [fewest, _shortest(question, fewest.stops)]
    if today := _today(question, [each.stops for each in found]):
        found.append(today)
    return _best(found)


def _best(found: Iterable[Proposal]) -> list[Proposal]:
    """Return those that are not worse than another; one that is best in several things is said to
    be so."""
    kept: list[Proposal] = []
    for each in found:
        same = next((one for one in kept if each.is_worse_than(one)), None)
        if same is not None:
            kept[kept.index(same)] = replace(same, aims=(*same.aims, *each.aims))
        else:
            aims = tuple(aim for one in kept if one.is_worse_than(each) for aim in one.aims)
            kept = [one for one in kept if not one.is_worse_than(each)]
            kept.append(replace(each, aims=(*aims, *each.aims)))
    return kept


def _steps(question: Question) -> Work:
    small = question.titles <= EXACT_TITLES and len(question.carried) <= EXACT_SHOPS
    if small:
        return Work(STEPS_EXACT)
    return Work(STEPS if question.titles <= LONG_TITLES else STEPS_LONG)


def _proposal(question: Question, stops: Sequence[int], aim: Aim, *, proved: bool) -> Proposal:
    """Return a round, gone the way round on which it can be gone today."""
    there, back = list(stops), list(reversed(stops))
    plans = [(way, plan(question, way)) for way in (there, back)]
    way, schedule = min(plans, key=lambda each: each[1].done if each[1] else float("inf"))
    return Proposal(way, question.length(way), schedule, (aim,), proved)


def _fewest(question: Question) -> Proposal:
    work = _steps(question)
    cover = Cover(question.carried, work)
    try:
        stops = exact.fewest(question, cover, cover.fewest(question.everything), work)
        return _proposal(question, stops, Aim.FEWEST, proved=True)
    except Exhausted:
        cover = Cover(question.carried, Work(STEPS))
        chosen = beyond.few_stops(question, cover)
        proved = cover.proved(question.everything) == len(chosen) - 1
        stops = beyond.improve(question, chosen, Work(STEPS))
        return _proposal(question, stops, Aim.FEWEST, proved=proved)


def _shortest(question: Question, known: Sequence[int]) -> Proposal:
    try:
        stops = exact.shortest(question, list(known), _steps(question))
        return _proposal(question, stops, Aim.SHORTEST, proved=True)
    except Exhausted:
        near = beyond.improve(question, beyond.near_stops(question), Work(STEPS))
        stops = min(list(known), near, key=question.length)
        return _proposal(question, stops, Aim.SHORTEST, proved=False)


def _today(question: Question, known: Sequence[Sequence[int]]) -> Proposal | None:
    """Return the round of the fewest stops that can be gone today, or None where none is found."""
    latest = [last_arrival(spans, question.pace.stop) for spans in question.spans]
    reached = [
        last is not None and question.seconds(away) <= last
        for last, away in zip(latest, question.away, strict=True)
    ]
    carried = [x if can else 0 for x, can in zip(question.carried, reached, strict=True)]
    open_yet = replace(question, carried=carried)
    if open_yet.lacks:
        return None
    work = _steps(question)
    try:
        stops = exact.today(open_yet, Cover(carried, work), work)
        proved = True
    except Exhausted:
        stops, proved = _today_beyond(open_yet, known), False
    return _proposal(question, stops, Aim.TODAY, proved=proved) if stops else None


def _today_beyond(question: Question, known: Sequence[Sequence[int]]) -> list[int] | None:
    """Return a round for today among the shops of good rounds, or None."""
    cover = Cover(question.carried, Work(STEPS))
    chosen = {shop for stops in known for shop in stops}
    chosen |= set(beyond.improve(question, beyond.few_stops(question, cover), Work(STEPS)))
    chosen |= set(beyond.near_stops(question))
    carried = [x if shop in chosen else 0 for shop, x in enumerate(question.carried)]
    fewer = replace(question, carried=carried)
    try:
        work = Work(STEPS)
        return exact.today(fewer, Cover(carried, work), work)
    except Exhausted:
        return next((list(stops) for stops in known if plan(question, stops)), None)
