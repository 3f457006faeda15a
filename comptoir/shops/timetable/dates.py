"""The dates that a rule of opening hours names: years, months, days, Easter and weeks."""

from calendar import monthrange
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import fill
from comptoir.shops.timetable.tokens import MONTHS, Cursor, Token

_LEAP_YEAR = 2028
_NO_SUCH_DAY = _("There is no %(day)s: write a day that there is.")
_BACKWARDS = _(
    "“%(dates)s” ends before it begins: write both dates whole, with their years if need be."
)
_YEARS = _("The year of some of these dates is not said: write each date with its own year.")


@dataclass(frozen=True, slots=True)
class _Date:
    """A date: a month and, in `day`, its day, or a weekday of it (`Su[-1]`); or Easter, without a
    month. `offset` is what is added to it, as it is written."""

    year: int | None
    month: int | None
    day: int | str | None
    offset: str = ""

    def __str__(self) -> str:
        year = f"{self.year} " if self.year else ""
        if self.month is None:
            return f"{year}easter{self.offset}"
        day = f"{self.day:02}" if isinstance(self.day, int) else self.day
        return f"{year}{MONTHS[self.month - 1]}{f' {day}' if day else ''}{self.offset}"

    @property
    def is_month(self) -> bool:
        """Whether it is a whole month."""
        return self.month is not None and self.day is None


@dataclass(frozen=True, slots=True)
class _Dates:
    """From one date to another, both included, or one date; `onwards` has no end."""

    first: _Date
    last: _Date | None = None
    onwards: bool = False

    def __str__(self) -> str:
        last = f"-{self.last}" if self.last else ""
        return f"{self.first}{last}{'+' if self.onwards else ''}"


def read_dates(cursor: Cursor) -> str:
    """Return what a rule says of years, months, dates and weeks, as the library reads it; nothing
    where it begins with something else. Raises `Unread`."""
    parts = [_read_years(cursor), _read_monthdays(cursor), _read_weeks(cursor)]
    return " ".join(filter(None, parts))


def read_offset(cursor: Cursor) -> int:
    """Return the days of `+1 day` or `-2 days`; 0 where none are said."""
    if not (cursor.sees("sign", "+") or cursor.sees("sign", "-")):
        return 0
    if not (cursor.sees("number", ahead=1) and cursor.sees("day", ahead=2)):
        return 0
    sign, number = cursor.take(), cursor.take()
    cursor.take()
    if not 1 <= int(number.text[:5]) <= 366:
        cursor.refuse(token=number)
    return int(number.text) * (1 if sign.text == "+" else -1)


def offset_text(days: int) -> str:
    """Return days as they are written behind a selector: ` +1 day`, ` -2 days`, or nothing."""
    return f" {days:+d} day{'s' if abs(days) > 1 else ''}" if days else ""


def _is_year(token: Token) -> bool:
    return token.kind == "number" and len(token.text) == 4 and 1900 <= int(token.text) <= 9999


def _is_day(token: Token) -> bool:
    return token.kind == "number" and len(token.text) <= 2


def _read_years(cursor: Cursor) -> str:
    """Return the years of a rule, but not the year of a date that begins it."""
    found: list[str] = []
    while _is_year(cursor.look()):
        if not found and _begins_date(cursor, 1):
            return ""
        found.append(_read_year_range(cursor))
        if not (cursor.sees("sign", ",") and _is_year(cursor.look(1))):
            break
        cursor.take()
    return ",".join(found)


def _begins_date(cursor: Cursor, ahead: int = 0) -> bool:
    return cursor.sees("month", ahead=ahead) or cursor.sees("easter", ahead=ahead)


def _read_year_range(cursor: Cursor) -> str:
    first = cursor.take()
    if cursor.accept("sign", "+"):
        return f"{first.text}+"
    if not cursor.accept("sign", "-"):
        return first.text
    last = cursor.expect("number")
    if not _is_year(last):
        cursor.refuse(token=last)
    text = f"{first.text}-{last.text}"
    if last.text < first.text:
        cursor.refuse(fill(_BACKWARDS, dates=text), first)
    if cursor.accept("sign", "/"):
        text += f"/{int(cursor.expect('number').text[:2])}"
    return text


def _read_monthdays(cursor: Cursor) -> str:
    """Return the months and dates of a rule, each date written whole."""
    start = cursor.look()
    found: list[_Dates] = []
    while _begins_date(cursor) or (_is_year(cursor.look()) and _begins_date(cursor, 1)):
        found.append(_read_monthday(cursor))
        while found[-1].first.month and cursor.sees("sign", ",") and _is_day(cursor.look(1)):
            before = found[-1].last or found[-1].first
            if before.is_month:
                cursor.refuse()
            cursor.take()
            found.append(_read_range(cursor, _read_day(cursor, before.year, before.month)))
        if not (cursor.sees("sign", ",") and _continues(cursor)):
            break
        cursor.take()
    months = all(each.first.is_month for each in found)
    with_year = [each.first.year is not None for each in found]
    # The year before several months is the year of them all; before several dates, of the first.
    if any(with_year) and not all(with_year) and not (months and sum(with_year) == with_year[0]):
        cursor.refuse(_YEARS, start)
    return ",".join(str(each) for each in found)


