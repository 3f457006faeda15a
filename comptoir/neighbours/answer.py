"""What a neighbour answers to a search, read with suspicion (`values`)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from comptoir.catalogue.models import ProductFormat
from comptoir.core.text import read_moment
from comptoir.neighbours.values import (
    Cents,
    Count,
    Flag,
    Name,
    PerhapsLatitude,
    PerhapsLongitude,
    Things,
    Words,
    each_of,
    own_link,
    read_object,
)
from comptoir.shops.places import Point, metres
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence

MOST_HITS = 5
MOST_OFFERS = 3
LOOKED_AT = 50
"""So many things of a list are looked at for those that are shown."""
BEYOND = 1.1
"""A shop that is further than so many times the radius was not asked for."""
_AHEAD = timedelta(minutes=5)
_OLDEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a neighbour's shop has. Absent (None or "") is what was not said, or not understood.

    `confidence` is "" where nothing can be said of the stock; `copies` are told by shops that give
    their figures away.
    """

    shop: str
    url: str
    town: str
    point: Point | None
    condition: str
    price_cents: int | None
    confidence: str
    copies: int | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A title that a neighbour has, and who has it, nearest first; `ean` is "" where not said."""

    ean: str
    title: str
    byline: str
    publisher: str
    format: str
    url: str
    offers: tuple[Offer, ...]


class _Shop(BaseModel):
    name: Name
    city: Words = ""
    latitude: PerhapsLatitude = None
    longitude: PerhapsLongitude = None
    url: Any = None


class _Offer(BaseModel):
    shop: _Shop
    condition: Words = ""
    price_cents: Cents = None
    available: Count = None
    exact: Flag = None
    confidence: Words = ""
    as_of: Words = ""


class _Product(BaseModel):
    title: Name
    ean: Words = ""
    byline: Words = ""
    publisher: Words = ""
    format: Words = ""
    url: Any = None


class _Hit(BaseModel):
    product: _Product
    offers: Things = []


class _Page(BaseModel):
    items: list[Any]


def read_answer(
    content: bytes, *, address: str, place: Point, radius_km: float, at: datetime
) -> tuple[Hit, ...]:
    """Return the titles of an answer that a shop within the radius says it has: five at most, three
    shops each.

    What has no title or no shop is left out, and a shop that says it has none. Raises `ValueError`
    for what is no answer at all.
    """
    found = []
    for each in each_of(_Hit, _Page.model_validate(read_object(content)).items, LOOKED_AT):
        said = each_of(_Offer, each.offers, LOOKED_AT)
        offers = [_offer(one, address, at) for one in said if one.available is None or _some(one)]
        near = [one for one in offers if one.shop and _is_within(one, place, radius_km)]
        if near and each.product.title:
            found.append(_hit(each.product, near[:MOST_OFFERS], address))
    return tuple(found[:MOST_HITS])


def _some(offer: _Offer) -> bool:
    return offer.available is not None and offer.available > 0


def _hit(said: _Product, offers: list[Offer], address: str) -> Hit:
    form = str(ProductFormat(said.format).label) if said.format in ProductFormat.values else ""
    link = own_link(said.url, address)
    return Hit(said.ean, said.title, said.byline, said.publisher, form, link, tuple(offers))


def _offer(said: _Offer, address: str, at: datetime) -> Offer:
    known = _some(said) and said.confidence in list(Confidence)
    return Offer(
        shop=said.shop.name,
        url=own_link(said.shop.url, address),
        town=said.shop.city,
        point=_point(said.shop),
        condition=said.condition if said.condition in Condition.values else "",
        price_cents=said.price_cents,
        confidence=said.confidence if known else "",
        copies=said.available if known and said.exact else None,
        as_of=_moment(said.as_of, at) if known else None,
    )


def _point(shop: _Shop) -> Point | None:
    if shop.latitude is None or shop.longitude is None:
        return None
    return Point(shop.latitude, shop.longitude)


def _is_within(offer: Offer, place: Point, radius_km: float) -> bool:
    """Return whether a shop may lie where it was asked for; one of which it is not known, may."""
    if offer.point is None:
        return True
    away = metres(place.latitude, place.longitude, offer.point.latitude, offer.point.longitude)
    return away <= radius_km * 1000 * BEYOND


def _moment(text: str, at: datetime) -> datetime | None:
    """Return the moment of a figure in UTC; None for one without an offset, to come, or of long
    ago."""
    moment = read_moment(text) if text else None
    if moment is None or moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if at - _OLDEST <= moment <= at + _AHEAD else None
