"""Words on titles and events as pages show them, in plain values."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.catalogue.models import Product
from comptoir.core.words import clock, day_and_month
from comptoir.events.memory import Listed, state, windows
from comptoir.events.models import Event, Pick
from comptoir.events.reads import (
    AgendaRequest,
    away,
    events_about,
    find_events,
    picks_of,
    picks_on,
    read_events,
    versions_of_picks,
)
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.ui.words import distance, local_day

ON_SHOP, ON_TITLE, IN_TOWN = 12, 6, 6
MOST_KEPT = 2_048
_rendered: dict[Hashable, str] = {}
_rendered_of: int = 0


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as a line shows it: its day and hours in words, on the clock of its shop, and the
    hours alone where the day is said before; the day and the month of its leaf; where it is, and
    how far."""

    event: Event
    day: date
    month: str
    when: str
    hours: str
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
        _hours(event),
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


def events_html(lines: Sequence[EventLine], *, shop: bool = True, day: bool = True) -> SafeString:
    """Return events as a list of the page, each with its shop and its day unless the page says
    them."""
    context = {"events": lines, "with_shop": shop, "with_day": day}
    return render_to_string("site/parts/events.html", context)


def picks_html(picks: Sequence[Pick], *, title: bool = True, shop: bool = True) -> SafeString:
    """Return words on titles as a list of the page; they say of which title and whose each is,
    where the page does not."""
    context = {"picks": picks, "with_title": title, "with_shop": shop}
    return render_to_string("site/parts/picks.html", context)


def on_title(product: Product, near: Point | None) -> dict[str, object]:
    """Return what a title's page shows of windows: words on it, and events that name it, rendered
    once for each state of windows and shops. Nothing is read where nobody says anything of it."""
    listed = events_about(product.pk, timezone.now())
    key = ("title", product.pk)
    picked = product.pk in windows().picked_titles
    return {
        "picks": kept(key, lambda: _picks_on(product)) if picked else "",
        "events": _events(key, listed, near) if listed else "",
    }


def of_shop(shop: Shop) -> dict[str, object]:
    """Return what a shop's page shows of its window. No query where there is nothing in it."""
    return _of_shops((shop.pk,), ON_SHOP, shop=False)


def in_town(shop_ids: Collection[int]) -> dict[str, object]:
    """Return what a page about the shops of a town, given by their keys, shows of their windows:
    `picks` and `events`, each the lines of a list or empty. No query where there is nothing."""
    return _of_shops(tuple(sorted(shop_ids)), IN_TOWN, shop=True)


def kept(key: Hashable, make: Callable[[], str]) -> str:
    """Return what was rendered under a key for this state of windows and shops, in this language.
    What it shows besides (titles, a day, a place) is in the key. What was rendered of windows that
    changed is forgotten with the next: whoever it names may be gone."""
    global _rendered_of
    now = state()
    whole = (now, get_language(), key)
    found = _rendered.get(whole)
    if found is None:
        if len(_rendered) >= MOST_KEPT or _rendered_of != now[0]:
            _rendered.clear()
            _rendered_of = now[0]
        found = _rendered[whole] = make()
    return found


def _picks_on(product: Product) -> str:
    picks = picks_on(product.pk, ON_TITLE)
    return picks_html(picks, title=False) if picks else ""


def _of_shops(keys: tuple[int, ...], most: int, *, shop: bool) -> dict[str, object]:
    key = ("shops", keys, shop)
    listed = _to_come(keys)[:most]
    versions = versions_of_picks(keys)
    return {
        "picks": kept((key, versions), lambda: picks_html(picks_of(keys, most), shop=shop))
        if versions
        else "",
        "events": _events(key, listed, None, shop=shop) if listed else "",
    }


def _events(
    key: Hashable, listed: Sequence[Listed], near: Point | None, *, shop: bool = True
) -> str:
    shown = (key, near, tuple(each.pk for each in listed), timezone.localdate().year)
    return kept(shown, lambda: events_html(event_lines(listed, near), shop=shop))


def _to_come(shop_ids: Collection[int]) -> list[Listed]:
    return find_events(AgendaRequest(start=timezone.now(), shops=shop_ids))


def _hours(event: Event) -> str:
    """Return the hours of an event that ends on the day on which it begins; otherwise all."""
    zone = ZoneInfo(event.shop.time_zone)
    begins = clock(event.starts_at, zone)
    if event.ends_at is None:
        return begins
    if event.ends_at.astimezone(zone).date() != event.starts_at.astimezone(zone).date():
        return when(event)
    return f"{begins} – {clock(event.ends_at, zone)}"


def _day(moment: datetime, zone: ZoneInfo, this_year: int) -> str:
    day = moment.astimezone(zone).date()
    said = day_and_month(day)
    return said if day.year == this_year else f"{said} {day.year}"
