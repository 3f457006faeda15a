"""When a shop is open: now, this week, and until when a copy is kept.

Opening hours are text in the syntax of OpenStreetMap's `opening_hours` (specification 0.7.4), read
by `shops.timetable`. A public holiday changes nothing unless the text names it (`PH off`), as the
specification has it. What is by appointment (`unknown`, or a comment alone) is neither open nor
closed: it is said in words, and nothing is ever due then. Exceptional closures come from `Closure`
rows and win over the text.

Nothing here writes. The functions read `shop.closures.all()`, so that a caller who has many shops
prefetches them, or passes `closures`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.shops.models import Closure, Shop
from comptoir.shops.timetable.holidays import is_holiday, region_of
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import Piece, State, Timetable
from comptoir.shops.timetable.tokens import Unread, is_notation, plain
from comptoir.shops.timetable.words import read_words

SEARCH_DAYS = 400
"""How far a closing or an opening is looked for: past a whole year, which any season fits in."""

ASSUMED_OPENING, ASSUMED_CLOSING = time(10, 0), time(19, 0)
"""The local hours, on every day, of a shop whose opening hours are not known, or that names none at
which one may just come."""

LONGEST = 500
"""How many characters opening hours may have."""

_MARCH = re.compile(r"\bmar\b")
_WHICH_MAR = _(
    "Is “mar” March or mardi? Write “%(notation)s” for the month, “%(day)s” for the day."
)
_ENDLESS = timedelta(days=10)
_MINUTES_A_DAY = 24 * 60


class Appointment(NamedTuple):
    """When one has to ask first: from an opening to a closing in local wall-clock time, or whenever
    the shop is not open (None). `comment` is what the shop says of it, perhaps nothing."""

    span: tuple[time, time] | None
    comment: str

    @property
    def words(self) -> str:
        """What to say of it, in the shop's own words where it has any."""
        return self.comment or gettext("by appointment or on request")


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a shop is open at a moment. `is_open` is None when its hours are not known; `until`
    is when it closes, `opens_at` when it opens next (UTC; None when that is not known, or is not
    within a week and `SEARCH_DAYS`). `appointment` is there where it is not open, but by
    appointment.
    """

    is_open: bool | None
    until: datetime | None = None
    opens_at: datetime | None = None
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of a shop for display: its spans in local wall-clock time (a closing before its
    opening is after midnight). `known` is False when the shop gave no hours."""

    day: date
    spans: tuple[tuple[time, time], ...]
    known: bool
    holiday: bool
    closure: Closure | None
    appointments: tuple[Appointment, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the shop is known to be shut all that day, also to who asks first."""
        if self.closure is not None:
            return True
        return self.known and not (self.spans or self.appointments)


def validate(text: str) -> str:
    """Return opening hours as the specification writes them; the empty text means “not known”.

    They are read as the specification has them, or else as people write them in French or English
    (`timetable.words`). Raises `Invalid` (`bad_hours`), with what to write instead and the place
    where reading stopped, for what cannot be read, cannot be kept to, or does not mean what people
    mean by it.
    """
    lines, text = text, plain(text)
    if not text:
        return ""
    try:
        found = str(read(text))
    except Unread as error:
        found = _in_words(lines, text, error)
    if _MARCH.search(text) and (day := read_words(text, "fr").hours) not in ("", found):
        told = fill(_WHICH_MAR, notation=found, day=day)
        raise Invalid("bad_hours", told, text=text[:LONGEST], position=0)
    if len(found) > LONGEST:
        message = fill(_("Opening hours have at most %(longest)d characters."), longest=LONGEST)
        raise Invalid("bad_hours", message, text=text[:LONGEST], position=LONGEST)
    return found


def _in_words(lines: str, text: str, error: Unread) -> str:
    """Return hours that the specification's grammar does not read, as words mean them.

    What it does read, but has a question about, is not read in another way.
    """
    notation = is_notation(text)
    if not (notation and error.why):
        reading = read_words(lines, (get_language() or "fr")[:2])
        if reading.hours:
            return reading.hours
    if notation:
        message, position = _refusal(text, error), error.at
    else:
        words = _("Opening hours “%(text)s”: %(why)s")
        message = fill(words, text=text[:80], why=reading.why)
        position = max(text.find(reading.unread), 0)
    raise Invalid("bad_hours", message, text=text[:LONGEST], position=position) from error


def _refusal(text: str, error: Unread) -> Message:
    shown = {"text": text[:80], "rest": text[error.at : error.at + 20] or text[-20:]}
    if error.why:
        return fill(_("Opening hours “%(text)s”: %(why)s"), **shown, why=error.why)
    if error.at >= len(text):
        return fill(_("Opening hours “%(text)s” stop short: write what comes last."), **shown)
    words = _(
        "Opening hours “%(text)s” cannot be read from “%(rest)s” on: write them like "
        "“Tu-Sa 10:00-12:30,14:00-19:00; PH off”."
    )
    return fill(words, **shown)


def state_at(
    shop: Shop, moment: datetime, *, closures: Iterable[Closure] | None = None
) -> OpenState:
    """Return whether the shop is open at an aware moment, until when, and when it opens next; if it
    is not, whether it is by appointment."""
    if _timetable(shop.opening_hours) is None:
        return OpenState(is_open=None)
    shut = list(shop.closures.all() if closures is None else closures)
    zone = ZoneInfo(shop.time_zone)
    first = moment.astimezone(zone).date() - timedelta(days=1)
    opens_at = None
    for opens, closes in () if _is_assumed(shop) else _joined(_spans(shop, first, zone, shut)):
        if opens > moment:
            opens_at = opens
            break
        if moment < closes:
            return OpenState(is_open=True, until=_unless_endless(closes, moment))
    asked = _appointment_at(shop, moment, zone, shut)
    return OpenState(is_open=False, opens_at=opens_at, appointment=asked)


def deadline(
    shop: Shop, start: datetime, days: int, *, closures: Iterable[Closure] | None = None
) -> datetime:
    """Return, in UTC, the last closing time of the N-th opening day after the local day of `start`.

    `days` below 1 counts as 1. Hours by appointment do not count: nobody need be there. A shop
    that names no others, or whose hours are not known, is taken to close at `ASSUMED_CLOSING` on
    every day without a closure. When no such day comes within `SEARCH_DAYS` (a text that is never
    open, a closure of a year), it is `days` calendar days later at `ASSUMED_CLOSING`, so that a
    hold always ends.
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

    A shop whose hours are not known, or only by appointment, is taken to be open from
    `ASSUMED_OPENING` to `ASSUMED_CLOSING` on every day without a closure.
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
    known = _timetable(shop.opening_hours) is not None
    region = region_of(shop.postcode)
    found = []
    for ahead in range(days):
        day = first_day + timedelta(days=ahead)
        closure = _closure_on(shut, day)
        pieces = () if closure else _pieces(shop.opening_hours, region, day)
        spans = tuple(_span(piece) for piece in pieces if piece.state is State.OPEN)
        # Whenever the shop is not open: once a day, however many times that is.
        asked = dict.fromkeys(_appointment(p) for p in pieces if p.state is State.BY_APPOINTMENT)
        holiday = is_holiday(day, shop.postcode)
        found.append(DayHours(day, spans, known, holiday, closure, tuple(asked)))
    return found


def _span(piece: Piece) -> tuple[time, time]:
    return _wall_clock(piece.opens), _wall_clock(piece.closes)


def _appointment(piece: Piece) -> Appointment:
    return Appointment(_span(piece) if piece.timed else None, piece.comment)


def _appointment_at(
    shop: Shop, moment: datetime, zone: ZoneInfo, closures: list[Closure]
) -> Appointment | None:
    """Return how a shop is by appointment at a moment, if it is."""
    today, region = moment.astimezone(zone).date(), region_of(shop.postcode)
    for day in (today - timedelta(days=1), today):
        for piece in () if _closure_on(closures, day) else _pieces(shop.opening_hours, region, day):
            opens = _instant(day, piece.opens, zone)
            closes = _instant(day, piece.closes, zone, later=True)
            if piece.state is State.BY_APPOINTMENT and opens <= moment < closes:
                return _appointment(piece)
    return None


def _closing(shop: Shop, day: date, zone: ZoneInfo, closures: list[Closure]) -> datetime | None:
    """Return when the shop last closes on a day's opening (UTC), None if it is shut that day."""
    if _closure_on(closures, day):
        return None
    if _is_assumed(shop):
        return _instant(day, _minutes(ASSUMED_CLOSING), zone)
    spans = _day_in_utc(shop.opening_hours, region_of(shop.postcode), day, zone)
    return spans[-1][1] if spans else None


def _spans(
    shop: Shop, first: date, zone: ZoneInfo, closures: Iterable[Closure] | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans in which the shop is open, from a local day on, in UTC, oldest first."""
    shut = list(shop.closures.all() if closures is None else closures)
    for ahead in range(SEARCH_DAYS):
        day = first + timedelta(days=ahead)
        if not _closure_on(shut, day):
            yield from _day_in_utc(shop.opening_hours, region_of(shop.postcode), day, zone)


def _likely_spans(
    shop: Shop, start: datetime, closures: Iterable[Closure] | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the joined spans of a shop from the day before a moment on, assumed if need be."""
    zone = ZoneInfo(shop.time_zone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    if not _is_assumed(shop):
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


def _is_assumed(shop: Shop) -> bool:
    """Return whether nothing says when one may just come."""
    found = _timetable(shop.opening_hours)
    return found is None or found.never_says_when


@lru_cache(maxsize=16_384)
def _day_in_utc(
    text: str, region: str, day: date, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans that begin on a day, in UTC: where it is open, and one may just come."""
    return tuple(
        (_instant(day, piece.opens, zone), _instant(day, piece.closes, zone, later=True))
        for piece in _pieces(text, region, day)
        if piece.state is State.OPEN
    )


@lru_cache(maxsize=16_384)
def _pieces(text: str, region: str, day: date) -> tuple[Piece, ...]:
    """Return what begins on a day; nothing where the hours are not known."""
    found = _timetable(text)
    return () if found is None else found.pieces(day, region)


@lru_cache(maxsize=4_096)
def _timetable(text: str) -> Timetable | None:
    """Return the hours as rules, or None for a text that cannot be read (the empty one, first)."""
    try:
        return read(text)
    except Unread:
        return None


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


def _wall_clock(minute: int) -> time:
    minute %= _MINUTES_A_DAY
    return time(minute // 60, minute % 60)
