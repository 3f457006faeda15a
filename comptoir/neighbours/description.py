"""How an installation describes itself to its neighbours (`GET /api/v1/about`), read."""

from typing import Any, NamedTuple

from pydantic import BaseModel

from comptoir.core.gate import Unreachable, ask
from comptoir.neighbours.area import MOST_CIRCLES, WIDEST_KM, Circle
from comptoir.neighbours.errors import no_description
from comptoir.neighbours.values import (
    Latitude,
    Longitude,
    Name,
    Things,
    each_of,
    own_link,
    read_object,
)

PATH = "/api/v1/about"
MARK = {"Comptoir-Neighbour": "1"}
"""What every question to a neighbour carries: whoever gets it asks nobody on its behalf."""
SECONDS = 10.0
LARGEST_BYTES = 64 * 1024
LONGEST_NAME = 120
HEADERS = {"Accept": "application/json", **MARK}


class Description(NamedTuple):
    """What a neighbour is called, where its shops are, and its page for readers ("": none)."""

    name: str
    area: list[Circle]
    search_page: str


class _Said(BaseModel):
    name: Name
    search_page: Any = None
    area: Things = []


class _Circle(BaseModel):
    latitude: Latitude
    longitude: Longitude
    radius_km: float


def describe(address: str) -> Description:
    """Ask an installation what it is, and return that.

    Raises `Invalid` (`no_description`, with why; `bad_url`), `Quiet`.
    """
    try:
        with ask(f"{address}{PATH}", headers=HEADERS, seconds=SECONDS, largest=LARGEST_BYTES) as it:
            status, content = it.status, it.read() if it.status == 200 else b""
    except Unreachable as error:
        raise no_description(address, error.message) from error
    if status != 200:
        raise no_description(address, f"HTTP {status}")
    try:
        return read_description(content, address)
    except ValueError as error:
        raise no_description(address, "JSON") from error


def read_description(content: bytes, address: str) -> Description:
    """Return what a description says. Raises `ValueError` for one without a name or an area."""
    said = _Said.model_validate(read_object(content))
    circles = each_of(_Circle, said.area, MOST_CIRCLES)
    area = [
        Circle(each.latitude, each.longitude, each.radius_km)
        for each in circles
        if 0 < each.radius_km <= WIDEST_KM
    ]
    if not said.name or not area:
        raise ValueError(address)
    page = own_link(said.search_page, address)
    # The question is written behind it.
    page = "" if {"?", "#"} & set(page) else page
    return Description(said.name[:LONGEST_NAME], area, page)
