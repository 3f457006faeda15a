"""A moment at which somebody wants to find shops open, as they write it.

A moment without a time zone is what each shop's own clock shows: “Sunday 11:00” is another instant
in Saint-Denis of Réunion than in Poitiers, and the shops of both may be open at it. One with a time
zone is the same instant everywhere. Which day “Sunday” or “tomorrow” is, the installation's own
clock says.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.text import without_accents
from comptoir.shops.timetable.lexicon import Word, words_of
from comptoir.shops.timetable.tokens import Unread

LONGEST = 60
FARTHEST = timedelta(days=366)
"""How far ahead a moment may be."""

_PAST = timedelta(days=1)
"""How far back: on some clock it is still that day."""

# A plus sign that an address did not write as %2B arrives as a blank.
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"(?P<zone>Z|[ +-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]|\Z)", re.ASCII)
_NEAR = re.compile(r"(?P<ahead>aujourd'?hui|today|demain|tomorrow)\b")
_AHEAD = {"demain": 1, "tomorrow": 1}
_SAY_NOTHING = {"to", "comma", "end"}
_HOURS = {"time": 0, "noon": 12 * 60, "midnight": 24 * 60}
"""The words that are a time of day, in minutes from its midnight; 0 where the word has them."""
_DATED = {"day", "month", "number", "ordinal"}

_STRANGE = _(
    "“%(text)s” is no day and time: write them like “%(example)s”, or name the day of the week."
)
_NO_TIME = _("“%(text)s”: at what time? Write it behind the day, like “%(example)s”.")
_IS_PAST = _("“%(text)s” is past: choose a moment to come.")
_TOO_FAR = _("“%(text)s” is more than a year ahead: choose a moment within a year.")


def read_moment(text: str, *, now: datetime) -> datetime:
    """Return the moment that a text means, as of an aware `now`: in UTC where it names a time zone,
    else without one (see above).

    Read are ISO 8601 (`2026-12-06T11:00`, `2026-12-06 11:00+01:00`), and in French or English a day
    of the week, a date, today or tomorrow with a time (`dimanche 11 h`, `Sunday 11 AM`, `6 décembre
    à midi`); a time alone is the next such time, as a day of the week is the next such day on which
    that time is still to come. Raises `Invalid` (`bad_moment`; `passed` or `too_far` for one that
    is not from a day ago to a year ahead).
    """
    text = " ".join(text.replace("’", "'").split())
    here = timezone.localtime(now).replace(tzinfo=None)
    if len(text) > LONGEST:
        raise _refused("bad_moment", _STRANGE, text, here)
    moment = _of_iso(text, here) if _DAY.match(text) else _of_words(text, here)
    than = now if moment.tzinfo else here
    if moment < than - _PAST:
        raise _refused("passed", _IS_PAST, text, here)
    if moment > than + FARTHEST:
        raise _refused("too_far", _TOO_FAR, text, here)
    return moment


def read_day_and_time(day: str, hour: str, *, now: datetime) -> datetime | None:
    """Return the moment that the two fields of a form mean, None where both are empty: each as
    `read_moment` reads it. Raises what that raises."""
    both = f"{day.strip()} {hour.strip()}".strip()
    return read_moment(both, now=now) if both else None


def _of_iso(text: str, here: datetime) -> datetime:
    found = _ISO.fullmatch(text)
    if found is None:
        is_day = _DAY.fullmatch(text)
        raise _refused("bad_moment", _NO_TIME if is_day else _STRANGE, text, here)
    zone = (found["zone"] or "").upper().replace(" ", "+")
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['time']}{zone}")
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise _refused("bad_moment", _STRANGE, text, here) from None


def _of_words(text: str, here: datetime) -> datetime:
    near = _NEAR.match(without_accents(text).lower())
    rest = text[near.end() :].strip() if near else text
    try:
        words = words_of(rest, (get_language() or "fr")[:2])
    except Unread:
        raise _refused("bad_moment", _STRANGE, text, here) from None
    said = [word for word in words if word.kind not in _SAY_NOTHING]
    times = [word for word in said if word.kind in _HOURS]
    days = [word for word in said if word.kind not in _HOURS]
    if len(times) > 1 or (near and days) or not (near or said):
        raise _refused("bad_moment", _STRANGE, text, here)
    days_ahead = _AHEAD.get(near["ahead"], 0) if near else None
    at = timedelta(minutes=_HOURS[times[0].kind] or times[0].value) if times else None
    for day in _possible(days, days_ahead, here.date()):
        moment = datetime.combine(day, time()) + (at or timedelta())
        if at is None:
            raise _refused("bad_moment", _NO_TIME, text, here)
        if near or moment >= here.replace(second=0, microsecond=0):
            return moment
    raise _refused("bad_moment", _STRANGE, text, here)


def _possible(said: list[Word], days_ahead: int | None, today: date) -> Iterator[date]:
    """Yield the days that words may mean, the nearest first; none where they mean no day."""
    values = {word.kind: word.value for word in said}
    weekday, month = values.get("day"), values.get("month")
    number = values.get("number", values.get("ordinal"))
    if len(said) != len(values) or not values.keys() <= _DATED:
        return
    if month is None and number is None:
        for ahead in range(8) if days_ahead is None else (days_ahead,):
            day = today + timedelta(days=ahead)
            if weekday is None or day.weekday() == weekday:
                yield day
    elif month and number:
        for year in (today.year, today.year + 1):
            with suppress(ValueError):
                day = date(year, month, number)
                if weekday is None or day.weekday() == weekday:
                    yield day


def _refused(code: str, message: Message, text: str, here: datetime) -> Invalid:
    sunday = here.date() + timedelta(days=7 - here.isoweekday() % 7)
    told = fill(message, text=text[:LONGEST], example=f"{sunday} 11:00")
    return Invalid(code, told, text=text[:LONGEST])
