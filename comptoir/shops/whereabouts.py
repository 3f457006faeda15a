"""Whether a shop's coordinates are where its postcode and town say it is.

A minus sign that is lost on the way lands a shop of La Rochelle inland, between Poitiers and
Limoges; columns that are swapped land it in the Indian Ocean.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import department
from comptoir.shops.gazetteer import Town, gazetteer
from comptoir.shops.geography import department_at
from comptoir.shops.likeness import town_of
from comptoir.shops.places import Point, metres

_FROM_ITS_TOWN_M = 40_000
_FROM_ANY_TOWN_M = 60_000
_FROM_ANY_TOWN_OVERSEAS_M = 500_000
_MIRRORED_M = 5_000
"""A sign lost near Greenwich moves a shop of Tarbes by 12 km only: from here on it is looked at
whether the point with the other sign lies much nearer (`_MUCH_NEARER` times)."""
_MUCH_NEARER = 4


def check_whereabouts(postcode: str, city: str, latitude: float, longitude: float) -> None:
    """Refuse coordinates that are far from the town of a postcode.

    The town is that of the postcode, or the one of this name in its department; where neither is
    known, the nearest known town of the department. Raises `Invalid` (`far_coordinates`) with the
    column that is likely to be wrong, and the coordinates that would be right if one can tell.
    """
    code = department(postcode)
    towns = _towns_meant(postcode, city, code)
    overseas = _FROM_ANY_TOWN_OVERSEAS_M if code.startswith(("97", "98")) else _FROM_ANY_TOWN_M
    limit = _FROM_ITS_TOWN_M if towns else overseas
    towns = towns or _towns_of().get(code, [])
    if not towns:
        return
    given = Point(latitude, longitude)
    nearest, away = _nearest(towns, given)
    meant, how = _meant(towns, given, limit)
    # Another place of its postcode may lie as far on the other side of Greenwich.
    lost = how == "sign" and nearest.folded == town_of(city) and away > _MIRRORED_M
    if away > limit or (lost and meant and _nearest(towns, meant)[1] * _MUCH_NEARER < away):
        raise _far(nearest, away, given, meant, swapped=how == "swapped")


def town_at(postcode: str, city: str) -> Town:
    """Return the town of a name and a postcode, where a shop may stand of which nothing else is
    known.

    Raises `Invalid` (`unknown_town`) where there is no such town of 500 people in the department,
    or several that may be meant, with the names that are near.
    """
    found = towns_called(postcode, city)
    if len(found) == 1:
        return found[0]
    there = [town.name for town in _towns_of_region(department_at(postcode).region)]
    near = get_close_matches(city, there, n=3, cutoff=0.6)
    told = _("“%(city)s” (%(postcode)s) is no town that is known here: write its coordinates.")
    if found:
        told = _("There are several towns “%(city)s” (%(postcode)s): write its coordinates.")
    elif near:
        told = _(
            "“%(city)s” (%(postcode)s) is no town that is known here: write one of these if it is "
            "meant (%(near)s), or its coordinates."
        )
    values = {"city": city[:40], "postcode": postcode, "near": ", ".join(near)}
    raise Invalid("unknown_town", fill(told, **values), field="city")


def towns_called(postcode: str, city: str) -> list[Town]:
    """Return the towns of a name that a postcode may mean: the one of which it is the main one, or
    those of its department, or those of its region whose department is not known."""
    known, called = gazetteer(), town_of(city)
    own = known.by_postcode.get(postcode)
    if own and (own.folded == called or own.folded.startswith(f"{called} ")):
        return [own]  # also an arrondissement: 75011 is Paris.
    code = department(postcode)
    namesakes = [town for town in known.by_name.get(called, ()) if town.folded == called]
    if there := [town for town in namesakes if town.department == code]:
        return there
    region = department_at(postcode).region
    return _near_department([town for town in namesakes if town.region == region], code)


def _near_department(towns: list[Town], code: str) -> list[Town]:
    """Return which of some towns, whose department is not known, may be in this one: those whose
    nearest known town is of it, or the only one that is near any of its towns."""
    unknown, known = [town for town in towns if not town.department], _towns_of()
    every = [town for each in known.values() for town in each]
    points = {town: Point(town.latitude, town.longitude) for town in unknown}
    inside = [town for town in unknown if _nearest(every, points[town])[0].department == code]
    if inside or not known.get(code):
        return inside
    near = [t for t in unknown if _nearest(known[code], points[t])[1] <= _FROM_ANY_TOWN_M]
    return near if len(unknown) == 1 else unknown


@lru_cache(maxsize=32)
def _towns_of_region(region: str) -> tuple[Town, ...]:
    towns = {town for towns in gazetteer().by_name.values() for town in towns}
    return tuple(sorted(town for town in towns if town.region == region))


def _towns_meant(postcode: str, city: str, code: str) -> list[Town]:
    """Return the town of a postcode, or else the towns of a name in a department; perhaps none."""
    known = gazetteer()
    if found := known.by_postcode.get(postcode):
        return [found]
    return [town for town in known.by_name.get(town_of(city), ()) if town.department == code]


@lru_cache(maxsize=1)
def _towns_of() -> dict[str, list[Town]]:
    """Return the known towns of each department, made once a process."""
    found: dict[str, list[Town]] = defaultdict(list)
    for towns in gazetteer().by_name.values():
        for town in towns:
            if town.department:
                found[town.department].append(town)
    return dict(found)


def _nearest(towns: Iterable[Town], point: Point) -> tuple[Town, float]:
    """Return the town nearest to a point, and how far it is in metres."""
    measured = (
        (town, metres(town.latitude, town.longitude, point.latitude, point.longitude))
        for town in towns
    )
    return min(measured, key=lambda each: each[1])


def _meant(towns: Sequence[Town], given: Point, limit: float) -> tuple[Point | None, str]:
    """Return the point within the limit that was meant, and what happened to it: a sign that was
    lost or added (`sign`), columns that were swapped (`swapped`). None where nothing explains it.
    """
    latitude, longitude = given.latitude, given.longitude
    signs = ((latitude, -longitude), (-latitude, longitude), (-latitude, -longitude))
    for point in (Point(*each) for each in signs):
        if _nearest(towns, point)[1] <= limit:
            return point, "sign"
    for point in (Point(longitude, latitude), Point(longitude, -latitude)):
        if abs(longitude) <= 90 and _nearest(towns, point)[1] <= limit:
            return point, "swapped"
    return None, ""


def _far(town: Town, away: float, given: Point, meant: Point | None, *, swapped: bool) -> Invalid:
    told: dict[str, object] = {"km": int(away) // 1000, "town": town.name}
    reason = _("These coordinates are %(km)d km from %(town)s: check them, and the postcode.")
    if swapped:
        reason = _(
            "These coordinates are %(km)d km from %(town)s: are latitude and longitude swapped?"
        )
    elif meant:
        told |= {"latitude": meant.latitude, "longitude": meant.longitude}
        reason = _(
            "These coordinates are %(km)d km from %(town)s, and would be there as %(latitude)s, "
            "%(longitude)s: was a minus sign lost?"
        )
    only_longitude = meant and not swapped and meant.latitude == given.latitude
    return Invalid(
        "far_coordinates",
        fill(reason, **told),
        field="longitude" if only_longitude else "latitude",
    )
