"""Where the reader is: a town they typed, or the position their browser gave when they asked it to.

It is remembered in a cookie of their own, rounded to about 100 m, and nowhere else.
"""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comptoir.shops.places import Point, find_place

COOKIE = "near"
COOKIE_SECONDS = 60 * 86400
DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Near:
    """Where to look first. `text` is what the field shows; `unknown`: it names no place."""

    text: str = ""
    point: Point | None = None
    located: bool = False
    unknown: bool = False
    given: bool = False

    @property
    def latitude(self) -> str:
        """The rounded latitude when the browser gave it, for the form's hidden field."""
        return f"{self.point.latitude:.{DECIMALS}f}" if self.located and self.point else ""

    @property
    def longitude(self) -> str:
        """The rounded longitude when the browser gave it."""
        return f"{self.point.longitude:.{DECIMALS}f}" if self.located and self.point else ""


def read_near(request: HttpRequest) -> Near:
    """Return the place of the address, else the remembered one."""
    if "near" not in request.GET and "lat" not in request.GET:
        return _remembered(request.COOKIES.get(COOKIE, ""))
    return place_in(request)


def place_in(request: HttpRequest) -> Near:
    """Return the place of the address alone; nothing is read of what the browser remembers."""
    point = read_point(request.GET.get("lat", ""), request.GET.get("lon", ""))
    if point:
        return Near(_("My position"), point, located=True, given=True)
    text = " ".join(request.GET.get("near", "")[:80].split())
    if not text:
        return Near(given=True)
    place = find_place(text)
    if place is None:
        return Near(text, unknown=True, given=True)
    return Near(place.label, _rounded(place.latitude, place.longitude), given=True)


def read_point(latitude: str, longitude: str) -> Point | None:
    """Return the point of two numbers in degrees, or None when they are not one."""
    with suppress(ValueError):
        point = _rounded(float(latitude), float(longitude))
        if -90 <= point.latitude <= 90 and -180 <= point.longitude <= 180:
            return point
    return None


def _rounded(latitude: float, longitude: float) -> Point:
    """Return a point as the cookie keeps it. A town is rounded too: the page by which it was typed
    measures from where all pages after it do."""
    return Point(round(latitude, DECIMALS), round(longitude, DECIMALS))


def remember(response: HttpResponse, near: Near) -> None:
    """Keep a place the reader has just given; forget the old one when they cleared it."""
    if not near.given or near.unknown:
        return
    if near.point is None:
        response.delete_cookie(COOKIE)
        return
    text = "" if near.located else near.text
    value = f"{near.point.latitude:.4f},{near.point.longitude:.4f},{quote(text, safe='')}"
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_SECONDS, httponly=True, secure=settings.SECURE, samesite="Lax"
    )


def _remembered(cookie: str) -> Near:
    latitude, _comma, rest = cookie[:300].partition(",")
    longitude, _comma, text = rest.partition(",")
    point = read_point(latitude, longitude)
    if point is None:
        return Near()
    name = unquote(text)[:80]
    return Near(name or _("My position"), point, located=not name)
