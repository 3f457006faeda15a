"""The page of a list: its titles, where one sets out, the rounds on which it is fetched."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.catalogue.models import Product
from comptoir.core.limits import client_network
from comptoir.orders.operations.requests import MAX_LINES
from comptoir.rounds.errors import MOST_TITLES, too_many_titles
from comptoir.rounds.proposals import Aim
from comptoir.rounds.question import STOP_SECONDS, Means
from comptoir.rounds.reads import Round, Rounds, Stop, count_rounds, rounds_for
from comptoir.search.query import SearchRequest, search
from comptoir.search.reader import IndexMissing
from comptoir.site import basket
from comptoir.site.basket import BasketLine
from comptoir.site.groups.form import link
from comptoir.site.near import Near, read_near, remember
from comptoir.site.present import OfferRow, ShopRow, shop_row
from comptoir.site.rounds import titles as lists
from comptoir.site.rounds.titles import Guess, Titles
from comptoir.site.search import KILOMETRES

USUAL_KM = "25"
FOUND = 6
AIMS = {
    Aim.FEWEST: _("fewest stops"),
    Aim.SHORTEST: _("shortest way"),
    Aim.TODAY: _("all today"),
}
MEANS = {
    Means.FOOT: _("on foot"),
    Means.BIKE: _("by bicycle"),
    Means.CAR: _("by car"),
}


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop as the page shows it: the shop, and each title that is fetched there."""

    stop: Stop
    at: ShopRow
    lines: list[tuple[Product, OfferRow]]


@dataclass(frozen=True, slots=True)
class Card:
    """A round as the page shows it; `zone` is that of its first shop."""

    round: Round
    stops: list[StopRow]
    aims: list[str]

    @property
    def zone(self) -> str:
        """By which clock its moments are told."""
        return self.stops[0].at.shop.time_zone

    @property
    def reserve(self) -> str:
        """The address of the form that reserves all of it, each shop its part; nothing where that
        is more than may be reserved in one act."""
        lines = [
            BasketLine(row.at.shop.pk, product.pk, row.offer.offer_id)
            for stop in self.stops
            for product, row in stop.lines
        ]
        return link(lines) if len(lines) <= MAX_LINES else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """Show a list and its rounds, or change the list and go on."""
    if request.method == "POST":
        return _changed(request)
    return _page(request, lists.read_titles(request))


def _changed(request: HttpRequest) -> HttpResponse:
    """Change the list as a button says, and remember it as the reader's own."""
    post = request.POST
    refs = lists.refs_in(post.get("t", request.COOKIES.get(lists.COOKIE, "")))
    numbers, others = lists.read_lines(post.get("lines", ""))
    added = [*lists.refs_in(post.get("add", "")), *numbers]
    if post.get("action") == "basket":
        added += [product.ref for product in basket.titles(basket.load(request))]
    removed = lists.refs_in(post.get("remove", ""))
    named = lists.titles_of([*(ref for ref in refs if ref not in removed), *added])
    if others or named.unknown or len(named) > MOST_TITLES:
        unknown = [ref for ref in named.unknown if ref in added]
        response = _page(request, named, others=others, unknown=unknown)
    else:
        response = HttpResponseRedirect(_address(request, named), status=303)
    lists.keep(response, named.refs[:MOST_TITLES])
    return response


def _address(request: HttpRequest, named: Titles) -> str:
    """Return the address of a list, with the choices that came along."""
    asked = {"t": named.joined} if named.refs else {}
    asked |= {name: value for name in ("within", "by") if (value := request.POST.get(name, ""))}
    return reverse("site:rounds") + (f"?{urlencode(asked, safe=',')}" if asked else "")


def _page(
    request: HttpRequest,
    named: Titles,
    *,
    others: list[str] | None = None,
    unknown: list[str] | None = None,
) -> HttpResponse:
    near = read_near(request)
    given = request.POST if request.method == "POST" else request.GET
    within = given.get("within", "")
    within = within if within in KILOMETRES else USUAL_KM
    by = given.get("by", "")
    means = Means(by) if by in set(Means) else Means.BIKE
    too_many = too_many_titles(len(named)) if len(named) > MOST_TITLES else None
    found = None
    if named.products and near.point and not too_many:
        count_rounds(len(named.products), client_network(request).address)
        at = timezone.now()
        found = rounds_for(named.products, near.point, float(within) * 1000, at, means)
    text = " ".join(request.GET.get("q", "")[:200].split())
    context: dict[str, Any] = {
        "titles": named,
        "near": near,
        "within": within,
        "distances": KILOMETRES,
        "by": means.value,
        "means": [(each.value, label) for each, label in MEANS.items()],
        "found": found,
        "cards": _cards(found, named, near) if found else [],
        "too_many": too_many.message if too_many else "",
        "unknown": named.unknown if unknown is None else unknown,
        "guesses": _guesses(others or []),
        "q": text,
        "hits": _hits(text),
        "basket_count": len(basket.load(request).lines),
        "most_reserved": MAX_LINES,
        "minutes": STOP_SECONDS // 60,
    }
    response = render(request, "site/rounds.html", context)
    remember(response, near)
    return response


def _cards(found: Rounds, named: Titles, near: Near) -> list[Card]:
    products = {product.pk: product for product in named.products}
    return [
        Card(
            each,
            [_stop_row(stop, products, near) for stop in each.stops],
            [str(AIMS[aim]) for aim in each.aims],
        )
        for each in found.rounds
    ]


def _stop_row(stop: Stop, products: dict[int, Product], near: Near) -> StopRow:
    at = shop_row(stop.shop, near.point)
    lines = [(products[offer.product_id], OfferRow(offer, at)) for offer in stop.offers]
    return StopRow(stop, at, lines)


def _hits(text: str) -> list[Product]:
    """Return the titles that a question finds, nothing while no index is there."""
    if not text:
        return []
    try:
        return [hit.product for hit in search(SearchRequest(text, limit=FOUND)).hits]
    except IndexMissing:
        return []


def _guesses(lines: list[str]) -> list[Guess]:
    """Return what lines may mean; while no index is there, nothing but the lines themselves."""
    try:
        return lists.guesses(lines)
    except IndexMissing:
        return [Guess(line, []) for line in lines]
