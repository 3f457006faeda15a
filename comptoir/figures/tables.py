"""The tables of figures: which lines and columns a period has, by shop, town or month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.figures.publication import Level, Unit, Year
from comptoir.figures.reads import Counted, joined, median
from comptoir.figures.suppression import LEAST

Axis = Literal["month", "town", "shop"]
COUNTS = (
    *("placed", "here", "collected", "not_found", "lapsed", "unconfirmed", "open"),
    *("answered", "unanswered", "newcomers"),
)
MONEY = ("copies", "cents")
_NAMED = 3


class Period(NamedTuple):
    """Months of one year, from the first to the last, both included (1 to 12)."""

    year: int
    first: int = 1
    last: int = 12

    @property
    def whole(self) -> bool:
        """Whether it is the whole year."""
        return (self.first, self.last) == (1, 12)

    def has(self, months: Sequence[date]) -> bool:
        """Return whether all of these months are in it."""
        return all(self.first <= month.month <= self.last for month in months)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table. A count that is None is hidden; one that is not there is not shown.
    `share` is how many per cent of what has ended, and was confirmed, were collected; `answer` and
    `set_aside` are steps (`facts.STEPS`)."""

    label: str
    counts: dict[str, int | None]
    share: int | None = None
    answer: int | None = None
    set_aside: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its lines and their sum; `names`, the counts it has in order. Of shops and towns
    there is more than what was placed only for a whole year."""

    axis: Axis
    period: Period
    names: tuple[str, ...]
    lines: list[Line]
    total: Line

    @property
    def hides(self) -> bool:
        """Whether a count of it is hidden."""
        return any(None in line.counts.values() for line in (*self.lines, self.total))


def table_of(year: Year, axis: Axis, period: Period) -> Table:
    """Return the table of a period of a network's year as it is shown."""
    total = _total(year, period)
    if year.empty:
        return Table(axis, period, COUNTS, [], total)
    names: tuple[str, ...] = COUNTS
    if axis == "month" or period.whole:
        units = _units(year, axis, period)
        lines = [_whole(year, axis, number, _label(axis, unit)) for number, unit in units]
        if axis == "month":
            names = (*COUNTS, *MONEY)
    else:
        lines, names = list(_by_months(year, axis, period)), ("placed",)
    if axis != "month":
        lines.sort(key=lambda line: -(line.counts["placed"] or 0))
    return Table(axis, period, names, lines, total)


def lines_of_shops(year: Year) -> Iterator[tuple[tuple[int, ...], Line]]:
    """Yield the lines of shops of a whole year, each with the keys of its shops."""
    if not year.empty:
        for number, unit in enumerate(year.units["shop"]):
            yield unit.shops, _whole(year, "shop", number, _label("shop", unit))


def table_at(counted: Counted, period: Period) -> Table:
    """Return a shop's own figures by month, of which nothing is hidden from it."""
    lines, parts = [], []
    for key in sorted(counted.sums, key=lambda key: key[1]):
        if period.has([key[1]]):
            lines.append(_own(counted, [key], capfirst(_month(key[1]))))
            parts.append(key)
    names = tuple(name for name in (*COUNTS, *MONEY) if name != "here")
    return Table("month", period, names, lines, _own(counted, parts, pgettext("figures", "All")))


def _own(counted: Counted, keys: list[tuple[int, date]], label: str) -> Line:
    counts: dict[str, int | None] = {}
    for name in (*COUNTS, *MONEY):
        sums = [counted.sums[key] for key in keys]
        whats = ("cancelled", "expired") if name == "lapsed" else (name,)
        counts[name] = sum(each[what] for each in sums for what in whats)
    del counts["here"]
    steps = [
        joined([counted.steps.get((month, aside), {}) for _shop, month in keys])
        for aside in (False, True)
    ]
    return Line(label, counts, _share(counts, 1), median(steps[0]), median(steps[1]))


def _units(year: Year, axis: Axis, period: Period) -> Iterator[tuple[int, Unit]]:
    for number, unit in enumerate(year.units[axis]):
        if axis != "month" or period.has(unit.months):
            yield number, unit


def _whole(year: Year, level: Level, number: int, label: str) -> Line:
    counts = {name: year.count(level, number, name) for name in (*COUNTS, *MONEY)}
    return Line(
        label,
        counts,
        year.share(level, number),
        year.step(level, number, set_aside=False),
        year.step(level, number, set_aside=True),
    )


def _by_months(year: Year, axis: Axis, period: Period) -> Iterator[Line]:
    months = [number for number, _unit in _units(year, "month", period)]
    cut = _cuts(year, period)
    for number, unit in enumerate(year.units[axis]):
        placed = None if cut else year.placed(axis, number, months)
        if placed != 0:
            yield Line(_label(axis, unit), {"placed": placed})


def _cuts(year: Year, period: Period) -> bool:
    """Return whether a month of the period is shown only with one outside of it: a sum lacks it."""
    return any(
        not period.has(unit.months) and any(period.has([month]) for month in unit.months)
        for unit in year.units["month"]
    )


def _total(year: Year, period: Period) -> Line:
    """Return the sum of a period: of a whole year as it is shown, of others of the months that
    are."""
    if period.whole or year.empty:
        return _whole(year, "all", 0, pgettext("figures", "All"))
    lines = [_whole(year, "month", number, "") for number, _u in _units(year, "month", period)]
    counts: dict[str, int | None] = {}
    for name in (*COUNTS, *MONEY):
        parts = [line.counts[name] for line in lines]
        shown = [part for part in parts if part is not None]
        whole = len(shown) == len(parts) and not _cuts(year, period)
        counts[name] = sum(shown) if whole else None
    alone = lines[0] if len(lines) == 1 else None
    return Line(
        pgettext("figures", "All"),
        counts,
        _share(counts, LEAST),
        alone.answer if alone else None,
        alone.set_aside if alone else None,
    )


def _share(counts: dict[str, int | None], least: int) -> int | None:
    """Return the share of what was collected, where all that it is made of is shown."""
    names = ("placed", "collected", "unconfirmed", "open")
    placed, collected, unconfirmed, still = (counts[name] for name in names)
    if placed is None or collected is None or unconfirmed is None or still is None:
        return None
    ended = placed - unconfirmed - still
    return round(100 * collected / ended) if ended >= least else None


def _label(axis: Axis, unit: Unit) -> str:
    if axis == "month":
        return capfirst(_listed([_month(month) for month in unit.months]))
    if len(unit.labels) <= _NAMED:
        return _listed(list(unit.labels))
    more = len(unit.labels) - _NAMED + 1
    others = ngettext("%(n)s other", "%(n)s others", more) % {"n": more}
    return _listed([*unit.labels[: _NAMED - 1], others])


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    told = {"first": ", ".join(words[:-1]), "last": words[-1]}
    return _("%(first)s and %(last)s") % told


def _month(month: date) -> str:
    return date_format(month, "F Y")
