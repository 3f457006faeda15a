"""The directory: a list first, a map when it is asked for."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.core.identifiers import department
from comptoir.shops import memory
from comptoir.shops.geography import department_at
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.site.near import read_near, remember
from comptoir.site.present import ShopRow, shop_rows
from comptoir.site.rows import doors
from comptoir.site.shops.map import map_of

PAGE = 60


@gzip_page
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Answer the list of shops, filtered."""
    near = read_near(request)
    every = memory.directory().public
    chosen = {name: request.GET.get(name, "")[:40] for name in ("kind", "service", "department")}
    rows = shop_rows(_filtered(every, chosen), near.point)
    only_open = request.GET.get("open") == "1"
    if only_open:
        rows = [row for row in rows if row.is_open]
    rows.sort(key=_nearest if near.point else _by_town)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = sorted({department_at(shop.postcode) for shop in every})
    context = {
        "near": near,
        "page": page,
        "total": len(rows),
        "chosen": chosen,
        "only_open": only_open,
        "kinds": [(kind.value, kind.label) for kind in ShopKind],
        "services": [(service.value, service.label) for service in ServiceKind],
        "departments": [(each.code, each.name) for each in found],
        "doors": doors(page),
        "map": map_of(row.shop for row in rows),
    }
    response = render(request, "site/shops.html", context)
    remember(response, near)
    return response


def _filtered(shops: list[Shop], chosen: dict[str, str]) -> list[Shop]:
    """Return the shops of a kind (one that sells both counts as each), service and department."""
    kind, service, code = chosen["kind"], chosen["service"], chosen["department"]
    kinds = {kind, ShopKind.BOTH.value} if kind in (ShopKind.BOOKS, ShopKind.RECORDS) else {kind}
    return [
        shop
        for shop in shops
        if (not kind or shop.kind in kinds)
        and (not service or any(each.kind == service for each in shop.services.all()))
        and (not code or department(shop.postcode) == code)
    ]


def _nearest(row: ShopRow) -> float:
    return row.metres or 0


def _by_town(row: ShopRow) -> tuple[str, str]:
    return (row.shop.city, row.shop.name)
