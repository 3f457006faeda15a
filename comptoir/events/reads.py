"""What stands in the windows, as the public sees it: words on titles, and events by when, where and
what they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from comptoir.catalogue.memory import VERSION
from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.core.identifiers import department
from comptoir.events.memory import Listed, public, windows
from comptoir.events.models import SHOWN_STATES, Event, Pick, PickQuerySet
from comptoir.shops.gazetteer import fold
from comptoir.shops.memory import directory, shown_keys
from comptoir.shops.places import Point, metres

_VERSIONS = f"""
SELECT k.id, {VERSION.format(row="p")} FROM events_pick k
JOIN catalogue_product p ON p.id = k.product_id
WHERE k.shop_id = ANY(%s) AND p.state = ANY(%s) ORDER BY k.id
"""  # noqa: S608
_TITLES = Prefetch("products", Product.objects.defer("description").order_by("title", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRequest:
    """Which events are asked for; None and "" ask for any.

    Those that are not over at `start` and begin before `end`. `town` is a name, `department` a code
    as in a postcode: where the event is held. `radius` is in metres around `near`, `shops` are
    keys.
    """

    start: datetime
    end: datetime | None = None
    kind: str = ""
    shops: Collection[int] | None = None
    town: str = ""
    department: str = ""
    near: Point | None = None
    radius: float | None = None
    cancelled: bool = False


def find_events(asked: AgendaRequest) -> list[Listed]:
    """Return the events asked for, the first to begin first; of shops that the public sees. None
    that was over a month ago. No query but what `memory` asks."""
    shown = public()
    return [
        each
        for each in windows().listed
        if each.over_at > asked.start
        and (asked.end is None or each.starts_at < asked.end)
        and (asked.cancelled or not each.cancelled)
        and each.shop_id in shown
        and (not asked.kind or each.kind == asked.kind)
        and (asked.shops is None or each.shop_id in asked.shops)
        and _is_there(each, asked)
    ]


def where(event: Listed) -> tuple[str, str, Point]:
    """Return the postcode, the town and the point at which an event is held."""
    if event.city and event.latitude is not None and event.longitude is not None:
        return event.postcode, event.city, Point(event.latitude, event.longitude)
    shop = directory().shops[event.shop_id]
    return shop.postcode, shop.city, Point(shop.latitude, shop.longitude)


def away(event: Listed, near: Point) -> float:
    """Return how far from a place an event is held, in metres."""
    _postcode, _city, point = where(event)
    return metres(near.latitude, near.longitude, point.latitude, point.longitude)


def read_events(listed: Iterable[Listed]) -> list[Event]:
    """Return events with their titles and their shops (of `shops.memory`), in this order. Two
    queries; none for none."""
    keys = [each.pk for each in listed]
    if not keys:
        return []
    found = Event.objects.prefetch_related(_TITLES).in_bulk(keys)
    kept = directory().shops
    events = [found[key] for key in keys if key in found]
    for event in events:
        event.shop = kept[event.shop_id]
    return events


def one_event(event_id: int) -> Event | None:
    """Return an event with its titles, if the public sees its shop."""
    event = Event.objects.prefetch_related(_TITLES).filter(pk=event_id).first()
    if event is None or event.shop_id not in public():
        return None
    event.shop = directory().shops[event.shop_id]
    return event


def picks_of(shop_ids: Collection[int], most: int) -> list[Pick]:
    """Return the words of these shops on titles, as each shop orders its own, the newest of several
    shops first. One query; none where these shops have none."""
    if not windows().picked_shops.intersection(shop_ids):
        return []
    found = Pick.objects.shown().filter(shop__in=shop_ids)
    order = ("-place",) if len(shop_ids) == 1 else ("-written_at", "-pk")
    return _with_shops(found, order, most)


def picks_on(product_id: int, most: int) -> list[Pick]:
    """Return the words on a title, the newest first. One query; none for a title without."""
    if product_id not in windows().picked_titles:
        return []
    return _with_shops(
        Pick.objects.shown().filter(product=product_id), ("-written_at", "-pk"), most
    )


def versions_of_picks(shop_ids: Collection[int]) -> tuple[tuple[int, str], ...]:
    """Return the picks of these shops whose titles may be shown, each with the version of its
    title's row: what is rendered of them holds as long as these. One query, or none."""
    asked = windows().picked_shops.intersection(shop_ids)
    return tuple(fetch(_VERSIONS, [list(asked), list(SHOWN_STATES)])) if asked else ()


def picks_before(
    key: int | None, most: int, *, shop_id: int | None = None, product_id: int | None = None
) -> list[Pick]:
    """Return words on titles whose keys are below this one, the newest first. One query."""
    asked = {"pk__lt": key, "shop": shop_id, "product": product_id}
    found = Pick.objects.shown().filter(**{k: value for k, value in asked.items() if value})
    return _with_shops(found, ("-pk",), most)


def newest_picks(most: int) -> list[Pick]:
    """Return the newest words on titles of all shops. One query."""
    return _with_shops(Pick.objects.shown(), ("-written_at", "-pk"), most)


def events_about(product_id: int, now: datetime) -> list[Listed]:
    """Return the events to come that name a title, the first to begin first. No query."""
    known = windows()
    keys = known.about.get(product_id)
    return [each for each in known.coming(now) if each.pk in keys] if keys else []


def in_town(town: str, postcode: str = "") -> list[int]:
    """Return the keys of the public shops of a town, by its name and, if given, its department."""
    wanted, code = fold(town), department(postcode) if postcode else ""
    return [
        shop.pk
        for shop in directory().public
        if fold(shop.city) == wanted and (not code or department(shop.postcode) == code)
    ]


def _with_shops(found: PickQuerySet, order: tuple[str, ...], most: int) -> list[Pick]:
    """Return picks with their titles and their shops, those of `shops.memory`."""
    kept, shown, only = directory().shops, public(), shown_keys()
    if only is not None:
        found = found.filter(shop__in=only)
    chosen = found.select_related("product").defer("product__description").order_by(*order)
    picks = [pick for pick in chosen[:most] if pick.shop_id in shown]
    for pick in picks:
        pick.shop = kept[pick.shop_id]
    return picks


def _is_there(event: Listed, asked: AgendaRequest) -> bool:
    if not (asked.town or asked.department or asked.radius is not None):
        return True
    postcode, city, _point = where(event)
    if asked.town and fold(city) != fold(asked.town):
        return False
    if asked.department and department(postcode) != asked.department:
        return False
    return asked.near is None or asked.radius is None or away(event, asked.near) <= asked.radius
