"""Moments and distances as people say them, in the active language."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day: `19 h`, `9 h 30` in French, `7 p.m.` in English."""
    return _wall(moment.astimezone(zone).time())


def hours(spans: Iterable[tuple[time, time]]) -> str:
    """Return the opening hours of a day: `10 h – 12 h 30, 14 h – 19 h`."""
    return ", ".join(f"{_wall(opens)} – {_wall(closes)}" for opens, closes in spans)


def _wall(moment: time) -> str:
    # Translators: Django's date format for a full hour, then for hour and minutes.
    return time_format(moment, _("g a") if moment.minute == 0 else _("g:i a"))


def day_and_time(moment: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return a moment in words: `aujourd’hui 19 h`, `samedi 19 h`, `samedi 28 novembre 19 h`.

    Within six days the weekday says enough; further away the date is added.
    """
    local, today = moment.astimezone(zone), (now or timezone.now()).astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        day = _("today")
    elif days == 1:
        day = _("tomorrow")
    elif 1 < days <= 6:
        day = date_format(local, "l")
    else:
        # Translators: Django's date format for a weekday and a day of the month.
        day = date_format(local, _("l j F"))
    # Translators: a day, then a time of day.
    return _("%(day)s %(time)s") % {"day": day, "time": clock(moment, zone)}


def spaced_code(code: str) -> str:
    """Return the code of a reservation as it is read aloud, never broken: `4829 1370`."""
    return f"{code[:4]}\u00a0{code[4:]}" if len(code) == 8 else code


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


def distance(metres: float) -> str:
    """Return a distance: metres to the nearest ten, then kilometres with one decimal under ten."""
    rounded = round(metres, -1)
    if rounded < 1000:
        return _("%(n)d m") % {"n": max(rounded, 10)}
    kilometres = metres / 1000
    if kilometres < 9.95:
        return _("%(n)s km") % {"n": number_format(round(kilometres, 1), 1)}
    return _("%(n)s km") % {"n": number_format(round(kilometres), 0)}
