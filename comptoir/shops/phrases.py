"""Opening hours in words: whether a shop is open, a day, and all that somebody should see who
enters or imports them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from textwrap import shorten
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from comptoir.core.words import SPACE, clock, dated, day_and_month, day_and_time, hours
from comptoir.shops.doors.phrases import in_short
from comptoir.shops.hours import DayHours, OpenState, week
from comptoir.shops.models import Shop, ShopKind
from comptoir.shops.timetable.doubts import remarks
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.tokens import Unread

HOLIDAYS = 5
"""How many holidays to come are shown: those of half a year, about."""

_LONGEST_REASON = 60

_FEMININE = {
    "open": pgettext_lazy("feminine", "open now"),
    "until": pgettext_lazy("feminine", "open until %(time)s"),
    "soon": pgettext_lazy("feminine", "open, closes in %(left)s (%(time)s)"),
    "closed": pgettext_lazy("feminine", "closed"),
    "today": pgettext_lazy("feminine", "closed today (%(why)s)"),
    "why": pgettext_lazy("feminine", "closed (%(why)s)"),
    "until_day": pgettext_lazy("feminine", "closed until %(day)s (%(why)s)"),
}
_MASCULINE = {
    "open": pgettext_lazy("masculine", "open now"),
    "until": pgettext_lazy("masculine", "open until %(time)s"),
    "soon": pgettext_lazy("masculine", "open, closes in %(left)s (%(time)s)"),
    "closed": pgettext_lazy("masculine", "closed"),
    "today": pgettext_lazy("masculine", "closed today (%(why)s)"),
    "why": pgettext_lazy("masculine", "closed (%(why)s)"),
    "until_day": pgettext_lazy("masculine", "closed until %(day)s (%(why)s)"),
}


@dataclass(frozen=True, slots=True)
class Understood:
    """What opening hours are taken to mean: the seven days to come and the next holidays, each in
    words with its hours, and what their writer may have overlooked."""

    week: list[tuple[str, str]]
    holidays: list[tuple[str, str]]
    remarks: list[str]


def opening(shop: Shop, state: OpenState, now: datetime) -> str:
    """Return whether a shop is open as of `now`, the moment of its state, on the shop's clock:
    `ouverte jusqu’à 19 h`, `ouverte, ferme dans 20 min (19 h)`, `fermée, ouvre demain à 10 h`,
    `fermée aujourd’hui (jour férié), ouvre lundi à 10 h`, `sur rendez-vous, ouvre mardi à 10 h`.

    The hour is always said: a page that a browser kept, or one that a cache gives, would make the
    minutes alone a lie. French agrees with the shop: feminine for a bookshop (une librairie), not
    for a record shop (un disquaire).
    """
    zone = ZoneInfo(shop.time_zone)
    today = now.astimezone(zone).date()
    return _opening(get_language(), shop.kind == ShopKind.RECORDS, state, today, zone)


# Many shops open and close at the same hour.
@lru_cache(maxsize=8_192)
def _opening(
    _language: str | None, masculine: bool, state: OpenState, today: date, zone: ZoneInfo
) -> str:
    told = _MASCULINE if masculine else _FEMININE
    if state.door is not None:
        return in_short(state.door, zone, datetime.combine(today, time(12), zone))
    if state.is_open is None:
        return _("hours not known")
    if state.is_open:
        if state.until is None:
            return str(told["open"])
        values = {"time": clock(state.until, zone), "left": f"{state.closes_in}{SPACE}min"}
        return str(told["until" if state.closes_in is None else "soon"]) % values
    said = state.appointment.words if state.appointment else _shut(state, told, today, zone)
    if state.opens_at is None:
        return said
    values = {"said": said, "time": clock(state.opens_at, zone)}
    day = state.opens_at.astimezone(zone).date()
    if day == today:
        # Translators: that it is closed and why, or by appointment, then when one may just come.
        return _("%(said)s, opens at %(time)s") % values
    if day == today + timedelta(days=1):
        return _("%(said)s, opens tomorrow at %(time)s") % values
    values["day"] = dated(day, today) if _is_far(day, today) else date_format(day, "l")
    return _("%(said)s, opens %(day)s at %(time)s") % values


def why_shut(state: OpenState) -> str:
    """Return why a shop is shut on a day that is no day like others: a public holiday, or what the
    shop says of its closure; nothing of an ordinary day."""
    if state.closure is not None:
        reason = shorten(state.closure.reason, _LONGEST_REASON, placeholder="…")
        return reason or _("exceptionally")
    return _("public holiday") if state.holiday else ""


def _shut(state: OpenState, told: Mapping[str, Promise], today: date, zone: ZoneInfo) -> str:
    """Return that a shop is closed, and why: today where it opens within a week, or until when its
    closure lasts where nobody knows when it opens."""
    why = why_shut(state)
    if not why:
        return str(told["closed"])
    if state.opens_at is None and state.closure and state.closure.last_day > today:
        day = dated(state.closure.last_day, today)
        return str(told["until_day"]) % {"why": why, "day": day}
    far = state.opens_at and _is_far(state.opens_at.astimezone(zone).date(), today)
    return str(told["why" if far else "today"]) % {"why": why}


def _is_far(day: date, today: date) -> bool:
    """Return whether the name of its weekday does not say which day it is."""
    return day >= today + timedelta(days=7)


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return a moment of `timetable.moments`: `dimanche à 11 h`; one with a time zone is on the
    installation's clock."""
    zone = ZoneInfo(settings.TIME_ZONE)
    shown = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return day_and_time(shown, zone, now)


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


def week_in_words(text: str, *, postcode: str, today: date) -> str:
    """Return the usual week that opening hours mean, in one line: `lundi : fermé · mardi au
    samedi : 10 h – 19 h`; and that other hours hold at times, where they do. What cannot be read is
    returned as it is written."""
    return _week_in_words(text, postcode, today, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=256)
def _week_in_words(text: str, postcode: str, today: date, _language: str) -> str:
    shop = Shop(opening_hours=text, postcode=postcode)
    usual: dict[int, DayHours] = {}
    others = False
    for day in week(shop, today, days=366, closures=()):
        if not day.known:
            return text
        if not day.holiday:
            first = usual.setdefault(day.day.weekday(), day)
            others = others or day_in_words(first) != day_in_words(day)
    told = [
        _("%(what)s: %(how)s") % {"what": _days_in_words(days), "how": how}
        for how, days in groupby((usual[number] for number in range(7)), key=day_in_words)
    ]
    return " · ".join([*told, _("other hours at times")] if others else told)


def _days_in_words(days: Iterable[DayHours]) -> str:
    names = [date_format(day.day, "l") for day in days]
    if len(names) == 1:
        return names[0]
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
