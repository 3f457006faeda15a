"""What shops have in their windows: events, and words on titles. With what is given of them."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from comptoir.api import render, requests
from comptoir.api.auth import unknown_shop
from comptoir.api.documents import or_unchanged
from comptoir.api.schemas import ProductOut, ShopBriefOut
from comptoir.catalogue.reads import find_product
from comptoir.events.memory import Listed
from comptoir.events.models import Event, EventKind, Pick
from comptoir.events.moments import midnight
from comptoir.events.reads import AgendaRequest, away, find_events, picks_before, read_events, where
from comptoir.networks.portal import site_address
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.shops.reads import by_name

router = Router(tags=[_("Windows of shops")], by_alias=True)
ZONE = "Europe/Paris"

Day = Annotated[str, Query(max_length=40, description=_("A day, or a moment with its offset"))]
From = Annotated[
    str,
    Query(
        alias="from",
        max_length=40,
        description=_("A day, or a moment with its offset; now where it is left out. Nothing is"
                      " told that was over a month ago"),
    ),
]  # fmt: skip
ShopWord = Annotated[str, Query(max_length=80, description=_("SIRET or slug"))]


class PlaceOut(BaseModel):
    """Where an event is held: of the shop unless it is elsewhere, then with its town's point."""

    name: str
    street: str
    postcode: str
    city: str
    latitude: float
    longitude: float
    in_shop: bool


class MeetingOut(BaseModel):
    id: int
    uid: str = Field(description=_("As calendars know it: it stays the same"))
    revision: int = Field(description=_("Rises with each change"))
    kind: str = Field(description=_("`signing`, `concert`, `reading`, `workshop` or `other`"))
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime | None = Field(description=_("Nothing where only the beginning is known"))
    time_zone: str = Field(description=_("The clock on which these hours are said"))
    cancelled: bool
    shop: ShopBriefOut
    place: PlaceOut
    metres: int | None = Field(description=_("Distance from `near`"))
    capacity: int | None
    is_free: bool
    price: str = Field(description=_("In words"))
    link: str = Field(description=_("Where more is said, or places are booked"))
    products: list[str] = Field(description=_("The `ref` of each title that it is about"))
    url: str = Field(description=_("The page for people"))


class MeetingPageOut(BaseModel):
    items: list[MeetingOut]
    total: int
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


class PickOut(BaseModel):
    product: ProductOut
    shop: ShopBriefOut
    text: str
    signed: str = Field(description=_("Whose word it is, perhaps nobody’s by name"))
    written_at: datetime
    changed_at: datetime


class PickPageOut(BaseModel):
    items: list[PickOut]
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


@router.get(
    "/events", response=or_unchanged(MeetingPageOut), summary=_("Signings, in-store concerts…")
)
def events(
    request: HttpRequest,
    from_: From = "",
    to: Day = "",
    shop: ShopWord = "",
    department: Annotated[
        str, Query(pattern="^([0-9]{2,3}|2A|2B)?$", description=_("As in a postcode: `86`, `974`"))
    ] = "",
    near: requests.Near = "",
    radius_km: requests.RadiusKm = None,
    kind: EventKind | None = None,
    cancelled: Annotated[bool, Query(description=_("Those that are cancelled, too"))] = False,
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    centre = requests.point(near)
    asked = AgendaRequest(
        start=_moment(from_, "from") or timezone.now(),
        end=_moment(to, "to"),
        kind=kind.value if kind else "",
        shops=None if not shop else {_shop(shop).pk},
        department=department,
        near=centre,
        radius=requests.metres(radius_km, centre),
        cancelled=cancelled,
    )
    found = find_events(asked)
    after = requests.read_cursor(cursor, of="events") if cursor else None
    rest = [each for each in found if after is None or _place_in(each) > after]
    chosen = rest[:limit]
    # One that was deleted since the windows were read is left out.
    listed = {each.pk: each for each in chosen}
    body = MeetingPageOut(
        items=[_meeting(event, listed[event.pk], centre) for event in read_events(chosen)],
        total=len(found),
        next_cursor=requests.write_cursor(_place_in(chosen[-1]), of="events")
        if len(rest) > limit
        else None,
    )
    return render.public(request, body, seconds=60)


@router.get(
    "/picks", response=or_unchanged(PickPageOut), summary=_("Booksellers’ words, newest first")
)
def picks(
    request: HttpRequest,
    shop: ShopWord = "",
    product: Annotated[
        str, Query(max_length=40, description=_("EAN, ISBN-10, or the `ref` of a product"))
    ] = "",
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    before = requests.read_cursor(cursor, of="picks")[0] if cursor else None
    found = picks_before(
        before,
        limit + 1,
        shop_id=_shop(shop).pk if shop else None,
        product_id=find_product(product).pk if product else None,
    )
    chosen = found[:limit]
    body = PickPageOut(
        items=[_pick(pick) for pick in chosen],
        next_cursor=requests.write_cursor([chosen[-1].pk], of="picks")
        if len(found) > limit
        else None,
    )
    return render.public(request, body, seconds=60)


def _moment(text: str, field: str) -> datetime | None:
    """Return the moment that a text names; a day begins at midnight in `ZONE`.

    Raises `Invalid` (`bad_moment`).
    """
    if not text:
        return None
    try:
        return midnight(date.fromisoformat(text), ZONE)
    except (ValueError, OverflowError):
        moment = requests.read_moment(text, field)
        return moment if moment.tzinfo else timezone.make_aware(moment)


def _shop(word: str) -> Shop:
    """Return a shop that the public sees. Raises `NotFound` (`unknown_shop`)."""
    ((column, value),) = by_name(word).items()
    for shop in directory().public:
        if getattr(shop, column) == value:
            return shop
    raise unknown_shop(word)


def _place_in(each: Listed) -> list[Any]:
    """Return where an event stands in the list."""
    return [each.starts_at.isoformat(), each.pk]


def _meeting(event: Event, listed: Listed, near: Point | None) -> MeetingOut:
    shop = event.shop
    postcode, city, point = where(listed)
    place = PlaceOut(
        name=event.venue if event.is_elsewhere else shop.name,
        street=event.street if event.is_elsewhere else shop.street,
        postcode=postcode,
        city=city,
        latitude=point.latitude,
        longitude=point.longitude,
        in_shop=not event.is_elsewhere,
    )
    return MeetingOut(
        **{name: getattr(event, name) for name in _PLAIN},
        id=event.pk,
        uid=str(event.uid),
        time_zone=shop.time_zone,
        cancelled=event.cancelled_at is not None,
        shop=render.shop_brief(shop),
        place=place,
        metres=round(away(listed, near)) if near else None,
        products=[product.ref for product in event.products.all()],
        url=site_address() + reverse("site:event", args=[event.pk]),
    )


_PLAIN = (
    *("revision", "kind", "title", "text", "starts_at", "ends_at"),
    *("capacity", "is_free", "price", "link"),
)


def _pick(pick: Pick) -> PickOut:
    return PickOut(
        product=render.product(pick.product),
        shop=render.shop_brief(pick.shop),
        text=pick.text,
        signed=pick.signed,
        written_at=pick.written_at,
        changed_at=pick.changed_at,
    )
