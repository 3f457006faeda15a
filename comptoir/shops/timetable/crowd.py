"""Which of many shops are open at a moment: what `shops.hours.state_at` says of each, asked of all
at once. What begins on a day is worked out once for all the moments of that day."""

from array import array
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from comptoir.shops.timetable.clock import instant, minutes, spans_on

DAYS = 16
"""Of so many days it is remembered what begins on them."""


class Member(NamedTuple):
    """One shop: its key, its hours as they are written, the department whose holidays it keeps
    (`holidays.region_of`), its time zone, and its closures as first and last days."""

    key: int
    text: str
    region: str
    zone: str
    shut: tuple[tuple[date, date], ...]

    def is_shut(self, day: date) -> bool:
        """Return whether a closure has this day."""
        return any(first <= day <= last for first, last in self.shut)


class _Day(NamedTuple):
    """The spans that begin on a day: opening and closing in seconds of UTC, whose they are."""

    opens: "array[int]"
    closes: "array[int]"
    keys: "array[int]"


class Crowd:
    """Shops of which one asks again and again which are open. Good for several threads at once: the
    worst is that two work out the same day."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._zones: dict[str, list[Member]] = {}
        for member in members:
            self._zones.setdefault(member.zone, []).append(member)
        self._begins = lru_cache(maxsize=DAYS * len(self._zones))(self._work_out)

    def open_at(self, moment: datetime) -> frozenset[int]:
        """Return the keys of the shops that are open at a moment.

        An aware moment is the same instant everywhere; one without a time zone is what each shop's
        own clock shows (`clock.instant` says which, where clocks change).
        """
        found: set[int] = set()
        for name in self._zones:
            zone = ZoneInfo(name)
            if moment.tzinfo is None:
                today, at = moment.date(), _on_clock(moment, zone)
            else:
                today, at = moment.astimezone(zone).date(), moment
            second = at.timestamp()
            # A night that began the day before may go on.
            for day in (today - timedelta(days=1), today):
                begins = self._begins(name, day)
                found.update(
                    key
                    for opens, closes, key in zip(*begins, strict=True)
                    if opens <= second < closes
                )
        return frozenset(found)

    def open_on(self, day: date) -> frozenset[int]:
        """Return the keys of the shops that open on a day of their own calendar, at any hour."""
        return frozenset(key for name in self._zones for key in self._begins(name, day).keys)

    def _work_out(self, name: str, day: date) -> _Day:
        zone, begins = ZoneInfo(name), _Day(array("q"), array("q"), array("q"))
        for member in self._zones[name]:
            if member.shut and member.is_shut(day):
                continue
            for opens, closes in spans_on(member.text, member.region, day, zone):
                begins.opens.append(int(opens.timestamp()))
                begins.closes.append(int(closes.timestamp()))
                begins.keys.append(member.key)
        return begins


def _on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which a clock shows a time of day, in UTC, its seconds counted."""
    shown = instant(moment.date(), minutes(moment.time()), zone)
    return shown + timedelta(seconds=moment.second, microseconds=moment.microsecond)
