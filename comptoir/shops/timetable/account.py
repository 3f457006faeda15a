"""What sentences about opening hours say together of a week, or that they contradict each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.shops.timetable.elements import MIXED, Days, Element, in_half
from comptoir.shops.timetable.plan import CLOSED, Plan, Season, Spans, Week
from comptoir.shops.timetable.tokens import Unread

_AGAIN = _(
    "“%(piece)s”: other hours are said of one of these days. Say each day once, or write its hours "
    "together, as in “9h-12h et 14h-19h”."
)
_SINCE = _(
    "“%(piece)s”: its other hours are not said before. Write when it opens and when it closes."
)
_NO_BREAK = _("“%(piece)s”: that day has no break there. Write when it opens and when it closes.")
_HALF_HOURS = _("“%(piece)s”: write the hours of the rest of that day.")
_WHICH_HALF = _("“%(piece)s”: is it all of the first day, or a part of each?")
_SEASON = _(
    "“%(piece)s”: are the days that are not named closed then, or open as usual? Name every day."
)
_SEASONS = _("“%(piece)s”: other hours are said of some of these dates.")
_NOTHING = _("When is it open? Write days and hours, as in “mardi au samedi 10h-19h”.")


@dataclass(slots=True)
class Scope:
    """What is said of the days of a year, or of a season of it; and with which days each was."""

    element: Element | None = None
    days: dict[int, Plan] = field(default_factory=dict)
    named: dict[int, Days] = field(default_factory=dict)
    holidays: Plan | None = None
    places: dict[tuple[int, int], Plan] = field(default_factory=dict)
    every: Plan | None = None
    shut_halves: list[tuple[Days, Element]] = field(default_factory=list)
    breaks: list[tuple[Spans, Element]] = field(default_factory=list)
    statements: int = 0


class Account:
    """Takes one statement after the other; `week` is what they come to. The element by which each
    is refused is what a reader is shown."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.base = Scope()
        self.seasons: list[Scope] = []
        self.scope = self.base
        self.otherwise_asked = False

    def refuse(self, why: Message, first: Element, last: Element | None = None) -> NoReturn:
        """Raise `Unread` at some elements."""
        piece = self._text[first.at : (last or first).end]
        raise Unread(first.at, fill(why, piece=piece) if why else "")

    def begin(self, element: Element) -> None:
        """Begin a season."""
        if any(scope.element and scope.element.covers & element.covers for scope in self.seasons):
            self.refuse(_SEASONS, element)
        self.scope = Scope(element)
        self.seasons.append(self.scope)

    def hours(self, days: Days, plan: Plan, at: Element) -> None:
        """Take the hours of some days. Raises `Unread` where others are said of them."""
        scope = self.scope
        scope.statements += 1
        if days.half == MIXED:
            self.refuse(_WHICH_HALF, at)
        for day in sorted(days.weekdays):
            if (has := scope.days.get(day)) is None:
                new = plan
            elif has == plan or (has.closed and days.every):
                continue
            else:
                new = self._again(scope.named[day], has, days, plan, at)
            scope.days[day], scope.named[day] = new, days
        if days.holidays:
            if scope.holidays not in (None, plan) or scope is not self.base:
                self.refuse(_AGAIN, at)
            scope.holidays = plan
        for place in days.places:
            if scope.places.get(place, plan) != plan or scope is not self.base:
                self.refuse(_AGAIN, at)
            scope.places[place] = plan

    def _again(self, before: Days, has: Plan, days: Days, plan: Plan, at: Element) -> Plan:
        """Return the plan of a day that is named a second time: that of the fewer days counts
        where both cannot, and the hours of both where the very same days are named."""
        meet = any(o < c2 and o2 < c for o, c in has.spans for o2, c2 in plan.spans)
        if meet and days.weekdays < before.weekdays and not before.half:
            return plan
        same = days.weekdays == before.weekdays or (days.half and before.half)
        if same and not meet and has.spans and plan.spans and not (has.asked or plan.asked):
            return Plan(tuple(sorted((*has.spans, *plan.spans))))
        return self.refuse(_AGAIN, at)

    def shut(self, days: Days, at: Element) -> None:
        """Take that some days, or halves of them, are closed."""
        scope = self.scope
        if days.half:
            scope.shut_halves.append((days, at))
            return
        for day in days.weekdays:
            before = scope.named.get(day)
            if before and not scope.days[day].closed and not days.weekdays < before.weekdays:
                self.refuse(_AGAIN, at)
            scope.days[day], scope.named[day] = CLOSED, days
        if days.holidays:
            if scope.holidays not in (None, CLOSED) or scope is not self.base:
                self.refuse(_AGAIN, at)
            scope.holidays = CLOSED
        for place in days.places:
            if scope is not self.base:
                self.refuse(_AGAIN, at)
            scope.places[place] = CLOSED

    def shut_season(self, season: Element, days: Days | None) -> None:
        """Take that the shop is closed in some months or dates, or on some days of them."""
        before = self.scope
        if days is not None and days.half:
            self.refuse(_HALF_HOURS, season)
        self.begin(season)
        if days is None:
            self.scope.every = CLOSED
        else:
            self.shut(days, season)
        self.scope = before

    def until(self, days: Days, closes: int, at: Element) -> None:
        """Take that some days, whose hours are said, close at another time."""
        self._moved(days, closes, at, opens=False)

    def onwards(self, days: Days, opens: int, at: Element) -> None:
        """Take that some days, whose hours are said, open at another time."""
        self._moved(days, opens, at, opens=True)

    def _moved(self, days: Days, moment: int, at: Element, *, opens: bool) -> None:
        if days.holidays or days.places or days.half:
            self.refuse(_SINCE, at)
        for day in days.weekdays:
            has = self.scope.days.get(day, CLOSED)
            spans = has.spans
            if opens:
                later = [span for span in spans if span[1] > moment]
                fits = bool(later) and (moment >= later[0][0] or later[0] == spans[0])
                moved: Spans = ((moment, later[0][1]), *later[1:]) if later else ()
            else:
                fits = bool(spans) and spans[-1][0] < moment
                moved = (*spans[:-1], (spans[-1][0], moment)) if spans else ()
            if not fits or has.asked:
                self.refuse(_SINCE, at)
            self.scope.days[day], self.scope.named[day] = Plan(moved), days

    def pause(self, spans: Spans, at: Element) -> None:
        """Take that the shop is closed at some hours of every day."""
        self.scope.breaks.append((spans, at))

    def rest(self) -> Days:
        """Return the days of the week of which nothing is said."""
        return Days(frozenset(range(7)) - self.scope.days.keys())

    def week(self) -> Week:
        """Return what is said of a week. Raises `Unread` where it cannot be told."""
        for scope in (self.base, *self.seasons):
            self._take_breaks(scope)
            self._take_halves(scope)
        week = Week(self.base.days, self.base.holidays, self.base.places)
        week.otherwise_asked = self.otherwise_asked
        self._check_places()
        for scope in self.seasons:
            week.seasons.append(self._season(scope))
        plans: Iterable[Plan] = (
            *week.days.values(),
            *week.places.values(),
            *(plan for season in week.seasons for plan in season.days.values()),
        )
        if all(plan.closed for plan in plans) and not self.otherwise_asked:
            raise Unread(0, _NOTHING)
        return week

    def _take_breaks(self, scope: Scope) -> None:
        for ((begins, ends), *more), at in scope.breaks:
            if more or scope.statements != 1:
                self.refuse(_NO_BREAK, at)
            for day, plan in scope.days.items():
                if not plan.closed:
                    scope.days[day] = Plan(self._broken(plan, begins, ends, at))

    def _broken(self, plan: Plan, begins: int, ends: int, at: Element) -> Spans:
        gaps = [(one[1], two[0]) for one, two in pairwise(plan.spans)]
        if (begins, ends) in gaps and not plan.asked:
            return plan.spans
        if (
            len(plan.spans) != 1
            or plan.asked
            or not plan.spans[0][0] < begins < ends < plan.spans[0][1]
        ):
            self.refuse(_NO_BREAK, at)
        return ((plan.spans[0][0], begins), (ends, plan.spans[0][1]))

    def _take_halves(self, scope: Scope) -> None:
        """Take the halves of days that are closed away from their hours."""
        for days, at in scope.shut_halves:
            for _signs, part in at.parts:
                for day in part.days.weekdays:
                    if part.days.half:
                        scope.days[day] = self._half(scope, day, part.days.half, at)
                    elif not scope.days.setdefault(day, CLOSED).closed:
                        self.refuse(_WHICH_HALF, at)
            if days.holidays or days.places:
                self.refuse(_HALF_HOURS, at)

    def _half(self, scope: Scope, day: int, half: str, at: Element) -> Plan:
        plan = scope.days.get(day, CLOSED)
        left = tuple(span for span in plan.spans if not in_half(half, span))
        other = "afternoon" if half == "morning" else "morning"
        if (
            half == "evening"
            or plan.asked
            or not left
            or not all(in_half(other, span) for span in left)
        ):
            self.refuse(_HALF_HOURS, at)
        return Plan(left)

    def _check_places(self) -> None:
        """Refuse a first Saturday of the month with hours that neither replace those of the other
        Saturdays nor are the only ones."""
        for (day, _place), plan in self.base.places.items():
            usual = self.base.days.get(day, CLOSED)
            meet = any(o < c2 and o2 < c for o, c in usual.spans for o2, c2 in plan.spans)
            if not (plan.closed or usual.closed or meet):
                raise Unread(0, _NOTHING)
        if self.base.places and any(not scope.every for scope in self.seasons):
            scope = next(scope for scope in self.seasons if not scope.every)
            assert scope.element
            self.refuse(_SEASONS, scope.element)

    def _season(self, scope: Scope) -> Season:
        assert scope.element
        usual = {day for day, plan in self.base.days.items() if not plan.closed}
        if scope.every and scope.every != CLOSED:
            scope.days |= dict.fromkeys(usual, scope.every)
            scope.every = None
        now = {day for day, plan in scope.days.items() if not plan.closed}
        if (now & usual and usual - scope.days.keys()) or not (now or usual):
            self.refuse(_SEASON, scope.element)
        return Season(scope.element.dates, scope.days, scope.every)
