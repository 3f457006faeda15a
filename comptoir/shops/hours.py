"""When a shop is open: now, this week, and until when a copy is kept.

Opening hours are text in the syntax of OpenStreetMap's `opening_hours` (specification 0.7.4), read
by `shops.timetable`. A public holiday changes nothing unless the text names it (`PH off`), as the
specification has it. What is by appointment (`unknown`, or a comment alone) is neither open nor
closed: it is said in words, and nothing is ever due then. Exceptional closures come from `Closure`
rows and win over the text.

Nothing here writes. The functions read `shop.closures.all()`, so that a caller who has many shops
prefetches them, or passes `closures`.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.shops.doors.rules import Door
from comptoir.shops.models import Closure, Shop
from comptoir.shops.timetable.clock import (
    Span,
    instant,
    joined,
    minutes,
    pieces_on,
    shut_by_holiday,
    spans_on,
    timetable_of,
    unless_endless,
    wall_clock,
)
from comptoir.shops.timetable.holidays import is_holiday, region_of
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import Piece, State
from comptoir.shops.timetable.tokens import Unread, is_notation, plain
from comptoir.shops.timetable.words import read_words

SEARCH_DAYS = 400
"""How far a closing or an opening is looked for: past a whole year, which any season fits in."""

ASSUMED_OPENING, ASSUMED_CLOSING = time(10, 0), time(19, 0)
"""The local hours, on every day, of a shop whose opening hours are not known, or that names none at
which one may just come."""

LONGEST = 500
"""How many characters opening hours may have."""

SOON = 30
"""In how many minutes a shop closes that closes soon, at most."""

_MARCH = re.compile(r"\bmar\b")
_WHICH_MAR = _(
    "Is “mar” March or mardi? Write “%(notation)s” for the month, “%(day)s” for the day."
)


class Appointment(NamedTuple):
    """When one has to ask first: from an opening to a closing in local wall-clock time, or whenever
    the shop is not open (None). `comment` is what the shop says of it, perhaps nothing."""

    span: tuple[time, time] | None
    comment: str

    @property
    def words(self) -> str:
        """What to say of it, in the shop's own words where it has any."""
        return self.comment or gettext("by appointment or on request")


class Shut(NamedTuple):
    """A closure in which a day falls: its last day, and what the shop says of it or nothing."""

    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a shop is open at a moment. `is_open` is None when its hours are not known; `until`
    is when it closes, `opens_at` when it opens next (UTC; None when that is not known, or is not
    within a week and `SEARCH_DAYS`). `closes_in` is in how many minutes it closes, where these are
    at most `SOON`. `appointment` is there where it is not open, but by appointment.

    Of a shop that is shut: `closure` is the one in which the day falls on the shop's clock;
    `holiday` says that the day would have hours, were it no public holiday. `door` is there where
    its doors are closed to the public (`shops.doors`), which `Directory.state_of` alone knows.
    """

    is_open: bool | None
    until: datetime | None = None
    opens_at: datetime | None = None
    appointment: Appointment | None = None
    closes_in: int | None = None
    closure: Shut | None = None
    holiday: bool = False
    door: Door | None = None


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
    is not, whether it is by appointment, and why it is shut all day where it is no day like others.

    Whatever says that a shop is open, or not, has it from here; of many shops at once,
    `timetable.crowd` says the same.
    """
    shut = list(shop.closures.all() if closures is None else closures)
    zone, region = ZoneInfo(shop.time_zone), region_of(shop.postcode)
    today = moment.astimezone(zone).date()
    closed = _closure_on(shut, today)
    closure = None if closed is None else Shut(closed.last_day, closed.reason)
    if timetable_of(shop.opening_hours) is None:
        return OpenState(is_open=None if closure is None else False, closure=closure)
    opens_at = None
    first = today - timedelta(days=1)
    for opens, closes in () if _is_assumed(shop) else joined(_spans(shop, first, zone, shut)):
        if opens > moment:
            opens_at = opens
            break
        if moment < closes:
            left = math.ceil((closes - moment) / timedelta(minutes=1))
            soon = left if left <= SOON else None
            return OpenState(True, unless_endless(closes, moment), closes_in=soon)
    return OpenState(
        is_open=False,
        opens_at=opens_at,
        appointment=_appointment_at(shop, moment, zone, shut),
        closure=closure,
        holiday=closure is None and shut_by_holiday(shop.opening_hours, region, today),
    )


