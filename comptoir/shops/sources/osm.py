"""Shops of OpenStreetMap, out of an extract in the JSON of the Overpass API (`out center;`).

Tags are those of the wiki (Key:shop, Key:addr:*, Key:opening_hours, Key:wheelchair,
Key:ref:FR:SIRET, Lifecycle prefix). A shop's address is written with `addr:` or, often in France,
with `contact:`. An extract is read a piece at a time, however large; of its objects one is held.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any

import ijson
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import department
from comptoir.shops.kinds import Wheelchair
from comptoir.shops.models import ServiceKind, ShopKind

LICENCE = "ODbL-1.0"
_KINDS = {"books": ShopKind.BOOKS, "music": ShopKind.RECORDS}
_FORMER = ("disused:", "was:", "closed:", "abandoned:", "removed:", "demolished:", "razed:")
_TYPES = frozenset({"node", "way", "relation"})
_TAGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "name:fr", "official_name"),
    "siret": ("ref:FR:SIRET",),
    "postcode": ("addr:postcode", "contact:postcode"),
    "city": ("addr:city", "contact:city"),
    "phone": ("phone", "contact:phone", "mobile", "contact:mobile"),
    "email": ("email", "contact:email"),
    "website": ("website", "contact:website", "url"),
    "opening_hours": ("opening_hours",),
}
"""Our columns → the tags that say the same, the first of them that is there."""

_TOLD_OR_NOT = ("street", "phone", "email", "website", "opening_hours")
_STREETS = ("addr:street", "contact:street", "addr:place")
_NUMBERS = ("addr:housenumber", "contact:housenumber")
_CHAINS = ("brand:wikidata", "brand:wikipedia", "operator:wikidata")
_ACCESS = {each.value: each for each in Wheelchair} | {"designated": Wheelchair.YES}
_SECOND_HAND = frozenset({"yes", "only"})


@dataclass(frozen=True, slots=True)
class Object:
    """A shop of an extract: its place in the file (the first is 1), `node/123`, our columns as
    text, whether it is a chain's, and whether it is no shop any more."""

    number: int
    ref: str
    cells: Mapping[str, str]
    kinds: frozenset[ShopKind]
    of_chain: bool
    former: bool

    @property
    def point(self) -> tuple[float, float] | None:
        """Its latitude and longitude, if it has any."""
        if not self.cells.get("latitude"):
            return None
        return float(self.cells["latitude"]), float(self.cells["longitude"])


@dataclass(slots=True)
class Scope:
    """What an extract covers, by what is in it: kinds, departments, and the box around all points
    (south, west, north, east)."""

    kinds: set[ShopKind] = field(default_factory=set)
    departments: set[str] = field(default_factory=set)
    box: tuple[float, float, float, float] | None = None

    def include(self, each: Object) -> None:
        """Learn of an object."""
        self.kinds |= each.kinds
        if len(postcode := each.cells.get("postcode", "")) == 5:
            self.departments.add(department(postcode))
        if each.point:
            north, east = each.point
            south, west, *_rest = box = self.box or (north, east, north, east)
            self.box = min(south, north), min(west, east), max(box[2], north), max(box[3], east)

    def covers(self, kind: str, postcode: str, latitude: float, longitude: float) -> bool:
        """Return whether a shop would be in the extract if OpenStreetMap had it. An extract of one
        department says nothing about the next one, nor one of record shops about bookshops."""
        if self.box is None or department(postcode) not in self.departments:
            return False
        south, west, north, east = self.box
        kinds = {ShopKind.BOOKS, ShopKind.RECORDS} if kind == ShopKind.BOTH else {ShopKind(kind)}
        return (
            bool(kinds & self.kinds or ShopKind.BOTH in self.kinds)
            and south <= latitude <= north
            and west <= longitude <= east
        )


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract that was read to its end: what it covers, which objects are shops in it, which are
    none any more, and why it is not whole ("" where it is)."""

    path: Path
    scope: Scope
    refs: frozenset[str]
    former: frozenset[str]
    cut_short: str

    def shops(self) -> Iterator[Object]:
        """Yield the shops, in the order of the file."""
        return (each for each in _objects(self.path) if not each.former)


def is_extract(head: bytes) -> bool:
    """Return whether a file that begins so is JSON, and no table."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read_extract(path: Path) -> Extract:
    """Return the shops of an extract, after all of it was read once: what is broken is refused
    before anything of it is taken.

    Raises `Invalid` (`bad_extract`) for what is no JSON, was cut off, or is of another form.
    """
    scope, refs, former = Scope(), set[str](), set[str]()
    count = 0
    for each in _objects(path):
        count += 1
        (former if each.former else refs).add(each.ref)
        if not each.former:
            scope.include(each)
    if not count and not _has_elements(path):
        told = _(
            "%(file)s is no extract of OpenStreetMap in the JSON of Overpass: it has no “elements”."
            " Ask with [out:json] and “out center;”."
        )
        raise Invalid("bad_extract", fill(told, file=path.name))
    remark = next((str(each) for each in _items(path, "remark")), "")
    # With 200 OK, Overpass gives what it had when its time or its memory was used up.
    cut_short = remark if "error" in remark.lower() else ""
    return Extract(path, scope, frozenset(refs), frozenset(former), cut_short[:200])


