"""The first page, a window on the region: search first, then towns with what is new there, words on
titles, the meetings of the week, titles just come onto a shelf."""

from collections.abc import Iterable
from hashlib import md5

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.memory import VERSION
from comptoir.catalogue.models import TILL_SOURCE, Product
from comptoir.core.db import fetch
from comptoir.events.models import SHOWN_STATES, Pick
from comptoir.networks.portal import Key, portal, site_address
from comptoir.shops.memory import directory, shown_keys
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.site.events.blocks import picks_block, picks_near, week_block
from comptoir.site.near import read_near, remember
from comptoir.site.present import shop_rows
from comptoir.site.rows import doors
from comptoir.site.shops.shop import shop as shop_page
from comptoir.site.shops.towns import towns_html

SHOPS_SHOWN = 6
TITLES_SHOWN = 12
WINDOW_SECONDS = 60
_OF_THE_DAY = "site.home"

# The newest lines of the ledger are at the end of its primary key: this reads a few hundred rows
# whatever the size of the stock.
_NEWEST = """
WITH lately AS (
    SELECT id, offer_id FROM stock_stockmovement
    WHERE delta > 0 AND reason IN ('received', 'told') ORDER BY id DESC LIMIT 600
), standing AS (
    SELECT DISTINCT ON (p.id) p.id, p.kind, lately.id AS movement
    FROM lately
    JOIN stock_standing v ON v.offer_id = lately.offer_id
    JOIN catalogue_product p ON p.id = v.product_id AND p.state = 'listed' AND p.source <> %s
    WHERE v.shown > 0 AND NOT v.paused {only}
    ORDER BY p.id, lately.id DESC
)
SELECT id FROM (
    SELECT id, movement, row_number() OVER (PARTITION BY kind ORDER BY movement DESC) AS place
    FROM standing
) turns
ORDER BY place, movement DESC
LIMIT %s
"""


_VERSIONS = f"""
SELECT p.id, {VERSION.format(row="p")} FROM catalogue_product p
WHERE p.id = ANY(%s) AND p.state = ANY(%s)
"""  # noqa: S608
_ONLY = "AND v.shop_id = ANY(%s)"
_windows: dict[tuple[str | None, Key | None], tuple[object, str]] = {}


@gzip_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Answer the first page; under the host of a shop, that is its own."""
    site = portal()
    if site and site.shop_id is not None:
        return shop_page(request, site.shop_slug)
    near = read_near(request)
    keys, picks = newest_on_shelf(), picks_near(near.point)
    versions = _versions(keys, picks)
    context = {
        "near": near,
        "canonical": f"{site_address()}/",
        "towns": towns_html(near.point),
        "picks": picks_block(picks, _of(versions, (pick.product_id for pick in picks))),
        "week": week_block(near.point, timezone.now()),
        "window": _window(keys, _of(versions, keys)),
        "shops": doors(shop_rows(_shops(near.point), near.point)),
        "shop_count": len(directory().public),
    }
    response = render(request, "site/home.html", context)
    remember(response, near)
    return response


def _versions(keys: list[int], picks: list[Pick]) -> dict[int, str]:
    """Return the versions of the titles that stand in the window or that somebody has a word on, of
    those that may be shown. One query."""
    asked = [*keys, *(pick.product_id for pick in picks)]
    return dict(fetch(_VERSIONS, [asked, list(SHOWN_STATES)]))


def _of(versions: dict[int, str], keys: Iterable[int]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted((key, versions[key]) for key in keys if key in versions))


def _window(keys: list[int], versions: tuple[tuple[int, str], ...]) -> str:
    """Return what stands in the window, as it was rendered for these titles in their versions."""
    place = get_language(), _where()
    shown = (keys, versions)
    known = _windows.get(place)
    if known is None or known[0] != shown:
        found = Product.objects.listed().defer("description").in_bulk(keys)
        titles = [found[key] for key in keys if key in found]
        known = shown, render_to_string("site/parts/window.html", {"titles": titles})
        _windows[place] = known
    return known[1]


def _shops(point: Point | None) -> list[Shop]:
    """Return the nearest shops, or without a place those of the day, each having its turn."""
    kept = directory()
    if point:
        return kept.nearest(point)[:SHOPS_SHOWN]
    day = timezone.localdate().isoformat()
    return kept.made(
        (_OF_THE_DAY, day),
        lambda: sorted(
            kept.public,
            key=lambda x: md5(f"{day}{x.slug}".encode(), usedforsecurity=False).digest(),
        )[:SHOPS_SHOWN],
    )


def newest_on_shelf(limit: int = TITLES_SHOWN) -> list[int]:
    """Return the keys of titles just received and still to be had where the public is, kinds in
    turn, newest first; no articles of one shop alone."""
    key = f"site:newest:{limit}:{_where()}"
    found: list[int] | None = cache.get(key)
    if found is None:
        only = shown_keys()
        statement = _NEWEST.format(only="" if only is None else _ONLY)
        asked = [TILL_SOURCE, *([] if only is None else [list(only)]), limit]
        found = [product_id for (product_id,) in fetch(statement, asked)]
        cache.set(key, found, WINDOW_SECONDS)
    return found


def _where() -> Key | None:
    shown = portal()
    return shown.key if shown else None
