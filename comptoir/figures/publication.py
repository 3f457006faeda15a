"""A year of a network as it is shown: by shop, town, month and in all, nothing of it recognisable.

All that is ever shown of a year is decided here at once: pages, files and the report show parts of
it, and sums of what is shown. So nothing can be told by comparing one with another.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from comptoir.figures.reads import (
    SUMS,
    Counted,
    Steps,
    Sums,
    counted_of,
    joined,
    median,
    place_of_count,
)
from comptoir.figures.suppression import LEAST, Arc, hidden, pool
from comptoir.networks.models import Network
from comptoir.shops.models import Shop

Level = Literal["all", "month", "town", "shop"]
PARTS = {
    "outcomes": ("collected", "not_found", "lapsed", "unconfirmed", "open"),
    "ways": ("here", "elsewhere"),
    "answers": ("answered", "unanswered", "neither"),
    "readers": ("newcomers", "known", "untold"),
}
"""How what was placed is taken apart, each way by itself: each is a sum of its parts."""
UNSHOWN = ("elsewhere", "neither", "known", "untold")
"""Parts that no table shows: what is missing to the sum."""
_REMEMBERED = 16


class Unit(NamedTuple):
    """What is shown in one line: a shop, a town or a month, or several that are too small to be
    shown by themselves; of a shop also the town, as the number of its unit."""

    labels: tuple[str, ...]
    shops: tuple[int, ...]
    months: tuple[date, ...]
    town: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a network. `empty`: too few reservations in all, and nothing is shown.
    Counts are asked for by `count`; None is a hidden one."""

    year: int
    units: dict[Level, list[Unit]]
    empty: bool
    members: int
    _sums: dict[tuple[Level, int], Sums]
    _placed: dict[tuple[Level, int, int], int]
    _hidden: frozenset[Hashable]
    _steps: dict[tuple[Level, int, bool], Steps]

    def count(self, level: Level, unit: int, name: str) -> int | None:
        """Return a count of a unit, None where it is hidden. Copies and cents are shown in all and
        by month alone, and hidden with what was collected."""
        if self.empty:
            return None
        if name in {"copies", "cents"}:
            collected = self.count(level, unit, "collected")
            if level not in {"all", "month"} or not collected:
                return collected and None
            if 0 < self._sums[level, unit]["copies"] < LEAST:
                return None
        elif (level, unit, name) in self._hidden:
            return None
        return self._sums[level, unit][name]

    def share(self, level: Level, unit: int) -> int | None:
        """Return how many per cent were collected of what has ended and was confirmed; None where
        that is too little, or would tell what is hidden of the rest."""
        if not self.count(level, unit, "collected"):
            return None
        sums = self._sums[level, unit]
        rest = ("unconfirmed", "open")
        shown = sum(self.count(level, unit, name) or 0 for name in rest)
        covered = sum(sums[name] for name in rest) - shown
        ended = sums["placed"] - shown
        if ended - covered < LEAST:
            return None
        # The same whatever is hidden: from nought to twice what it is, and more.
        most = 2 * (covered + LEAST) if covered else 0
        told = {round(100 * sums["collected"] / max(ended - each, 1)) for each in range(most + 1)}
        return told.pop() if len(told) == 1 else None

    def placed(self, level: Level, unit: int, months: Sequence[int]) -> int | None:
        """Return what a town or a shop was asked for in some units of months."""
        if self.empty or any((level, unit, month) in self._hidden for month in months):
            return None
        return sum(self._placed[level, unit, month] for month in months)

    def step(self, level: Level, unit: int, *, set_aside: bool) -> int | None:
        """Return the step in which the middle answer, or what was set aside, falls; None where
        there were too few, or how many is hidden."""
        answered = self.count(level, unit, "answered")
        steps = self._steps.get((level, unit, set_aside), {})
        if not answered or answered < LEAST or sum(steps.values()) < LEAST:
            return None
        return median(steps)


_years: dict[tuple[object, ...], Year] = {}