def deadline(
    shop: Shop,
    start: datetime,
    days: int,
    *,
    closures: Iterable[Closure] | None = None,
    barred: Sequence[Span] = (),
) -> datetime:
    """Return, in UTC, the last closing time of the N-th opening day after the local day of `start`.

    A day at whose closing nobody may enter (`barred`, see `shops.doors`) is no opening day.

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
        if closing and any(opens <= closing < closes for opens, closes in barred):
            continue
        left -= closing is not None
        if closing is not None and left == 0:
            return closing
    return instant(today + timedelta(days=max(days, 1)), minutes(ASSUMED_CLOSING), zone)


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
    known = timetable_of(shop.opening_hours) is not None
    region = region_of(shop.postcode)
    found = []
    for ahead in range(days):
        day = first_day + timedelta(days=ahead)
        closure = _closure_on(shut, day)
        pieces = () if closure else pieces_on(shop.opening_hours, region, day)
        spans = tuple(_span(piece) for piece in pieces if piece.state is State.OPEN)
        # Whenever the shop is not open: once a day, however many times that is.
        asked = dict.fromkeys(_appointment(p) for p in pieces if p.state is State.BY_APPOINTMENT)
        holiday = is_holiday(day, shop.postcode)
        found.append(DayHours(day, spans, known, holiday, closure, tuple(asked)))
    return found


def _span(piece: Piece) -> tuple[time, time]:
    return wall_clock(piece.opens), wall_clock(piece.closes)


def _appointment(piece: Piece) -> Appointment:
    return Appointment(_span(piece) if piece.timed else None, piece.comment)


def _appointment_at(
    shop: Shop, moment: datetime, zone: ZoneInfo, closures: list[Closure]
) -> Appointment | None:
    """Return how a shop is by appointment at a moment, if it is."""
    today, region = moment.astimezone(zone).date(), region_of(shop.postcode)
    for day in (today - timedelta(days=1), today):
        for piece in (
            () if _closure_on(closures, day) else pieces_on(shop.opening_hours, region, day)
        ):
            opens = instant(day, piece.opens, zone)
            closes = instant(day, piece.closes, zone, later=True)
            if piece.state is State.BY_APPOINTMENT and opens <= moment < closes:
                return _appointment(piece)
    return None


def _closing(shop: Shop, day: date, zone: ZoneInfo, closures: list[Closure]) -> datetime | None:
    """Return when the shop last closes on a day's opening (UTC), None if it is shut that day."""
    if _closure_on(closures, day):
        return None
    if _is_assumed(shop):
        return instant(day, minutes(ASSUMED_CLOSING), zone)
    spans = spans_on(shop.opening_hours, region_of(shop.postcode), day, zone)
    return spans[-1][1] if spans else None


def _spans(
    shop: Shop, first: date, zone: ZoneInfo, closures: Iterable[Closure] | None
) -> Iterator[Span]:
    """Yield the spans in which the shop is open, from a local day on, in UTC, oldest first."""
    shut = list(shop.closures.all() if closures is None else closures)
    region = region_of(shop.postcode)
    for ahead in range(SEARCH_DAYS):
        day = first + timedelta(days=ahead)
        if not _closure_on(shut, day):
            yield from spans_on(shop.opening_hours, region, day, zone)


def _likely_spans(
    shop: Shop, start: datetime, closures: Iterable[Closure] | None
) -> Iterator[Span]:
    """Yield the joined spans of a shop from the day before a moment on, assumed if need be."""
    zone = ZoneInfo(shop.time_zone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    if not _is_assumed(shop):
        yield from joined(_spans(shop, first, zone, closures))
        return
    shut = list(shop.closures.all() if closures is None else closures)
    for ahead in range(SEARCH_DAYS):
        day = first + timedelta(days=ahead)
        if not _closure_on(shut, day):
            opens, closes = minutes(ASSUMED_OPENING), minutes(ASSUMED_CLOSING)
            yield instant(day, opens, zone), instant(day, closes, zone)


def _closure_on(closures: Iterable[Closure], day: date) -> Closure | None:
    """Return the closure that a day falls in, if one does."""
    return next((each for each in closures if each.first_day <= day <= each.last_day), None)


def _is_assumed(shop: Shop) -> bool:
    """Return whether nothing says when one may just come."""
    found = timetable_of(shop.opening_hours)
    return found is None or found.never_says_when
