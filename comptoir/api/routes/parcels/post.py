"""A shop's post for programs: what is to be posted, and parcels that they packed or numbered."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import BaseModel, Field

from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.render import private
from comptoir.api.requests import ShopName
from comptoir.api.routes.parcels.entries import ParcelOut, parcel_out
from comptoir.api.schemas import Given
from comptoir.post import operations
from comptoir.post.carriers import LONGEST, Carrier, doubt_about
from comptoir.post.errors import no_such_parcel
from comptoir.post.models import Parcel
from comptoir.post.operations import ParcelSaid
from comptoir.post.operations.numbers import MOST_GRAMS
from comptoir.post.prints import grams_of, leaves_the_union
from comptoir.post.reads import ToPost, days_post, parcels_of

router = Router(tags=[_("Post")], by_alias=True, auth=ShopToken())


class AddressOut(BaseModel):
    name: str
    street: str
    extra: str
    postcode: str
    city: str
    country: str = Field(description=_("Two letters (ISO 3166-1)"))


class ToPostLineOut(BaseModel):
    id: int = Field(description=_("By which a parcel names it"))
    title: str
    ean: str | None
    condition: str
    to_fetch: int = Field(description=_("Copies that are still on the shelf"))
    to_pack: int = Field(description=_("Copies that are in no parcel"))


class ShopParcelOut(ParcelOut):
    id: int
    code: str = Field(description=_("The order's eight digits"))
    grams: int = Field(description=_("As it was weighed, else as its contents are reckoned"))
    doubt: str = Field(description=_("What is odd about its number; it is kept all the same"))


class ToPostOut(BaseModel):
    code: str
    status: str
    placed_at: datetime
    address: AddressOut
    customs: bool = Field(description=_("A declaration for customs goes with its parcels"))
    lines: list[ToPostLineOut]
    parcels: list[ShopParcelOut]


class PostOut(BaseModel):
    items: list[ToPostOut]


class ParcelLineIn(Given):
    line: int = Field(ge=1, lt=2**63, description=_("The `id` of a line of `GET …/post`"))
    quantity: int = Field(1, ge=1, le=999)


class ParcelIn(Given):
    code: str = Field(pattern="^[0-9]{8}$", description=_("The order's eight digits"))
    lines: list[ParcelLineIn] | None = Field(
        None,
        min_length=1,
        max_length=50,
        description=_("What is in it; without, all that is in no parcel, or the one that waits"),
    )
    carrier: Carrier | None = None
    tracking: str | None = Field(None, max_length=2 * LONGEST)
    grams: int | None = Field(None, ge=1, le=MOST_GRAMS)
    handed: bool = Field(False, description=_("It has left the shop: its reader is told"))


@router.get(
    "/shops/{siret}/post", response=PostOut, summary=_("What a shop has to post, oldest first")
)
def to_post(request: HttpRequest, siret: ShopName) -> HttpResponse:
    actor = bearer(request)
    shop = shop_of(siret, actor)
    day = days_post(shop=shop, actor=actor)
    keys = [parcel.pk for each in day.orders for parcel in each.parcels]
    parcels = {each.pk: each for each in parcels_of(shop=shop, keys=keys, actor=actor)}
    return private(PostOut(items=[_order(each, parcels) for each in day.orders]))


@router.post(
    "/shops/{siret}/parcels",
    response=ShopParcelOut,
    summary=_("A parcel packed, numbered or handed over; the same number twice is the same parcel"),
)
def report_parcel(request: HttpRequest, siret: ShopName, asked: ParcelIn) -> HttpResponse:
    actor = bearer(request)
    shop = shop_of(siret, actor)
    copies = {each.line: each.quantity for each in asked.lines} if asked.lines else None
    said = ParcelSaid(
        code=asked.code,
        copies=copies,
        carrier=asked.carrier,
        tracking=asked.tracking,
        grams=asked.grams,
        handed=asked.handed,
    )
    done = operations.report(shop=shop, said=said, actor=actor)
    (parcel,) = parcels_of(shop=shop, keys=[done.pk], actor=actor)
    return private(_parcel(parcel))


@router.post(
    "/shops/{siret}/parcels/{parcel_id}/delivered",
    response=ShopParcelOut,
    summary=_("A parcel has arrived"),
)
def parcel_delivered(
    request: HttpRequest,
    siret: ShopName,
    parcel_id: Annotated[int, Path(ge=1, lt=2**63)],
) -> HttpResponse:
    actor = bearer(request)
    shop = shop_of(siret, actor)
    if not parcels_of(shop=shop, keys=[parcel_id], actor=actor):
        raise no_such_parcel()
    operations.deliver(parcel_id=parcel_id, actor=actor)
    (parcel,) = parcels_of(shop=shop, keys=[parcel_id], actor=actor)
    return private(_parcel(parcel))


def _order(each: ToPost, parcels: dict[int, Parcel]) -> ToPostOut:
    to = each.order.address
    return ToPostOut(
        code=each.order.code,
        status=each.order.status,
        placed_at=each.order.placed_at,
        address=AddressOut(
            name=to.name,
            street=to.street,
            extra=to.extra,
            postcode=to.postcode,
            city=to.city,
            country=to.country,
        ),
        customs=leaves_the_union(each.order),
        lines=[
            ToPostLineOut(
                id=line.line.pk,
                title=line.line.title,
                ean=line.line.product.ean,
                condition=line.line.condition,
                to_fetch=line.to_fetch,
                to_pack=line.to_pack,
            )
            for line in each.lines
        ],
        parcels=[_parcel(parcels[parcel.pk]) for parcel in each.parcels],
    )


def _parcel(item: Parcel) -> ShopParcelOut:
    shown = parcel_out(item).model_dump()
    doubt = str(doubt_about(item.carrier, item.tracking)) if item.tracking else ""
    return ShopParcelOut(
        **shown, id=item.pk, code=item.order.code, grams=grams_of(item), doubt=doubt
    )
