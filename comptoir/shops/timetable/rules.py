"""Opening hours as rules, and what they say of a day.

The rules are those of OpenStreetMap's specification of `opening_hours`, 0.7.4
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification), with one exception: a night
belongs whole to the day on which it begins, whatever a rule says of the next day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from comptoir.shops.timetable.holidays import is_kept, names

DAY = 24 * 60
"""The minutes of a day on the clock."""


class State(Enum):
    """What a rule says of its hours. By appointment is what the specification calls `unknown`, and
    what a comment alone says: perhaps open, in the shop's own words."""

    OPEN = "open"
    CLOSED = "closed"
    BY_APPOINTMENT = "unknown"


class Joint(Enum):
    """What a rule does to those before it, on the days that it names."""

    REPLACES = "; "
    ADDS = ", "
    FILLS = " || "


class Piece(NamedTuple):
    """A part of a day, in minutes since its midnight; it may end after the next one.

    `timed` is False where no hours were written: by appointment, whenever.
    """

    opens: int
    closes: int
    state: State
    comment: str = ""
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a rule names: all of them where nothing is said.

    `dates` are years, months, dates and weeks; `weekdays` are `Mo-Fr`, `Sa[1]`; both as the library
    reads them. `holidays` are numbers of days from a public holiday: 0 is that day. A day is
    named by its weekday or for a holiday, or by both at once where `both` says so (`PH Su`).
    """

    dates: str = ""
    weekdays: str = ""
    holidays: tuple[int, ...] = ()
    both: bool = False

    @property
    def said(self) -> bool:
        """Whether any day is named."""
        return bool(self.dates or self.weekdays or self.holidays)

    @property
    def special(self) -> bool:
        """Whether these are other days than those of every week."""
        return bool(self.dates or self.holidays or "[" in self.weekdays)

    def hold(self, day: date, region: str, *, holidays: bool = True) -> bool:
        """Return whether a day is one of these, with the holidays of a region (`region_of`), or as
        if there were no `holidays`."""
        if self.dates and not names(self.dates, day):
            return False
        if not (self.weekdays or self.holidays):
            return True
        weekday = bool(self.weekdays) and names(self.weekdays, day)
        kept = self.holidays if holidays else ()
        holiday = any(is_kept(day - timedelta(days=off), region) for off in kept)
        return weekday and holiday if self.both else weekday or holiday


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `spans` are the minutes from midnight of each opening and closing, apart and in
    order; none where no hours were written. `text` is the rule as the specification writes it, and
    `named` the part of it that names days."""

    text: str
    named: str
    joint: Joint
    days: Days
    spans: tuple[tuple[int, int], ...]
    state: State
    comment: str = ""

    def over(self, before: Sequence[Piece]) -> list[Piece]:
        """Return what is left of a day that this rule names, after what the rules before said."""
        own = self._pieces()
        if self.joint is Joint.FILLS:
            # Also where they said `off`: what is by appointment is so whenever nobody is there.
            return [*before, *_without(own, before)]
        if self.state is State.CLOSED:
            return _without(before, own)
        return own if self.joint is Joint.REPLACES else [*_without(before, own), *own]

    def _pieces(self) -> list[Piece]:
        whole = (0, 2 * DAY if self.state is State.CLOSED else DAY)
        return [
            Piece(opens, closes, self.state, self.comment, bool(self.spans))
            for opens, closes in self.spans or (whole,)
        ]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Opening hours, read. Its text is what is stored and shown to programs."""

    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        first, *others = self.rules
        return first.text + "".join(rule.joint.value + rule.text for rule in others)

    @property
    def never_says_when(self) -> bool:
        """Whether the shop is by appointment, and names no hours at which one may just come."""
        states = {rule.state for rule in self.rules}
        return State.BY_APPOINTMENT in states and State.OPEN not in states

    def pieces(self, day: date, region: str, *, holidays: bool = True) -> tuple[Piece, ...]:
        """Return what begins on a day, in order: open hours, and those by appointment; without
        `holidays`, as if there were none."""
        found: list[Piece] = []
        for rule in self.rules:
            if rule.days.hold(day, region, holidays=holidays):
                found = rule.over(found)
        shown = [piece for piece in found if piece.state is not State.CLOSED]
        return tuple(_joined(sorted(shown, key=attrgetter("opens"))))


def union(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, those that touch made into one."""
    apart: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if apart and opens <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], closes))
        else:
            apart.append((opens, closes))
    return tuple(apart)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces in order, with those that say the same and touch made into one."""
    apart: list[Piece] = []
    for piece in pieces:
        last = apart[-1] if apart else None
        if last and piece[2:] == last[2:] and piece.opens <= last.closes:
            apart[-1] = last._replace(closes=max(last.closes, piece.closes))
        else:
            apart.append(piece)
    return apart


def _without(pieces: Iterable[Piece], taken: Iterable[Piece]) -> list[Piece]:
    """Return pieces less the time that others take."""
    left = list(pieces)
    for gone in taken:
        left = [
            piece._replace(opens=opens, closes=closes)
            for piece in left
            for opens, closes in (
                (piece.opens, min(piece.closes, gone.opens)),
                (max(piece.opens, gone.closes), piece.closes),
            )
            if opens < closes
        ]
    return left
