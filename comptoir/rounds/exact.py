"""The best rounds, exactly: of the ways that are begun, the one that can end shortest goes on.

A way is cut when another to the same shop has as many titles and is no worse in anything, or when a
lower bound says that it leads nowhere: the titles still missing need more stops than are left
(`rounds.cover`), more metres than the best round known, or a shop that will have closed. Distances
keep the rule of the triangle, so a stop that brings nothing new is never worth while.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from comptoir.rounds.cover import Cover
from comptoir.rounds.question import START, Question, Work, each_of, lowest
from comptoir.rounds.schedule import last_arrival, served_at

Stops = list[int]
EACH_M = 0.01
"""How much a stop counts as a way: of two rounds of one length the one with fewer stops is meant.
Shops of which only the town is known lie at one point."""

INFINITE = float("inf")


class Way(NamedTuple):
    """A way to a shop: how long it is, when one leaves, after how many stops, and the way to the
    stop before."""

    metres: float
    leaves: float
    visits: int
    shop: int
    before: "Way | None"

    @property
    def stops(self) -> Stops:
        """The shops in the order in which one comes to them."""
        return [] if self.before is None else [*self.before.stops, self.shop]


class Move(NamedTuple):
    """Where one may go on: which titles one has then, and how many metres are left at least."""

    shop: int
    titles: int
    ahead: float


def fewest(question: Question, cover: Cover, stops: int, work: Work) -> Stops:
    """Return the shortest round of so many stops, with which all can be had. Raises
    `Exhausted`."""
    found = _Search(question, work, cover, stops).run(INFINITE)
    assert found is not None
    return found


def shortest(question: Question, known: Stops, work: Work) -> Stops:
    """Return the shortest round of any number of stops; `known` is one by which to cut. Raises
    `Exhausted`."""
    limit = question.length(known) + EACH_M * (len(known) - 1)
    return _Search(question, work).run(limit) or known


def today(question: Question, cover: Cover, work: Work) -> Stops | None:
    """Return the round of the fewest stops that are all open when one comes, today; of these the
    shortest; None if there is none. `cover` is that of the shops in which one can be served today,
    and they have all titles. Raises `Exhausted`."""
    least = cover.fewest(question.everything)
    for stops in range(least, question.titles + 1):
        found = _Search(question, work, cover, stops, timed=True).run(INFINITE)
        if found:
            return found
    return None


class _Search:
    """One search: with a cover, of rounds of at most so many stops; when `timed`, of those whose
    stops are open when one comes."""

    def __init__(
        self,
        question: Question,
        work: Work,
        cover: Cover | None = None,
        stops: int = 0,
        *,
        timed: bool = False,
    ) -> None:
        self._question, self._work, self._timed = question, work, timed
        self._cover, self._stops = cover, stops
        stop, everything = question.pace.stop, question.everything
        self._latest = [last_arrival(spans, stop) for spans in question.spans] if timed else []
        self._shops = [
            shop
            for shop, titles in enumerate(question.carried)
            if titles
            and not (timed and self._latest[shop] is None)
            and not (cover and not cover.fits(everything & ~titles, stops - 1))
        ]
        self._having: dict[int, list[int]] = {}
        for shop in self._shops:
            for title in each_of(question.carried[shop]):
                self._having.setdefault(title, []).append(shop)
        self._by_title: dict[int, list[float]] = {}
        self._closing: dict[int, list[float]] = {}
        self._ahead: dict[tuple[int, int], float] = {}
        self._moves: dict[tuple[int, int], list[Move]] = {}

    def run(self, limit: float) -> Stops | None:
        """Return the shortest round below a limit, None if there is none."""
        question, everything = self._question, self._question.everything
        reached: dict[tuple[int, int, int], float] = {}
        ended: dict[int, list[tuple[int, Way]]] = {}
        heap: list[tuple[float, int, int, Way]] = [(0.0, 0, 0, Way(0.0, 0.0, 0, START, None))]
        number = 0
        while heap:
            _least, _number, titles, way = heappop(heap)
            if titles == everything:
                return way.stops
            known = ended.setdefault(way.shop, [])
            self._work.spend(1 + len(known) // 4)
            if _is_worse(titles, way, known):
                continue
            known.append((titles, way))
            row = question.row(way.shop)
            for move in self._onward(titles, way.visits if self._cover else 0):
                walked = way.metres + row[move.shop] + EACH_M
                if walked + move.ahead >= limit:
                    continue
                leaves = self._leaves(way, row[move.shop], move) if self._timed else 0.0
                if leaves is None:
                    continue
                count = way.visits + 1 if self._cover else 0
                state = (move.titles, move.shop, count)
                if not self._timed:
                    if walked >= reached.get(state, INFINITE):
                        continue
                    reached[state] = walked
                number += 1
                onward = Way(walked, leaves, count, move.shop, way)
                heappush(heap, (walked + move.ahead, number, move.titles, onward))
        return None

    def _onward(self, titles: int, count: int) -> list[Move]:
        """Return where one may go on with some titles, after so many stops."""
        found = self._moves.get((titles, count))
        if found is None:
            self._work.spend(len(self._shops) * max(1, self._question.titles // 6))
            carried, cover = self._question.carried, self._cover
            missing, left = self._question.everything & ~titles, self._stops - count - 1
            found = self._moves[titles, count] = [
                Move(shop, titles | carried[shop], self._to_go(shop, missing & ~carried[shop]))
                for shop in self._shops
                if carried[shop] & missing
                and not (cover and not cover.fits(missing & ~carried[shop], left))
            ]
        self._work.spend(len(found))
        return found

    def _leaves(self, way: Way, metres: float, move: Move) -> float | None:
        """Return when one leaves the next stop, or None if it or what is missing has closed."""
        question, stop = self._question, self._question.pace.stop
        comes = way.leaves + question.seconds(metres)
        served = served_at(question.spans[move.shop], comes, stop)
        if served is None:
            return None
        closing = self._closing.get(move.shop) or self._closing_from(move.shop)
        missing = question.everything & ~move.titles
        if any(served + stop > closing[title] for title in each_of(missing)):
            return None
        return served + stop

    def _to_go(self, shop: int, missing: int) -> float:
        """Return how many metres are left at least: to some shop for each missing title, and
        back."""
        found = self._ahead.get((shop, missing))
        if found is None:
            if not missing:
                return self._question.away[shop]
            each = self._by_title.get(shop) or self._detours_from(shop)
            rest = self._to_go(shop, missing & (missing - 1))
            found = self._ahead[shop, missing] = max(rest, each[lowest(missing).bit_length() - 1])
        return found

    def _detours_from(self, shop: int) -> list[float]:
        row, away = self._question.row(shop), self._question.away
        found = self._by_title[shop] = [
            min((row[at] + away[at] + EACH_M for at in self._of(title)), default=INFINITE)
            for title in range(self._question.titles)
        ]
        return found

    def _closing_from(self, shop: int) -> list[float]:
        """Return until when one may leave a shop to be served each title somewhere."""
        question, row = self._question, self._question.row(shop)
        found = self._closing[shop] = [
            max(
                ((self._latest[at] or 0.0) - question.seconds(row[at]) for at in self._of(title)),
                default=-INFINITE,
            )
            for title in range(question.titles)
        ]
        return found

    def _of(self, title: int) -> Sequence[int]:
        return self._having.get(title, ())


def _is_worse(titles: int, way: Way, known: list[tuple[int, Way]]) -> bool:
    """Return whether another way to the same shop has as many titles and is no worse."""
    metres, leaves, count, *_rest = way
    for other, one in known:
        if not titles & ~other and one[0] <= metres and one[1] <= leaves and one[2] <= count:
            return True
    return False
