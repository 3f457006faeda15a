"""The rules of a clock, as a calendar file carries them: the VTIMEZONE of RFC 5545, section 3.6.5.

Made here of the zone data that everything else reads: `icalendar` 7.3.2 lets summer time begin an
hour late, for it writes the hour that the clock shows after the change, and the RFC wants the one
that it would have shown without it.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_MINUTE = timedelta(minutes=1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Sort(NamedTuple):
    """A sort of change: from which offset to which, and what the clock's time is called then."""

    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=64)
def rules(zone: str, first: int, last: int) -> Timezone:
    """Return the rules of a zone's clock from the beginning of a year to the end of another."""
    info = ZoneInfo(zone)
    begins = datetime(first, 1, 1, tzinfo=UTC)
    sorts = {_sort(begins, begins, info): [begins]}
    day, end = begins, datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            moment = _change(day, following, info)
            sorts.setdefault(_sort(moment - _MINUTE, moment, info), []).append(moment)
        day = following
    found = Timezone()
    found.add("TZID", zone)
    for sort, moments in sorts.items():
        # A clock without the change shows so much, and that is what is written.
        shown = [(moment + sort.before).replace(tzinfo=None) for moment in moments]
        part = TimezoneDaylight() if sort.is_summer else TimezoneStandard()
        part.add("DTSTART", shown[0])
        if shown[1:]:
            _repeat(part, shown)
        part.add("TZNAME", sort.name)
        part.add("TZOFFSETFROM", sort.before)
        part.add("TZOFFSETTO", sort.after)
        found.add_component(part)
    return found


def _repeat(part: TimezoneDaylight | TimezoneStandard, shown: list[datetime]) -> None:
    """Say when a change comes again: by a rule, which every program reads, where it is on the same
    Sunday each year; otherwise date by date."""
    alike = {(each.month, each.time(), each.weekday()) for each in shown}
    month, _time, weekday = min(alike)
    last = all(each.day + 7 > monthrange(each.year, each.month)[1] for each in shown)
    turns = {(each.day + 6) // 7 for each in shown}
    if len(alike) > 1 or not (last or len(turns) == 1):
        for each in shown[1:]:
            part.add("RDATE", each)
        return
    turn = -1 if last else turns.pop()
    part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": f"{turn}{_DAYS[weekday]}"})


def years(moments: list[datetime]) -> tuple[int, int]:
    """Return the years whose rules a file needs in which these moments are: those of two years more
    stand there, for a client that puts an event off."""
    days: list[date] = [moment.date() for moment in moments]
    return min(days).year - 1, max(days).year + 2


def _change(day: datetime, following: datetime, info: ZoneInfo) -> datetime:
    """Return the first minute of a changed clock within a day, by halves."""
    low, high = 0, int((following - day) / _MINUTE)
    before = day.astimezone(info).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if (day + middle * _MINUTE).astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    return day + high * _MINUTE


def _sort(before: datetime, after: datetime, info: ZoneInfo) -> _Sort:
    then, now = before.astimezone(info), after.astimezone(info)
    return _Sort(
        then.utcoffset() or timedelta(),
        now.utcoffset() or timedelta(),
        now.tzname() or "",
        bool(now.dst()),
    )
