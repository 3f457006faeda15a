"""What is typed to close doors: a form that the counter and the office share in kind, and the week
at the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill, invalid
from comptoir.shops.doors.models import DoorSpan
from comptoir.shops.doors.slots import EVERY, PLACES
from comptoir.shops.hours import week
from comptoir.shops.models import Shop
from comptoir.shops.timetable.clock import minutes

ROWS = 2
"""How many rows of hours a day has in the form."""
_MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the week: its name, what it is called, its type and what stands in it."""

    name: str
    label: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week, with its rows of fields."""

    label: str
    rows: list[list[Field]]


def week_rows(shop: Shop, sent: Mapping[str, str] | None = None) -> list[Day]:
    """Return the form of a shop's week at the door: what was sent, what it wrote, or else what its
    opening hours make of it."""
    spans = list(shop.door_spans.order_by("weekday", "opens")) or default_week(shop)
    days = []
    for weekday in range(7):
        known = [span for span in spans if span.weekday == weekday][:ROWS]
        rows = []
        for place in range(ROWS):
            span = known[place] if place < len(known) else None
            rows.append(_row(weekday, place, span, sent))
        days.append(Day(_label(weekday), rows))
    return days


def default_week(shop: Shop) -> list[DoorSpan]:
    """Return the week that a shop has at the door that wrote none: its opening hours of the seven
    days to come, holidays and closures left out."""
    today = timezone.localdate(timezone=ZoneInfo(shop.time_zone))
    return [
        DoorSpan(
            weekday=day.day.weekday(),
            opens=minutes(opens),
            closes=minutes(closes) or 24 * 60,
            every=EVERY,
            places=PLACES,
        )
        for day in week(shop, today, closures=())
        for opens, closes in day.spans
        if (minutes(closes) or 24 * 60) > minutes(opens)
    ]


def read_week(sent: Mapping[str, str]) -> list[DoorSpan]:
    """Return the rows that are filled in. Raises `Invalid` (`bad_week`), which names the day."""
    found = []
    for weekday in range(7):
        for place in range(ROWS):
            opens, closes, every, places = (
                sent.get(name, "").strip() for name in _names(weekday, place)
            )
            if not opens and not closes:
                continue
            if not opens or not closes:
                raise _wrong(weekday, _("%(day)s: a beginning or an end lacks."))
            found.append(
                DoorSpan(
                    weekday=weekday,
                    opens=_minute(opens, weekday),
                    closes=_minute(closes, weekday) or 24 * 60,
                    every=_number(every or str(EVERY), weekday),
                    places=_number(places or str(PLACES), weekday),
                )
            )
    return found


def _row(
    weekday: int, place: int, span: DoorSpan | None, sent: Mapping[str, str] | None
) -> list[Field]:
    shown = ["", "", str(EVERY), str(PLACES)]
    if span is not None:
        shown = [_clock(span.opens), _clock(span.closes), str(span.every), str(span.places)]
    labels = (_("from"), _("to"), _("minutes each"), _("readers each"))
    kinds = ("time", "time", "number", "number")
    return [
        Field(name, str(label), kind, sent.get(name, "") if sent else value)
        for name, label, kind, value in zip(
            _names(weekday, place), labels, kinds, shown, strict=True
        )
    ]


def _names(weekday: int, place: int) -> list[str]:
    return [f"door_{weekday}_{place}_{what}" for what in ("from", "to", "every", "places")]


def _label(weekday: int) -> str:
    return date_format(_MONDAY.replace(day=_MONDAY.day + weekday), "l").capitalize()


def _clock(minute: int) -> str:
    minute %= 24 * 60
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(text: str, weekday: int) -> int:
    try:
        return minutes(datetime.strptime(text[:5], "%H:%M").time())  # noqa: DTZ007
    except ValueError:
        told = _("%(day)s: “%(text)s” is no time of day: write 9:30.")
        raise _wrong(weekday, told, text=text[:20]) from None


def _number(text: str, weekday: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise _wrong(weekday, _("%(day)s: “%(text)s” is no number."), text=text[:20])
    return int(text)


def _wrong(weekday: int, told: Message, **values: object) -> Exception:
    return invalid("week", fill(told, day=_label(weekday), **values))
