"""The calendar file of a reservation: the last day to collect it (RFC 5545)."""

from datetime import UTC, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from comptoir.core.words import spaced_code
from comptoir.orders.models import Order

BEFORE = timedelta(hours=3)


def calendar(order: Order, *, url: str) -> bytes:
    """Return an iCalendar file with one event: the last hour before the deadline, with a reminder.

    Times are UTC. The order must have a deadline.
    """
    assert order.deadline is not None
    shop = order.shop
    end = order.deadline.astimezone(UTC)
    summary = _("Collect my reservation at %(shop)s") % {"shop": shop.name}
    place = ", ".join(part for part in (shop.name, shop.street, shop.postcode, shop.city) if part)
    event = Event()
    event.add("UID", f"{order.token}@{settings.BASE_URL.split('://', 1)[-1]}")
    event.add("DTSTAMP", timezone.now().astimezone(UTC))
    event.add("DTSTART", end - timedelta(hours=1))
    event.add("DTEND", end)
    event.add("SUMMARY", summary)
    event.add("LOCATION", place)
    event.add("DESCRIPTION", _("Code %(code)s") % {"code": spaced_code(order.code)})
    event.add("URL", url)
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
    return file.to_ical()
