"""Moments and distances as people say them, in the active language."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format, time_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from comptoir.core.money import NARROW_SPACE

SPACE = "\u00a0"
"""Keeps a short expression on one line."""

_HALF_A_YEAR = 183
_BEFORE_MONTH = re.compile(r"(?<!\\)j(?=[ \u00a0][FMN])")
"""The day of a month in a date format, before the month in letters."""


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day, never broken: `19 h`, `9 h 30` in French, `7 PM` in English."""
    return _wall(moment.astimezone(zone).time()).replace(" ", SPACE)


def hours(spans: Iterable[tuple[time, time]]) -> str:
    """Return the opening hours of a day: `10 h – 12 h 30, 14 h – 19 h`, `24 h sur 24`."""
    return ", ".join(
        _("day and night") if opens == closes == time() else f"{_wall(opens)} – {_wall(closes)}"
        for opens, closes in spans
    )


def _wall(moment: time) -> str:
    # Translators: Django's date format for a full hour, then for hour and minutes.
    return time_format(moment, _("g A") if moment.minute == 0 else _("g:i A"))


def in_words(day: date, form: str = "DATE_FORMAT") -> str:
    """Return a date, or a moment as its own clock has it, in words, by the name of one of Django's
    formats or by a format: `5 décembre 2026`. The first of a month is `1er décembre 2026` in
    French, which no format of Django's says. The template filter `date` is this one."""
    written = get_format(form)
    if day.day == 1 and (get_language() or "").startswith("fr"):
        written = _BEFORE_MONTH.sub(lambda _day: r"1\e\r", written)
    return date_format(day, written)


def day_and_month(day: date) -> str:
    """Return a date in words without its year: `samedi 5 décembre`, `mardi 1er décembre`."""
    # Translators: Django's date format for a weekday and a day of the month.
    return in_words(day, _("l j F"))


def dated(day: date, today: date) -> str:
    """Return a date as `day_and_month` does, with its year where that is not plain: `mardi 30 mars
    2027`, from half a year ahead on."""
    shown = day_and_month(day)
    return shown if abs((day - today).days) < _HALF_A_YEAR else f"{shown} {day.year}"


def day_and_time(moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return a moment in words: `aujourd’hui à 19 h`, `samedi à 19 h`, `mardi 1er décembre à 9 h`.

    Within six days the weekday says enough; further away the date is added.
    """
    # Translators: a day, then a time of day.
    return _("%(day)s at %(time)s") % _parts(moment, zone, _days_ahead(moment, zone, now))


def until(moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return until when in words: `aujourd’hui jusqu’à 19 h`, `jusqu’à demain 19 h`, `jusqu’au
    samedi 28 novembre à 19 h`: French has another word before a date."""
    ahead = _days_ahead(moment, zone, now)
    parts = _parts(moment, zone, ahead)
    if ahead == 0:
        return _("today until %(time)s") % parts
    if _is_near(ahead):
        # Translators: “tomorrow” or a weekday, then a time of day.
        return _("until %(day)s %(time)s") % parts
    # Translators: a weekday with its date, then a time of day.
    return pgettext("date", "until %(day)s %(time)s") % parts


def _days_ahead(moment: datetime, zone: ZoneInfo, now: datetime | None) -> int:
    today = (now or timezone.now()).astimezone(zone).date()
    return (moment.astimezone(zone).date() - today).days


def _is_near(ahead: int) -> bool:
    return 0 <= ahead <= 6


def _parts(moment: datetime, zone: ZoneInfo, ahead: int) -> dict[str, str]:
    day = moment.astimezone(zone).date()
    if ahead == 0:
        name = _("today")
    elif ahead == 1:
        name = _("tomorrow")
    else:
        name = date_format(day, "l") if _is_near(ahead) else day_and_month(day)
    return {"day": name, "time": clock(moment, zone)}


def spaced_code(code: str) -> str:
    """Return the code of a reservation as it is read aloud, never broken: `4829 1370`."""
    return f"{code[:4]}{SPACE}{code[4:]}" if len(code) == 8 else code


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return the age of a figure: `à l’instant`, `il y a 4 min`, `il y a 3 h`, `il y a 2 jours`."""
    age = max((now or timezone.now()) - moment, timedelta())
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(n)d min ago") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h ago") % {"n": minutes // 60}
    return ngettext("%(n)d day ago", "%(n)d days ago", age.days) % {"n": age.days}


def weight(grams: int) -> str:
    """Return a weight to the gram, as postage is reckoned, never broken: `850 g`, `1 495 g`;
    `1,495 g` in English."""
    grouped = f"{grams:,}"
    if (get_language() or "fr").startswith("fr"):
        grouped = grouped.replace(",", NARROW_SPACE)
    return f"{grouped}{SPACE}g"


def distance(metres: float) -> str:
    """Return a distance: metres to the nearest ten, then kilometres with one decimal under ten."""
    rounded = round(metres, -1)
    if rounded < 1000:
        return _("%(n)d m") % {"n": max(rounded, 10)}
    kilometres = metres / 1000
    if kilometres < 9.95:
        return _("%(n)s km") % {"n": number_format(round(kilometres, 1), 1)}
    return _("%(n)s km") % {"n": number_format(round(kilometres), 0)}
