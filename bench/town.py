"""A simulated town: shelves with true copies, tills that tell of them, readers who reserve.

It knows nothing of Comptoir: a `Rule` hears the tellings and says what is promised. What happens to
a shop is drawn beforehand from its own seed, so two rules live through the same history: the same
customers, thefts and faults of files. What follows from a promise (a copy put aside) may differ.
"""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from bench.life import CLOSES, DAY, FAULTS, OPENS, Life


@dataclass(frozen=True)
class Reckoning:
    """What the till says at a moment (minutes): figures by title; `whole` if it is a snapshot."""

    moment: float
    figures: dict[int, int]
    whole: bool


@dataclass(frozen=True)
class Answer:
    """What a rule says of a title: copies offered, whether the next is promised outright, and what
    it would take to know for another threshold."""

    offered: int
    outright: bool
    note: object = None


class Rule(Protocol):
    """What stands between the till and the readers, for one shop."""

    def hear(self, reckoning: Reckoning, now: float) -> None: ...
    def ask(self, title: int, now: float) -> Answer: ...
    def hold(self, title: int, now: float) -> bool: ...
    def release(self, title: int, now: float) -> None: ...
    def collected(self, title: int, now: float) -> None: ...
    def not_found(self, title: int, now: float) -> None: ...
    def counted(self, title: int, copies: int, now: float) -> None: ...
    def opens(self, now: float) -> None: ...


@dataclass
class Promise:
    """One reservation: of what, when, how, and what became of it."""

    title: int
    at: float
    answer: Answer
    there_then: bool
    found: bool | None = None
    overlooked: bool = False
    pace: float = 0.0


@dataclass
class Shelf:
    """Where a title's copies truly are, and what the till thinks."""

    pace: float
    target: int
    copies: int = 0
    aside: int = 0
    lost: int = 0
    coming: int = 0
    till: int = 0


@dataclass(order=True)
class Event:
    """Something that happens at a moment."""

    at: float
    order: int
    act: Callable[[], None] = field(compare=False)