def year_of(network: Network, year: int) -> Year:
    """Return a year of a network as it is shown.

    It is worked out once for each time that the job counted, and remembered by the process.
    """
    place = place_of_count()
    moved = (place.xid, place.entry, place.moved_at) if place else ()
    key = (network.pk, year, *moved)
    known = _years.get(key)
    if known is None:
        if len(_years) >= _REMEMBERED:
            _years.clear()
        known = _years[key] = publish(counted_of(network, year), year)
    return known


def publish(counted: Counted, year: int) -> Year:
    """Return what is shown of what was counted."""
    units, sums, placed = _gathered(counted)
    kept = counted.concealed
    if kept is None or kept["of"] != _mark(units):
        kept = concealed(counted)
    empty = kept["keys"] is None
    gone = frozenset(tuple(key) for key in kept["keys"] or ())
    shops = {shop for shop, _month in counted.sums}
    return Year(year, units, empty, len(shops), sums, placed, gone, _steps(counted, units))


def concealed(counted: Counted) -> dict[str, Any]:
    """Return which counts of a year are hidden, as JSON carries it: the keys of these (none: all
    is), and a mark of the lines that they stand in, which a shop's new name or town may change.

    To work it out for 250 shops takes a second; to look it up, nothing.
    """
    units, sums, placed = _gathered(counted)
    gone = _hidden(units, sums, placed) if sums["all", 0]["placed"] >= LEAST else None
    return {"of": _mark(units), "keys": None if gone is None else sorted(gone, key=repr)}


def _mark(units: dict[Level, list[Unit]]) -> str:
    return sha256(repr(units).encode()).hexdigest()


def _gathered(
    counted: Counted,
) -> tuple[
    dict[Level, list[Unit]], dict[tuple[Level, int], Sums], dict[tuple[Level, int, int], int]
]:
    """Return the lines of a year, the sums of each, and what was placed in each by month."""
    units = _units(counted)
    sums: dict[tuple[Level, int], Sums] = {}
    for level, found in units.items():
        for number, cells in _cells_of(counted, level, found).items():
            sums[level, number] = _sum(counted.sums[cell] for cell in cells)
    return units, sums, _placed(counted, units)


def _hidden(
    units: dict[Level, list[Unit]],
    sums: dict[tuple[Level, int], Sums],
    placed: dict[tuple[Level, int, int], int],
) -> set[Hashable] | None:
    """Return which counts are hidden; None where a small one would be told all the same."""
    gone: set[Hashable] = set()
    for names in PARTS.values():
        arcs = _arcs(units, sums, names)
        found = hidden(arcs, [key for key in arcs if key[2] in UNSHOWN])
        if found is None:
            return None
        gone |= found
    of_months = hidden(_arcs_of_months(units, placed))
    return None if of_months is None else gone | of_months


def _units(counted: Counted) -> dict[Level, list[Unit]]:
    by_month: dict[date, int] = defaultdict(int)
    by_shop: dict[int, int] = defaultdict(int)
    for (shop, month), sums in counted.sums.items():
        by_month[month] += sums["placed"]
        by_shop[shop] += sums["placed"]
    months = [Unit((), (), kept, 0) for kept in pool(dict(sorted(by_month.items())))]
    shops = Shop.objects.only("name", "city", "postcode").in_bulk(by_shop)
    by_town: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key in sorted(shops, key=lambda key: (shops[key].city, shops[key].name, key)):
        by_town[shops[key].city, shops[key].postcode[:2]].append(key)
    sizes = {town: sum(by_shop[key] for key in keys) for town, keys in by_town.items()}
    towns, ones = [], []
    for number, names in enumerate(pool(sizes)):
        keys = [key for name in names for key in by_town[name]]
        towns.append(Unit(tuple(city for city, _code in names), tuple(keys), (), number))
        for kept in pool({key: by_shop[key] for key in keys}):
            ones.append(Unit(tuple(shops[key].name for key in kept), kept, (), number))
    every = Unit((), tuple(by_shop), tuple(by_month), 0)
    months.sort(key=lambda unit: unit.months)
    return {"all": [every], "month": months, "town": towns, "shop": ones}


