"""What neighbours have, beside what shops here have: their own part of a page, under their names.

The page is answered without it. It holds a link, which works by itself; where the browser can, the
part comes a moment later and takes the link's place. A question that comes from a neighbour asks
nobody else.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.core.limits import Limit, TooMany, client_network, count_read
from comptoir.neighbours import memory
from comptoir.neighbours.answer import Hit, Offer
from comptoir.neighbours.description import MARK
from comptoir.neighbours.inquiry import Question, Reply, inquire, question
from comptoir.neighbours.models import Neighbour
from comptoir.shops.places import Point, metres
from comptoir.site.near import Near
from comptoir.stock.models import Condition

ASKED = "voisins"
"""With this in its address a page is answered with what the neighbours say."""
TEMPLATE = "site/parts/neighbours.html"
A_MINUTE = Limit("neighbours of a reader", 30)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A shop's offer as its line shows it; metres from where the reader is."""

    offer: Offer
    metres: float | None

    @property
    def condition(self) -> str:
        """The grade of a used copy in words, "" of a new one and where it is not known."""
        word = self.offer.condition
        return "" if word in ("", Condition.NEW) else str(Condition(word).label)


@dataclass(frozen=True, slots=True)
class HitLines:
    """A title of a neighbour, with its lines."""

    hit: Hit
    offers: list[OfferLine]


@dataclass(frozen=True, slots=True)
class Said:
    """What one neighbour says: `titles` is None where it did not; `more` leads to its own
    search."""

    neighbour: Neighbour
    titles: list[HitLines] | None
    more: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The part of a page: who is asked, where the part comes from, the link to the page with it,
    and what they said, None while nobody was asked."""

    neighbours: list[Neighbour]
    fragment: str
    link: str
    said: list[Said] | None


def beside_search(
    request: HttpRequest, near: Near, text: str, kind: str, format: str, within: float | None
) -> Beside | None:
    """Return the part of a search's first page; None where no neighbour is near."""
    return _beside(request, near, text, reverse("site:neighbours"), within, kind, format)


def beside_title(request: HttpRequest, near: Near, product: Product) -> Beside | None:
    """Return the part of a title's page; None where no neighbour is near, or could know it: a title
    is asked for by its EAN."""
    if not product.ean or product.own_shop_id is not None:
        return None
    return _beside(
        request, near, product.ean, reverse("site:product_neighbours", args=[product.ref])
    )


def fragment(request: HttpRequest, beside: Beside | None) -> HttpResponse:
    """Answer the part alone, empty where there is none."""
    response = render(request, TEMPLATE, {"beside": beside}) if beside else HttpResponse()
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _beside(
    request: HttpRequest,
    near: Near,
    text: str,
    address: str,
    within: float | None = None,
    kind: str = "",
    format: str = "",
) -> Beside | None:
    if not text or near.point is None or from_neighbour(request):
        return None
    at = timezone.now()
    found = memory.near(near.point, at)
    if not found:
        return None
    said = None
    if ASKED in request.GET or request.path == address:
        asked = question(text, near.point, radius_km=within, kind=kind, format=format)
        said = [_said(reply, text, near.point) for reply in _ask(request, asked, found, at)]
    same = request.GET.copy()
    same.pop(ASKED, None)
    return Beside(
        neighbours=found,
        fragment=f"{address}?{same.urlencode()}",
        link=f"?{same.urlencode()}{'&' if same else ''}{ASKED}=1#neighbours",
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


def _said(reply: Reply, text: str, near: Point) -> Said:
    page = reply.neighbour.search_page
    more = f"{page}?{urlencode({'q': text})}" if page else reply.neighbour.address
    if reply.hits is None:
        return Said(reply.neighbour, None, more)
    titles = [
        HitLines(hit, [OfferLine(each, _away(near, each.point)) for each in hit.offers])
        for hit in reply.hits
    ]
    return Said(reply.neighbour, titles, more)


def _away(near: Point, point: Point | None) -> float | None:
    if point is None:
        return None
    return metres(near.latitude, near.longitude, point.latitude, point.longitude)
