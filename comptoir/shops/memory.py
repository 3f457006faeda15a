"""The public shops as this process keeps them, with what belongs to them (`DETAILS`): what pages
and answers need of a shop beside its copies, without asking for it each time.

What is kept is at most `KEPT_SECONDS` old: then the database is asked whether a row has changed,
and only the shops of which one has are read again: of 4,000, to read them all takes a second of the
processor. A shop that is not among them is looked for at once.
So the page of a shop that was hidden just now may be shown for so long; what it has is not.
Whether its copies may be promised, how many it keeps back, and whatever is written by, is never
taken from here. The shops are shared by all threads: nobody changes them.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import Prefetch, prefetch_related_objects

from comptoir.core.db import fetch
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
_CROWD = "shops.crowd"
PLACES = 256
"""From so many places the distances are remembered."""
ORDERED = 32
"""From so many of them those of all shops, and their order: of 4,000 shops 9 MB."""

# Which version of a row this is, PostgreSQL says itself: who wrote it, and where it lies.
_TABLES = (
    *("shops_shop", "shops_closure", "shops_service", "shops_speciality", "shops_membership"),
    *("shops_link", "shops_shopphoto"),
    "networks_network",
)
_OF_A_SHOP = _TABLES[1:-1]
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

    def __init__(self, shops: Iterable[Shop] | None = None) -> None:
        public = list(Shop.objects.open_to_public() if shops is None else shops)
        prefetch_related_objects(public, *DETAILS)
        self.public = public
        self.shops = Shops((shop.pk, shop) for shop in public)
        self.notes: dict[Any, Any] = {}
        self._states: dict[int, tuple[int, OpenState]] = {}
        self._away: dict[Point, Away] = {}

    def state(self, key: int, at: datetime) -> OpenState:
        """Return `shops.hours.state_at` of a shop; it is worked out once a minute, for hours begin
        and end with one."""
        minute = int(at.timestamp()) // 60
        known = self._states.get(key)
        if known is None or known[0] != minute:
            known = self._states[key] = minute, state_at(self.shops[key], at)
        return known[1]

    def open_at(self, moment: datetime) -> frozenset[int]:
        """Return the keys of the public shops that are open at a moment, as `shops.hours.state_at`
        has it. An aware moment is the same instant for all; one without a time zone is what each
        shop's own clock shows (`timetable.moments` reads both).

        4,000 shops of as many different hours: 1 ms; 30 ms once after a shop changed; 60 ms where
        nobody has asked yet in this process about that day, 400 ms where no hours have been read.
        """
        return self._crowd().open_at(moment)

    def open_on(self, day: date) -> frozenset[int]:
        """Return the keys of the public shops that open on a day of their own calendar, at any
        hour. What `open_at` costs."""
        return self._crowd().open_on(day)

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
    """Return the public shops as they are, or were at most `KEPT_SECONDS` ago."""
    kept = _kept
    if kept is not None and time.monotonic() - kept.asked < KEPT_SECONDS:
        return kept.directory
    return _ask()


def forget() -> None:
    """Forget the shops, so that the next who asks reads them: for whoever has just changed one."""
    global _kept
    _kept = None


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
    public += Shop.objects.open_to_public().filter(pk__in=of_each.keys() - same)
    return Directory(sorted(public, key=lambda shop: shop.pk))
