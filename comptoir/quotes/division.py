"""At which shops the lines of a basket are taken so that it costs least: exactly, by a search that
is cut where it cannot come out cheaper.

A line is taken whole at one shop. What a shop's part costs is its quote's total, postage included;
of two divisions that cost alike, the one over fewer shops.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Part = Callable[[int, int], int | None]
"""What lines (a set, as bits) cost together at a shop; None where they cannot come together."""
Cost = tuple[int, int]
"""Cents, and how many shops."""

MOST_STEPS = 20_000
"""How many choices are looked at before the best so far is taken, unproved."""


@dataclass(frozen=True, slots=True)
class Division:
    """Which lines (bits) each shop has, what all of it costs in cents, and whether it is proved
    that nothing is cheaper."""

    parts: Mapping[int, int]
    cents: int
    proved: bool


class Search:
    """One search: `goods[line][shop]` is what a line costs there (cents), `part` what a shop's part
    costs, and `least` what its postage costs at the least, however it grows."""

    def __init__(self, goods: Sequence[Mapping[int, int]], part: Part, least: Part) -> None:
        self._goods = goods
        self._order = sorted(range(len(goods)), key=lambda line: (len(goods[line]), line))
        self._part, self._least = part, least
        cheapest = [min(each.values(), default=0) for each in goods]
        self._rest = [0] * (len(goods) + 1)
        for place in range(len(goods) - 1, -1, -1):
            self._rest[place] = self._rest[place + 1] + cheapest[self._order[place]]
        self._best: dict[int, int] | None = None
        self._cost: Cost | None = None
        self._steps = 0

    def best(self) -> Division | None:
        """Return the cheapest division; None where there is none for all lines at once."""
        self._try_few()
        self._go_on(0, {}, 0)
        if self._best is None or self._cost is None:
            return None
        return Division(self._best, self._cost[0], self._steps < MOST_STEPS)

    def _try_few(self) -> None:
        """Look at one shop for all, and at each line where it is cheapest: good bounds to begin."""
        everything = (1 << len(self._goods)) - 1
        for shop in set.intersection(*(set(each) for each in self._goods)):
            self._keep({shop: everything})
        scattered: dict[int, int] = {}
        for line, each in enumerate(self._goods):
            shop = min(each, key=lambda key: (each[key], key))
            scattered[shop] = scattered.get(shop, 0) | 1 << line
        self._keep(scattered)

    def _go_on(self, place: int, parts: dict[int, int], spent: int) -> None:
        """Take the line in this place of the order at each shop that has it, and all behind it."""
        if place == len(self._order):
            self._keep(parts)
            return
        line = self._order[place]
        prices = self._goods[line]
        choices = []
        for shop, cents in prices.items():
            grown = parts | {shop: parts.get(shop, 0) | 1 << line}
            at_least = self._at_least(grown)
            if at_least is not None:
                bound = spent + cents + self._rest[place + 1] + at_least
                choices.append((bound, len(grown), shop, cents, grown))
        for bound, shops, _shop, cents, grown in sorted(choices, key=lambda each: each[:3]):
            if self._steps >= MOST_STEPS:
                return
            self._steps += 1
            if self._cost is not None and (bound, shops) >= self._cost:
                continue
            self._go_on(place + 1, grown, spent + cents)

    def _at_least(self, parts: Mapping[int, int]) -> int | None:
        """Return what the postage of these parts costs at least, all together."""
        found = [self._least(shop, lines) for shop, lines in parts.items()]
        return None if None in found else sum(cents for cents in found if cents is not None)

    def _keep(self, parts: Mapping[int, int]) -> None:
        found = [self._part(shop, lines) for shop, lines in parts.items()]
        if None in found:
            return
        cost = sum(cents for cents in found if cents is not None), len(parts)
        if self._cost is None or cost < self._cost:
            self._best, self._cost = dict(parts), cost
