"""A title: who has it, near the reader, now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.memory import Title
from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.catalogue.reads import find_product
from comptoir.core.limits import Limit, TooMany, client_network, count
from comptoir.figures.operations.demand import is_unmet, note_unmet
from comptoir.networks.portal import site_address
from comptoir.orders.terms import shops_to_ask
from comptoir.shops.memory import directory
from comptoir.shops.places import Point
from comptoir.site import live
from comptoir.site.draws.title import coming_of
from comptoir.site.events.lines import on_title
from comptoir.site.machines.previews import title_preview
from comptoir.site.near import read_near, remember
from comptoir.site.neighbours.part import beside_title, fragment
from comptoir.site.present import OfferRow, not_yet, offer_rows, shop_rows
from comptoir.site.rows import offer_lines
from comptoir.site.schema_org import as_script, product_data
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.demand import note_demand
from comptoir.stock.shelf.standing import ShopOffer, in_public, last_had, title_and_who_has
from comptoir.ui import covers
from comptoir.ui.addresses import address
from comptoir.ui.answers import tagged
from comptoir.ui.language import named_language

SHOWN = 10
PARTS = ("site/parts/product_title.html", "site/parts/product_offers.html")
ELSEWHERE = 5
FAR_M = 20_000
"""Beyond so far nobody near has a title, and who looks for it is offered an alert."""
DAY = 24 * 3600
_ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor", re.IGNORECASE)
COVER_POLICY = "default-src 'none'; style-src 'none'"


@gzip_page
@require_safe
def product(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the page of a title; another way to write its EAN leads to its one address."""
    near = read_near(request)
    title, there = _there(request, ref, near.point)
    found = title.product
    if found.ref != ref:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("site:product", args=[found.ref]) + query, permanent=True)
    offers = _shown(request, found, near.point, there)
    _count_demand(request, found, near.point, there)
    canonical = site_address() + address("site:product", found.ref)
    context = {
        **offers,
        "head": _alone(title, "site/parts/product_head.html"),
        "about": _alone(title, "site/parts/product_about.html"),
        **on_title(found, near.point),
        "coming": coming_of(found),
        "near": near,
        "etag": live.version(near.point, there),
        "machines": _for_machines(title, request, canonical),
        # Whoever signed in works in a shop, most likely; whether they do, the counter looks.
        "at_work": settings.SESSION_COOKIE_NAME in request.COOKIES,
        "beside": beside_title(request, near, found, there.shown),
        "structured": as_script(product_data(found, offers["rows"], canonical)),
    }
    response = render(request, "site/product.html", context)
    remember(response, near)
    return response


