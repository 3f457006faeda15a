"""What a sentence about opening hours is made of: days, hours, months, and what joins them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, NoReturn

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.shops.timetable.lexicon import Word
from comptoir.shops.timetable.plan import Spans
from comptoir.shops.timetable.seasons import between, date_text, dates_of
from comptoir.shops.timetable.tokens import Unread

NOON, DAY = 12 * 60, 24 * 60
_EARLY, _LATE, _NIGHT = 14 * 60, 16 * 60, 6 * 60
MIXED = "mixed"
"""The half of days of which some are named with a half of theirs, and others without."""
_HALVES = ("morning", "afternoon", "evening")
_INSIDE = ("dash", "to", "until", "slash")
_BETWEEN = ("comma", "and", "slash", "dash")
_JOINTS = frozenset({"comma", "and", "slash", "dash", "colon", "stop", "bracket"})
_JOIN, _LAST = frozenset({"comma", "and", "slash"}), ["comma", "and"]
_ENDS = frozenset({"stop", "bracket", "dash"})
_DAY_WORDS = ("day", "every", "weekend", "holidays", "ordinal")

_WHICH_DAYS = _("“%(piece)s”: are these two days, or from one to the other?")
_WHICH_HALF = _("“%(piece)s”: on each of these days, or on the last one?")
_UNPAIRED = _("“%(piece)s”: an opening or a closing time is missing.")
_BACKWARDS = _("“%(piece)s” closes before it opens.")
_OVERLAP = _("“%(piece)s”: these hours are not one after the other.")
_WHICH_DATES = _("“%(piece)s”: write both dates whole, as in “1er juillet au 31 août”.")
_BARE = _("“%(piece)s”: write hours as in “9h-19h”.")
_OTHER_HALF = _("“%(piece)s”: these hours are not in that part of the day.")


class Days(NamedTuple):
    """Days that are named: weekdays (0 is Monday), holidays, places in the month (`(5, 1)` is the
    first Saturday); perhaps a half of each. `every` says that nothing but `every day` is."""

    weekdays: frozenset[int] = frozenset()
    holidays: bool = False
    places: frozenset[tuple[int, int]] = frozenset()
    half: str = ""
    every: bool = False

    def __or__(self, other: "Days") -> "Days":
        return Days(
            self.weekdays | other.weekdays,
            self.holidays or other.holidays,
            self.places | other.places,
            self.half,
        )


class Hours(NamedTuple):
    """Hours that are named; `through` says that there is no break."""

    spans: Spans
    through: bool = False


NO_DAYS, NO_HOURS = Days(), Hours(())


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a sentence: its kind, what it holds, where it stands, and the signs before it.

    `parts` are the days of a list as they are joined: each with the signs before it. `dates` are
    those of a season as the specification writes them, `covers` its months and days.
    """

    kind: str
    at: int
    end: int
    signs: tuple[str, ...] = ()
    days: Days = NO_DAYS
    hours: Hours = NO_HOURS
    minutes: int = 0
    parts: tuple[tuple[tuple[str, ...], "Element"], ...] = ()
    dates: str = ""
    covers: frozenset[tuple[int, int]] = frozenset()