class Shop:
    """One shop of the town, its till of one kind, under one rule."""

    def __init__(self, kind: str, habit: str, days: int, life: Life, seed: int, rule: Rule) -> None:
        self.kind, self.habit, self.days, self.life, self.rule = kind, habit, days, life, rule
        self.random = random.Random(seed)
        self.shelves = [self._shelf(rank) for rank in range(life.titles)]
        self.promises: list[Promise] = []
        self.changed: set[int] = set()
        self.waiting: Counter[int] = Counter()
        self._seed = seed
        self._now = 0.0
        self._at_closing: list[tuple[int, int]] = []
        self._events: list[Event] = []
        self._numbers = iter(range(10**9))
        self._draw()

    def run(self, sample: Callable[["Shop", float], None]) -> None:
        """Live through the days; `sample` looks at the shop once a day, at a random open hour."""
        self._sample = sample
        while self._events:
            event = heapq.heappop(self._events)
            if event.at > self.days * DAY:
                break
            self._now = event.at
            event.act()

    # What is drawn beforehand.

    def _shelf(self, rank: int) -> Shelf:
        draw, share = self.random, rank / self.life.titles
        bounds = self.life.best if share < 0.01 else self.life.steady
        bounds = self.life.slow if share >= 0.1 else bounds
        pace = math.exp(draw.uniform(math.log(bounds[0]), math.log(bounds[1])))
        target = max(1, math.ceil(pace * 6))
        shelf = Shelf(pace, target)
        for _ in range(draw.randint(1, target)):
            shelf.till += 1
            if draw.random() < self.life.stolen / 2:
                continue
            if draw.random() < self.life.misplaced:
                shelf.lost += 1
            else:
                shelf.copies += 1
        return shelf

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, Event(moment, next(self._numbers), act))

    def _draw(self) -> None:
        for title, shelf in enumerate(self.shelves):
            self._draw_title(title, shelf)
        self._draw_readers()
        for day in range(self.days):
            self._at(day * DAY + OPENS, partial(self.rule.opens, day * DAY + OPENS))
            self._at(day * DAY + CLOSES + 15, self._close)
            looked = day * DAY + self.random.uniform(OPENS, CLOSES)
            self._at(looked, self._look_around)
            if self.random.random() < self.life.counted:
                title = self.random.randrange(self.life.titles)
                moment = day * DAY + self.random.uniform(OPENS, CLOSES)
                self._at(moment, partial(self._count, title))
        for moment in self._slots():
            self._at(moment, self._speaker(moment))
        for title, shelf in enumerate(self.shelves):
            for _ in range(shelf.lost):
                back = self.random.expovariate(1 / (self.life.misplaced_days * DAY))
                self._at(back, partial(self._comes_back, title))

    def _draw_title(self, title: int, shelf: Shelf) -> None:
        life = self.life
        for moment in self._poisson(shelf.pace * (1 - life.reserved)):
            self._at(moment, partial(self._walk_in, title))
        copies = (shelf.target + 1) / 2
        for moment in self._poisson(life.stolen / 365 * copies):
            self._at(moment, partial(self._stolen, title))
        for moment in self._poisson(life.misplaced / life.misplaced_days * copies):
            back = moment + self.random.expovariate(1 / (life.misplaced_days * DAY))
            self._at(moment, partial(self._misplaced, title, back))

    def _draw_readers(self) -> None:
        weights = [shelf.pace if self.life.by_popularity else 1.0 for shelf in self.shelves]
        rate = self.life.reserved * sum(shelf.pace for shelf in self.shelves)
        moments = list(self._poisson(rate, night=0.25))
        titles = self.random.choices(range(self.life.titles), weights, k=len(moments))
        for moment, title in zip(moments, titles, strict=True):
            draws = [self.random.random() for _ in range(6)]
            self._at(moment, partial(self._reader, title, draws))

    def _poisson(self, rate: float, night: float = 0.0) -> Iterator[float]:
        """Yield moments at so many a day, in opening hours but for a share of them."""
        moment = self.random.expovariate(rate) if rate else math.inf
        while moment < self.days:
            day, rest = divmod(moment, 1)
            if self.random.random() < night:
                yield day * DAY + rest * DAY
            else:
                yield day * DAY + OPENS + rest * (CLOSES - OPENS)
            moment += self.random.expovariate(rate)

    # The shop's life.

    def _walk_in(self, title: int) -> None:
        shelf = self.shelves[title]
        if shelf.copies:
            shelf.copies -= 1
            self._ring_up(title, -1)
            self._reorder(title)

    def _ring_up(self, title: int, delta: int) -> None:
        shelf = self.shelves[title]
        shelf.till = max(0, shelf.till + delta)
        self.changed.add(title)
        if self.kind == "live":
            self._tell_changes()

    def _reorder(self, title: int) -> None:
        """Order again what is below half its target: it comes in two to six days."""
        shelf = self.shelves[title]
        if (shelf.till + shelf.coming) * 2 > shelf.target:
            return
        wanted = shelf.target - shelf.till - shelf.coming
        shelf.coming += wanted
        luck = self._luck(title)
        day = self._now // DAY + luck.randint(2, 6)
        self._at(
            day * DAY + luck.uniform(OPENS, OPENS + 180),
            partial(self._receive, title, wanted),
        )

    def _receive(self, title: int, copies: int) -> None:
        shelf = self.shelves[title]
        shelf.copies += copies
        shelf.coming -= copies
        self._ring_up(title, copies)

    def _stolen(self, title: int) -> None:
        shelf = self.shelves[title]
        shelf.copies = max(0, shelf.copies - 1)

    def _misplaced(self, title: int, back: float) -> None:
        shelf = self.shelves[title]
        if shelf.copies:
            shelf.copies -= 1
            shelf.lost += 1
            self._at(back, partial(self._comes_back, title))

    def _comes_back(self, title: int) -> None:
        shelf = self.shelves[title]
        shelf.lost -= 1
        shelf.copies += 1

    def _count(self, title: int) -> None:
        shelf = self.shelves[title]
        self.rule.counted(title, shelf.copies + shelf.aside, self._now)

    def _close(self) -> None:
        for title, delta in self._at_closing:
            self._ring_up(title, delta)
        self._at_closing.clear()

    # Readers.

    def _reader(self, title: int, draws: list[float]) -> None:
        now = self._now
        shelf = self.shelves[title]
        answer = self.rule.ask(title, now)
        waiting = self.waiting[title]
        if answer.offered < 1 or not self.rule.hold(title, now):
            return
        there = shelf.copies > waiting
        promise = Promise(title, now, answer, there, pace=shelf.pace)
        self.promises.append(promise)
        self.waiting[title] += 1
        look = now + 5 + draws[0] * 120
        if not OPENS <= look % DAY <= CLOSES:
            look = (look // DAY + (look % DAY > CLOSES)) * DAY + OPENS + draws[0] * 60
        self._at(look, partial(self._look, promise, draws))

    def _look(self, promise: Promise, draws: list[float]) -> None:
        now = self._now
        shelf = self.shelves[promise.title]
        self.waiting[promise.title] -= 1
        promise.overlooked = shelf.copies > 0 and draws[1] < self.life.overlooked
        promise.found = shelf.copies > 0 and not promise.overlooked
        if promise.found:
            shelf.copies -= 1
            shelf.aside += 1
            comes = draws[2] >= self.life.no_show
            when = now + 60 + draws[3] * 2 * DAY if comes else now + 3 * DAY
            if not OPENS <= when % DAY <= CLOSES:
                when = (when // DAY + (when % DAY > CLOSES)) * DAY + OPENS + draws[3] * 300
            act = (
                partial(self._collect, promise, draws) if comes else partial(self._expire, promise)
            )
            self._at(when, act)
            return
        self.rule.not_found(promise.title, now)
        if draws[4] < self.life.corrected and shelf.till > shelf.copies + shelf.aside:
            self._at_closing.append((promise.title, -1))

    def _collect(self, promise: Promise, draws: list[float]) -> None:
        self.shelves[promise.title].aside -= 1
        self.rule.collected(promise.title, self._now)
        if self.habit == "at_collection" and draws[5] >= self.life.forgotten:
            self._ring_up(promise.title, -1)
        elif self.habit == "end_of_day" and draws[5] >= self.life.forgotten:
            self._at_closing.append((promise.title, -1))
        self._reorder(promise.title)

    def _expire(self, promise: Promise) -> None:
        shelf = self.shelves[promise.title]
        shelf.aside -= 1
        shelf.copies += 1
        self.rule.release(promise.title, self._now)

    # The till.

    def _slots(self) -> Iterator[float]:
        """Yield the moments at which the till says everything, or what changed."""
        yield 60.0
        for day in range(self.days):
            if self.kind == "nightly":
                yield day * DAY + 120
            elif self.kind == "hourly":
                yield from (day * DAY + hour * 60 for hour in range(9, 21))
            else:
                if day % 7 == 0:
                    yield day * DAY + 120
                if self.kind == "delta":
                    yield from (day * DAY + OPENS + 15 * slot + 1 for slot in range(40))

    def _speaker(self, moment: float) -> Callable[[], None]:
        whole = self.kind in ("nightly", "hourly") or moment % DAY in (60.0, 120.0)
        return partial(self._tell_all, moment == 60.0) if whole else self._tell_changes

    def _look_around(self) -> None:
        self._sample(self, self._now)

    def _tell_all(self, first: bool) -> None:
        figures = {title: s.till for title, s in enumerate(self.shelves) if s.till}
        if not first and self._luck().random() > 1 - FAULTS[self.kind].cut:
            figures = dict(list(figures.items())[: int(len(figures) * 0.45)])
        self.changed.clear()
        self._send(Reckoning(self._now, figures, whole=True), sure=first)

    def _tell_changes(self) -> None:
        if self.changed:
            figures = {title: self.shelves[title].till for title in self.changed}
            self.changed.clear()
            self._send(Reckoning(self._now, figures, whole=False))

    def _send(self, reckoning: Reckoning, *, sure: bool = False) -> None:
        faults = FAULTS[self.kind]
        luck = self._luck()
        draw, wait, again = luck.random(), luck.random(), luck.random()
        if draw < faults.lost and not sure:
            return
        late = faults.lost <= draw < faults.lost + faults.late_share and not sure
        low, high = faults.late if late else faults.delay
        arrives = reckoning.moment + low + wait * (high - low)
        self._at(arrives, partial(self._hear, reckoning))
        if again < faults.doubled:
            self._at(arrives + 7, partial(self._hear, reckoning))

    def _hear(self, reckoning: Reckoning) -> None:
        self.rule.hear(reckoning, self._now)

    def _luck(self, *of: int) -> random.Random:
        """Return chance that depends on the moment alone, whatever the rule did before."""
        return random.Random(f"{self._seed} {self._now:.2f} {of}")
