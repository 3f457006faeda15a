"""A meeting: announced, changed, cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.core.db import violated_constraint
from comptoir.core.errors import Conflict, Invalid, NotFound, fill
from comptoir.events.models import LONGEST_TEXT, SHOWN_STATES, Deed, Event, EventKind
from comptoir.events.moments import moment_at
from comptoir.events.operations.steps import note, read_line, read_text, take_turn
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.places import find_place

MOST_PRODUCTS = 20
MOST_COMING = 500
LONGEST = timedelta(days=62)
FURTHEST = timedelta(days=2 * 366)
MOST_PEOPLE = 100_000
_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event is that is not held in the shop: what the house is called, and its address."""

    venue: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """What is said of an event. `starts` and `ends` are naive: they are read on the clock of the
    shop; `ends` None is not said. `place` None is the shop. `price` is in words; `link` leads to
    where more is said, or places are booked. `product_ids` are the titles it is about."""

    kind: str
    title: str
    starts: datetime
    ends: datetime | None = None
    text: str = ""
    place: Place | None = None
    capacity: int | None = None
    is_free: bool = False
    price: str = ""
    link: str = ""
    product_ids: tuple[int, ...] = ()


@transaction.atomic
def announce_event(*, shop: Shop, details: EventDetails, actor: Actor) -> Event:
    """Announce an event to come; return it. The same again is the one that is there.

    Guard: `FILL_WINDOW`. Locks: the turn of windows. Writes: the event, its titles, a line of
    history. Raises `NotFound` (also `no_such_product`), `Forbidden`, `Conflict` (`shop_ended`,
    `many_events`), `Invalid` (`missing`, `too_long`, `bad_text`, `bad_kind`, `no_such_hour`,
    `past`, `too_far`, `bad_end`, `unknown_town`, `bad_capacity`, `bad_link`, `many_products`; the
    field in `data`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW)
    now = timezone.now()
    written, products = _checked(shop, details)
    _check_day(written["starts_at"], now)
    take_turn()
    key = {name: written[name] for name in ("kind", "title", "starts_at")}
    known = Event.objects.filter(shop=shop, cancelled_at=None, **key).first()
    if known is not None:
        return known
    if Event.objects.filter(shop=shop, starts_at__gte=now).count() >= MOST_COMING:
        told = _("A shop announces %(most)d meetings to come at most.")
        raise Conflict("many_events", fill(told, most=MOST_COMING))
    event = Event.objects.create(shop=shop, announced_at=now, changed_at=now, **written)
    event.products.set(products)
    note(shop, Deed.ANNOUNCED, actor=actor, at=now, event=event)
    return event


@transaction.atomic
def change_event(*, shop: Shop, event_id: int, details: EventDetails, actor: Actor) -> Event:
    """Change what is said of an event; return it. Calendars that follow it change with it.

    The same again changes nothing.

    Guard: `FILL_WINDOW`. Locks: the turn of windows, the event. Writes: the event and its revision,
    its titles, a line of history. Raises what `announce_event` raises, and `NotFound`
    (`no_such_event`), `Conflict` (`event_cancelled`, `event_exists`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW)
    now = timezone.now()
    written, products = _checked(shop, details)
    take_turn()
    event = _event(shop, event_id)
    if written["starts_at"] != event.starts_at:
        _check_day(written["starts_at"], now)
    same = all(getattr(event, name) == value for name, value in written.items())
    if same and {each.pk for each in products} == set(event.products.values_list("pk", flat=True)):
        return event
    for name, value in written.items():
        setattr(event, name, value)
    event.revision, event.changed_at = event.revision + 1, now
    try:
        with transaction.atomic():
            event.save()
    except DatabaseError as error:
        if violated_constraint(error) != "events_event_once":
            raise
        told = _("The shop has announced this already, at the same hour.")
        raise Conflict("event_exists", told) from error
    event.products.set(products)
    note(shop, Deed.CHANGED, actor=actor, at=now, event=event)
    return event


