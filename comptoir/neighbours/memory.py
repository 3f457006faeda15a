"""The neighbours as this process keeps them: a handful, asked for with every search near a place.

What is kept is at most `KEPT_SECONDS` old. Whether one is asked is looked up anew (`inquiry`).
"""

import time
from datetime import datetime
from typing import NamedTuple

from comptoir.neighbours.area import distance_m, is_near
from comptoir.neighbours.models import Neighbour
from comptoir.shops.places import Point

KEPT_SECONDS = 5.0
MOST_ASKED = 3
"""So many are asked at once, the nearest."""


class _Kept(NamedTuple):
    neighbours: tuple[Neighbour, ...]
    asked: float


_kept: _Kept | None = None


def neighbours() -> tuple[Neighbour, ...]:
    """Return all neighbours, by name; those that are not asked now included."""
    global _kept
    now = time.monotonic()
    kept = _kept
    if kept is None or now - kept.asked >= KEPT_SECONDS:
        kept = _kept = _Kept(tuple(Neighbour.objects.all()), now)
    return kept.neighbours


def near(point: Point | None, at: datetime) -> list[Neighbour]:
    """Return the neighbours that a reader at a point may have asked at a moment, the nearest first:
    three at most, none of which is silent or rests; nobody where it is not known where they are."""
    if point is None:
        return []
    found = [
        each
        for each in neighbours()
        if each.silent_since is None
        and (each.rest_until is None or each.rest_until <= at)
        and is_near(point, each.area)
    ]
    return sorted(found, key=lambda each: distance_m(point, each.area))[:MOST_ASKED]


def forget() -> None:
    """Forget the neighbours, so that the next who asks reads them."""
    global _kept
    _kept = None
