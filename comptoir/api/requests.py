"""What several addresses take: a shop's name, a place, a distance, a moment, a page."""

import re
from datetime import datetime
from typing import Annotated, Any

from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Query

from comptoir.core import text as texts
from comptoir.core.errors import Invalid, fill
from comptoir.shops.choice.when import read_when
from comptoir.shops.places import Point, find_place

MAX_LIMIT = 100
_SALT = "comptoir.api.cursor"

ShopName = Annotated[str, Path(max_length=80, description=gettext_noop("SIRET or slug"))]
Near = Annotated[
    str,
    Query(max_length=80, description=gettext_noop("`latitude,longitude`, a town or a postcode")),
]
RadiusKm = Annotated[float | None, Query(gt=0, le=2000, description=gettext_noop("Needs `near`"))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[
    str, Query(max_length=500, description=gettext_noop("`next_cursor` of the page before"))
]
OpenAt = Annotated[
    str,
    Query(
        max_length=60,
        description=gettext_noop(
            "Open at a moment: `now`, ISO 8601 (without an offset it is what each shop’s own clock"
            " shows), or a day alone, `2026-12-06`: open on it at any hour"
        ),
    ),
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


def open_at(text: str, now: datetime) -> dict[str, Any]:
    """Return what `open_at` asks for, as the fields of a `DirectoryRequest`.

    Raises `Invalid` as `shops.choice.when` does.
    """
    try:
        return read_when(text, now=now)._asdict()
    except Invalid as refusal:
        refusal.data["field"] = "open_at"
        raise


def read_moment(text: str, field: str, code: str = "bad_moment") -> datetime:
    """Return a moment of ISO 8601; without an offset the stock takes it in the shop's time zone.

    Raises `Invalid` with this code.
    """
    moment = texts.read_moment(text)
    if moment is None:
        message = _("“%(field)s” must be a moment, such as 2026-11-05T14:02:00+01:00.")
        raise Invalid(code, fill(message, field=field), field=field)
    return moment


def write_cursor(place: list[Any], *, of: str) -> str:
    """Return the cursor of a place in the list `of` this name: values that JSON can carry."""
    return signing.dumps(place, salt=f"{_SALT}.{of}")


def read_cursor(cursor: str, *, of: str) -> list[Any]:
    """Return the place in the list `of` this name that a cursor names.

    Raises `Invalid` (`bad_cursor`) when this server did not write it, or for another list.
    """
    try:
        place: list[Any] = signing.loads(cursor, salt=f"{_SALT}.{of}")
    except signing.BadSignature:
        message = _("This cursor is not one of ours: start again from the first page, without it.")
        raise Invalid("bad_cursor", message, field="cursor") from None
    return place