def _cells_of(
    counted: Counted, level: Level, units: Sequence[Unit]
) -> dict[int, list[tuple[int, date]]]:
    """Return which shops' months belong to which unit."""
    found: dict[int, list[tuple[int, date]]] = {number: [] for number in range(len(units))}
    numbers: dict[object, int] = {}
    for number, unit in enumerate(units):
        numbers |= dict.fromkeys(unit.months if level == "month" else unit.shops, number)
    for shop, month in counted.sums:
        found[numbers[month if level == "month" else shop]].append((shop, month))
    return found


def _sum(rows: Iterable[Sums]) -> Sums:
    found = dict.fromkeys(SUMS, 0)
    for row in rows:
        for name, count in row.items():
            found[name] += count
    return found | {
        "lapsed": found["cancelled"] + found["expired"],
        "elsewhere": found["placed"] - found["here"],
        "neither": found["placed"] - found["answered"] - found["unanswered"],
        "known": found["told"] - found["newcomers"],
        "untold": found["placed"] - found["told"],
    }


def _placed(counted: Counted, units: dict[Level, list[Unit]]) -> dict[tuple[Level, int, int], int]:
    """Return what was placed by town and by shop, in each unit of months."""
    month_of = {
        month: number for number, unit in enumerate(units["month"]) for month in unit.months
    }
    found: dict[tuple[Level, int, int], int] = {
        (level, number, month): 0
        for level in ("town", "shop")
        for number in range(len(units[level]))
        for month in range(len(units["month"]))
    }
    for level in ("town", "shop"):
        unit_of = {key: number for number, unit in enumerate(units[level]) for key in unit.shops}
        for (shop, month), sums in counted.sums.items():
            found[level, unit_of[shop], month_of[month]] += sums["placed"]
    return found


def _arcs(
    units: dict[Level, list[Unit]], sums: dict[tuple[Level, int], Sums], names: Sequence[str]
) -> dict[tuple[Level, int, str], Arc]:
    """Return the network of the parts of what was placed: from shops to towns, to all, to months.
    What each shop and each month was asked for in all is shown."""
    found: dict[tuple[Level, int, str], Arc] = {}
    for name in names:
        for number, unit in enumerate(units["shop"]):
            start, end = ("shop", number), ("town", unit.town, name)
            found["shop", number, name] = Arc(start, end, sums["shop", number][name])
        for number in range(len(units["town"])):
            count = sums["town", number][name]
            found["town", number, name] = Arc(("town", number, name), ("all", name), count)
        found["all", 0, name] = Arc(("all", name), ("months", name), sums["all", 0][name])
        for number in range(len(units["month"])):
            count = sums["month", number][name]
            found["month", number, name] = Arc(("months", name), ("month", number), count)
    return found


def _arcs_of_months(
    units: dict[Level, list[Unit]], placed: dict[tuple[Level, int, int], int]
) -> dict[Hashable, Arc]:
    """Return the network of what was placed by month: from shops to towns, to all. What each shop
    was asked for in the year, and all in each month, is shown."""
    found: dict[Hashable, Arc] = {}
    for (level, number, month), count in placed.items():
        if level == "shop":
            start: Hashable = ("shop", number)
            end: Hashable = ("town", units["shop"][number].town, month)
        else:
            start, end = ("town", number, month), ("all", month)
        found[level, number, month] = Arc(start, end, count)
    return found


def _steps(
    counted: Counted, units: dict[Level, list[Unit]]
) -> dict[tuple[Level, int, bool], Steps]:
    found: dict[tuple[Level, int, bool], Steps] = {}
    for level, kept in units.items():
        for number, unit in enumerate(kept):
            keys = unit.months if level == "month" else unit.shops
            for set_aside in (False, True):
                parts = [counted.steps.get((key, set_aside), {}) for key in keys]
                found[level, number, set_aside] = joined(parts)
    return found


def forget() -> None:
    """Forget the years that this process remembers."""
    _years.clear()
