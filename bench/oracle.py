"""Whether what was told or done by a moment already ruled a copy out. Independent of our rules.

It keeps every fact of a title and reads them from the start each time. The lowest reading counts:
copies that left stay gone until the till must have known of them, counts fewer, or somebody
counted.
"""

from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bench.life import DAY
from bench.town import Reckoning


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
        self.held_back: Reckoning | None = None

    def told(self, reckoning: Reckoning, *, held_back: bool) -> None:
        """Remember a telling as it comes, or set it apart while it is held back."""
        if held_back:
            self.held_back = reckoning
            return
        titles = set(reckoning.figures) | (set(self.facts) if reckoning.whole else set())
        for title in titles:
            insort(self.facts[title].told, (reckoning.moment, reckoning.figures.get(title, 0)))

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
        """Replay the facts in the order of their moments; what is told comes first in a tie.

        `gone` copies are counted by the till though they left; no more can be than it counts.
        `waiting` left, and the till is yet to know of them.
        """
        told = [(at, 0, figure) for at, figure in facts.told]
        left = [(at, 1, why) for at, why in facts.left]
        counted = [(at, 2, copies) for at, copies in facts.counted]
        moment, figure, gone = -1.0, 0, 0
        waiting: list[float] = []
        for at, what, value in sorted([*told, *left, *counted], key=lambda fact: fact[:2]):
            if what == 0:
                figure = min(figure, value) if at == moment else value
                moment, gone = at, min(gone, figure)
                waiting = [one for one in waiting if not self._till_knows(one, at)]
            elif what == 1 and (value == "not_found" or self.habit == "never"):
                gone += 1
            elif what == 1:
                waiting.append(at)
            else:
                gone = max(0, figure - len(waiting) - value)
                figure = value + gone + len(waiting)
        return figure - gone - len(waiting)

    def _till_knows(self, at: float, moment: float) -> bool:
        if self.habit == "end_of_day":
            return (at // DAY + 1) * DAY <= moment
        return at < moment
