"""Events as calendars read them: iCalendar files (RFC 5545).

Each is on the clock of its shop, with the rules of that clock beside it (VTIMEZONE), under a UID
that stays, the number of its revision (SEQUENCE), and a status. The same events give the same
bytes: DTSTAMP is when an event changed last.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from comptoir.events.clocks import rules, years
from comptoir.events.models import Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Comptoir//Comptoir//FR"
_ASKED_EVERY = timedelta(hours=6)


def calendar(
    events: Iterable[Event], *, name: str, url: str, page: Callable[[Event], str]
) -> bytes:
    """Return an iCalendar file of events, each with its shop and its titles read; `page` gives the
    address of each, `url` is that of what they are listed on."""
    file = Calendar()
    file.add("PRODID", _PRODUCT)
    file.add("VERSION", "2.0")
    file.add("METHOD", "PUBLISH")
    file.add("NAME", name)
    file.add("X-WR-CALNAME", name)
    file.add("URL", url)
    file.add("REFRESH-INTERVAL", _ASKED_EVERY, parameters={"VALUE": "DURATION"})
    file.add("X-PUBLISHED-TTL", "PT6H")
    listed = list(events)
    if listed:
        first, last = years(
            [moment for each in listed for moment in (each.starts_at, each.over_at)]
        )
        for zone in sorted({event.shop.time_zone for event in listed}):
            file.add_component(rules(zone, first, last))
    for event in listed:
        file.add_component(_entry(event, page(event)))
    return bytes(file.to_ical())


def host() -> str:
    """Return what this installation is called in names that stay: its host, without a port."""
    return str(settings.BASE_URL).partition("://")[2].partition("/")[0].partition(":")[0]


def place_of(event: Event) -> str:
    """Return where an event is held, on one line."""
    shop = event.shop
    if event.is_elsewhere:
        parts = (event.venue, event.street, f"{event.postcode} {event.city}")
    else:
        parts = (shop.name, shop.street, f"{shop.postcode} {shop.city}")
    return ", ".join(part for part in parts if part.strip())


def _entry(event: Event, page: str) -> Entry:
    zone = ZoneInfo(event.shop.time_zone)
    entry = Entry()
    # A UUID alone (RFC 7986): it is the same wherever this installation is reached.
    entry.add("UID", str(event.uid))
    entry.add("DTSTAMP", event.changed_at.astimezone(UTC))
    entry.add("LAST-MODIFIED", event.changed_at.astimezone(UTC))
    entry.add("SEQUENCE", event.revision)
    entry.add("STATUS", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    entry.add("DTSTART", _shown(event.starts_at, zone))
    if event.ends_at is not None:
        entry.add("DTEND", _shown(event.ends_at, zone))
    entry.add("SUMMARY", _summary(event))
    entry.add("DESCRIPTION", _description(event))
    entry.add("LOCATION", place_of(event))
    at = event if event.is_elsewhere else event.shop
    if at.latitude is not None and at.longitude is not None:
        entry.add("GEO", (at.latitude, at.longitude))
    entry.add("CATEGORIES", [str(event.get_kind_display())])
    entry.add("URL", page)
    entry.add("TRANSP", "TRANSPARENT")
    return entry


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment on a clock; in UTC where the clock shows the hour for the second time, which
    no calendar tells from the first."""
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _summary(event: Event) -> str:
    # Whoever's calendar shows no status reads it here.
    if event.cancelled_at is None:
        return event.title
    return _("Cancelled: %(title)s") % {"title": event.title}


def _description(event: Event) -> str:
    lines = [f"{event.get_kind_display()} – {event.shop.name}"]
    lines += [event.text] if event.text else []
    lines += [f"{product.title}, {product.byline}".strip(", ") for product in event.products.all()]
    lines += [_("Free")] if event.is_free else [event.price] if event.price else []
    lines += [event.link] if event.link else []
    return "\n\n".join(lines)
