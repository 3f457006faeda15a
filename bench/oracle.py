"""Whether what was told or done by a moment already ruled a copy out. Independent of our rules.

It keeps every fact of a title and reads them from the start each time. The lowest reading counts:
copies that left stay gone until the till must have known of them or somebody counted, and after a
search in vain nothing is believed until more is told or counted than before.
"""

from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.town import DAY, Telling


@dataclass
class Facts:
    """What is known of one title: (moment, figure) told, (moment, copies) counted, departures."""

    told: list[tuple[float, int]] = field(default_factory=list)
    counted: list[tuple[float, int]] = field(default_factory=list)
    left: list[tuple[float, str]] = field(default_factory=list)


class Oracle:
    """The memory of one shop whose copies are rung up by one habit."""

    def __init__(self, habit: str) -> None:
        self.habit = habit
        self.facts: dict[int, Facts] = defaultdict(Facts)
        self.holds: Counter[int] = Counter()
        self.held_back: Telling | None = None

    def told(self, telling: Telling, *, held_back: bool) -> None:
        """Remember a telling as it comes, or set it apart while it is held back."""
        if held_back:
            self.held_back = telling
            return
        titles = set(telling.figures) | (set(self.facts) if telling.whole else set())
        for title in titles:
            insort(self.facts[title].told, (telling.moment, telling.figures.get(title, 0)))

    def discarded(self) -> None:
        """Forget what was held back."""
        self.held_back = None

    def left(self, title: int, now: float, why: str) -> None:
        """Remember a copy that was collected, or not found."""
        self.facts[title].left.append((now, why))

    def counted(self, title: int, copies: int, now: float) -> None:
        """Remember what somebody counted, copies put aside included."""
        self.facts[title].counted.append((now, copies))

    def rules_out(self, title: int) -> bool:
        """Return whether no copy can be free, by the lowest reading of all that is known."""
        facts = self.facts[title]
        held_back = self.held_back
        if held_back and held_back.moment > facts.told[-1][0]:
            could_be = min(held_back.figures.get(title, 0), self._could_be_there(facts))
            return could_be <= self.holds[title]
        return self._could_be_there(facts) - self.holds[title] <= 0

    def _could_be_there(self, facts: Facts) -> int:
        moment, figure = self._newest(facts.told)
        count_at, copies = facts.counted[-1] if facts.counted else (-1.0, 0)
        if count_at >= moment:
            return copies - sum(at >= count_at for at, _why in facts.left)
        # What left before the till last said "none", or before a count, is no longer of interest.
        since = max([count_at, *(at for at, told in facts.told if told == 0)])
        gone = [(at, why) for at, why in facts.left if at >= since]
        unknown = sum(not self._till_knows(at, why, moment) for at, why in gone)
        return figure - unknown - self._missing_by_count(facts, count_at, since, copies)

    def _newest(self, told: list[tuple[float, int]]) -> tuple[float, int]:
        """Return the newest telling; of several of one moment, the lowest."""
        moment = told[-1][0]
        return moment, min(figure for at, figure in told if at == moment)

    def _till_knows(self, at: float, why: str, moment: float) -> bool:
        if why == "not_found" or self.habit == "never":
            return False
        if self.habit == "end_of_day":
            return (at // DAY + 1) * DAY <= moment
        return at < moment

    def _missing_by_count(self, facts: Facts, count_at: float, since: float, copies: int) -> int:
        """Return how many copies the till counted too many when somebody counted."""
        before = [(at, told) for at, told in facts.told if at <= count_at]
        if not before or count_at < since:
            return 0
        moment, figure = self._newest(before)
        known = sum(at >= moment and at < count_at for at, _why in facts.left)
        return max(0, figure - known - copies)
