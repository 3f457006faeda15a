"""The directory."""

from collections.abc import Mapping
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from comptoir.api import render, requests
from comptoir.api.auth import unknown_shop
from comptoir.api.documents import or_unchanged
from comptoir.api.render import public
from comptoir.api.routes.entries import FreeSlotOut, ShopFullOut, ShopPageOut, SlotsOut
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops import memory
from comptoir.shops.choice.answer import choose
from comptoir.shops.choice.request import DirectoryRequest
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.shops.reads import by_name

router = Router(tags=[_("Shops")], by_alias=True)


@router.get("/shops", response=or_unchanged(ShopPageOut), summary=_("The directory, nearest first"))
def shops(
    request: HttpRequest,
    q: Annotated[
        str, Query(max_length=120, description=_("Words of a name or a town, perhaps begun"))
    ] = "",
    kind: ShopKind | None = None,
    service: Annotated[
        list[ServiceKind], Query(max_length=10, description=_("Repeated: shops with all of them"))
    ] = [],  # noqa: B006
    speciality: Annotated[
        list[SpecialityKind],
        Query(max_length=30, description=_("Repeated: shops with all of them")),
    ] = [],  # noqa: B006
    network: Annotated[
        str, Query(max_length=80, description=_("The word of an association of shops"))
    ] = "",
    department: Annotated[
        str, Query(pattern="^([0-9]{2,3}|2A|2B)?$", description=_("As in a postcode: `86`, `974`"))
    ] = "",
    town: Annotated[str, Query(max_length=80, description=_("The whole name of a town"))] = "",
    near: requests.Near = "",
    radius_km: requests.RadiusKm = None,
    open_at: requests.OpenAt = "",
    wheelchair: Annotated[
        Literal["yes", "limited"] | None,
        Query(description=_("`limited`: with access at least in part, or with help")),
    ] = None,
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    now = timezone.now()
    centre = requests.point(near)
    asked = DirectoryRequest(
        text=q,
        kind=kind,
        services=frozenset(service),
        specialities=frozenset(speciality),
        network=network,
        department=department,
        town=town,
        near=centre,
        radius_m=requests.metres(radius_km, centre),
        wheelchair=Wheelchair(wheelchair) if wheelchair else None,
        **requests.open_at(open_at, now),
    )
    kept = memory.directory()
    found = choose(asked, kept, at=now)
    places = _in_order(found.shops, found.away)
    after = requests.read_cursor(cursor, of="shops") if cursor else None
    rest = [place for place in places if after is None or place[:2] > tuple(after)]
    chosen = rest[:limit]
    body = ShopPageOut(
        items=[
            render.shop(kept.shops[key], away if centre else None, now, kept)
            for away, _slug, key in chosen
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
        .prefetch_related(*memory.DETAILS)
        .filter(**by_name(siret))
        .first()
    )
    if found is None:
        raise unknown_shop(siret)
    return public(request, render.full_shop(found, timezone.now()), seconds=60)


@router.get(
    "/shops/{siret}/slots",
    response=or_unchanged(SlotsOut),
    summary=_("When one can collect at a shop's door"),
)
def slots(request: HttpRequest, siret: requests.ShopName) -> HttpResponse:
    found = Shop.objects.open_to_public().prefetch_related("closures", "door_spans")
    shop = found.filter(**by_name(siret)).first()
    if shop is None:
        raise unknown_shop(siret)
    items = [
        FreeSlotOut(start=slot.start, end=slot.end, free=free)
        for slot, free in free_slots(shop, timezone.now())
    ]
    return public(request, SlotsOut(items=items), seconds=5)


def _in_order(found: list[Shop], away: Mapping[int, float] | None) -> list[tuple[float, str, int]]:
    """Return (metres, slug, key) of the shops: the nearest first, or by slug from nowhere."""
    return sorted((away[shop.pk] if away else 0.0, shop.slug, shop.pk) for shop in found)
