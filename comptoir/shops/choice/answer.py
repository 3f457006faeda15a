"""Which shops answer to a request, and in which order: sets of keys, made once for the shops that a
process keeps, of which each filter takes one. 4,000 shops are chosen from in a millisecond or two:
their key is read as `id`, for `pk` is a property that costs ten times as much.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from comptoir.core.identifiers import department
from comptoir.shops.choice.request import DirectoryRequest, Order
from comptoir.shops.gazetteer import fold
from comptoir.shops.kinds import Wheelchair
from comptoir.shops.likeness import town_of
from comptoir.shops.memory import Directory
from comptoir.shops.models import Shop, ShopKind

Keys = frozenset[int]
_NOBODY: Keys = frozenset()
_KINDS = {
    ShopKind.BOOKS: (ShopKind.BOOKS, ShopKind.BOTH),
    ShopKind.RECORDS: (ShopKind.RECORDS, ShopKind.BOTH),
    ShopKind.BOTH: (ShopKind.BOTH,),
}
_ACCESS = {
    Wheelchair.YES: (Wheelchair.YES,),
    Wheelchair.LIMITED: (Wheelchair.YES, Wheelchair.LIMITED),
    Wheelchair.NO: (Wheelchair.NO,),
}


class Found(NamedTuple):
    """The shops that answer, in the order asked for, and how far each is from where they are looked
    for, in metres by its key (None: from nowhere)."""

    shops: list[Shop]
    away: Mapping[int, float] | None


class Index:
    """Some shops by what they say of themselves; nothing in it changes with the time."""

    def __init__(self, shops: Iterable[Shop]) -> None:
        self.by_town = sorted(shops, key=_by_town)
        self.by_name = sorted(self.by_town, key=lambda shop: _folded(shop.name))
        self._texts = [
            (shop.id, f" {_folded(f'{shop.name} {shop.city}')}") for shop in self.by_town
        ]
        sets: dict[tuple[str, str], set[int]] = defaultdict(set)
        for shop in self.by_town:
            for mark in marks_of(shop):
                sets[mark].add(shop.id)
        self.networks = {
            each.network.slug: each.network.name
            for shop in self.by_town
            for each in shop.memberships.all()
        }
        """The names of the networks that shops belong to, by their slugs."""
        self._sets = {mark: frozenset(keys) for mark, keys in sets.items()}

    def having(self, what: str, *values: str) -> Keys:
        """Return the keys of the shops that have one of some values of a thing (`marks_of`)."""
        found = [self._sets.get((what, str(value)), _NOBODY) for value in values]
        return found[0].union(*found[1:])

    def values(self, what: str) -> dict[str, int]:
        """Return which values of a thing there are, each with how many shops have it."""
        return {value: len(keys) for (name, value), keys in self._sets.items() if name == what}

    def called(self, text: str) -> Keys:
        """Return the keys of the shops in whose name or town all words of a text are, or begin."""
        words = [f" {word}" for word in fold(text).split()]
        if not words:
            return _NOBODY
        return frozenset(key for key, told in self._texts if all(word in told for word in words))

    def sets(self, request: DirectoryRequest) -> list[Keys]:
        """Return a set of keys for each thing that a request asks for, but for time and distance: a
        shop that is in all of them answers."""
        found = [self.having("service", each) for each in request.services]
        found += [self.having("speciality", each) for each in request.specialities]
        if request.kind:
            found.append(self.having("kind", *_KINDS[request.kind]))
        if request.network:
            found.append(self.having("network", request.network))
        if request.department:
            found.append(self.having("department", request.department.upper()))
        if request.town:
            found.append(self.having("town", town_of(request.town)))
        if request.wheelchair:
            found.append(self.having("wheelchair", *_ACCESS[request.wheelchair]))
        if request.text.strip():
            found.append(self.called(request.text))
        return found


def marks_of(shop: Shop) -> list[tuple[str, str]]:
    """Return what a shop can be found by, each as a thing and its value."""
    return [
        ("kind", shop.kind),
        ("department", department(shop.postcode)),
        ("town", _town(shop.city)),
        ("wheelchair", shop.wheelchair),
        *[("service", each.kind) for each in shop.services.all()],
        *[("speciality", each.kind) for each in shop.specialities.all()],
        *[("network", each.network.slug) for each in shop.memberships.all()],
    ]


def index_of(directory: Directory) -> Index:
    """Return the index of the shops that a directory keeps, made once for them."""
    return directory.made(Index, lambda: Index(directory.public))


def choose(request: DirectoryRequest, directory: Directory, *, at: datetime) -> Found:
    """Return the shops of a directory that answer to a request at a moment."""
    index = index_of(directory)
    sets = index.sets(request)
    if request.open_now:
        sets.append(directory.open_at(at))
    if request.open_at:
        sets.append(directory.open_at(request.open_at))
    if request.open_on:
        sets.append(directory.open_on(request.open_on))
    shops = _in_order(request, directory, index)
    if sets:
        first, *others = sorted(sets, key=len)
        keys = first.intersection(*others)
        shops = [shop for shop in shops if shop.id in keys]
    if request.order is Order.OPEN:
        there = directory.open_at(request.open_at or at)
        shops = sorted(shops, key=lambda shop: shop.id not in there)
    return Found(shops, directory.away(request.near) if request.near else None)


def _in_order(request: DirectoryRequest, directory: Directory, index: Index) -> list[Shop]:
    """Return the shops within the radius of a request, in the order of their names or places."""
    if request.near is None:
        return index.by_name if request.order is Order.NAME else index.by_town
    shops, away = directory.nearest(request.near), directory.away(request.near)
    if request.radius_m is not None:
        most = request.radius_m
        shops = list(takewhile(lambda shop: away[shop.id] <= most, shops))
    if request.order is Order.NAME:
        return sorted(shops, key=lambda shop: _folded(shop.name))
    return shops


def _by_town(shop: Shop) -> tuple[str, str, int]:
    return _town(shop.city), _folded(shop.name), shop.id


@lru_cache(maxsize=32_768)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=8_192)
def _town(city: str) -> str:
    return town_of(city)
