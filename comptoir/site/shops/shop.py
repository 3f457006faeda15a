"""The page of a shop, and the addresses that it had before."""

from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from math import degrees
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product
from comptoir.core.identifiers import read_key
from comptoir.networks.portal import portal
from comptoir.shops import memory
from comptoir.shops.models import Closure, Shop
from comptoir.shops.places import EARTH_RADIUS_M, Point, metres
from comptoir.shops.reads import successor
from comptoir.shops.sources.credits import shown_credits
from comptoir.site import live
from comptoir.site.doors.banners import banner_of
from comptoir.site.events.lines import of_shop
from comptoir.site.machines.addresses import plain_only
from comptoir.site.machines.previews import shop_preview
from comptoir.site.near import read_near
from comptoir.site.present import OfferRow, offer_rows, shop_row, shop_rows, week_table
from comptoir.site.rows import doors, title_lines
from comptoir.site.schema_org import as_script, shop_data
from comptoir.site.shops.photos import photos_of
from comptoir.site.shops.places import around
from comptoir.stock.shelf.window import CONDITIONS, SECTION_NAMES, SECTIONS, sections_of, window
from comptoir.terms.reads import in_force
from comptoir.ui import errors

STOCK_PAGE = 24
NEIGHBOURS, NEIGHBOURS_M = 3, 50_000
GONE = 410
_BY_SLUG, _NEAR = "site.shops", "site.shops.near"
SECTIONS_SECONDS = 600
CLAIM_SECONDS = 60


@gzip_page
@require_safe
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the page of a shop; an address that it had before leads there, and one of a shop that
    has left says so."""
    found = _shown(slug)
    if found is None:
        return _elsewhere(request, slug)
    near = read_near(request)
    there = _sections(found, request)
    lines = title_lines(there.rows, request)
    today = timezone.localdate(timezone=ZoneInfo(found.time_zone))
    context = {
        "shop": found,
        "row": shop_row(found, near.point),
        "week": week_table(found),
        "closures": _coming(found, today),
        "banner": banner_of(found),
        "places": around(found),
        "services": found.services.all(),
        "specialities": found.specialities.all(),
        "memberships": found.memberships.all(),
        "links": found.links.all(),
        "photos": photos_of(found),
        "neighbours": _neighbours(found),
        "credits": shown_credits().get(found.pk, []),
        "sections": there,
        "lines": lines,
        "etag": live.version(there),
        "q": request.GET.get("q", "")[:100],
        "condition": request.GET.get("condition", ""),
        "section": _section(request),
        "choices": _choices(found),
        "map_address": _map_address(found),
        "unclaimed": _is_unclaimed(found),
        "has_terms": _has_terms(found),
        **plain_only(request),
        "preview": shop_preview(found),
        "structured": as_script(shop_data(found)),
        **of_shop(found),
    }
    return render(request, "site/shop.html", context)


def _neighbours(shop: Shop) -> SafeString | str:
    """Return the nearest other shops as the lines of a list; none beyond `NEIGHBOURS_M`. They are
    looked for once in the shops that a process keeps."""
    kept = memory.directory()
    found = kept.made((_NEAR, shop.pk), lambda: _nearest(shop, kept))
    return doors(shop_rows(found, Point(shop.latitude, shop.longitude))) if found else ""


def _nearest(shop: Shop, kept: memory.Directory) -> list[Shop]:
    # To put 4,000 shops in order takes twenty times as long as to measure those of one band.
    here, band = shop.latitude, degrees(NEIGHBOURS_M / EARTH_RADIUS_M)
    there = (each for each in kept.public if abs(each.latitude - here) <= band)
    away = {
        each: metres(here, shop.longitude, each.latitude, each.longitude)
        for each in there
        if each.pk != shop.pk
    }
    near = nsmallest(NEIGHBOURS, away, key=away.__getitem__)
    return [each for each in near if away[each] <= NEIGHBOURS_M]


@gzip_page
@require_safe
def sections(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the part of a shop's page that tells what it has: the page brings itself up to date
    with it."""
    there = _sections(public_shop(slug), request)
    q = request.GET.get("q", "")[:100]
    return live.part(
        request,
        ["site/parts/shop_sections.html"],
        live.version(there),
        lambda: {"sections": there, "lines": title_lines(there.rows, request), "q": q},
    )


