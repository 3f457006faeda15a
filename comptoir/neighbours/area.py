"""Where an installation has shops, as circles; and whether a place lies near some of them.

One circle for each department: a shop overseas makes no circle over half the globe, and there are a
hundred at most.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple

from comptoir.core.identifiers import department
from comptoir.shops.memory import Directory
from comptoir.shops.models import Shop
from comptoir.shops.places import Point, metres

NEAR_KM = 30
"""Who is no further than so far from a circle is near it: the way that readers go for a book."""
MOST_CIRCLES = 200
WIDEST_KM = 300
"""A larger circle says nothing of where shops are."""


class Circle(NamedTuple):
    """Where some shops are: the middle in degrees, and so many kilometres around it."""

    latitude: float
    longitude: float
    radius_km: float


def area_of(directory: Directory) -> list[Circle]:
    """Return where the public shops are, worked out once for each state of the directory."""
    return directory.made("neighbours.area", lambda: _circles(directory.public))


def _circles(shops: Iterable[Shop]) -> list[Circle]:
    by_department: dict[str, list[Shop]] = defaultdict(list)
    for shop in shops:
        by_department[department(shop.postcode)].append(shop)
    return [_circle(found) for _code, found in sorted(by_department.items())]


def _circle(shops: Sequence[Shop]) -> Circle:
    """Return the circle around the middle of some shops in which all of them are."""
    latitude = round(_middle([shop.latitude for shop in shops]), 2)
    longitude = round(_middle([shop.longitude for shop in shops]), 2)
    away = max(metres(latitude, longitude, shop.latitude, shop.longitude) for shop in shops)
    return Circle(latitude, longitude, max(1, ceil(away / 1000)))


def _middle(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2


def distance_m(point: Point, area: Iterable[Sequence[float]]) -> float:
    """Return how many metres a point is from the nearest circle: 0 within one, infinity where there
    is none."""
    return min(
        (
            max(0.0, metres(point.latitude, point.longitude, latitude, longitude) - km * 1000)
            for latitude, longitude, km in area
        ),
        default=float("inf"),
    )


def is_near(point: Point, area: Iterable[Sequence[float]]) -> bool:
    """Return whether a reader at a point may want what shops of an area have."""
    return distance_m(point, area) <= NEAR_KM * 1000
