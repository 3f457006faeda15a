"""The calendar file of a reservation: the last day to collect it (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vText
from icalendar.parser import Contentline

from comptoir.core.words import spaced_code
from comptoir.orders.models import Order

BEFORE = timedelta(hours=3)
_LONGEST = 74
"""Bytes of a line before it is folded."""
_NEVER_PARTED = frozenset("\\^\n")
"""What is not parted from the sign that follows, and what no line may have."""
_OF_THE_ORDER = "X-COMPTOIR"


def calendar(order: Order, *, url: str) -> bytes:
    """Return an iCalendar file with one event: the slot at the door, or the last hour before the
    deadline, with a reminder.

    Times are UTC. The order must have a deadline.
    """
    assert order.deadline is not None
    shop = order.shop
    end = order.deadline.astimezone(UTC)
    begins = end - timedelta(hours=1)
    if order.slot_at and order.slot_until:
        begins, end = order.slot_at.astimezone(UTC), order.slot_until.astimezone(UTC)
    summary = _("Collect my reservation at %(shop)s") % {"shop": shop.name}
    place = ", ".join(part for part in (shop.name, shop.street, shop.postcode, shop.city) if part)
    lines = {
        "UID": f"{order.token}@{settings.BASE_URL.split('://', 1)[-1]}",
        "DTSTAMP": _moment(timezone.now().astimezone(UTC)),
        "DTSTART": _moment(begins),
        "DTEND": _moment(end),
        "DESCRIPTION": vText(_("Code %(code)s") % {"code": spaced_code(order.code)})
        .to_ical()
        .decode(),
        "URL": url,
    }
    before, after = _of_shop(summary, place)
    return before + b"".join(_line(name, value) for name, value in lines.items()) + after


@lru_cache(maxsize=1_024)
def _of_shop(summary: str, place: str) -> tuple[bytes, bytes]:
    """Return what the files of a shop's orders have before and behind the lines of the order."""
    event = Event()
    event.add(_OF_THE_ORDER, "")
    event.add("SUMMARY", summary)
    event.add("LOCATION", place)
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -BEFORE)
    alarm.add("DESCRIPTION", summary)
    event.add_component(alarm)
    file = Calendar()
    file.add("VERSION", "2.0")
    file.add("PRODID", "-//Comptoir//Comptoir//FR")
    file.add("METHOD", "PUBLISH")
    file.add_component(event)
    # Not in the order of its names: what is of the order alone is put where this line stands.
    before, _mark, after = file.to_ical(sorted=False).partition(_line(_OF_THE_ORDER, ""))
    return before, after


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _line(name: str, value: str) -> bytes:
    """Return a line, folded as the format wants it: `icalendar` looks at each sign of it."""
    line = f"{name}:{value}"
    if line.isascii() and not _NEVER_PARTED.intersection(line):
        parts = (line[at : at + _LONGEST] for at in range(0, len(line), _LONGEST))
        return "\r\n ".join(parts).encode() + b"\r\n"
    return bytes(Contentline(f"{name}:{value}").to_ical()) + b"\r\n"
