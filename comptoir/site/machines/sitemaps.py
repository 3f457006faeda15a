"""Robots and site maps, in parts: pages, shops, pages of places, events, titles by spans of keys.

They are written by lxml, an address at a time. `django.contrib.sitemaps` was tried with a paginator
of key ranges: 6.8 times the processor and 12 times the memory for the same 20,000 titles
(docs/decisions/0055). Sources: https://www.sitemaps.org/protocol.html; of other languages,
https://developers.google.com/search/docs/specialty/international/localized-versions
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from lxml import etree

from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.events.memory import public, windows
from comptoir.events.models import Event
from comptoir.networks.portal import site_address
from comptoir.shops.memory import directory
from comptoir.site.shops.places import index_pages
from comptoir.ui.addresses import address
from comptoir.ui.language import in_language

SITEMAP_PAGE = 20_000
MOST = 50_000
"""A site map names no more addresses than that (sitemaps.org)."""
PRIVATE = (
    *("/reservation/", "/reserver", "/panier", "/alerte/", "/alertes/", "/comptoir/", "/compte/"),
    *("/bureau/", "/api/", "/demo/", "/i18n/", "/inventaire/"),
)
"""What is nobody's business, or no page."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_LINK = f"{{{_XHTML}}}link"
_PAGES = ("home", "shops", "places", "agenda", "frame_maker", "open_data")
_READ = 2_000

day = cache_control(public=True, max_age=86400)


class Place(NamedTuple):
    """An address of a site map, without the host; when its page changed, where that is known; and
    whether the addresses in each language are named beside it."""

    path: str
    changed: datetime | None = None
    alternates: bool = True


@require_safe
@day
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer robots.txt: reservations, the basket and the counter are nobody's business. Frames,
    forms and searches may be read, and say themselves that they are not to be listed."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {site_address()}{reverse('site:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@require_safe
@day
def sitemap(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the index of site maps."""
    ((last,),) = fetch("SELECT coalesce(max(id), 0) FROM catalogue_product")
    names = ("sitemap_pages", "sitemap_shops", "sitemap_places", "sitemap_events")
    parts = [Place(reverse(f"site:{name}")) for name in names]
    parts += [
        Place(reverse("site:sitemap_products", args=[page]))
        for page in range(last // SITEMAP_PAGE + 1)
    ]
    return _xml("sitemapindex", "sitemap", (part._replace(alternates=False) for part in parts))


@gzip_page
@require_safe
@day
def sitemap_pages(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the site map of the pages that are there once."""
    return _xml("urlset", "url", (Place(reverse(f"site:{name}")) for name in _PAGES))


@gzip_page
@require_safe
@day
def sitemap_shops(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the site map of the shops."""
    slugs = sorted(shop.slug for shop in directory().public)
    return _xml("urlset", "url", (Place(address("site:shop", slug)) for slug in slugs[:MOST]))


@gzip_page
@require_safe
@day
def sitemap_places(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the site map of the pages of places."""
    return _xml("urlset", "url", (Place(page.path) for page in index_pages()[:MOST]))


@gzip_page
@require_safe
@day
def sitemap_events(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the site map of the events that are listed, from a month ago on."""
    shown = public()
    listed = [each.pk for each in windows().listed if each.shop_id in shown][-MOST:]
    rows = Event.objects.filter(pk__in=listed).order_by("pk").values_list("pk", "changed_at")
    places = (Place(reverse("site:event", args=[key]), changed) for key, changed in rows)
    return _xml("urlset", "url", places)


@gzip_page
@require_safe
@day
def sitemap_products(request: HttpRequest, page: int) -> HttpResponse:  # noqa: ARG001
    """Answer the site map of the products whose keys are in one span. Their pages name their other
    languages themselves: here that would be nine tenths of the file."""
    start = page * SITEMAP_PAGE
    if start > 2**62:
        raise Http404
    return _xml("urlset", "url", _titles(start))


def _titles(start: int) -> Iterator[Place]:
    listed = Product.objects.listed().of_catalogue()
    products = listed.filter(pk__gte=start, pk__lt=start + SITEMAP_PAGE).order_by("pk")
    for ean, key, changed in products.values_list("ean", "pk", "updated_at").iterator(_READ):
        yield Place(address("site:product", ean or f"p{key}"), changed, alternates=False)


def _xml(root: str, each: str, places: Iterable[Place]) -> HttpResponse:
    file = BytesIO()
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(root, nsmap={None: _NAMESPACE, "xhtml": _XHTML}):
            for place in places:
                with xml.element(each):
                    _write(xml, place)
    return HttpResponse(file.getvalue(), "application/xml; charset=utf-8")


def _write(xml: Any, place: Place) -> None:  # noqa: ANN401  lxml names no type for it
    whole = site_address() + place.path
    with xml.element("loc"):
        xml.write(whole)
    if place.changed is not None:
        with xml.element("lastmod"):
            xml.write(place.changed.isoformat(timespec="seconds"))
    if place.alternates:
        links = [(code, in_language(whole, code)) for code, _name in settings.LANGUAGES]
        for code, href in (*links, ("x-default", whole)):
            with xml.element(_LINK, {"rel": "alternate", "hreflang": code, "href": href}):
                pass
