"""Places a reader may name: a town, a postcode, a department; and distances between points."""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from comptoir.core.identifiers import department as department_of
from comptoir.shops.gazetteer import Town, by_population, fold, gazetteer
from comptoir.shops.geography import REGION_NAMES, TERRITORIES
from comptoir.shops.models import Shop

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the Earth, in metres (IUGG)."""

_LONGEST = 80
_LONGEST_NAME = 45
_POSTCODE = re.compile(r"(?<!\d)(\d{5}|\d{2} \d{3})(?!\d)")
_DEPARTMENT = re.compile(r"[\s(,]+(97\d|98\d|\d\d|2[AB])\s*\)?\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\(([^()]+)\)\s*$")
_NOISE = re.compile(r" (?:cedex(?: \d+)?|france)$")
_ARRONDISSEMENT = re.compile(r"^(paris|lyon|marseille) (\d{1,2})(?:er|e|eme)?(?: arr.*)?$")
_FIRST_POSTCODE = {"paris": 75000, "lyon": 69000, "marseille": 13000}
_SAINTS = {"saint", "sainte"}
_TERRITORIES = {
    key: territory.code
    for territory in TERRITORIES.values()
    for key in (fold(territory.name), fold(territory.name).removeprefix("la "))
    if key != "saint martin"
}


@dataclass(frozen=True, slots=True)
class Point:
    """A point on Earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A town. `postcode` (its main one) and `department` are empty where they are not known; then
    `region` tells namesakes apart."""

    name: str
    postcode: str
    latitude: float
    longitude: float
    department: str = ""
    region: str = ""

    @property
    def label(self) -> str:
        """The town as people write it: “Poitiers (86)”."""
        within = self.department or self.region
        return f"{self.name} ({within})" if within else self.name

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.latitude, self.longitude)


def find_place(text: str) -> Place | None:
    """Return the place that a reader's words name, or None.

    Understood: a town however it is spelt (accents, case, hyphens, “St”), with one typing error
    forgiven; a postcode; a department; a town with its postcode, department or region (“Poitiers
    (86)”, “86000 Poitiers”); an arrondissement (“Paris 11e”, “75011”). Of several towns of one name
    the most populous is meant, unless the text names another. A postcode that is not known means
    the town of the shops that have it or, failing those, the largest town of its department.
    """
    text = text.strip()[:_LONGEST]
    if text.upper() in gazetteer().by_department:
        return _in_department(text.upper(), "")
    if found := _POSTCODE.search(text):
        return _by_postcode(found[1].replace(" ", ""), _name(_POSTCODE.sub(" ", text)))
    if found := _ARRONDISSEMENT.match(fold(_BRACKETS.sub("", text))):
        return _by_postcode(str(_FIRST_POSTCODE[found[1]] + int(found[2])), "")
    if found := _DEPARTMENT.search(text):
        return _in_department(found[1].upper(), _name(text[: found.start()]))
    if found := _BRACKETS.search(text):
        return _in_region(fold(found[1]), _name(text[: found.start()]))
    if code := _TERRITORIES.get(_name(text)):
        return _in_department(code, "")
    return _first(_named(_name(text)))


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in metres between two points in degrees (haversine)."""
    north, south = radians(lat1), radians(lat2)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def to_a_kilometre(point: Point) -> Point:
    """Return a point rounded to about a kilometre: two decimals of a degree. So coarse a reader's
    place is kept, or leaves this installation."""
    return Point(round(point.latitude, 2), round(point.longitude, 2))


def _name(text: str) -> str:
    """Return the folded name of a town, without what an envelope adds to it."""
    return _NOISE.sub("", fold(text))


def _named(folded: str) -> list[Town]:
    """Return the towns of a folded name; else those whose name goes on after it (“Brive”), else
    those one typing error away."""
    known = gazetteer()
    if found := known.by_name.get(folded):
        return found
    if not 4 <= len(folded) <= _LONGEST_NAME or folded in _SAINTS:
        return []
    if longer := known.begins_with(f"{folded} ", 20):
        return longer
    near = {town: None for edit in _edits(folded) for town in known.by_name.get(edit, ())}
    return sorted(near, key=by_population, reverse=True)


def _edits(word: str) -> Iterator[str]:
    """Yield every text one typing error away: a letter missed, doubled, swapped or mistaken."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase + " ":
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _by_postcode(postcode: str, name: str) -> Place | None:
    """Return the place of a postcode; a name beside it chooses among the department's towns."""
    known = gazetteer().by_postcode.get(postcode)
    if name and not (known and name == known.folded):
        chosen = _choose(_named(name), department_of(postcode))
        known = chosen or known
    if known:
        return _place(known)
    return _of_shops(postcode) or _in_department(department_of(postcode), "")


def _in_department(code: str, name: str) -> Place | None:
    """Return a department's town of that name, or the largest where no name is given."""
    if name:
        return _first([_choose(_named(name), code)])
    return _first([gazetteer().by_department.get(code)])


def _in_region(region: str, name: str) -> Place | None:
    """Return a town of that name in a region, by its folded name; anywhere if none is there."""
    namesakes = _named(name)
    there = [town for town in namesakes if fold(_region(town)) == region]
    return _first(there or namesakes)


def _choose(namesakes: list[Town], code: str) -> Town | None:
    """Return the namesake in a department: the one known to be, or else the nearest to its
    largest town among those whose department is not known."""
    centre = gazetteer().by_department.get(code)
    exact = next((town for town in namesakes if town.department == code), None)
    if exact or centre is None:
        return exact or next(iter(namesakes), None)
    unknown = [town for town in namesakes if not town.department]
    return min(
        unknown or namesakes,
        key=lambda town: metres(centre.latitude, centre.longitude, town.latitude, town.longitude),
        default=None,
    )


def _of_shops(postcode: str) -> Place | None:
    """Return the place of the shops that have a postcode, or None."""
    shop = Shop.objects.open_to_public().filter(postcode=postcode).order_by("id").first()
    if shop is None:
        return None
    code = department_of(postcode)
    return Place(shop.city, postcode, shop.latitude, shop.longitude, code)


def _first(towns: Sequence[Town | None]) -> Place | None:
    return _place(towns[0]) if towns and towns[0] else None


def _region(town: Town) -> str:
    return REGION_NAMES[town.region]


def _place(town: Town) -> Place:
    return Place(
        name=town.name,
        postcode=town.postcode,
        latitude=town.latitude,
        longitude=town.longitude,
        department=town.department,
        region=_region(town),
    )