def _continues(cursor: Cursor) -> bool:
    """Return whether a date follows the comma on which the cursor stands."""
    return _begins_date(cursor, 1) or (_is_year(cursor.look(1)) and _begins_date(cursor, 2))


def _read_monthday(cursor: Cursor) -> _Dates:
    year = int(cursor.take().text) if _is_year(cursor.look()) else None
    return _read_range(cursor, _read_date(cursor, year))


def _read_date(cursor: Cursor, year: int | None, *, ends: bool = False) -> _Date:
    """Return a date; `Su[1]` is a part of one that ends a range, or that a dash follows."""
    if cursor.accept("easter"):
        return _Date(year, None, None, offset_text(read_offset(cursor)))
    month = MONTHS.index(cursor.expect("month").text) + 1
    if _is_day(cursor.look()):
        return _read_day(cursor, year, month)
    if cursor.sees("weekday") and cursor.sees("sign", "[", 1):
        length = 5 if cursor.sees("sign", "-", 2) else 4
        if cursor.sees("sign", "]", length - 1) and (ends or cursor.sees("sign", "-", length)):
            weekday = "".join(cursor.take().text for _each in range(length))
            return _Date(year, month, weekday)
    return _Date(year, month, None)


def _read_day(cursor: Cursor, year: int | None, month: int | None) -> _Date:
    token = cursor.expect("number")
    day = int(token.text)
    assert month is not None
    # The library takes a date that there is not for every day.
    if not 1 <= day <= monthrange(year or _LEAP_YEAR, month)[1]:
        there = f"{f'{year} ' if year else ''}{MONTHS[month - 1]} {token.text}"
        cursor.refuse(fill(_NO_SUCH_DAY, day=there), token)
    return _Date(year, month, day, offset_text(read_offset(cursor)))


def _read_range(cursor: Cursor, first: _Date) -> _Dates:
    start = cursor.look()
    if cursor.sees("sign", "+") and not first.is_month and first.year:
        cursor.take()
        return _Dates(first, onwards=True)
    if not cursor.accept("sign", "-"):
        return _Dates(first)
    if _is_day(cursor.look()) and isinstance(first.day, int):
        last = _read_day(cursor, first.year, first.month)
    else:
        year = int(cursor.take().text) if _is_year(cursor.look()) else None
        last = _read_date(cursor, year, ends=not first.is_month)
    if first.is_month != last.is_month:
        cursor.refuse(token=start)
    last = _with_year(first, last)
    if _is_backwards(first, last):
        cursor.refuse(fill(_BACKWARDS, dates=f"{first}-{last}"), start)
    return _Dates(first, last)


def _with_year(first: _Date, last: _Date) -> _Date:
    """Return the end of a range with its year, where the beginning has one: that or the next."""
    if first.year is None or last.year is not None or first.is_month or not last.month:
        return last
    turns = first.month is not None and last.month < first.month
    return _Date(first.year + turns, last.month, last.day, last.offset)


def _is_backwards(first: _Date, last: _Date) -> bool:
    """Return whether a range ends before it begins, or one cannot tell. Without years a range may
    go over the new year, but not within a month; months with a year never do."""
    if last.year is not None and first.year is None:
        return True
    if first.month is None or last.month is None:
        return False
    late = first.month == last.month and 0 < _day_of(last) < _day_of(first)
    if first.year is None:
        return late
    years = (first.year, last.year or first.year)
    return years[1] < years[0] or (years[0] == years[1] and (last.month < first.month or late))


def _day_of(day: _Date) -> int:
    """Return the number of a date's day in its month; 0 where it is another sort of date."""
    return day.day if isinstance(day.day, int) else 0


def _read_weeks(cursor: Cursor) -> str:
    """Return the weeks of a rule, numbered as ISO 8601 does."""
    if not cursor.accept("week"):
        return ""
    found = [_read_week(cursor)]
    while cursor.sees("sign", ",") and _is_day(cursor.look(1)):
        cursor.take()
        found.append(_read_week(cursor))
    return "week " + ",".join(found)


def _read_week(cursor: Cursor) -> str:
    start = cursor.look()
    first = _read_week_number(cursor)
    if not cursor.accept("sign", "-"):
        return f"{first:02}"
    last = _read_week_number(cursor)
    if last < first:
        cursor.refuse(fill(_BACKWARDS, dates=f"week {first:02}-{last:02}"), start)
    step = f"/{int(cursor.expect('number').text[:2])}" if cursor.accept("sign", "/") else ""
    return f"{first:02}-{last:02}{step}"


def _read_week_number(cursor: Cursor) -> int:
    token = cursor.expect("number")
    if not (_is_day(token) and 1 <= int(token.text) <= 53):
        cursor.refuse(token=token)
    return int(token.text)