@transaction.atomic
def cancel_event(*, shop: Shop, event_id: int, actor: Actor) -> Event:
    """Cancel an event; return it. It stays where it is and says so, in calendars too.

    Guard: `FILL_WINDOW`. Locks: the turn of windows, the event. Writes: the event, a line of
    history. Raises `NotFound` (`no_such_event`), `Forbidden`, `Conflict` (`event_cancelled`,
    `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.FILL_WINDOW)
    now = timezone.now()
    take_turn()
    event = _event(shop, event_id)
    event.cancelled_at = event.changed_at = now
    event.revision += 1
    event.save(update_fields=["cancelled_at", "changed_at", "revision"])
    note(shop, Deed.CANCELLED, actor=actor, at=now, event=event)
    return event


def _event(shop: Shop, event_id: int) -> Event:
    event = Event.objects.select_for_update().filter(shop=shop, pk=event_id).first()
    if event is None:
        raise NotFound("no_such_event", _("This shop has no such meeting."))
    if event.cancelled_at is not None:
        told = _("This meeting is cancelled: copy it to another day instead.")
        raise Conflict("event_cancelled", told)
    return event


def _check_day(starts_at: datetime, now: datetime) -> None:
    if starts_at < now - timedelta(days=1):
        raise Invalid("past", _("This day is past."), field="day")
    if starts_at > now + FURTHEST:
        raise Invalid(
            "too_far", _("This is more than two years away: check the year."), field="day"
        )


def _checked(shop: Shop, details: EventDetails) -> tuple[dict[str, Any], list[Product]]:
    """Return what is stored of an event, and its titles. Raises `Invalid`, `NotFound`."""
    if details.kind not in EventKind.values:
        raise Invalid("bad_kind", _("Choose what it is."), field="kind")
    starts_at = moment_at(shop, details.starts, field="begins")
    ends_at = moment_at(shop, details.ends, field="ends") if details.ends else None
    if ends_at is not None and not timedelta() < ends_at - starts_at <= LONGEST:
        told = _("It ends after it begins, and lasts two months at most.")
        raise Invalid("bad_end", told, field="ends")
    capacity = details.capacity
    if capacity is not None and not 0 < capacity <= MOST_PEOPLE:
        raise Invalid("bad_capacity", _("How many people may come: 1 or more."), field="capacity")
    written = {
        "kind": details.kind,
        "title": read_line(details.title, 160, "title", needed=True),
        "text": read_text(details.text, LONGEST_TEXT, "text", needed=False),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "capacity": capacity,
        "is_free": details.is_free,
        "price": "" if details.is_free else read_line(details.price, 80, "price"),
        "link": _link(details.link),
    }
    return written | _placed(details.place), _products(shop, details.product_ids)


def _placed(place: Place | None) -> dict[str, Any]:
    """Return the columns of a place; of the shop they are empty. Raises `Invalid`."""
    nowhere = {"latitude": None, "longitude": None}
    if place is None:
        return dict.fromkeys(("venue", "street", "postcode", "city"), "") | nowhere
    city = read_line(place.city, 80, "city", needed=True)
    postcode = read_line(place.postcode, 5, "postcode", needed=True)
    found = find_place(f"{postcode} {city}")
    if found is None or not (postcode.isdecimal() and len(postcode) == 5):
        told = _("No town is known as %(place)s: check its postcode and its name.")
        raise Invalid("unknown_town", fill(told, place=f"{postcode} {city}"), field="city")
    return {
        "venue": read_line(place.venue, 120, "venue"),
        "street": read_line(place.street, 160, "street"),
        "postcode": postcode,
        "city": city,
        "latitude": found.latitude,
        "longitude": found.longitude,
    }


def _link(text: str) -> str:
    """Return a web address. Raises `Invalid` (`bad_link`)."""
    link = text.strip()
    if not link:
        return ""
    try:
        _address(link)
    except ValidationError:
        told = _("This is no web address: it begins with https://.")
        raise Invalid("bad_link", told, field="link") from None
    return read_line(link, 300, "link")


def _products(shop: Shop, keys: Iterable[int]) -> list[Product]:
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_PRODUCTS:
        told = _("A meeting names %(most)d titles at most.")
        raise Invalid("many_products", fill(told, most=MOST_PRODUCTS), field="titles")
    seen = Product.objects.seen_in(shop.pk).filter(state__in=SHOWN_STATES)
    found = seen.in_bulk(wanted)
    if len(found) < len(wanted):
        raise NotFound("no_such_product", _("There is no such title in the catalogue."))
    return [found[key] for key in wanted]
