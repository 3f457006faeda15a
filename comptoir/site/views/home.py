"""The window: search first, then what stands in it."""

from hashlib import md5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product
from comptoir.shops.models import Shop
from comptoir.shops.places import Point, metres
from comptoir.site.near import read_near, remember
from comptoir.site.present import shop_rows
from comptoir.site.window import newest_on_shelf

SHOPS_SHOWN = 6


@gzip_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Answer the first page."""
    near = read_near(request)
    keys = newest_on_shelf()
    found = Product.objects.listed().defer("description").in_bulk(keys)
    shops = _shops(near.point)
    context = {
        "near": near,
        "titles": [found[key] for key in keys if key in found],
        "shops": shop_rows(shops, near.point),
        "shop_count": Shop.objects.open_to_public().count(),
    }
    response = render(request, "site/home.html", context)
    remember(response, near)
    return response


def _shops(point: Point | None) -> list[Shop]:
    """Return the nearest shops, or without a place those of the day, each having its turn."""
    shops = list(Shop.objects.open_to_public().defer("description"))
    if point:
        shops.sort(key=lambda x: metres(point.latitude, point.longitude, x.latitude, x.longitude))
    else:
        day = timezone.localdate().isoformat()
        shops.sort(key=lambda x: md5(f"{day}{x.slug}".encode(), usedforsecurity=False).digest())
    return shops[:SHOPS_SHOWN]
