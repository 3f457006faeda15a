"""The public shops as this process keeps them, with what belongs to them (`DETAILS`): what pages
and answers need of a shop beside its copies, without asking for it each time.

What is kept is at most `KEPT_SECONDS` old: then the database is asked whether a row has changed,
and only the shops of which one has are read again: of 4,000, to read them all takes a second of the
processor. A shop that is not among them is looked for at once.
So the page of a shop that was hidden just now may be shown for so long; what it has is not.
Whether its copies may be promised, how many it keeps back, and whatever is written by, is never
taken from here. The shops are shared by all threads: nobody changes them.

Under the host of a portal (`networks.portal`) the public shops are those that it shows: here, for
all that is listed, counted, drawn or searched.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects

from comptoir.core.db import fetch
from comptoir.networks.portal import Portal, portal
from comptoir.shops.doors.rules import NONE, Door, Doors, door_at, read_doors
from comptoir.shops.hours import OpenState, state_at
from comptoir.shops.models import Membership, Service, Shop, Speciality
from comptoir.shops.page.models import BYTES, Link, ShopPhoto
from comptoir.shops.places import Point, metres
from comptoir.shops.timetable.crowd import Crowd, Member
from comptoir.shops.timetable.holidays import region_of

Made = TypeVar("Made")

KEPT_SECONDS = 1.0
DETAILS = (
    "closures",
    Prefetch("services", Service.objects.order_by("pk")),
    Prefetch("specialities", Speciality.objects.order_by("pk")),
    Prefetch("memberships", Membership.objects.select_related("network").order_by("pk")),
    Prefetch("links", Link.objects.order_by("place")),
    Prefetch("photos", ShopPhoto.objects.select_related("file").defer(*BYTES).order_by("place")),
)
"""What is read with a shop: closures, services, specialities, the networks it belongs to, links,
and which photos there are."""
_CROWD, _PART, _KEYS = "shops.crowd", "shops.part", "shops.keys"
PLACES = 256
"""From so many places the distances are remembered."""
ORDERED = 32
"""From so many of them those of all shops, and their order: of 4,000 shops 9 MB."""

# Which version of a row this is, PostgreSQL says itself: who wrote it, and where it lies.
_TABLES = (
    *("shops_shop", "shops_closure", "shops_service", "shops_speciality", "shops_membership"),
    *("shops_link", "shops_shopphoto"),
    *("networks_network", "shops_doors"),
)
_OF_A_SHOP = _TABLES[1:-2]
_ROWS = "SELECT bit_xor(hashtextextended(t.xmin::text || t.ctid::text, 0)) FROM"
_VERSION = "SELECT " + ", ".join(f"({_ROWS} {table} t)" for table in _TABLES)
# The same of each shop. What a row belongs to is in its word: two rows of two tables may lie in the
# same place of theirs, and would cancel each other out.
_EACH_ROW = "hashtextextended('{0}' || t.xmin::text || t.ctid::text, 0)"
_OF_SHOP = " UNION ALL ".join(
    f"SELECT shop_id, {_EACH_ROW.format(table)} FROM {table} t"  # noqa: S608
    for table in _OF_A_SHOP
)
_EACH = (
    "SELECT id, bit_xor(version) FROM ("  # noqa: S608
    f"SELECT id, {_EACH_ROW.format('shops_shop')} AS version FROM shops_shop t"
    f" UNION ALL {_OF_SHOP}"
    f" UNION ALL SELECT m.shop_id, {_EACH_ROW.format('networks_network')}"
    " FROM shops_membership m JOIN networks_network t ON t.id = m.network_id"
    ") rows GROUP BY id"
)


class Shops(dict[int, Shop]):
    """Shops by their keys; one that has only just come is read when it is asked for."""

    def __missing__(self, key: int) -> Shop:
        shop = Shop.objects.prefetch_related(*DETAILS).get(pk=key)
        self[key] = shop
        return shop


class Away(dict[int, float]):
    """How far shops are from a place, in metres, by their keys; each is worked out once."""

    def __init__(self, point: Point, shops: Mapping[int, Shop]) -> None:
        super().__init__()
        self.order: list[Shop] | None = None
        self._point, self._shops = point, shops

    def __missing__(self, key: int) -> float:
        shop, point = self._shops[key], self._point
        away = metres(point.latitude, point.longitude, shop.latitude, shop.longitude)
        self[key] = away
        return away


class Directory:
    """The public shops of a moment, or others that are given, what belongs to them (`DETAILS`) read
    with them.

    `notes` is for what others make of the shops alone, each under a key of their own.
    """

    def __init__(
        self, shops: Iterable[Shop] | None = None, doors: Mapping[int, Doors] | None = None
    ) -> None:
        public = list(Shop.objects.public_everywhere() if shops is None else shops)
        prefetch_related_objects(public, *DETAILS)
        self.public = public
        self.shops = Shops((shop.pk, shop) for shop in public)
        self._doors = read_doors() if doors is None else doors
        ours = (each for key in self.shops for each in self._doors.get(key, NONE))
        self.all_doors = list({each.key: each for each in ours}.values())
        self.notes: dict[Any, Any] = {}
        self._states: dict[int, tuple[int, OpenState]] = {}
        self._away: dict[Point, Away] = {}

    def part(self, shown: Portal) -> "Directory":
        """Return the public shops that a portal shows, made once for them. `shops` still has every
        shop by its key, and its doors: whoever has a key was shown it, or has an order there."""

        def made() -> Directory:
            shops = [shop for shop in self.public if is_shown(shop, shown)]
            few = Directory(shops, self._doors)
            few.shops = self.shops
            return few

        return self.made((_PART, shown.key), made)

    def keys(self) -> frozenset[int]:
        """Return the keys of the public shops."""
        return self.made(_KEYS, lambda: frozenset(shop.pk for shop in self.public))

    def state(self, key: int, at: datetime) -> OpenState:
        """Return `shops.hours.state_at` of a shop; it is worked out once a minute, for hours begin
        and end with one."""
        minute = int(at.timestamp()) // 60
        known = self._states.get(key)
        if known is None or known[0] != minute:
            known = self._states[key] = minute, self.state_of(self.shops[key], at)
        return known[1]

    def state_of(self, shop: Shop, at: datetime) -> OpenState:
        """Return `shops.hours.state_at` of a shop that its caller has read; one whose doors are
        closed is not open, and opens when its hours have it after that."""
        state = state_at(shop, at)
        door = self.door(shop.pk, at)
        if door is None:
            return state
        opens_at = None
        if door.ends is not None:
            then = state_at(shop, door.ends)
            opens_at = door.ends if then.is_open else then.opens_at
        return replace(
            state,
            is_open=False,
            until=None,
            opens_at=opens_at,
            appointment=None,
            closes_in=None,
            door=door,
        )

    def doors(self, key: int) -> Doors:
        """Return the doors of a shop that are closed, or will be."""
        return self._doors.get(key, NONE)

    def door(self, key: int, at: datetime) -> Door | None:
        """Return the closed doors of a shop at a moment, None where one may enter."""
        found = self._doors.get(key)
        return door_at(found, at) if found else None

    def open_at(self, moment: datetime) -> frozenset[int]:
        """Return the keys of the public shops that are open at a moment, as `shops.hours.state_at`
        has it. An aware moment is the same instant for all; one without a time zone is what each
        shop's own clock shows (`timetable.moments` reads both).

        4,000 shops of as many different hours: 1 ms; 30 ms once after a shop changed; 60 ms where
        nobody has asked yet in this process about that day, 400 ms where no hours have been read.
        """
        found = self._crowd().open_at(moment)
        return found - self._barred(moment) if self._doors else found

    def open_on(self, day: date) -> frozenset[int]:
        """Return the keys of the public shops that open on a day of their own calendar, at any
        hour. What `open_at` costs."""
        found = self._crowd().open_on(day)
        return found - self._barred_on(day) if self._doors else found

    def _barred_on(self, day: date) -> set[int]:
        """Return the keys of the shops whose doors are closed all day on their own calendar."""
        found = set()
        for key in self._doors.keys() & self.shops.keys():
            zone = ZoneInfo(self.shops[key].time_zone)
            door = self.door(key, datetime.combine(day, datetime.min.time(), zone))
            ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
            if door is not None and (door.ends is None or door.ends >= ends):
                found.add(key)
        return found

    def _barred(self, moment: datetime) -> set[int]:
        """Return the keys of the shops whose doors are closed at a moment of `open_at`."""
        found = set()
        for key, doors in self._doors.items():
            at = moment
            if moment.tzinfo is None and key in self.shops:
                at = moment.replace(tzinfo=ZoneInfo(self.shops[key].time_zone))
            if at.tzinfo is not None and door_at(doors, at):
                found.add(key)
        return found

    def _crowd(self) -> Crowd:
        return self.made(_CROWD, lambda: Crowd(map(_member, self.public)))

    def made(self, key: Any, make: Callable[[], Made]) -> Made:  # noqa: ANN401
        """Return what others make of the shops alone, made once for each of their keys."""
        found: Made | None = self.notes.get(key)
        if found is None:
            found = self.notes[key] = make()
        return found

    def nearest(self, point: Point) -> list[Shop]:
        """Return the public shops, the nearest first."""
        away = self.away(point)
        if away.order is None:
            if sum(each.order is not None for each in self._away.values()) >= ORDERED:
                self._away = {point: away}
            away.order = sorted(self.public, key=lambda shop: away[shop.id])
        return away.order

    def within(self, point: Point, radius_m: float) -> dict[int, float]:
        """Return how far the public shops are from a place that are at most so far."""
        away = self.away(point)
        return {shop.id: away[shop.id] for shop in self.public if away[shop.id] <= radius_m}

    def away(self, point: Point) -> Away:
        """Return how far the shops are from a place."""
        found = self._away.get(point)
        if found is None:
            if len(self._away) >= PLACES:
                self._away.clear()
            found = self._away[point] = Away(point, self.shops)
        return found


def is_shown(shop: Shop, shown: Portal) -> bool:
    """Return whether a portal shows a shop that the public sees."""
    if shown.network is None:
        return shop.pk == shown.shop_id
    return any(each.network_id == shown.network.pk for each in shop.memberships.all())


def _member(shop: Shop) -> Member:
    shut = tuple((each.first_day, each.last_day) for each in shop.closures.all())
    region = region_of(shop.postcode)
    return Member(shop.pk, shop.opening_hours, region, shop.time_zone, shut)


class _Kept(NamedTuple):
    """The shops, the version of their rows that was there before they were read, that of each shop
    by its key, and when it was asked for."""

    directory: Directory
    version: tuple[int, ...]
    of_each: Mapping[int, int]
    asked: float


_lock = threading.Lock()
_kept: _Kept | None = None


def directory() -> Directory:
    """Return the public shops as they are, or were at most `KEPT_SECONDS` ago; under the host of a
    portal, those that it shows."""
    whole, shown = whole_directory(), portal()
    return whole if shown is None else whole.part(shown)


def shown_keys() -> frozenset[int] | None:
    """Return the keys of the shops that the portal under whose host is asked shows; None where it
    is the installation, which shows all: what then needs no filter."""
    return None if portal() is None else directory().keys()


def whole_directory() -> Directory:
    """Return `directory` of the installation, whatever portal is asked: for what is kept of all."""
    kept = _kept
    if kept is not None and time.monotonic() - kept.asked < KEPT_SECONDS:
        return kept.directory
    return _ask()


def forget() -> None:
    """Forget the shops, so that the next who asks reads them: for whoever has just changed one."""
    global _kept
    _kept = None


def look_again() -> None:
    """Have the next who asks look whether a row has changed: for whoever has just written one that
    many shops hang on, which are all as they were."""
    global _kept
    if _kept is not None:
        _kept = _kept._replace(asked=-KEPT_SECONDS)


def _ask() -> Directory:
    global _kept
    now = time.monotonic()
    # The version before the shops: what changes between the two is read again, not missed. Each
    # thread asks by itself: where the database is gone they wait beside each other, not in a row.
    ((*version,),) = fetch(_VERSION)
    with _lock:
        kept = _kept
        if kept is not None and kept.version == tuple(version):
            _kept = kept._replace(asked=now)
        else:
            of_each = dict(fetch(_EACH))
            _kept = _Kept(_read(kept, of_each), tuple(version), of_each, now)
        return _kept.directory


def _read(kept: _Kept | None, of_each: Mapping[int, int]) -> Directory:
    """Return the shops as they are, read again where their versions are others than was kept."""
    if kept is None:
        return Directory()
    same = {key for key, version in of_each.items() if kept.of_each.get(key) == version}
    public = [shop for shop in kept.directory.public if shop.pk in same]
    public += Shop.objects.public_everywhere().filter(pk__in=of_each.keys() - same)
    return Directory(sorted(public, key=lambda shop: shop.pk))
