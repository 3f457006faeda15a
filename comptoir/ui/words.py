"""How pages say distances, moments, ages and deadlines, in the reader's language.

Pure functions of plain values: nothing here knows a shop or a product. Moments are aware datetimes;
where the day or the hour of a place matters, its time zone comes along.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core import words
from comptoir.core.identifiers import format_phone
from comptoir.core.money import NARROW_SPACE
from comptoir.core.words import SPACE

_BEFORE = re.compile(r" ([:;!?»])")
_AFTER = re.compile("« ")


def distance(metres: float) -> str:
    """Return a distance in metres: `800 m`, then in kilometres: `2,4 km`, `31 km`."""
    return words.distance(metres).replace(" ", SPACE)


def weight(grams: int) -> str:
    """Return a weight to the gram: `1 495 g`, `1,495 g`."""
    return words.weight(grams)


def clock(moment: datetime, zone: str) -> str:
    """Return the hour of a moment in a place: `19 h 30`, `7:30 PM`."""
    return words.clock(moment, ZoneInfo(zone))


def _french() -> bool:
    return (get_language() or "fr").startswith("fr")


def number(count: int) -> str:
    """Return a count with its thousands apart: `1 325`, `1,325`."""
    return f"{count:,}".replace(",", NARROW_SPACE) if _french() else f"{count:,}"


def weekday(day: date) -> str:
    """Return the name of a day: `samedi`, `Saturday`."""
    return date_format(day, "l")


def full_date(day: date) -> str:
    """Return a date in words: `5 décembre 2026`."""
    return words.in_words(day).replace(" ", SPACE, 1)


def published(text: str) -> str:
    """Return a date as precise as it is known: `1999`, `mars 1999`, `15 mars 1999`."""
    parts = text.split("-")
    try:
        if len(parts) == 3:
            return full_date(date(int(parts[0]), int(parts[1]), int(parts[2])))
        if len(parts) == 2:
            return str(date_format(date(int(parts[0]), int(parts[1]), 1), "F Y"))
    except ValueError:
        pass
    return parts[0]


def deadline(moment: datetime, zone: str, now: datetime | None = None) -> str:
    """Return until when something is kept: `jusqu’à samedi 19 h`, `until Saturday 7 PM`."""
    return words.until(moment, ZoneInfo(zone), now)


def at_moment(moment: datetime, zone: str, now: datetime | None = None) -> str:
    """Return a moment in words: `aujourd’hui à 14 h 32`, `samedi à 19 h`."""
    return words.day_and_time(moment, ZoneInfo(zone), now)


def age(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago a moment was: `à l’instant`, `il y a 4 min`, `il y a 2 jours`."""
    return words.ago(moment, now)


def seen(moment: datetime, zone: str, now: datetime | None = None) -> str:
    """Return the age of a figure: `vu il y a 4 min (14 h 32)`, `vu à 9 h 05`, `vu hier à 19 h`.

    The moment is always said: a page kept by a browser, or one that came late over a bad line,
    would make an age alone a lie. Beyond six days the number of days says it better.
    """
    now = now or timezone.now()
    age = max(now - moment, timedelta())
    # Hours are never said, so it is the same all the day: what has many figures of one moment says
    # it once.
    minutes = int(age.total_seconds() // 60) if age < _HOUR else None
    return _seen(moment, zone, local_day(now, zone), minutes, age.days, get_language())


_HOUR = timedelta(hours=1)


@lru_cache(maxsize=4096)
def _seen(
    moment: datetime, zone: str, today: date, minutes: int | None, days: int, _language: str | None
) -> str:
    then = local_day(moment, zone)
    values = {"time": clock(moment, zone), "day": weekday(then)}
    if minutes is not None:
        age = words.ago(moment, moment + timedelta(minutes=minutes))
        return _("seen %(age)s (%(time)s)") % (values | {"age": age})
    ago = (today - then).days
    if ago <= 0:
        return _("seen today at %(time)s") % values
    if ago == 1:
        return _("seen yesterday at %(time)s") % values
    if ago <= 6:
        return _("seen %(day)s at %(time)s") % values
    day = words.day_and_month(then)
    age = words.ago(moment, moment + timedelta(days=days))
    return _("seen %(age)s, %(day)s") % {"age": age, "day": day}


def spaced_phone(number: str) -> str:
    """Return a telephone number as it is read aloud: `05 49 00 00 00`."""
    return format_phone(number).replace(" ", SPACE)


def local_day(moment: datetime, zone: str) -> date:
    """Return the day of a moment on the calendar of a place."""
    return moment.astimezone(ZoneInfo(zone)).date()


def tied(text: str) -> str:
    """Return what people typed with its French signs tied to their words, so that no line begins
    with `:` or ends with `«`."""
    return _AFTER.sub(f"«{SPACE}", _BEFORE.sub(rf"{SPACE}\1", text))
