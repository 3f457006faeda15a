"""When a shop is open: now, this week, and until when a copy is kept.

Opening hours are text in the syntax of OpenStreetMap's `opening_hours` (specification 0.7.4), read
by opening-hours-py. A public holiday changes nothing unless the text names it (`PH off`), as the
specification has it. French public holidays are the library's; those that one department alone
keeps are in `france.csv`. Exceptional closures come from `Closure` rows and win over the text.

Nothing here writes. The functions read `shop.closures.all()`, so that a caller who has many shops
prefetches them, or passes `closures`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import department
from comptoir.shops.geography import DEPARTMENTS
from comptoir.shops.models import Closure, Shop

SEARCH_DAYS = 400
"""How far a closing or an opening is looked for: past a whole year, which any season fits in."""

ASSUMED_OPENING, ASSUMED_CLOSING = time(10, 0), time(19, 0)
"""The local hours of a shop whose opening hours are not known, on every day."""

_ENDLESS = timedelta(days=10)
_MINUTES_A_DAY = 24 * 60

_REGIONAL_HOLIDAYS = {code: each.holidays for code, each in DEPARTMENTS.items() if each.holidays}


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a shop is open at a moment. `is_open` is None when its hours are not known; `until`
    is when it closes, `opens_at` when it opens next (UTC; None when that is not known, or is not
    within a week and `SEARCH_DAYS`)."""

    is_open: bool | None
    until: datetime | None = None
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of a shop for display: its spans in local wall-clock time (a closing before its
    opening is after midnight). `known` is False when the shop gave no hours."""

    day: date
    spans: tuple[tuple[time, time], ...]
    known: bool
    holiday: bool
    closure: Closure | None

    @property
    def is_closed(self) -> bool:
        """Whether the shop is known to be shut all that day."""
        return self.closure is not None or (self.known and not self.spans)


def validate(text: str) -> str:
    """Return opening hours, trimmed, if they can be read; the empty text means “not known”.

    Raises `Invalid` (`bad_hours`) showing the place where reading stopped.
    """
    text = " ".join(text.split())
    if not text:
        return ""
    try:
        OpeningHours(text, country="FR")
    except ParserError as error:
        found = re.search(r"--> 1:(\d+)", str(error))
        at = int(found[1]) - 1 if found else 0
        raise Invalid(
            "bad_hours",
            _(
                "Opening hours “%(text)s” cannot be read from “%(rest)s” on: write them like "
                "“Tu-Sa 10:00-12:30,14:00-19:00; PH off”."
            )
            % {"text": text[:80], "rest": text[at : at + 20]},
            text=text,
            position=at,
        ) from error
    return text


def is_holiday(day: date, postcode: str) -> bool:
    """Return whether a day is a public holiday where that French postcode is."""
    return _open_at_noon("PH", day) or _regional_holiday(day, department(postcode))


def state_at(
    shop: Shop, moment: datetime, *, closures: Iterable[Closure] | None = None
) -> OpenState:
    """Return whether the shop is open at an aware moment, until when, and when it opens next."""
    if not _readable(shop.opening_hours):
        return OpenState(is_open=None)
    zone = ZoneInfo(shop.time_zone)
    first = moment.astimezone(zone).date() - timedelta(days=1)
    for opens, closes in _joined(_spans(shop, first, zone, closures)):
        if opens > moment:
            return OpenState(is_open=False, opens_at=opens)
        if moment < closes:
            return OpenState(is_open=True, until=_unless_endless(closes, moment))
    return OpenState(is_open=False)


def deadline(
    shop: Shop, start: datetime, days: int, *, closures: Iterable[Closure] | None = None
) -> datetime:
    """Return, in UTC, the last closing time of the N-th opening day after the local day of `start`.

    `days` below 1 counts as 1. A shop whose hours are not known is taken to close at
    `ASSUMED_CLOSING` on every day without a closure. When no such day comes within `SEARCH_DAYS`
    (a text that is never open, a closure of a year), it is `days` calendar days later at
    `ASSUMED_CLOSING`, so that a hold always ends.
    """
    zone = ZoneInfo(shop.time_zone)
    today = start.astimezone(zone).date()
    shut = list(shop.closures.all() if closures is None else closures)
    left = max(days, 1)
    for ahead in range(1, SEARCH_DAYS):
        day = today + timedelta(days=ahead)
        closing = _closing(shop, day, zone, shut)
        left -= closing is not None
        if closing is not None and left == 0:
            return closing
    return _instant(today + timedelta(days=max(days, 1)), _minutes(ASSUMED_CLOSING), zone)


def time_open(
    shop: Shop, start: datetime, end: datetime, *, closures: Iterable[Closure] | None = None
) -> timedelta:
    """Return how long the shop was open between two moments, at most `SEARCH_DAYS` apart.

    A shop whose hours are not known is taken to be open from `ASSUMED_OPENING` to
    `ASSUMED_CLOSING` on every day without a closure.
    """
    # In UTC: two moments of one zone are subtracted by the clock on the wall.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    total = timedelta()
    for opens, closes in _likely_spans(shop, start, closures):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


def after_time_open(
    shop: Shop, start: datetime, length: timedelta, *, closures: Iterable[Closure] | None = None
) -> datetime:
    """Return, in UTC, when the shop will have been open for so long since a moment.

    Hours that are not known are as for `time_open`. A shop that does not open for so long within
    `SEARCH_DAYS` has that much time on the clock, so that a wait always ends.
    """
    start, left = start.astimezone(UTC), length
    for opens, closes in _likely_spans(shop, start, closures):
        span = closes - max(opens, start)
        if span >= left:
            return max(opens, start) + left
        left -= max(span, timedelta())
    return start + length


def week(
    shop: Shop, first_day: date, *, days: int = 7, closures: Iterable[Closure] | None = None
) -> list[DayHours]:
    """Return the days from `first_day` on, in the shop's own wall-clock time, for display."""
    shut = list(shop.closures.all() if closures is None else closures)
    known = _readable(shop.opening_hours)
    found = []
    for ahead in range(days):
        day = first_day + timedelta(days=ahead)
        closure = _closure_on(shut, day)
        minutes = () if closure or not known else _day(shop.opening_hours, _region(shop), day)
        spans = tuple((_wall_clock(opens), _wall_clock(closes)) for opens, closes in minutes)
        found.append(DayHours(day, spans, known, is_holiday(day, shop.postcode), closure))
    return found


