"""Opening hours on the clock: what begins on a day, and when that is in UTC."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from comptoir.shops.timetable.holidays import is_kept
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import DAY, Piece, State, Timetable
from comptoir.shops.timetable.tokens import Unread

Span = tuple[datetime, datetime]

_ENDLESS = timedelta(days=10)


@lru_cache(maxsize=8_192)
def timetable_of(text: str) -> Timetable | None:
    """Return the hours as rules, or None for a text that cannot be read (the empty one, first)."""
    try:
        return read(text)
    except Unread:
        return None


@lru_cache(maxsize=32_768)
def pieces_on(text: str, region: str, day: date) -> tuple[Piece, ...]:
    """Return what begins on a day; nothing where the hours are not known."""
    found = timetable_of(text)
    return () if found is None else found.pieces(day, region)


@lru_cache(maxsize=32_768)
def spans_on(text: str, region: str, day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    """Return the spans that begin on a day, in UTC: where it is open, and one may just come."""
    return tuple(
        (instant(day, piece.opens, zone), instant(day, piece.closes, zone, later=True))
        for piece in pieces_on(text, region, day)
        if piece.state is State.OPEN
    )


def shut_by_holiday(text: str, region: str, day: date) -> bool:
    """Return whether a shop is shut on a public holiday, and would not be were it none."""
    found = timetable_of(text)
    if found is None or not is_kept(day, region) or pieces_on(text, region, day):
        return False
    return bool(found.pieces(day, region, holidays=False))


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans with those that touch made into one, as far as a closing matters."""
    current: Span | None = None
    for opens, closes in spans:
        if current and opens <= current[1] and closes - current[0] <= _ENDLESS:
            current = (current[0], max(current[1], closes))
        else:
            if current:
                yield current
            current = (opens, closes)
    if current:
        yield current


def unless_endless(closes: datetime, moment: datetime) -> datetime | None:
    """Return a closing time, or None when it is only where `joined` stopped looking."""
    return closes if closes - moment < _ENDLESS - timedelta(days=3) else None


@lru_cache(maxsize=32_768)
def instant(day: date, minute: int, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """Return, in UTC, the moment when a shop's clock shows a minute of a day.

    In autumn an hour comes twice: `later` chooses its second coming (a shop closes then). In
    spring an hour is skipped: a time within it is that much after the skip.
    """
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = shown.replace(tzinfo=zone, fold=1 if later else 0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != shown:
        moment = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment


def minutes(clock: time) -> int:
    """Return the minutes from midnight to a time of day."""
    return clock.hour * 60 + clock.minute


def wall_clock(minute: int) -> time:
    """Return what the clock shows so many minutes after a midnight."""
    minute %= DAY
    return time(minute // 60, minute % 60)
