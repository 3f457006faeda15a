"""The directory."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from comptoir.api import render, requests
from comptoir.api.auth import unknown_shop
from comptoir.api.documents import or_unchanged
from comptoir.api.render import public
from comptoir.api.schemas import ShopFullOut, ShopPageOut
from comptoir.shops.models import ServiceKind, Shop, ShopKind, ShopQuerySet
from comptoir.shops.places import Point
from comptoir.shops.places import metres as distance
from comptoir.shops.reads import DirectoryRequest, by_name, wanted

router = Router(tags=[_("Shops")], by_alias=True)


@router.get("/shops", response=or_unchanged(ShopPageOut), summary=_("The directory, nearest first"))
def shops(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=120, description=_("Part of a name or a town"))] = "",
    kind: ShopKind | None = None,
    service: ServiceKind | None = None,
    department: Annotated[
        str, Query(pattern="^([0-9]{2,3}|2A|2B)?$", description=_("As in a postcode: `86`, `974`"))
    ] = "",
    near: requests.Near = "",
    radius_km: requests.RadiusKm = None,
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    centre = requests.point(near)
    radius = requests.metres(radius_km, centre)
    asked = DirectoryRequest(kind=kind, service=service, department=department, text=q)
    places = _in_order(wanted(asked), centre, radius)
    after = requests.read_cursor(cursor, of="shops") if cursor else None
    rest = [place for place in places if after is None or place[:2] > tuple(after)]
    chosen = rest[:limit]
    found = Shop.objects.prefetch_related("services", "closures").in_bulk(
        [key for *_rest, key in chosen]
    )
    now = timezone.now()
    body = ShopPageOut(
        items=[
            render.shop(found[key], place if centre else None, now) for place, _name, key in chosen
        ],
        total=len(places),
        next_cursor=requests.write_cursor(list(chosen[-1][:2]), of="shops")
        if len(rest) > limit
        else None,
    )
    return public(request, body, seconds=60)


@router.get("/shops/{siret}", response=or_unchanged(ShopFullOut), summary=_("One shop"))
def shop(request: HttpRequest, siret: requests.ShopName) -> HttpResponse:
    found = (
        Shop.objects.open_to_public()
        .prefetch_related("services", "closures")
        .filter(**by_name(siret))
        .first()
    )
    if found is None:
        raise unknown_shop(siret)
    return public(request, render.full_shop(found, timezone.now()), seconds=60)


def _in_order(
    found: ShopQuerySet, centre: Point | None, radius: float | None
) -> list[tuple[float, str, int]]:
    """Return (metres, slug, key) of the shops: the nearest first, or by slug without a centre."""
    rows: list[tuple[Any, ...]] = list(
        found.values_list("slug", "pk", "latitude", "longitude").distinct()
    )
    places = [
        (
            distance(centre.latitude, centre.longitude, latitude, longitude) if centre else 0.0,
            slug,
            key,
        )
        for slug, key, latitude, longitude in rows
    ]
    return sorted(place for place in places if radius is None or place[0] <= radius)
