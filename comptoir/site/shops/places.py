"""The pages of the directory that one finds by a search engine: a place, what is sold there, and
one thing that is asked for (`/annuaire/vienne/disquaires/par-correspondance`).

A page is there for a department with a shop; for a town, a kind or a thing with `FEWEST` of them.
What has fewer is a filter of the directory, and leads there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.identifiers import department
from comptoir.shops import memory
from comptoir.shops.choice.answer import marks_of
from comptoir.shops.geography import DEPARTMENTS, Department
from comptoir.shops.likeness import town_of
from comptoir.shops.memory import Directory
from comptoir.shops.models import Shop, ShopKind
from comptoir.shops.places import find_place
from comptoir.site.shops.query import Asked, address_of
from comptoir.site.shops.things import (
    BY_PARAMETER,
    BY_WORD,
    KINDS,
    SUNDAY,
    THINGS,
    Thing,
    headline,
)

FEWEST = 3
Key = tuple[str, ShopKind | None, Thing | None]
"""What a page is about: the word of its place, a kind, a thing."""

_SPOTS, _PAGES = "site.shops.places.spots", "site.shops.places.pages"
_SUNDAYS = 4
"""A shop counts as open on Sunday that opens on one of the next so many: a page does not come and
go with a public holiday."""
_NAMES = {"kind", "town", "department", *(thing.parameter[0] for thing in THINGS)}
_KIND_WORDS = {kind: word for word, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Spot:
    """A department (`town` is empty), or a town in one: its word in addresses, its name, how French
    says that something is there, and how many shops are."""

    word: str
    name: str
    code: str
    town: str
    within: str
    count: int

    @property
    def here(self) -> str:
        """That something is there, in the reader's language: `dans la Vienne`, `in Poitiers`."""
        if (get_language() or "").startswith("fr"):
            return self.within
        return _("in %(place)s") % {"place": self.name}

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The filter of the directory that means it."""
        town = [("town", self.name)] if self.town else []
        return [*town, ("department", self.code)]


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One page: its place, perhaps the kind of shop, perhaps the thing that is asked for."""

    spot: Spot
    kind: ShopKind | None = None
    thing: Thing | None = None
    count: int = 0

    @property
    def path(self) -> str:
        """Its address."""
        words = [self.spot.word]
        if self.kind:
            words.append(_KIND_WORDS[self.kind])
            words += [self.thing.word(self.kind)] if self.thing else []
        name = ("place", "place_kind", "place_thing")[len(words) - 1]
        return reverse(f"site:{name}", args=words)

    @property
    def headline(self) -> str:
        """What it is about, in the reader's language."""
        return headline(self.kind, self.spot.here, self.thing)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The filter of the directory that lists the same."""
        kind = [("kind", self.kind.value)] if self.kind else []
        thing = [self.thing.parameter] if self.thing else []
        return [*kind, *thing, *self.spot.parameters]

    @property
    def filter_address(self) -> str:
        """The address of that filter."""
        return address_of(self.parameters)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that there are, by what they are about; places by their words."""

    spots: Mapping[str, Spot]
    pages: Mapping[Key, IndexPage]

    def of(self, spot: Spot) -> list[IndexPage]:
        """Return the pages about a place, itself first."""
        return [page for key, page in self.pages.items() if key[0] == spot.word]

    @property
    def departments(self) -> list[Spot]:
        """The departments with a shop, by their codes."""
        return [spot for spot in self.spots.values() if not spot.town]

    def towns(self, code: str) -> list[Spot]:
        """Return the towns of a department that have a page, by name."""
        found = [spot for spot in self.spots.values() if spot.town and spot.code == code]
        return sorted(found, key=lambda spot: spot.town)


def around(shop: Shop) -> list[Spot]:
    """Return the places of a shop that have a page: its department, then its town."""
    spots, code = _kept_spots(memory.directory()), department(shop.postcode)
    keys = (("", code), (_town(shop.city), code))
    return [spots[key] for key in keys if key in spots]


def index_pages() -> list[IndexPage]:
    """Return the pages of the directory that a search engine is shown, places first; made once for
    the shops that a process keeps, and the day."""
    return list(all_pages().pages.values())


def all_pages() -> Pages:
    """Return all the pages of the directory, by what they are about."""
    kept, today = memory.directory(), timezone.localdate()
    return kept.made((_PAGES, today), lambda: _made(kept, today))


