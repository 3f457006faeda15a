"""Lists to fetch drawn at random, and the best rounds by trying them all."""

import random
from collections.abc import Sequence

from comptoir.rounds.question import START, Distances, Pace, Question
from comptoir.rounds.schedule import plan
from comptoir.shops.places import Point

PACE = Pace(12 / 3.6, 600)
RARE, COMMON = (0.02, 0.05, 0.1), (0.2, 0.4)


def question(
    dice: random.Random, titles: int, shops: int, shares: Sequence[float] = (*RARE, *COMMON)
) -> Question:
    """Return a list of so many titles in a town of so many shops, each title in some."""
    start = Point(46.58, 0.34)
    points = [
        Point(46.58 + dice.gauss(0, 0.05), 0.34 + dice.gauss(0, 0.07)) for _shop in range(shops)
    ]
    having = []
    for _title in range(titles):
        share = dice.choice(shares)
        found = [shop for shop in range(shops) if dice.random() < share]
        having.append(found or [dice.randrange(shops)])
    having.sort(key=len)
    carried = [
        sum(1 << title for title, found in enumerate(having) if shop in found)
        for shop in range(shops)
    ]
    spans = [_day(dice) for _shop in range(shops)]
    return Question(titles, carried, Distances(start, points), spans, PACE)


def _day(dice: random.Random) -> list[tuple[float, float]]:
    """Return when a shop is open: not at all, in the morning, in the afternoon, or both."""
    opens = dice.choice([-7200, 0, 1800, 5400])
    morning = (opens, opens + dice.choice([1500, 3600, 9000]))
    afternoon = (morning[1] + 3600, morning[1] + dice.choice([5400, 12_000]))
    return dice.choice([[], [morning], [afternoon], [morning, afternoon], [morning, afternoon]])


class Best:
    """The best rounds of a list, found by going every way there is: every order of any shops."""

    def __init__(self, asked: Question) -> None:
        self._asked = asked
        self.ways = 0
        far = (float("inf"), float("inf"))
        self.fewest, self.shortest, self.today = far, far, far
        self._go(START, 0, 0.0, [])

    def _go(self, here: int, titles: int, metres: float, stops: list[int]) -> None:
        asked = self._asked
        self.ways += 1
        if titles == asked.everything:
            length = metres + asked.away[here]
            self.fewest = min(self.fewest, (len(stops), length))
            self.shortest = min(self.shortest, (length, len(stops)))
            if (len(stops), length) < self.today and plan(asked, stops) is not None:
                self.today = (len(stops), length)
        row = asked.row(here)
        for shop, carried in enumerate(asked.carried):
            if shop not in stops:
                stops.append(shop)
                self._go(shop, titles | carried, metres + row[shop], stops)
                stops.pop()