def _objects(path: Path) -> Iterator[Object]:
    for number, element in enumerate(_items(path, "elements.item"), start=1):
        if isinstance(element, dict) and (found := _object(element, number)):
            yield found


def _has_elements(path: Path) -> bool:
    with path.open("rb") as file, _told(path):
        return any(place == "elements" for place, _event, _value in ijson.parse(file))


def _items(path: Path, prefix: str) -> Iterator[Any]:
    """Yield what stands at a place of the JSON. Raises `Invalid` (`bad_extract`)."""
    with path.open("rb") as file, _told(path):
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        yield from ijson.items(file, prefix, use_float=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (ijson.JSONError, UnicodeError, ValueError) as error:
        told = _("%(file)s is no whole JSON: was it cut off? %(why)s")
        why = str(error).splitlines()[0][:120] if str(error) else ""
        raise Invalid("bad_extract", fill(told, file=path.name, why=why)) from error


def _object(element: Mapping[str, Any], number: int) -> Object | None:
    """Return the shop that an element is or was; None where it never was one of ours."""
    told = element.get("tags")
    tags = {
        str(key): value.strip()
        for key, value in (told.items() if isinstance(told, dict) else ())
        if isinstance(value, str) and value.strip()
    }
    kinds, former = _kinds(tags.get("shop", "")), False
    if not kinds:
        kinds = frozenset(k for each in _FORMER for k in _kinds(tags.get(f"{each}shop", "")))
        former = True
    sort, number_there = element.get("type"), element.get("id")
    known = isinstance(sort, str) and sort in _TYPES and _is_number(number_there, int)
    if not (kinds and known):
        return None
    return Object(
        number,
        f"{sort}/{number_there}",
        _cells(tags, kinds) | _point(element),
        kinds,
        any(name in tags for name in _CHAINS),
        former,
    )


def _kinds(value: str) -> frozenset[ShopKind]:
    """Return what a value of `shop` sells of ours: `books;music` is both."""
    return frozenset(_KINDS[word] for part in value.split(";") if (word := part.strip()) in _KINDS)


def _cells(tags: Mapping[str, str], kinds: Iterable[ShopKind]) -> dict[str, str]:
    """Return what the tags say in our columns; what they say nothing of is empty where an empty
    cell takes back what was said before (`_TOLD_OR_NOT`), and is not there elsewhere."""
    found = dict.fromkeys(_TOLD_OR_NOT, "")
    for column, names in _TAGS.items():
        if value := next((tags[name] for name in names if name in tags), ""):
            found[column] = value if column == "opening_hours" else _first(value)
    street = next((tags[name] for name in _STREETS if name in tags), "")
    if street:
        number = next((tags[name] for name in _NUMBERS if name in tags), "")
        found["street"] = f"{number} {street}".strip()
    # `designated` is the wiki's for a place made for wheelchairs.
    if access := _ACCESS.get(tags.get("wheelchair", "")):
        found["wheelchair"] = access.value
    if tags.get("second_hand") in _SECOND_HAND:
        found["services"] = ServiceKind.SECOND_HAND.value
    several = len(kinds := frozenset(kinds)) > 1
    return found | {"kind": (ShopKind.BOTH if several else next(iter(kinds))).value}


def _first(value: str) -> str:
    """Return the first of several values, which `;` parts."""
    return value.partition(";")[0].strip()


def _point(element: Mapping[str, Any]) -> dict[str, str]:
    """Return where an element is: a node's own point, the centre of all else."""
    where = element if "lat" in element else element.get("center")
    point = [where.get(name) for name in ("lat", "lon")] if isinstance(where, dict) else []
    if len(point) == 2 and all(_is_number(each, int | float) for each in point):
        return {"latitude": repr(point[0]), "longitude": repr(point[1])}
    return {}


def _is_number(value: object, sort: type[int] | UnionType) -> bool:
    """Return whether a value of the JSON is a number: to Python, true and false are numbers too."""
    return isinstance(value, sort) and not isinstance(value, bool)
