"""Words on titles and events as pages show them, in plain values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comptoir.catalogue.models import Product
from comptoir.core.words import clock, day_and_month
from comptoir.events.memory import Listed
from comptoir.events.models import Event, Pick
from comptoir.events.reads import (
    AgendaRequest,
    away,
    events_about,
    find_events,
    picks_of,
    picks_on,
    read_events,
)
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.ui.words import distance, local_day

ON_SHOP, ON_TITLE, IN_TOWN = 12, 6, 6


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as a line shows it: its day and hours in words, on the clock of its shop; the day
    and the month of its leaf; where it is, and how far."""

    event: Event
    day: date
    month: str
    when: str
    town: str
    away: str

    @property
    def cancelled(self) -> bool:
        """Whether it is cancelled."""
        return self.event.cancelled_at is not None


def event_line(event: Event, metres: float | None = None, now: datetime | None = None) -> EventLine:
    """Return an event, with its shop read, as a line shows it."""
    day = local_day(event.starts_at, event.shop.time_zone)
    return EventLine(
        event,
        day,
        date_format(day, "M").rstrip("."),
        when(event, now),
        event.city if event.is_elsewhere else event.shop.city,
        "" if metres is None else distance(metres),
    )


def when(event: Event, now: datetime | None = None) -> str:
    """Return when an event is: `samedi 5 décembre, 18 h – 20 h`; with its year in another one."""
    zone = ZoneInfo(event.shop.time_zone)
    this_year = (now or timezone.now()).astimezone(zone).year
    begins = _day(event.starts_at, zone, this_year)
    said = {"day": begins, "time": clock(event.starts_at, zone)}
    if event.ends_at is None:
        return _("%(day)s, %(time)s") % said
    said["end"] = clock(event.ends_at, zone)
    if event.ends_at.astimezone(zone).date() == event.starts_at.astimezone(zone).date():
        return _("%(day)s, %(time)s – %(end)s") % said
    said["last"] = _day(event.ends_at, zone, this_year)
    return _("%(day)s, %(time)s – %(last)s, %(end)s") % said


def event_lines(listed: Iterable[Listed], near: Point | None = None) -> list[EventLine]:
    """Return events as lines, in this order, each with its distance from a place. Two queries."""
    chosen = list(listed)
    metres = {each.pk: away(each, near) for each in chosen} if near else {}
    return [event_line(event, metres.get(event.pk)) for event in read_events(chosen)]


def events_html(
    lines: Sequence[EventLine], *, heading: str = "h3", shop: bool = True
) -> SafeString:
    """Return events as a list of the page; `shop` says whose each is."""
    context = {"events": lines, "heading": heading, "with_shop": shop}
    return render_to_string("site/parts/events.html", context)


def picks_html(picks: Sequence[Pick], *, title: bool = True, shop: bool = True) -> SafeString:
    """Return words on titles as a list of the page; they say of which title and whose each is,
    where the page does not."""
    context = {"picks": picks, "with_title": title, "with_shop": shop}
    return render_to_string("site/parts/picks.html", context)


def on_title(product: Product, near: Point | None) -> dict[str, object]:
    """Return what a title's page shows of windows: words on it, and events that name it. No query
    where nobody says anything of it."""
    picks = picks_on(product.pk, ON_TITLE)
    events = event_lines(events_about(product.pk, timezone.now()), near)
    return {
        "picks": picks_html(picks, title=False) if picks else "",
        "events": events_html(events) if events else "",
    }


def of_shop(shop: Shop) -> dict[str, object]:
    """Return what a shop's page shows of its window. No query where there is nothing in it."""
    picks = picks_of([shop.pk], ON_SHOP)
    events = event_lines(_to_come({shop.pk})[:ON_SHOP])
    return {
        "picks": picks_html(picks, shop=False) if picks else "",
        "events": events_html(events, shop=False) if events else "",
    }


def in_town(shop_ids: Collection[int]) -> dict[str, object]:
    """Return what a page about the shops of a town, given by their keys, shows of their windows:
    `picks` and `events`, each the lines of a list or empty. No query where there is nothing."""
    picks = picks_of(shop_ids, IN_TOWN)
    events = event_lines(_to_come(shop_ids)[:IN_TOWN])
    return {
        "picks": picks_html(picks) if picks else "",
        "events": events_html(events) if events else "",
    }


def _to_come(shop_ids: Collection[int]) -> list[Listed]:
    return find_events(AgendaRequest(start=timezone.now(), shops=shop_ids))


def _day(moment: datetime, zone: ZoneInfo, this_year: int) -> str:
    day = moment.astimezone(zone).date()
    said = day_and_month(day)
    return said if day.year == this_year else f"{said} {day.year}"
