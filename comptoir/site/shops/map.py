"""What the map of the shops is given: where they all are, which of them the list shows, what is
behind the points, and, when points are chosen, whether these shops are open."""

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import ngettext
from django.views.decorators.http import condition, require_safe

from comptoir.shops import memory
from comptoir.shops.models import Shop
from comptoir.site.present import shop_row
from comptoir.site.shops.tiles import background
from comptoir.ui.addresses import address

MOST_ASKED = 30
"""Of how many shops the opening is told at once."""
FOREVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=60"
_POINTS, _PACKED, _SLUGS = "site.shops.map", "site.shops.map.packed", "site.shops.map.slugs"
_GZIP = re.compile(r"\bgzip\b")
_SLUG = "BOUTIQUE"


class Points(NamedTuple):
    """All public shops as GeoJSON, a feature a line, and where in it each shop is, by its key.

    The version is made of what is in it: the same in each process, until a shop's place, name,
    town or kind changes.
    """

    version: str
    text: bytes
    places: dict[int, int]


def points() -> Points:
    """Return the points of the public shops as they are, made once for what a process keeps."""
    kept = memory.directory()
    return kept.made(_POINTS, lambda: _made(kept.public))


def _made(shops: Iterable[Shop]) -> Points:
    """Return the shops as a FeatureCollection (RFC 7946): coordinates to five decimals (a metre),
    and of a shop that nobody placed better than in its town, `about`."""
    ordered = sorted(shops, key=lambda shop: shop.pk)
    lines = ",\n".join(
        json.dumps(_feature(shop), ensure_ascii=False, separators=(",", ":")) for shop in ordered
    )
    version = sha256(lines.encode()).hexdigest()[:16]
    head = f'{{"type":"FeatureCollection","version":"{version}","features":['
    text = f"{head}\n{lines}\n]}}\n".encode()
    return Points(version, text, {shop.pk: at for at, shop in enumerate(ordered)})


def _feature(shop: Shop) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": shop.name, "town": shop.city, "kind": shop.kind}
    if shop.placed_in_town:
        facts["about"] = True
    point = {"type": "Point", "coordinates": [round(shop.longitude, 5), round(shop.latitude, 5)]}
    return {"type": "Feature", "id": shop.slug, "geometry": point, "properties": facts}


@require_safe
@condition(etag_func=lambda _request: f'W/"{points().version}"')
def shops_geojson(request: HttpRequest) -> HttpResponse:
    """Answer all public shops as GeoJSON. Under the address with its version (`?v=`) it never
    changes, and is kept for good; without one, or with another, for a minute."""
    found = points()
    body = found.text
    headers = {"Cache-Control": FOREVER if request.GET.get("v") == found.version else SOON}
    if _GZIP.search(request.headers.get("Accept-Encoding", "")):
        body = memory.directory().made(_PACKED, lambda: gzip.compress(found.text, 9, mtime=0))
        headers["Content-Encoding"] = "gzip"
    response = HttpResponse(body, content_type="application/geo+json", headers=headers)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
def openings(request: HttpRequest) -> JsonResponse:
    """Answer where some shops are (`de`, their slugs, at most `MOST_ASKED`) and, in the reader's
    words, whether they are open now, in the order in which they were asked for."""
    kept = memory.directory()
    known: dict[str, Shop] = kept.made(_SLUGS, lambda: {shop.slug: shop for shop in kept.public})
    asked = request.GET.getlist("de")[:MOST_ASKED]
    rows = [shop_row(known[slug], None) for slug in asked if slug in known]
    if not rows:
        raise Http404
    told = [
        {
            "slug": row.shop.slug,
            "street": row.shop.street,
            "postcode": row.shop.postcode,
            "town": row.shop.city,
            "open": row.is_open,
            "opening": row.opening,
        }
        for row in rows
    ]
    return JsonResponse({"shops": told}, headers={"Cache-Control": "private, max-age=30"})


def map_of(shops: Iterable[Shop]) -> dict[str, Any]:
    """Return what `site/parts/map.html` needs to show these shops of `shops.memory`, and no other.

    Which they are is said by a bit each, in the order of the GeoJSON of the version that is named:
    all of 4,000 in 670 characters.
    """
    found = points()
    bits = bytearray((len(found.places) + 7) // 8)
    for shop in shops:
        if (at := found.places.get(shop.id)) is not None:
            bits[at >> 3] |= 1 << (at & 7)
    return {
        "version": found.version,
        "source": f"{reverse('site:shops_geojson')}?v={found.version}",
        "shown": b64encode(bytes(bits)).decode(),
        "openings": reverse("site:openings"),
        "shop": address("site:shop", _SLUG),
        "slug": _SLUG,
        "leaflet": static("leaflet/leaflet.js"),
        "points": static("site/map_points.js"),
        "ground": static("site/map_ground.js"),
        "style": static("site/map.css"),
        "outlines": static("site/departments.json"),
        "background": background(),
        "in_view": [ngettext("%(n)s shop in view", "%(n)s shops in view", n) for n in (1, 2)],
        "here": [ngettext("%(n)s shop, %(town)s", "%(n)s shops, %(town)s", n) for n in (1, 2)],
    }
