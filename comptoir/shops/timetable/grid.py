"""Opening hours as a form of seven days has them, each with a morning and an afternoon.

What such a form cannot say (seasons, appointments, the first Saturday of a month) is left to text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import DAY, State, Timetable
from comptoir.shops.timetable.tokens import Unread

Spans = tuple[tuple[int, int], ...]
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MOST_SPANS = 2
# A week without a holiday, and a holiday on each day of the week, wherever in France.
_WEEK = [date(2026, 1, day) for day in range(12, 19)]
_HOLIDAYS = [
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 11, 11),
    date(2026, 5, 14),
    date(2026, 5, 1),
    date(2026, 8, 15),
    date(2026, 11, 1),
]


@dataclass(frozen=True, slots=True)
class Grid:
    """A week from Monday on: what each day opens and closes at, in minutes since its midnight, at
    most `MOST_SPANS` times; and whether the shop is shut on public holidays."""

    days: tuple[Spans, ...] = ((),) * 7
    shut_on_holidays: bool = True


def grid_of(text: str) -> Grid | None:
    """Return opening hours as a grid, or None where a grid cannot say them; "" is an empty one."""
    if not text:
        return Grid()
    try:
        found = read(text)
    except Unread:
        return None
    if any(_is_special(found, place) for place in range(len(found.rules))):
        return None
    week = tuple(_spans(found, day) for day in _WEEK)
    holidays = tuple(_spans(found, day) for day in _HOLIDAYS)
    if any(len(spans) > MOST_SPANS for spans in week) or (any(holidays) and holidays != week):
        return None
    return Grid(week, shut_on_holidays=not any(holidays))


def written(grid: Grid) -> str:
    """Return a grid as the specification writes it; a week without hours is "": not known."""
    if not any(grid.days):
        return ""
    rules = []
    for spans, run in groupby(range(len(WEEKDAYS)), key=grid.days.__getitem__):
        days = list(run)
        if spans:
            first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
            rules.append(f"{first if first == last else f'{first}-{last}'} {_said(spans)}")
    return "; ".join([*rules, "PH off"] if grid.shut_on_holidays else rules)


def _is_special(found: Timetable, place: int) -> bool:
    """Whether a rule says what no grid can: appointments, words, other days than a week's."""
    rule = found.rules[place]
    plain_holidays = rule.days.holidays in ((), (0,)) and not rule.days.both
    return (
        rule.state is State.BY_APPOINTMENT
        or bool(rule.comment or rule.days.dates)
        or "[" in rule.days.weekdays
        or not plain_holidays
    )


def _spans(found: Timetable, day: date) -> Spans:
    return tuple((piece.opens, piece.closes) for piece in found.pieces(day, ""))


def _said(spans: Sequence[tuple[int, int]]) -> str:
    return ",".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(minute: int) -> str:
    shown = minute if minute == DAY else minute % DAY
    return f"{shown // 60:02}:{shown % 60:02}"