@gzip_page
@require_safe
def offers(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the part of a title's page that tells who has it: the page brings itself up to date
    with it."""
    near = read_near(request).point
    title, there = _there(request, ref, near)
    return live.part(
        request,
        PARTS,
        live.version(near, there),
        lambda: _shown(request, title.product, near, there),
    )


@require_safe
def neighbours(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the part of a title's page that tells which neighbours have it."""
    return fragment(request, beside_title(request, read_near(request), public_title(ref)))


@require_safe
def cover(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the drawn cover of a title, kept by browsers and asked for again by its tag."""
    found = public_title(ref)
    drawn = covers.draw(
        title=found.title,
        byline=found.byline,
        foot=found.publisher,
        record=found.kind == ProductKind.RECORD,
    ).encode()
    response = HttpResponse(drawn, "image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=604800, stale-while-revalidate=2592000"
    answer = tagged(request, response)
    answer.headers["Content-Security-Policy"] = COVER_POLICY
    return answer


def _count_demand(
    request: HttpRequest, product: Product, near: Point | None, there: "There"
) -> None:
    """Count one look at a title that nobody has, or nobody near the reader: how often, never who.
    Once a day for each address; robots are no readers.

    That an address was there is kept as a keyed hash until the day ends.
    """
    away = [offer.metres for offer in there.shown]
    if there.shown and not (near and is_unmet(away)):
        return
    if request.method != "GET" or _ROBOTS.search(request.META.get("HTTP_USER_AGENT", "")):
        return
    try:
        who = f"{client_network(request).address} {product.pk}"
        count(Limit("demand", 1, DAY), who)
    except TooMany:
        return
    if not there.shown:
        note_demand(product.pk)
    if near:
        note_unmet(product.pk, near, away)


@dataclass(frozen=True, slots=True)
class There:
    """Who has a title: the offers that are shown, how many there are in all, in how many shops
    outright, and in how many more to be confirmed."""

    shown: list[ShopOffer]
    offer_count: int
    shop_count: int
    more_count: int


def _there(request: HttpRequest, ref: str, near: Point | None) -> tuple[Title, There]:
    """Return a title and who has it, nearest first; ten of each sort unless all are asked for. What
    the catalogue does not know is not shown."""
    title, found = title_and_who_has(ref, near)
    if title.product.state == ProductState.UNKNOWN:
        raise Http404
    most = len(found) if request.GET.get("offers") == "all" else SHOWN
    outright = {offer.shop.pk for offer in found if offer.confidence != Confidence.TO_CONFIRM}
    more = {offer.shop.pk for offer in found} - outright
    return title, There(_nearest(found, most), len(found), len(outright), len(more))


def _alone(title: Title, template: str) -> str:
    """Return a part of the page that tells of the title alone: the same to all of a language."""

    def made() -> str:
        known = {"product": title.product, "contributors": title.contributors}
        return render_to_string(template, known)

    return title.made((template, get_language()), made)


def _for_machines(title: Title, request: HttpRequest, canonical: str) -> str:
    """Return what the head of a title's page tells search engines and other sites: the same to all
    who are shown it in a language, by an address that names one or not."""
    named = named_language(request)

    def made() -> str:
        known = {"canonical": canonical, "preview": title_preview(title.product)}
        return render_to_string("site/parts/machines.html", {"request": request, **known})

    return title.made((canonical, get_language(), named), made)


def _shown(
    request: HttpRequest, product: Product, near: Point | None, there: There
) -> dict[str, Any]:
    """Return what the part of the page about shops shows."""
    rows = offer_rows(there.shown)
    context = {
        "product": product,
        "rows": rows,
        "new": offer_lines((row for row in rows if not row.used), product.title, request),
        "used": offer_lines((row for row in rows if row.used), product.title, request),
        "more": len(rows) < there.offer_count,
        "offer_count": there.offer_count,
        "shop_count": there.shop_count,
        "more_count": there.more_count,
        "far": bool(rows) and all((row.at.metres or 0) > FAR_M for row in rows),
    }
    return context if rows else context | _elsewhere(product, near)


def _nearest(offers: Sequence[ShopOffer], most: int) -> list[ShopOffer]:
    """Return the nearest new and the nearest used ones: a bestseller stands in every shop, and to
    an old phone a page of two hundred shops is longer than the way to the first."""
    used = [offer for offer in offers if offer.condition != Condition.NEW]
    new = [offer for offer in offers if offer.condition == Condition.NEW]
    return new[:most] + used[:most]


def public_title(ref: str) -> Product:
    """Return the product of a word in an address; what the catalogue does not know is not shown."""
    found = in_public(find_product(ref))
    if found.state == ProductState.UNKNOWN:
        raise Http404
    return found


def _elsewhere(product: Product, near: Point | None) -> dict[str, Any]:
    """Return what can be done where nobody has it: who would order it, and who had it last."""
    listed = product.state == ProductState.LISTED and product.own_shop_id is None
    return {
        "order_from": [(row, not_yet(product.pk, row.shop)) for row in _would_order(product, near)]
        if listed
        else [],
        "had": _last_had(product, near),
    }


def _would_order(product: Product, near: Point | None) -> list[Any]:
    """Return the shops that may be asked to order it, nearest or open first."""
    sellers = shops_to_ask(kind=product.kind, availability=product.availability)
    kept = directory()
    shops = [kept.shops[key] for key in sellers.order_by("name").values_list("pk", flat=True)]
    if near:
        away = kept.away(near)
        return shop_rows(sorted(shops, key=lambda shop: away[shop.pk])[:ELSEWHERE], near)
    rows = shop_rows(shops, near)
    return sorted(rows, key=lambda row: not row.is_open)[:ELSEWHERE]


def _last_had(product: Product, near: Point | None) -> list[OfferRow]:
    rows = offer_rows(last_had(product.pk, near=near, limit=ELSEWHERE, at=timezone.now()))
    seen: dict[int, OfferRow] = {}
    for row in rows:
        seen.setdefault(row.at.shop.pk, row)
    return list(seen.values())
