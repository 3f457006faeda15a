"""The frame: a title, or a list of titles, and the shops near a place that have them now.

It is shown on pages of others, so it reads no cookie and sets none, needs no script, says nothing
about who reads it, and is the same to everybody who asks for one address: caches may keep it for a
minute. Its language is in the address (`langue`), for the browser of whoever reads another site
says nothing about that site's own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.reads import named_products
from comptoir.networks.portal import site_address
from comptoir.site.near import Near, place_in
from comptoir.site.present import OfferRow, offer_rows
from comptoir.stock.shelf.nearest import Nearest, first_choice, nearest_offers
from comptoir.stock.shelf.standing import ShopOffer, title_and_who_has
from comptoir.ui.answers import tagged
from comptoir.ui.language import asked_language

SHOPS = 5
MOST_TITLES = 40
SECONDS = 60
_FIELDS = (
    "ean",
    "kind",
    "format",
    "title",
    "byline",
    "publisher",
    "cover_url",
    "source",
    "source_ref",
)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors *"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A title of a list: the nearest offer of it, if there is one, and in how many shops it is."""

    product: Product
    best: OfferRow | None
    shop_count: int


@gzip_page
@require_safe
@xframe_options_exempt
def title(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the frame of a title."""
    near = place_in(request)
    known, found = title_and_who_has(ref, near.point)
    if known.product.state == ProductState.UNKNOWN:
        raise Http404
    nearest = _one_a_shop(found)

    def context() -> dict[str, Any]:
        rows = offer_rows(nearest[:SHOPS])
        return {"product": known.product, "rows": rows, "others": max(0, len(nearest) - SHOPS)}

    return _framed(request, "site/frames/title.html", near, context)


@gzip_page
@require_safe
@xframe_options_exempt
def titles(request: HttpRequest) -> HttpResponse:
    """Answer the frame of a list of titles: the numbers of `titres`, apart by commas."""
    near = place_in(request)
    asked = numbers(request.GET.get("titres", ""))

    def context() -> dict[str, Any]:
        return {"lines": _lines(asked, near), "titres": ",".join(asked)}

    return _framed(request, "site/frames/titles.html", near, context)


def numbers(text: str) -> list[str]:
    """Return the words of a text that may name titles, each once, at most `MOST_TITLES`."""
    words = text.replace(",", " ").replace(";", " ").split()
    return list(dict.fromkeys(word[:40] for word in words))[:MOST_TITLES]


def _lines(asked: Sequence[str], near: Near) -> list[Line]:
    named = named_products(asked, _FIELDS).values()
    products = list({product.pk: product for product in named}.values())
    have = nearest_offers([product.pk for product in products], near.point, most=SHOPS)
    best = {key: first_choice(one.offers) for key, one in have.items()}
    rows = {row.offer.product_id: row for row in offer_rows(best.values())}
    return [_line(product, rows, have) for product in products]


def _line(product: Product, rows: dict[int, OfferRow], have: dict[int, Nearest]) -> Line:
    there = have.get(product.pk)
    return Line(product, rows.get(product.pk), there.shop_count if there else 0)


def _one_a_shop(found: Iterable[ShopOffer]) -> list[ShopOffer]:
    """Return the first offer of each shop, of offers that come in order."""
    return list({offer.shop.pk: offer for offer in reversed(list(found))}.values())[::-1]


def _framed(
    request: HttpRequest, template: str, near: Near, context: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Answer a part that pages of others may frame, and that caches may keep; the context is put
    into words in its language."""
    language = asked_language(request)
    with translation.override(language):
        other = language if language != settings.LANGUAGE_CODE else ""
        shown = {"near": near, "langue": other, **context()}
        # Without the request: what the site knows of a reader has no place on another's page.
        text = render_to_string(template, shown | {"base": site_address()})
    response = HttpResponse(text)
    response["Cache-Control"] = f"public, max-age={SECONDS}, stale-while-revalidate=600"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return tagged(request, response)
