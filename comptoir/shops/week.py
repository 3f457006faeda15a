"""Opening hours as a form of seven days, each with a morning and an afternoon."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.errors import Invalid, Message, fill
from comptoir.shops.hours import validate
from comptoir.shops.timetable.grid import WEEKDAYS, Grid, Spans, grid_of, written

_CLOCK = re.compile(r"([01]?\d|2[0-4])\s*(?:[:hH.]\s*([0-5]\d)?)?", re.ASCII)
_MONDAY = date(2026, 1, 5)
_DAY, _NIGHT_ENDS = 24 * 60, 6 * 60
Data = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DayField:
    """One day of the form: its name in words and its four moments, each with its name in the form,
    what it is called and what stands in it."""

    label: str
    moments: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class WeekFields:
    """The seven days, and whether the shop is shut on public holidays."""

    days: list[DayField]
    shut_on_holidays: bool


def week_fields(hours: str, sent: Data) -> WeekFields | None:
    """Return the form of a shop's hours, with what was sent if anything was.

    None where seven days cannot say these hours: then they are written in words.
    """
    grid = grid_of(hours)
    if grid is None:
        return None
    shown = "hours_days" in sent
    days = []
    for weekday, spans in enumerate(grid.days):
        moments = [_shown(minute) for span in spans for minute in span]
        moments += [""] * (4 - len(moments))
        label = date_format(_MONDAY.replace(day=_MONDAY.day + weekday), "l")
        said = (_("opens"), _("closes for lunch"), _("opens again"), _("closes"))
        fields = [
            (name, f"{label}: {what}", sent.get(name, "") if shown else moment)
            for name, what, moment in zip(_names(weekday), said, moments, strict=True)
        ]
        days.append(DayField(label, fields))
    shut = "hours_holidays" in sent if shown else grid.shut_on_holidays
    return WeekFields(days, shut)


def chosen_hours(sent: Data, text: str | None) -> str:
    """Return the hours that a form means, by its days and its text: what was changed of the two.

    Raises `Invalid` (`bad_hours`) where a day cannot be read, or both were changed and differ.
    """
    before = sent.get("hours_days", "")
    grid = Grid(tuple(_spans(sent, day) for day in range(7)), "hours_holidays" in sent)
    by_days = before if grid == grid_of(before) else validate(written(grid))
    by_text = before if text is None or text.split() == before.split() else validate(text)
    if before not in (by_days, by_text) and by_days != by_text:
        told = _("The days say one thing and the words another: change one of the two.")
        raise Invalid("bad_hours", told, field="opening_hours")
    return by_text if by_days == before else by_days


def _spans(sent: Data, weekday: int) -> Spans:
    """Return the hours of one day. Raises `Invalid` (`bad_hours`)."""
    moments = [_minute(sent.get(name, ""), weekday) for name in _names(weekday)]
    first, lunch, again, last = moments
    if first is not None and lunch is None and again is None and last is not None:
        moments = [first, last, None, None]  # open all day long
    spans = []
    for opens, closes in (moments[:2], moments[2:]):
        if opens is None and closes is None:
            continue
        if opens is None or closes is None:
            raise _refused(weekday, gettext_lazy("%(day)s: an opening or a closing time lacks."))
        if closes <= opens and closes > _NIGHT_ENDS:
            raise _refused(weekday, gettext_lazy("%(day)s closes before it opens."))
        spans.append((opens, closes if closes > opens else closes + _DAY))
    if len(spans) > 1 and spans[1][0] < spans[0][1]:
        raise _refused(weekday, gettext_lazy("%(day)s opens again before it has closed."))
    return tuple(spans)


def _minute(text: str, weekday: int) -> int | None:
    """Return a time of day in minutes, as a browser or somebody writes it; None for nothing."""
    if not text.strip():
        return None
    found = _CLOCK.fullmatch(text.strip())
    minute = int(found[1]) * 60 + int(found[2] or 0) if found else _DAY + 1
    if minute > _DAY:
        why = gettext_lazy("%(day)s: “%(text)s” is no time of day: write 9:30.")
        raise _refused(weekday, why, text=text[:20])
    return minute


def _refused(weekday: int, why: Message, **values: object) -> Invalid:
    day = date_format(_MONDAY.replace(day=_MONDAY.day + weekday), "l").capitalize()
    return Invalid("bad_hours", fill(why, day=day, **values), field="opening_hours")


def _names(weekday: int) -> list[str]:
    return [f"hours_{WEEKDAYS[weekday]}_{place}" for place in range(4)]


def _shown(minute: int) -> str:
    minute %= _DAY
    return f"{minute // 60:02}:{minute % 60:02}"
