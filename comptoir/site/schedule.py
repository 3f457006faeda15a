"""When a shop is open, in the words of schema.org: what search engines read of its hours.

The usual week is an `openingHoursSpecification` per span, with the days that have it; the days of
the next weeks that are no days like others (public holidays, closures, seasons) are each a
`specialOpeningHoursSpecification`. Both come from `shops.hours.week`, as the page's own table does.
A day that is shut opens and closes at midnight; one open day and night closes at 23:59; a closing
that is not after its opening is on the next day (https://schema.org/OpeningHoursSpecification,
https://developers.google.com/search/docs/appearance/structured-data/local-business). What is by
appointment has no words there and is left out; a shop that is so alone, or whose hours are not
known, has no hours here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from comptoir.shops import memory
from comptoir.shops.hours import DayHours, week
from comptoir.shops.models import Shop
from comptoir.ui.words import local_day

AHEAD_DAYS = 56
"""For so many days each is told as it is: eight weeks."""

Spans = tuple[tuple[time, time], ...]
Specification = dict[str, Any]

_KEPT = "site.schedule"
_SHUT = "00:00", "00:00"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_now(shop: Shop) -> dict[str, list[Specification]]:
    """Return the properties that tell the hours of a shop of `shops.memory` as of today; kept as
    long as the shop and the day."""
    notes, today = memory.directory().notes, local_day(timezone.now(), shop.time_zone)
    key = (_KEPT, shop.pk)
    known: tuple[Shop, date, dict[str, list[Specification]]] | None = notes.get(key)
    if known is None or known[0] is not shop or known[1] != today:
        known = notes[key] = shop, today, hours_data(shop, today)
    return known[2]


def hours_data(shop: Shop, today: date) -> dict[str, list[Specification]]:
    """Return the properties that tell a shop's hours as of a day, on its own clock; reads its
    closures. The day before is among them: its night may go on."""
    first = today - timedelta(days=1)
    days = week(shop, first, days=AHEAD_DAYS)
    usual = _usual_week(week(shop, first, days=AHEAD_DAYS, closures=()))
    spans = dict.fromkeys(span for each in usual for span in each)
    regular = [_specification(*_clock(span), dayOfWeek=_days_of(span, usual)) for span in spans]
    found = {
        "openingHoursSpecification": regular,
        "specialOpeningHoursSpecification": [*_closures(shop, first), *_unusual(days, usual)],
    }
    return {name: told for name, told in found.items() if told}


def _usual_week(days: Sequence[DayHours]) -> list[Spans]:
    """Return the spans of each weekday, Monday first: those of most of its days that are no public
    holidays, the earliest where as many have others."""
    seen: list[Counter[Spans]] = [Counter() for _weekday in _WEEKDAYS]
    for day in days:
        if not day.holiday:
            seen[day.day.weekday()][day.spans] += 1
    return [counted.most_common(1)[0][0] if counted else () for counted in seen]


def _days_of(span: tuple[time, time], usual: Sequence[Spans]) -> list[str]:
    days = zip(_WEEKDAYS, usual, strict=True)
    return [f"https://schema.org/{name}" for name, spans in days if span in spans]


def _closures(shop: Shop, since: date) -> Iterator[Specification]:
    coming = (each for each in shop.closures.all() if each.last_day >= since)
    for each in sorted(coming, key=lambda closure: closure.first_day):
        yield _on(each.first_day, each.last_day, *_SHUT)


def _unusual(days: Sequence[DayHours], usual: Sequence[Spans]) -> Iterator[Specification]:
    """Yield the days without a closure whose hours are not those of the usual week. Where the week
    has none and nothing is by appointment either, all of them are shut."""
    if not any(usual) and all(day.is_closed for day in days):
        yield _on(days[0].day, days[-1].day, *_SHUT)
        return
    for day in days:
        if day.closure is None and day.spans != usual[day.day.weekday()]:
            for opens, closes in map(_clock, day.spans) if day.spans else (_SHUT,):
                yield _on(day.day, day.day, opens, closes)


def _on(first: date, last: date, opens: str, closes: str) -> Specification:
    valid = {"validFrom": first.isoformat(), "validThrough": last.isoformat()}
    return _specification(opens, closes, **valid)


def _clock(span: tuple[time, time]) -> tuple[str, str]:
    opens, closes = span
    return f"{opens:%H:%M}", "23:59" if opens == closes else f"{closes:%H:%M}"


def _specification(opens: str, closes: str, **told: object) -> Specification:
    return {"@type": "OpeningHoursSpecification", "opens": opens, "closes": closes, **told}
