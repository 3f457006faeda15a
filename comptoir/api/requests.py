"""What several addresses take in their query: a place, a distance, a page."""

import re
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Query

from comptoir.core.errors import Invalid
from comptoir.shops.places import Point, find_place

MAX_LIMIT = 100

Near = Annotated[
    str,
    Query(max_length=80, description=gettext_noop("`latitude,longitude`, a town or a postcode")),
]
RadiusKm = Annotated[float | None, Query(gt=0, le=2000, description=gettext_noop("Needs `near`"))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[
    str, Query(max_length=500, description=gettext_noop("`next_cursor` of the page before"))
]

_POINT = re.compile(r"\s*([-+]?[0-9]{1,3}(?:\.[0-9]+)?)\s*,\s*([-+]?[0-9]{1,3}(?:\.[0-9]+)?)\s*")


def point(near: str) -> Point | None:
    """Return where `near` is, None for the empty text.

    Raises `Invalid` (`unknown_place`) for coordinates off the globe or a place nobody knows.
    """
    if not near.strip():
        return None
    if match := _POINT.fullmatch(near):
        found = Point(float(match[1]), float(match[2]))
        if abs(found.latitude) <= 90 and abs(found.longitude) <= 180:
            return found
    elif place := find_place(near):
        return Point(place.latitude, place.longitude)
    raise Invalid(
        "unknown_place",
        _("“%(near)s” is no place we know: write “46.58,0.34”, a town or a postcode.")
        % {"near": near},
        field="near",
    )


def metres(radius_km: float | None, centre: Point | None) -> float | None:
    """Return the radius in metres. Raises `Invalid` (`near_missing`) without a centre."""
    if radius_km is None:
        return None
    if centre is None:
        raise Invalid("near_missing", _("“radius_km” needs “near”."), field="near")
    return radius_km * 1000