class Reader:
    """Reads elements off the words of a text."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text = text
        self._words = words
        self._place = 0

    def elements(self) -> list[Element]:
        """Return what the text is made of. Raises `Unread` at what is not understood."""
        found: list[Element] = []
        while True:
            signs = self._signs()
            if self._sees("end"):
                if not _ENDS.issuperset(signs):
                    self._refuse(self._words[self._place - 1])
                return found
            if not found and not _ENDS.issuperset(signs):
                self._refuse(self._words[0])
            element = self._element(signs)
            if found and not signs and element.kind == found[-1].kind == "days":
                piece = self._text[found[-1].at : element.end]
                raise Unread(found[-1].at, fill(_WHICH_DAYS, piece=piece))
            found.append(element)

    def _element(self, signs: tuple[str, ...]) -> Element:
        word = self._look()
        if self._starts_season():
            return self._season(signs)
        if self._starts_days():
            return self._days(signs)
        if self._starts_hours():
            return self._hours(signs)
        if word.kind in ("until", "onwards"):
            self._take()
            minutes, _style = self._clock(closing=word.kind == "until")
            return Element(word.kind, word.at, self._end(), signs, minutes=minutes)
        if word.kind in ("stray", "number", "time", "to", "between", *_HALVES):
            self._refuse(word)
        self._take()
        return Element(word.kind, word.at, word.end, signs)

    def _look(self, ahead: int = 0) -> Word:
        return self._words[min(self._place + ahead, len(self._words) - 1)]

    def _sees(self, *kinds: str, ahead: int = 0) -> bool:
        return self._look(ahead).kind in kinds

    def _take(self) -> Word:
        word = self._look()
        self._place += 1
        return word

    def _end(self) -> int:
        """Return where the last word that was taken ends."""
        return self._words[self._place - 1].end

    def _signs(self) -> tuple[str, ...]:
        """Step over what joins two elements, and return it. Raises `Unread` where something lacks
        between two of these signs."""
        found: list[str] = []
        while self._look().kind in _JOINTS:
            word = self._take()
            if word.kind in _JOIN and _JOIN & set(found) and [*found[-1:], word.kind] != _LAST:
                self._refuse(word)
            found.append(word.kind)
        return tuple(found)

    def _refuse(self, word: Word, why: Message = "", end: int = 0) -> NoReturn:
        raise Unread(word.at, fill(why, piece=self._text[word.at : end or word.end]) if why else "")

    def _starts_days(self, ahead: int = 0) -> bool:
        if self._sees("ordinal", ahead=ahead):
            return self._sees("day", ahead=ahead + 1)
        return self._sees(*_DAY_WORDS, ahead=ahead)

    def _days(self, signs: tuple[str, ...]) -> Element:
        """Read a list of days."""
        first = self._look()
        parts: list[tuple[tuple[str, ...], Element]] = [((), self._some_days())]
        while joint := self._joint():
            for _sign in joint:
                self._take()
            parts.append((joint, self._some_days()))
        days = parts[0][1].days
        for (joint, part), (_joint, before) in zip(parts[1:], parts, strict=False):
            if "slash" in joint and not _follow(before.days, part.days):
                self._refuse(first, _WHICH_DAYS, self._end())
            days = days | part.days
        if len({part.days.half for _joint, part in parts}) > 1:
            days = days._replace(half=MIXED)
        return Element("days", first.at, self._end(), signs, days=days, parts=tuple(parts))

    def _joint(self) -> tuple[str, ...]:
        """Return what joins the next days to a list, nothing where none follow."""
        for joint in (("comma", "and"), ("comma",), ("and",), ("slash",)):
            if all(self._sees(kind, ahead=at) for at, kind in enumerate(joint)) and (
                self._starts_days(len(joint))
            ):
                return joint
        return ()

    def _some_days(self) -> Element:
        """Read a day, several in a row, or a word for several."""
        word = self._take()
        half = ""
        if word.kind == "ordinal":
            days = Days(places=frozenset({(self._take().value, word.value)}))
            if self._sees("monthly"):
                self._take()
        elif word.kind == "day":
            days = Days(self._run(word))
        else:
            days = {
                "every": Days(frozenset(range(7)), every=True),
                "weekend": Days(frozenset({5, 6})),
                "holidays": Days(holidays=True),
            }[word.kind]
        if self._sees(*_HALVES) and not self._starts_hours():
            half = self._look().kind
            self._take()
            if len(days.weekdays) > 1:
                self._refuse(word, _WHICH_HALF, self._end())
        return Element("days", word.at, self._end(), days=days._replace(half=half))

    def _run(self, first: Word) -> frozenset[int]:
        """Read the days behind a first one: `mardi au samedi`, `mardi-mercredi-jeudi`."""
        named = [first.value]
        while self._sees("dash", "to") and self._sees("day", ahead=1):
            self._take()
            named.append(self._take().value)
        steps = {(other - one) % 7 for one, other in pairwise(named)}
        if 0 in steps or (len(named) > 2 and steps != {1}):
            self._refuse(first, _WHICH_DAYS, self._end())
        many = (named[-1] - named[0]) % 7 + 1
        return frozenset((first.value + ahead) % 7 for ahead in range(many))

    def _starts_season(self) -> bool:
        """Return whether months or dates begin here: `août`, `1er juillet`, `1er au 15 août`."""
        if self._sees("month"):
            return True
        if not self._sees("number", "ordinal"):
            return False
        later = 2 if self._sees("to", "dash", ahead=1) and self._sees("number", ahead=2) else 0
        return self._sees("month", ahead=later + 1)

    def _season(self, signs: tuple[str, ...]) -> Element:
        """Read months (`juillet et août`, `octobre à mars`) or dates (`1er au 15 août`)."""
        first = self._look()
        dates = [self._date()]
        joint = ""
        while self._sees("to", "dash") or (
            joint != "to" and self._sees("and", "comma") and self._sees("month", ahead=1)
        ):
            joint = "to" if self._take().kind in ("to", "dash") else "and"
            dates.append(self._date())
        whole = all(day == 0 for _month, day in dates)
        if (joint == "to" and len(dates) > 2) or not (whole or (joint == "to" and len(dates) == 2)):
            self._refuse(first, _WHICH_DATES, self._end())
        if joint == "to":
            (month, day), (last_month, last_day) = dates
            if not month:  # The month stands behind the second date alone.
                month = last_month
            if (day == 0) != (last_day == 0) or (month == last_month and last_day < day):
                self._refuse(first, _WHICH_DATES, self._end())
            dates = [(month, day), (last_month, last_day)]
        if not all(month for month, _day in dates):
            self._refuse(first, _WHICH_DATES, self._end())
        text = ("-" if joint == "to" else ",").join(map(date_text, dates))
        covers = between(*dates) if joint == "to" else dates_of(month for month, _day in dates)
        return Element("season", first.at, self._end(), signs, dates=text, covers=covers)

    def _date(self) -> tuple[int, int]:
        """Read a month (its day is 0), a date, or a day of a month that is named later (0)."""
        day = self._take() if self._sees("number", "ordinal") else None
        month = self._take() if self._sees("month") else None
        if day is None and month is None:
            self._refuse(self._look())
        return month.value if month else 0, day.value if day else 0

    def _starts_hours(self, ahead: int = 0) -> bool:
        """Return whether hours begin at a word: `9h-…`, `9-12h`, `le matin : 9h-…`."""
        if self._sees(*_HALVES, ahead=ahead):
            ahead += 1 + self._sees("colon", ahead=ahead + 1)
        if self._sees("through", ahead=ahead):
            ahead += 1 + self._sees("colon", "comma", ahead=ahead + 1)
        if self._sees("between", ahead=ahead):
            return True
        if self._sees("number", ahead=ahead):
            return self._sees(*_INSIDE, ahead=ahead + 1) and self._sees(
                "time", "number", "noon", "midnight", ahead=ahead + 2
            )
        return self._sees("time", "noon", "midnight", ahead=ahead)

    def _hours(self, signs: tuple[str, ...]) -> Element:
        """Read one opening and closing, or several."""
        first = self._look()
        spans: list[tuple[int, int]] = []
        insides: set[str] = set()
        through = False
        while True:
            span, inside, whole = self._span()
            spans.append(span)
            insides.add(inside)
            through = through or whole
            joint = self._next_span()
            if joint is None:
                break
            for _sign in range(joint):
                self._take()
        if self._sees("through"):
            self._take()
            through = True
        if len(insides) > 1 and "slash" in insides:
            self._refuse(first, _UNPAIRED, self._end())
        apart = all(one[1] <= two[0] for one, two in pairwise(spans))
        if not apart or (through and len(spans) > 1):
            self._refuse(first, _OVERLAP, self._end())
        return Element("hours", first.at, self._end(), signs, hours=Hours(tuple(spans), through))

    def _next_span(self) -> int | None:
        """Return how many signs stand before one more opening and closing, None where none is."""
        for signs in range(3):
            if self._starts_hours(signs):
                return signs
            if not self._sees(*_BETWEEN, ahead=signs):
                return None
        return None

    def _span(self) -> tuple[tuple[int, int], str, bool]:
        """Read one opening and closing: the two, what stands between, and whether no break is."""
        first = self._look()
        half, through = "", False
        inside: tuple[str, ...] = _INSIDE
        if self._sees(*_HALVES):
            half = self._take().kind
            if self._sees("colon"):
                self._take()
        if self._sees("through"):
            through = bool(self._take())
            if self._sees("colon", "comma"):
                self._take()
        if self._sees("between"):
            self._take()
            inside = ("and",)
        opens, how = self._clock()
        if not self._sees(*inside):
            self._refuse(first, _UNPAIRED, self._end())
        sign = self._take()
        if not self._sees("time", "number", "noon", "midnight"):
            self._refuse(first, _UNPAIRED, self._end())
        closes, closed_how = self._clock(closing=True)
        if _unclear(opens, how, closes, closed_how):
            self._refuse(first, _BARE, self._end())
        if closes <= opens and opens >= _LATE and closes <= _NIGHT:
            closes += DAY
        if closes <= opens:
            self._refuse(first, _BACKWARDS, self._end())
        if half and not in_half(half, (opens, closes)):
            self._refuse(first, _OTHER_HALF, self._end())
        return (opens, closes), sign.kind, through

    def _clock(self, *, closing: bool = False) -> tuple[int, str]:
        """Read a time: its minutes, and how it was written (`n`: a number alone)."""
        word = self._take()
        if word.kind == "noon":
            return NOON, ""
        if word.kind == "midnight":
            return (DAY if closing else 0), ""
        if word.kind not in ("time", "number"):
            self._refuse(word)
        minutes = word.value * (60 if word.kind == "number" else 1)
        if minutes > DAY or (minutes == DAY and not closing):
            self._refuse(word)
        return minutes or (DAY if closing else 0), ("n" if word.kind == "number" else word.style)


def in_half(half: str, span: tuple[int, int]) -> bool:
    """Return whether hours are in a part of the day: the morning ends by two, and what begins at
    noon is of the afternoon."""
    opens, closes = span
    if half == "morning":
        return opens < NOON and closes <= _EARLY
    return opens >= (NOON if half == "afternoon" else _LATE)


def _follow(one: Days, other: Days) -> bool:
    """Return whether days stand side by side in the week, so that it is the same to say both or
    from one to the other."""
    return (
        len(one.weekdays) == len(other.weekdays) == 1
        and next(iter(other.weekdays)) == next(iter(one.weekdays)) + 1
        and not (one.half or other.half)
    )


def _unclear(opens: int, how: str, closes: int, closed_how: str) -> bool:
    """Return whether one cannot tell which hours are meant by numbers alone (`2-6`, `10-7pm`)."""
    if "n" not in (how, closed_how):
        return (
            "12" in (how, closed_how)
            and {how, closed_how} != {"12"}
            and "" not in (how, closed_how)
        )
    if not {how, closed_how} <= {"n", "h", ""}:
        return True
    return not (7 * 60 <= opens < closes <= DAY)