def _made(kept: Directory, today: date) -> Pages:
    by_place = _kept_spots(kept)
    spots = list(by_place.values())
    sundays = _open_on_sundays(kept, today)
    counts: Counter[Key] = Counter()
    for shop in kept.public:
        things = list(_things_of(shop, sundays))
        code = department(shop.postcode)
        for place in (("", code), (_town(shop.city), code)):
            spot = by_place.get(place)
            if spot is None:
                continue
            for sold in _kinds_of(shop):
                counts[spot.word, sold, None] += 1
                counts.update((spot.word, sold, thing) for thing in things)
    pages: dict[Key, IndexPage] = {}
    for spot in spots:
        pages[spot.word, None, None] = IndexPage(spot, count=spot.count)
    by_word = {spot.word: spot for spot in spots}
    order = {thing: at for at, thing in enumerate((None, *THINGS))}
    for key in sorted(counts, key=lambda key: (key[0], str(key[1]), order[key[2]])):
        word, kind, thing = key
        if counts[key] >= FEWEST:
            pages[key] = IndexPage(by_word[word], kind, thing, counts[key])
    return Pages(by_word, pages)


def _kinds_of(shop: Shop) -> Iterator[ShopKind]:
    return (kind for kind in KINDS.values() if shop.kind in (kind, ShopKind.BOTH))


def _things_of(shop: Shop, sundays: set[int]) -> Iterator[Thing]:
    if shop.pk in sundays:
        yield BY_PARAMETER[SUNDAY]
    for mark in marks_of(shop):
        if mark in BY_PARAMETER:
            yield BY_PARAMETER[mark]


def _open_on_sundays(kept: Directory, today: date) -> set[int]:
    first = today + timedelta(days=6 - today.weekday())
    days = [first + timedelta(weeks=week) for week in range(_SUNDAYS)]
    return set().union(*(kept.open_on(day) for day in days))


def _kept_spots(kept: Directory) -> dict[tuple[str, str], Spot]:
    """Return the places by town and department, made once for the shops that a process keeps."""
    return kept.made(_SPOTS, lambda: {(spot.town, spot.code): spot for spot in _spots(kept)})


def _spots(kept: Directory) -> list[Spot]:
    """Return the departments with a shop and the towns with `FEWEST` of them. Of what has one name,
    the department has it in addresses, then the largest town; others have their department's code
    behind it."""
    departments: Counter[str] = Counter()
    towns: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for shop in kept.public:
        code = department(shop.postcode)
        departments[code] += 1
        towns[_town(shop.city), code][shop.city] += 1
    found = [_department(code, count) for code, count in sorted(departments.items())]
    taken = {spot.word for spot in found}
    for (town, code), names in sorted(towns.items()):
        count = names.total()
        if count >= FEWEST:
            name = names.most_common(1)[0][0]
            word = _slug(name)
            if word in taken or _largest(name) != code:
                word = f"{word}-{code.lower()}"
            found.append(Spot(word, name, code, town, _at(name), count))
    return found


def _department(code: str, count: int) -> Spot:
    known = DEPARTMENTS.get(code) or Department(code, code)
    return Spot(_slug(known.name), known.name, code, "", known.within or known.name, count)


def _slug(name: str) -> str:
    return slugify(name.replace("’", " ").replace("'", " "))


def _at(town: str) -> str:
    """Return how French says that something is in a town: `à Poitiers`, `au Mans`."""
    if town.startswith("Le "):
        return f"au {town[3:]}"
    return f"aux {town[4:]}" if town.startswith("Les ") else f"à {town}"


@lru_cache(maxsize=8_192)
def _town(city: str) -> str:
    return town_of(city)


@lru_cache(maxsize=8_192)
def _largest(name: str) -> str:
    """Return the department of the largest town of a name, or the empty text."""
    place = find_place(name)
    return place.department if place else ""


def page_at(place: str, kind: str, thing: str) -> IndexPage | None:
    """Return what the words of an address mean, whether there is a page about it (`count`) or not;
    None for words that nothing has."""
    known = all_pages()
    spot = known.spots.get(place)
    sold = KINDS.get(kind)
    wanted = BY_WORD.get((sold, thing)) if sold else None
    if spot is None or (kind and sold is None) or (thing and wanted is None):
        return None
    return known.pages.get((place, sold, wanted)) or IndexPage(spot, sold, wanted)


def same_as(asked: Asked) -> IndexPage | None:
    """Return the page that lists what a filter asks for, if there is one."""
    given = set(asked.shared)
    code = asked.request.department
    # A place, a kind, a thing, and nothing else: most filters are no page, and need no look.
    if not code or len(given) > len(("kind", "thing", "town", "department")):
        return None
    if not {name for name, _value in given} <= _NAMES:
        return None
    pages = all_pages().pages.values()
    return next(
        (page for page in pages if page.spot.code == code and set(page.parameters) == given), None
    )
