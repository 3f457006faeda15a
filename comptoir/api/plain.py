"""Who has a title, written without the schemas: what is asked most, of what we made ourselves.

The schemas of `api.schemas` say what an answer is, and a test holds these to them. What is constant
of a shop or a title is written by its schema, once.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from json.encoder import encode_basestring as _quoted
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from comptoir.api import render
from comptoir.catalogue.memory import Title
from comptoir.releases.reads import shown_of
from comptoir.search.query import SearchPage
from comptoir.shops.memory import Directory, directory
from comptoir.shops.phrases import opening, why_shut
from comptoir.shops.places import Point
from comptoir.stock.shelf.standing import ShopOffer, title_and_who_has

# What programs ask by: a point in degrees, or nothing. Whatever else is asked is read by the route.
_NEAR = re.compile(
    r"near=(-?[0-9]{1,2}(?:\.[0-9]{1,9})?)(?:,|%2[Cc])(-?[0-9]{1,2}(?:\.[0-9]{1,9})?)"
)

_PRODUCT, _BRIEF, _OPEN = "api.product", "api.brief", "api.open"


def quick_availability(request: HttpRequest, ean: str) -> HttpResponse | None:
    """Answer who has a title as its route does; None where the route itself must read the question.

    Raises `NotFound` (`no_product`).
    """
    query = request.META.get("QUERY_STRING", "")
    match = _NEAR.fullmatch(query)
    if (query and match is None) or len(ean) > render.LONGEST_EAN:
        return None
    near = Point(float(match[1]), float(match[2])) if match else None
    if near is not None and abs(near.latitude) > 90:
        return None
    return availability(request, ean, near, None)


def availability(
    request: HttpRequest, ean: str, near: Point | None, radius_m: float | None
) -> HttpResponse:
    """Answer who has a title. Raises `NotFound` (`no_product`)."""
    now = timezone.now()
    title, found = title_and_who_has(ean, near, radius_m, now)
    ref = _quoted(title.product.ref)
    told = (
        f'{{"product":{_product(title)},"offers":[{offers(found, {title.product.pk: ref}, now)}]}}'
    )
    return render.public_text(request, told, seconds=5)


def hits(page: SearchPage, cursor: str | None, at: datetime) -> str:
    """Return a page of titles and who has them, as `ProductPageOut` says it."""
    items = ",".join(
        f'{{"product":{render.product(hit.product).model_dump_json(by_alias=True)}'
        f',"offers":[{offers(hit.nearest.offers, {hit.product.pk: _quoted(hit.product.ref)}, at)}]'
        f',"offer_count":{hit.nearest.offer_count}}}'
        for hit in page.hits
    )
    following = "null" if cursor is None else _quoted(cursor)
    return f'{{"items":[{items}],"total":{page.total},"next_cursor":{following}}}'


def offers(found: Iterable[ShopOffer], refs: dict[int, str], at: datetime) -> str:
    """Return who has what, as `OfferOut` says it; `refs` are the products' names in quotes."""
    kept, language = directory(), get_language() or ""
    return ",".join([_offer(item, refs[item.product_id], kept, language, at) for item in found])


def _offer(item: ShopOffer, ref: str, kept: Directory, language: str, at: datetime) -> str:
    copy, shown = render.copy_of(item.copy), shown_of(item, at)
    return (
        f'{{"offer":{item.offer_id},"product":{ref},"shop":{_brief(kept, item.shop.pk)}'
        f',"condition":{_quoted(item.condition)},"issue":{_quoted(item.issue)}'
        f',"copy":{"null" if copy is None else copy.model_dump_json()}'
        f',"price_cents":{"null" if item.price_cents is None else item.price_cents}'
        f',"available":{shown["available"]},"exact":{_flag(shown["exact"])}'
        f',"not_before":{_perhaps(shown["not_before"])},"as_of":{_moment(item.as_of)}'
        f',"confidence":"{item.confidence.value}"'
        f',"metres":{"null" if item.metres is None else round(item.metres)}'
        f"{_open(kept, item.shop.pk, language, at)}}}"
    )


def _flag(said: bool) -> str:
    return "true" if said else "false"


def _product(title: Title) -> str:
    return title.made(
        _PRODUCT, lambda: render.product(title.product).model_dump_json(by_alias=True)
    )


def _brief(kept: Directory, key: int) -> str:
    return kept.made(
        (_BRIEF, key), lambda: render.shop_brief(kept.shops[key]).model_dump_json(by_alias=True)
    )


def _open(kept: Directory, key: int, language: str, at: datetime) -> str:
    """Return the fields of an offer that tell whether its shop is open."""
    state = kept.state(key, at)
    known: tuple[Any, str] | None = kept.notes.get((_OPEN, key, language))
    if known is None or known[0] is not state:
        is_open = {True: "true", False: "false", None: "null"}[state.is_open]
        asked = state.appointment.words if state.appointment else None
        told = (
            f',"open_now":{is_open},"open_until":{_perhaps(state.until)}'
            f',"opens_at":{_perhaps(state.opens_at)},"closed_for":{_said(why_shut(state))}'
            f',"by_appointment":{_said(asked)}'
            f',"opening":{_quoted(opening(kept.shops[key], state, at))}'
        )
        known = kept.notes[_OPEN, key, language] = state, told
    return known[1]


def _said(words: str | None) -> str:
    return _quoted(words) if words else "null"


def _perhaps(at: datetime | None) -> str:
    return "null" if at is None else _moment(at)


def _moment(at: datetime) -> str:
    """Return a moment of UTC as the schemas write it."""
    return f'"{at.isoformat().removesuffix("+00:00")}Z"'