def _closing(shop: Shop, day: date, zone: ZoneInfo, closures: list[Closure]) -> datetime | None:
    """Return when the shop last closes on a day's opening (UTC), None if it is shut that day."""
    if _closure_on(closures, day):
        return None
    if not _readable(shop.opening_hours):
        return _instant(day, _minutes(ASSUMED_CLOSING), zone)
    spans = _day_in_utc(shop.opening_hours, _region(shop), day, zone)
    return spans[-1][1] if spans else None


def _spans(
    shop: Shop, first: date, zone: ZoneInfo, closures: Iterable[Closure] | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans in which the shop is open, from a local day on, in UTC, oldest first."""
    shut = list(shop.closures.all() if closures is None else closures)
    for ahead in range(SEARCH_DAYS):
        day = first + timedelta(days=ahead)
        if not _closure_on(shut, day):
            yield from _day_in_utc(shop.opening_hours, _region(shop), day, zone)


def _likely_spans(
    shop: Shop, start: datetime, closures: Iterable[Closure] | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the joined spans of a shop from the day before a moment on, assumed if need be."""
    zone = ZoneInfo(shop.time_zone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    if _readable(shop.opening_hours):
        yield from _joined(_spans(shop, first, zone, closures))
        return
    shut = list(shop.closures.all() if closures is None else closures)
    for ahead in range(SEARCH_DAYS):
        day = first + timedelta(days=ahead)
        if not _closure_on(shut, day):
            opens, closes = _minutes(ASSUMED_OPENING), _minutes(ASSUMED_CLOSING)
            yield _instant(day, opens, zone), _instant(day, closes, zone)


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Yield spans with those that touch made into one, as far as `_ENDLESS` goes."""
    current: tuple[datetime, datetime] | None = None
    for opens, closes in spans:
        if current and opens <= current[1] and closes - current[0] <= _ENDLESS:
            current = (current[0], max(current[1], closes))
        else:
            if current:
                yield current
            current = (opens, closes)
    if current:
        yield current


def _unless_endless(closes: datetime, moment: datetime) -> datetime | None:
    """Return a closing time, or None when it is only where `_joined` stopped looking."""
    return closes if closes - moment < _ENDLESS - timedelta(days=3) else None


def _closure_on(closures: Iterable[Closure], day: date) -> Closure | None:
    """Return the closure that a day falls in, if one does."""
    return next((each for each in closures if each.first_day <= day <= each.last_day), None)


def _region(shop: Shop) -> str:
    """Return the department whose own holidays the shop keeps, or nothing: few have any."""
    code = department(shop.postcode)
    return code if code in _REGIONAL_HOLIDAYS else ""


@lru_cache(maxsize=65_536)
def _day_in_utc(
    text: str, region: str, day: date, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans that begin on a day, in UTC."""
    return tuple(
        (_instant(day, opens, zone), _instant(day, closes, zone, later=True))
        for opens, closes in _day(text, region, day)
    )


@lru_cache(maxsize=65_536)
def _day(text: str, region: str, day: date) -> tuple[tuple[int, int], ...]:
    """Return the spans that begin on a day, in minutes of wall clock since its midnight.

    A span may end after midnight; one of more than a day (`24/7`) is cut at each midnight. The day
    before and the day after are read too, so that a span is seen whole.
    """
    hours = _parsed(_with_holiday(text, day) if _regional_holiday(day, region) else text)
    if hours is None:
        return ()
    midnight = datetime.combine(day, time())
    around = timedelta(days=1)
    spans = []
    for opens, closes, state, _comment in hours.intervals(midnight - around, midnight + 2 * around):
        if state != State.OPEN:
            continue
        if closes - opens > around:
            opens, closes = max(opens, midnight), min(closes, midnight + around)
        if midnight <= opens < midnight + around and opens < closes:
            spans.append(((opens - midnight), (closes - midnight)))
    return tuple((_whole_minutes(opens), _whole_minutes(closes)) for opens, closes in spans)


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> OpeningHours | None:
    """Return the parsed hours, or None for a text that cannot be read (the empty one, first)."""
    try:
        return OpeningHours(text, country="FR")
    except ParserError:
        return None


def _readable(text: str) -> bool:
    return _parsed(text) is not None


def _with_holiday(text: str, day: date) -> str:
    """Return the hours as they read on a day that only this region keeps as a holiday.

    The library knows the holidays of a whole country. On a holiday the selector `PH` holds, so it
    is written as that day's own weekday, which holds too; comments in quotes stay.
    """
    name = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day.weekday()]
    parts = text.split('"')
    parts[::2] = [re.sub(r"\bPH\b", name, part) for part in parts[::2]]
    changed = '"'.join(parts)
    return changed if _readable(changed) else text


def _regional_holiday(day: date, region: str) -> bool:
    return region in _REGIONAL_HOLIDAYS and _open_at_noon(_REGIONAL_HOLIDAYS[region], day)


@lru_cache(maxsize=16_384)
def _open_at_noon(text: str, day: date) -> bool:
    hours = _parsed(text)
    return hours is not None and bool(hours.is_open(datetime.combine(day, time(12))))


def _instant(day: date, minute: int, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """Return, in UTC, the moment when a shop's clock shows a minute of a day.

    In autumn an hour comes twice: `later` chooses its second coming (a shop closes then). In
    spring an hour is skipped: a time within it is that much after the skip.
    """
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = shown.replace(tzinfo=zone, fold=1 if later else 0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != shown:
        moment = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _whole_minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


def _wall_clock(minute: int) -> time:
    minute %= _MINUTES_A_DAY
    return time(minute // 60, minute % 60)
