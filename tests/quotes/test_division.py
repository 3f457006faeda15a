"""A basket over several shops is divided as cheaply as can be: against all divisions there are."""

import random
from functools import cache
from itertools import product

import pytest

from comptoir.quotes import division
from comptoir.quotes.division import Division, Search
from tests.trials import times

BANDS = [(500, 495), (1000, 825), (3000, 1465)]
LEAST, BELOW = 300, 3500


class World:
    """Lines with weights at shops with bands; what new books cost at least falls at 35 €."""

    def __init__(self, lines: int, shops: int, chance: random.Random) -> None:
        self.grams = [chance.choice([110, 300, 410, 700]) for _line in range(lines)]
        self.dear = [chance.choice([0, 0, 150]) - 100 * chance.randint(0, 3) for _ in range(shops)]
        self.goods = [
            {
                shop: chance.choice([690, 1290, 1750, 2490]) + chance.randint(-90, 0)
                for shop in chance.sample(range(shops), chance.randint(1, shops))
            }
            for _line in range(lines)
        ]
        self.part, self.least = cache(self._part), cache(self._least)

    def band(self, shop: int, lines: int) -> int | None:
        grams = 80 + sum(each for n, each in enumerate(self.grams) if lines >> n & 1)
        fits = [cents + self.dear[shop] for most, cents in BANDS if grams <= most]
        return max(min(fits), 0) if fits else None

    def _least(self, shop: int, lines: int) -> int | None:
        return self.band(shop, lines)

    def _part(self, shop: int, lines: int) -> int | None:
        band = self.band(shop, lines)
        if band is None:
            return None
        cents = sum(each[shop] for n, each in enumerate(self.goods) if lines >> n & 1)
        return cents + max(band, LEAST if cents < BELOW else 1)

    def cheapest(self) -> tuple[int, int] | None:
        """Return cents and shops of the best of all divisions, each looked at."""
        costs = []
        for chosen in product(*(sorted(each) for each in self.goods)):
            parts: dict[int, int] = {}
            for line, shop in enumerate(chosen):
                parts[shop] = parts.get(shop, 0) | 1 << line
            found = [self.part(shop, lines) for shop, lines in parts.items()]
            if None not in found:
                costs.append((sum(cents for cents in found if cents is not None), len(parts)))
        return min(costs, default=None)

    def best(self) -> Division | None:
        return Search(self.goods, self.part, self.least).best()


def test_no_division_is_cheaper() -> None:
    chance = random.Random(13)
    divided = 0
    for _trial in range(times(60)):
        world = World(chance.randint(1, 5), chance.randint(1, 4), chance)
        best, cheapest = world.best(), world.cheapest()
        if best is None:
            assert cheapest is None
            continue
        assert best.proved
        assert (best.cents, len(best.parts)) == cheapest
        divided += len(best.parts) > 1
    assert divided


def test_each_line_is_taken_once_where_it_is_had() -> None:
    chance = random.Random(14)
    for _trial in range(times(20)):
        world = World(8, 5, chance)
        best = world.best()
        if best is not None:
            assert sum(lines for lines in best.parts.values()) == (1 << 8) - 1
            for shop, lines in best.parts.items():
                assert all(shop in world.goods[n] for n in range(8) if lines >> n & 1)


def test_a_search_past_its_bound_says_that_nothing_is_proved(monkeypatch) -> None:
    monkeypatch.setattr(division, "MOST_STEPS", 3)
    world = World(6, 4, random.Random(1))
    best = world.best()
    assert best is not None
    assert not best.proved


def test_the_bound_cuts_the_search() -> None:
    """Twelve titles at six shops have two thousand million divisions: few are looked at."""
    world = World(12, 6, random.Random(5))
    search = Search(world.goods, world.part, world.least)
    best = search.best()
    assert best is not None
    assert best.proved
    assert search._steps < 20_000


@pytest.mark.parametrize("lines", [1, 4])
def test_what_nobody_posts_has_no_division(lines: int) -> None:
    world = World(lines, 2, random.Random(2))
    world.grams[0] = 9_000
    assert World.best(world) is None
