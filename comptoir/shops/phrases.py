"""Opening hours in words: a day, and all that somebody should see who enters or imports them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from comptoir.core.words import day_and_month, hours
from comptoir.shops.hours import DayHours, week
from comptoir.shops.models import Shop
from comptoir.shops.timetable.doubts import remarks
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.tokens import Unread

HOLIDAYS = 5
"""How many holidays to come are shown: those of half a year, about."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What opening hours are taken to mean: the seven days to come and the next holidays, each in
    words with its hours, and what their writer may have overlooked."""

    week: list[tuple[str, str]]
    holidays: list[tuple[str, str]]
    remarks: list[str]


def day_in_words(day: DayHours) -> str:
    """Return a day's hours: `10 h – 12 h, 14 h – 19 h`, `closed`, or as `asked_in_words` has it."""
    if day.is_closed:
        return _("closed")
    if not day.known:
        return _("hours not known")
    open_hours = [hours(day.spans)] if day.spans else []
    return ", ".join([*open_hours, *asked_in_words(day, lambda span: hours([span]))])


def asked_in_words(day: DayHours, said: Callable[[tuple[time, time]], str]) -> list[str]:
    """Return what is by appointment on a day, with its hours as `said` says them: `10 h – 19 h (by
    appointment)`, `by appointment`; behind open hours, `otherwise by appointment`."""
    found = []
    for each in day.appointments:
        if each.span:
            found.append(f"{said(each.span)} ({each.words})")
        else:
            words = {"words": each.words}
            found.append(_("otherwise %(words)s") % words if day.spans else each.words)
    return found


def understood(text: str, *, postcode: str, today: date) -> Understood:
    """Return what opening hours mean for a shop at a postcode, whatever closures it has entered.

    The text is one that `hours.validate` returned, or one that cannot be read: no hours are known.
    """
    shop = Shop(opening_hours=text, postcode=postcode)
    days = week(shop, today, days=366, closures=())
    holidays = [day for day in days if day.holiday][:HOLIDAYS]
    try:
        found = [str(each) for each in remarks(read(text))]
    except Unread:
        found = []
    return Understood(_with_hours(days[:7]), _with_hours(holidays), found)


def _with_hours(days: list[DayHours]) -> list[tuple[str, str]]:
    return [(day_and_month(day.day), day_in_words(day)) for day in days]
