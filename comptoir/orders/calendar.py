"""The calendar file of a reservation: the last day to collect it (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.words import spaced_code
from comptoir.orders.models import Order

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
FOLD_OCTETS = 73


def calendar(order: Order, *, url: str) -> bytes:
    """Return an iCalendar file with one event: the last hour before the deadline, with a reminder.

    Times are UTC; lines are folded at 75 octets and end in CRLF (RFC 5545, 3.1). The order must
    have a deadline.
    """
    assert order.deadline is not None
    stamp = "%Y%m%dT%H%M%SZ"
    shop = order.shop
    place = ", ".join(part for part in (shop.name, shop.street, shop.postcode, shop.city) if part)
    summary = _("Collect my reservation at %(shop)s") % {"shop": shop.name}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Comptoir//Comptoir//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{order.token}@{settings.BASE_URL.split('://', 1)[-1]}",
        f"DTSTAMP:{timezone.now():{stamp}}",
        f"DTSTART:{_utc(order.deadline - timedelta(hours=1)):{stamp}}",
        f"DTEND:{_utc(order.deadline):{stamp}}",
        f"SUMMARY:{_escape(summary)}",
        f"LOCATION:{_escape(place)}",
        f"DESCRIPTION:{_escape(_('Code %(code)s') % {'code': spaced_code(order.code)})}",
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT3H",
        f"DESCRIPTION:{_escape(summary)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_fold(line) for line in lines)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _fold(line: str) -> bytes:
    """Break a content line between characters, never inside one."""
    folded, width = bytearray(), 0
    for character in line:
        octets = character.encode()
        if width + len(octets) > FOLD_OCTETS:
            folded += b"\r\n "
            width = 1
        folded += octets
        width += len(octets)
    return bytes(folded) + b"\r\n"
