"""What neighbours have, beside what shops here have: their own part of a page, under their names.

The page is answered without it. It holds a link, which works by itself; where the browser can, the
part comes a moment later and takes the link's place. A question that comes from a neighbour asks
nobody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.core.limits import Limit, TooMany, client_network, count_read
from comptoir.neighbours import memory
from comptoir.neighbours.area import NEAR_KM
from comptoir.neighbours.description import MARK
from comptoir.neighbours.inquiry import Question, Reply, inquire, question
from comptoir.neighbours.models import Neighbour
from comptoir.networks.portal import portal
from comptoir.search.requests import SearchRequest
from comptoir.shops.places import Point
from comptoir.site.near import Near
from comptoir.site.neighbours.lines import Said, told
from comptoir.stock.shelf.standing import ShopOffer

ASKED = "voisins"
"""With this in its address a page is answered with what the neighbours say."""
TEMPLATE = "site/parts/neighbours.html"
A_MINUTE = Limit("neighbours of a reader", 30)


@dataclass(frozen=True, slots=True)
class Beside:
    """The part of a page: who is asked, where the part comes from, the link to the page with it,
    and what they said, None while nobody was asked. It comes `first` where no shop of this site
    that is near has anything."""

    neighbours: list[Neighbour]
    fragment: str
    link: str
    first: bool
    said: list[Said] | None


def beside_search(
    request: HttpRequest, near: Near, asked: SearchRequest, offers: Iterable[ShopOffer] = ()
) -> Beside | None:
    """Return the part of a search's first page, which shows the first `offers` of its titles; None
    where no neighbour is near."""
    if near.point is None or not asked.text or asked.cursor:
        return None
    kind, form = asked.kind or "", asked.format or ""
    words = question(asked.text, near.point, radius_km=asked.radius_km, kind=kind, format=form)
    return _beside(request, near.point, words, reverse("site:neighbours"), offers)


def beside_title(
    request: HttpRequest, near: Near, product: Product, offers: Iterable[ShopOffer] = ()
) -> Beside | None:
    """Return the part of a title's page, which shows these `offers`; None where no neighbour is
    near, or could know it: a title is asked for by its EAN."""
    if near.point is None or not product.ean or product.own_shop_id is not None:
        return None
    address = reverse("site:product_neighbours", args=[product.ref])
    words = question(product.ean, near.point)
    return _beside(request, near.point, words, address, offers, only=product.ean)


def fragment(request: HttpRequest, beside: Beside | None) -> HttpResponse:
    """Answer the part alone, empty where there is none."""
    response = render(request, TEMPLATE, {"beside": beside}) if beside else HttpResponse()
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _beside(
    request: HttpRequest,
    near: Point,
    asked: Question,
    address: str,
    offers: Iterable[ShopOffer],
    only: str = "",
) -> Beside | None:
    """Return the part for a question; `only` is the EAN of the one title it is about."""
    at = timezone.now()
    # Under the host of a portal its own shops alone are shown.
    found = [] if portal() or from_neighbour(request) else memory.near(near, at)
    if not found:
        return None
    said = None
    if ASKED in request.GET or request.path == address:
        replies = _ask(request, asked, found, at)
        said = [told(reply, asked.text, near, only) for reply in replies]
    same = request.GET.copy()
    same.pop(ASKED, None)
    return Beside(
        neighbours=found,
        fragment=f"{address}?{same.urlencode()}",
        link=f"?{same.urlencode()}{'&' if same else ''}{ASKED}=1#neighbours",
        first=all((each.metres or 0) > NEAR_KM * 1000 for each in offers),
        said=said,
    )


def from_neighbour(request: HttpRequest) -> bool:
    """Return whether another installation asks: nobody is asked on its behalf."""
    return all(name in request.headers for name in MARK)


def _ask(
    request: HttpRequest, asked: Question, found: list[Neighbour], at: datetime
) -> list[Reply]:
    try:
        count_read(A_MINUTE, client_network(request).address)
    except TooMany:
        return [Reply(each, None) for each in found]
    return inquire(asked, found, at)
