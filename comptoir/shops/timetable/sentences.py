"""Sentences about opening hours: which hours belong to which days."""

from collections.abc import Collection, Sequence
from typing import NoReturn

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.shops.timetable.account import Account
from comptoir.shops.timetable.elements import Days, Element
from comptoir.shops.timetable.plan import CLOSED, Plan, Week

_WHOLE_WEEK = Days(frozenset(range(7)), every=True)
_NONE: frozenset[str] = frozenset()
_SOFT = frozenset({"colon", "dash", "bracket"})
_LOOSE = _SOFT | {"comma"}
_ASIDE = frozenset({"comma", "bracket"})

_NO_HOURS = _("“%(piece)s”: which hours? Write them behind the days, as in “mardi 10h-19h”.")
_NO_DAYS = _("“%(piece)s”: on which days? Name them, as in “mardi au samedi 10h-19h”.")
_EITHER = _(
    "“%(piece)s”: are these hours by appointment, or others? Write “et sur rendez-vous” if it is "
    "others."
)
_WHOSE = _("“%(piece)s”: which of these days have these hours? Write one sentence for each.")
_WHEN = _("“%(piece)s”: is it meant of the whole year, or of these months? Write the months last.")


class Sentences:
    """The sentences that elements make. Each method takes one, from its first element on."""

    def __init__(self, text: str, elements: Sequence[Element]) -> None:
        self._elements = elements
        self._place = 0
        self._account = Account(text)
        self._days_first = False
        self._days_last = False
        self._unnamed: Element | None = None
        self._last = Days()

    def week(self) -> Week:
        """Return the week that the sentences tell. Raises `Unread`."""
        take = {
            "days": self._take_days,
            "rest": self._take_rest,
            "hours": self._take_hours,
            "shut": self._take_shut,
            "pause": self._take_pause,
            "except": self._take_except,
            "with": self._take_with,
            "asked": self._take_asked,
            "or": self._take_or,
            "until": self._take_until,
            "late": self._take_late,
            "open": self._take_open,
            "season": self._take_season,
            "base": self._take_base,
        }
        while element := self._look():
            self._check_season(element)
            take.get(element.kind, self._take_strange)()
        if self._unnamed and not any(plan.closed for plan in self._account.base.days.values()):
            self._refuse(self._unnamed, _NO_DAYS)
        return self._account.week()

    def _look(self, ahead: int = 0) -> Element | None:
        place = self._place + ahead
        return self._elements[place] if 0 <= place < len(self._elements) else None

    def _next(self) -> Element:
        element = self._elements[self._place]
        self._place += 1
        return element

    def _sees(self, *kinds: str, signs: Collection[str] = _NONE, ahead: int = 0) -> bool:
        """Return whether an element is of a kind, and no other signs than these stand before it."""
        element = self._look(ahead)
        return element is not None and element.kind in kinds and set(element.signs) <= set(signs)

    def _accept(self, *kinds: str, signs: Collection[str] = _NONE) -> Element | None:
        """Step over the next element if it is seen."""
        return self._next() if self._sees(*kinds, signs=signs) else None

    def _refuse(self, first: Element, why: Message = "") -> NoReturn:
        last = self._look(-1)
        self._account.refuse(why, first, last if last and last.at > first.at else first)

    def _check_season(self, element: Element) -> None:
        """Refuse a new sentence of which one cannot tell whether it is still of a season."""
        account, before = self._account, self._look(-1)
        in_season = account.scope is not account.base and element.kind not in ("season", "base")
        if in_season and "stop" in element.signs and before and before.kind != "season":
            self._refuse(element, _WHEN)

    def _take_strange(self) -> None:
        self._refuse(self._next())

    def _take_open(self) -> None:
        element = self._next()
        if self._look() is None:
            self._refuse(element)

    def _take_late(self) -> None:
        element = self._next()
        kinds = {each.kind for at in (0, 1) if (each := self._look(at))}
        if kinds != {"days", "until"}:
            self._refuse(element, _NO_HOURS)

    def _take_days(self) -> None:
        at = self._next()
        days, shut = at.days, Days()
        if self._accept("within"):
            if not self._sees("hours", signs=_LOOSE):
                return self._check_known(at)
        elif self._accept("with", signs=_ASIDE):
            self._named_within(at, days)
        elif self._accept("except", signs=_ASIDE):
            shut = self._days_after(at).days
            if not shut.weekdays <= days.weekdays:
                self._refuse(at)
            days = days._replace(weekdays=days.weekdays - shut.weekdays)
            if not self._sees("hours", "open", signs=_LOOSE):
                self._refuse(at, _NO_HOURS)
        self._tell(days, at)
        if shut != Days():
            self._account.shut(shut, at)
        return None

    def _tell(self, days: Days, at: Element) -> None:
        """Take what is said of some days."""
        self._accept("open", signs=_LOOSE)
        if self._sees("late") and self._sees("until", ahead=1):
            self._next()
        if self._sees("hours", signs=_LOOSE):
            self._days_first = True
            self._take_hours_of(days, at)
        elif self._accept("shut", signs=_SOFT):
            self._account.shut(days, at)
        elif self._accept("asked", signs=_SOFT):
            self._account.hours(days, Plan(asked=True), at)
        elif found := self._accept("until", signs=_SOFT):
            self._account.until(days, found.minutes, at)
        elif found := self._accept("onwards", signs=_SOFT):
            self._account.onwards(days, found.minutes, at)
        else:
            self._refuse(at, _NO_HOURS)

    def _take_hours_of(self, days: Days, at: Element, *, asked: bool = False) -> None:
        """Take the hours that come next, as those of some days."""
        plan = self._plan(asked=asked)
        self._account.hours(days, plan, at)
        self._last = days

    def _plan(self, *, asked: bool = False) -> Plan:
        """Take the hours that come next, with what is said of them."""
        found = self._next()
        spans = found.hours.spans
        if (again := self._accept("through", signs=_ASIDE)) and len(spans) > 1:
            self._refuse(again)
        if self._sees("asked", signs={"bracket"}):
            by_appointment = self._next()
            if self._sees("days"):
                self._refuse(by_appointment, _EITHER)
            asked = True
        return Plan(spans, asked)

    def _take_rest(self) -> None:
        at = self._next()
        if not self._account.scope.days:
            self._refuse(at, _NO_DAYS)
        self._tell(self._account.rest(), at)

    def _take_hours(self) -> None:
        """Take hours that stand before their days, or that are those of every day but some."""
        account, at = self._account, self._elements[self._place]
        begins = self._place == 0 or self._days_last or "stop" in at.signs
        before = self._look(-1)
        if self._days_first or not (begins or (before and before.kind in ("season", "open"))):
            self._refuse(self._next(), _NO_DAYS)
        plan = self._plan()
        if account.scope is not account.base and not self._sees("days", signs={"comma"}):
            account.scope.every = plan
        elif found := self._accept("days", signs={"comma"}):
            account.hours(found.days, plan, found)
            self._last, self._days_last = found.days, True
        else:
            self._unnamed, self._days_first = at, True
            account.hours(_WHOLE_WEEK, plan, at)
            self._last = _WHOLE_WEEK

    def _take_shut(self) -> None:
        at = self._next()
        account = self._account
        if self._accept("rest"):
            return
        if found := self._accept("season"):
            day = self._accept("days")
            account.shut_season(found, day.days if day else None)
            while more := self._accept("season", signs={"comma", "and"}):
                account.shut_season(more, None)
        elif days := self._accept("days", signs={"colon"}):
            if season := self._accept("season"):
                account.shut_season(season, days.days)
            elif self._sees("hours", signs=_SOFT):
                self._shut_and_hours(days)
            else:
                account.shut(days.days, days)
        elif self._sees("hours"):
            account.pause(self._next().hours.spans, at)
        elif self._sees_season_before(at) and account.scope.every is None:
            account.scope.every = CLOSED
        else:
            self._refuse(at, _NO_DAYS)

    def _sees_season_before(self, at: Element) -> bool:
        before = self._look(-2)
        return before is not None and before.kind == "season" and set(at.signs) <= _SOFT

    def _shut_and_hours(self, listed: Element) -> None:
        """Take `fermé dimanche, lundi 14h-19h`: what stands behind the only comma has the hours."""
        joints = [signs for signs, _part in listed.parts[1:]]
        if not joints or joints[-1] != ("comma",) or ("comma",) in joints[:-1]:
            self._next()
            self._refuse(listed, _WHOSE)
        *before, (_signs, last) = listed.parts
        for _joint, part in before:
            self._account.shut(part.days, part)
        self._tell(last.days, last)

    def _take_pause(self) -> None:
        at = self._next()
        if not self._sees("hours"):
            self._refuse(at)
        self._account.pause(self._next().hours.spans, at)

    def _take_except(self) -> None:
        """Take days, months or dates to which the hours before do not apply."""
        at = self._next()
        if self._last == Days():
            self._refuse(at)
        if season := self._accept("season"):
            return self._account.shut_season(season, None)
        found = self._days_after(at)
        if self._sees("hours", signs={"colon", "bracket"}):
            self._next()
            few = found.days.holidays or found.days.weekdays < self._last.weekdays
            if not few or any("comma" in signs for signs, _part in found.parts):
                self._refuse(found, _WHOSE)
            self._place -= 1
            return self._account.hours(found.days, self._plan(), found)
        if until := self._accept("until"):
            return self._account.until(found.days, until.minutes, found)
        return self._account.shut(found.days, found)

    def _days_after(self, at: Element) -> Element:
        return self._accept("days") or self._refuse(at, _NO_DAYS)

    def _take_with(self) -> None:
        at = self._next()
        self._check_known(self._days_after(at))

    def _check_known(self, at: Element) -> None:
        """Refuse days that are said to be among those before, and are not; holidays are, where
        nothing else is said of them."""
        holidays = at.days.holidays and self._account.scope.holidays is not None
        if self._last == Days() or holidays or not at.days.weekdays <= self._last.weekdays:
            self._refuse(at)

    def _named_within(self, at: Element, days: Days) -> None:
        found = self._days_after(at)
        if not found.days.weekdays <= days.weekdays or found.days.places:
            self._refuse(found)

    def _take_asked(self) -> None:
        at = self._next()
        if days := self._accept("days", signs={"colon"}):
            if self._sees("hours", signs=_SOFT):
                self._days_first = True
                self._take_hours_of(days.days, days, asked=True)
            else:
                self._account.hours(days.days, Plan(asked=True), days)
        elif at is self._elements[0] or {"stop", "and"} & set(at.signs):
            following = self._look()
            if following and "stop" not in following.signs:
                self._refuse(at, _EITHER)
            self._account.otherwise_asked = True
        else:
            self._refuse(at, _EITHER)

    def _take_or(self) -> None:
        at = self._next()
        if not self._accept("asked"):
            self._refuse(at)
        self._account.otherwise_asked = True

    def _take_until(self) -> None:
        at = self._next()
        self._account.until(self._days_after(at).days, at.minutes, at)

    def _take_season(self) -> None:
        at = self._next()
        begins = at is self._elements[0] or {"stop", "comma", "bracket"} & set(at.signs)
        if self._look() is None or not begins:
            self._refuse(at, _WHEN)
        self._account.begin(at)
        self._days_first, self._days_last, self._last = False, False, Days()

    def _take_base(self) -> None:
        at = self._next()
        if self._look() is None:
            self._refuse(at)
        self._account.scope = self._account.base
        self._days_first, self._days_last, self._last = False, False, Days()