def _shown(slug: str) -> Shop | None:
    kept = memory.directory()
    named = kept.made(_BY_SLUG, lambda: {shop.slug: shop for shop in kept.public})
    if slug in named:
        return named[slug]
    found = Shop.objects.open_to_public().filter(slug=slug).first()
    return kept.shops[found.pk] if found else None


def public_shop(slug: str) -> Shop:
    """Return the shop of a word in an address, if the public sees it. Raises `Http404`."""
    found = _shown(slug)
    if found is None:
        raise Http404
    return found


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer an address that no shop has which the public sees."""
    other = successor(slug)
    if (site := portal()) and not (other and memory.is_shown(other, site)):
        raise Http404
    if other is not None and other.paused_at is None:
        leads = redirect("site:shop", other.slug, permanent=True)
        # A browser keeps such an answer for good, and would go in circles between two addresses of
        # a shop that takes the older one back.
        leads["Cache-Control"] = "no-cache"
        return leads
    gone = other or Shop.objects.filter(slug=slug).first()
    if gone is not None and gone.ended_at is not None:
        told = _("%(shop)s has left the network: its copies are reserved here no more.")
        return errors.page(request, GONE, told % {"shop": gone.name})
    raise Http404


def _map_address(shop: Shop) -> str:
    """Return the address of the place on OpenStreetMap; of a shop that is placed in its town, what
    is found there by its own address."""
    if shop.placed_in_town:
        words = quote(f"{shop.street}, {shop.postcode} {shop.city}".strip(", "))
        return f"https://www.openstreetmap.org/search?query={words}"
    at = f"{shop.latitude:.5f}/{shop.longitude:.5f}"
    words = quote(f"{shop.latitude:.5f} {shop.longitude:.5f}")
    return f"https://www.openstreetmap.org/search?query={words}#map=18/{at}"


def _coming(shop: Shop, today: date) -> list[Closure]:
    coming = [each for each in shop.closures.all() if each.last_day >= today]
    return sorted(coming, key=lambda closure: closure.first_day)[:5]


def _section(request: HttpRequest) -> str:
    """Return the section that the address asks for, "" for all."""
    asked = request.GET.get("rayon", "")
    return asked if asked in SECTIONS else ""


def _choices(shop: Shop) -> list[tuple[str, str]]:
    """Return the sections of which a shop has something, with what they are called; none where all
    that it has is in one. They are looked for once in `SECTIONS_SECONDS`."""
    key = f"site:sections:{shop.pk}"
    found: list[str] | None = cache.get(key)
    if found is None:
        found = sections_of(shop)
        cache.set(key, found, SECTIONS_SECONDS)
    return [(name, str(SECTION_NAMES[name])) for name in found] if len(found) > 1 else []


def _is_unclaimed(shop: Shop) -> bool:
    """Return whether nobody works in a shop yet; it is asked once in `CLAIM_SECONDS`."""
    key = f"site:unclaimed:{shop.pk}"
    found: bool | None = cache.get(key)
    if found is None:
        found = not (shop.demo or shop.staff.exists())
        cache.set(key, found, CLAIM_SECONDS)
    return found


def _has_terms(shop: Shop) -> bool:
    """Return whether a shop has published its conditions; it is asked once in `CLAIM_SECONDS`."""
    key = f"site:terms:{shop.pk}"
    found: bool | None = cache.get(key)
    if found is None:
        found = in_force(shop) is not None
        cache.set(key, found, CLAIM_SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class Sections:
    """One page of what a shop has: rows with their products, the count of all, or that there are
    more than so many, the next address."""

    rows: list[tuple[Product, OfferRow]]
    total: int
    uncounted: bool
    next_cursor: int | None


def _sections(shop: Shop, request: HttpRequest) -> Sections:
    """Return what the shop has, the newest on its shelves first, or what matches some words."""
    condition = request.GET.get("condition", "")
    found = window(
        shop,
        most=STOCK_PAGE,
        before=read_key(request.GET.get("cursor", "")),
        condition=condition if condition in CONDITIONS else "",
        section=_section(request),
        text=" ".join(request.GET.get("q", "")[:100].split()),
    )
    rows = offer_rows(offer for _product, offer in found.offers)
    products = (product for product, _offer in found.offers)
    lines = list(zip(products, rows, strict=True))
    return Sections(lines, found.total, found.uncounted, found.last)
