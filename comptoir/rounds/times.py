"""When a shop is open today, as one answer to “is it open?” says it (`Directory.state_of`)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comptoir.rounds.question import Span
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop

_KEY = "rounds.times"
Spans = tuple[tuple[datetime, datetime], ...]


def spans_today(shop: Shop, at: datetime) -> list[Span]:
    """Return when a shop of `shops.memory` is open on its local day of a moment and has not closed
    yet, in seconds after the moment. Nothing where its hours are not known, or by appointment."""
    day = at.astimezone(ZoneInfo(shop.time_zone)).date()
    return [
        ((opens - at).total_seconds(), (closes - at).total_seconds())
        for opens, closes in _day(shop, day)
        if closes > at
    ]


def opens_next(shop: Shop, at: datetime) -> datetime | None:
    """Return when a shop opens again after a moment (UTC), None when that is not known."""
    state = directory().state_of(shop, at)
    if state.is_open and state.until:
        return directory().state_of(shop, state.until).opens_at
    return state.opens_at


def _day(shop: Shop, day: date) -> Spans:
    """Return a day's spans in UTC; kept as long as the shop of `shops.memory` and the day."""
    notes, key = directory().notes, (_KEY, shop.pk)
    known: tuple[Shop, date, Spans] | None = notes.get(key)
    if known is None or known[0] is not shop or known[1] != day:
        known = notes[key] = shop, day, tuple(_spans(shop, day))
    return known[2]


def _spans(shop: Shop, day: date) -> list[tuple[datetime, datetime]]:
    zone = ZoneInfo(shop.time_zone)
    moment = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    found = []
    while moment < ends:
        state = directory().state_of(shop, moment)
        if state.is_open:
            closes = state.until or ends
            found.append((moment, closes))
            moment = closes
        elif state.opens_at and state.opens_at < ends:
            moment = state.opens_at
        else:
            break
    return found
