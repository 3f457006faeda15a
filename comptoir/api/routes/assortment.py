"""A shop's stock as a list, for its own programs: what its staff see at the counter."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from comptoir.api import render, requests
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.render import private
from comptoir.api.schemas import CopyOut
from comptoir.core.limits import Limit, count_read
from comptoir.stock.assortment.reads import page, place_of
from comptoir.stock.assortment.request import CONDITIONS, Sort, State, read_request
from comptoir.stock.assortment.rows import Row
from comptoir.stock.shelf.window import SECTION_NAMES

PER_TOKEN = Limit("api_offers", 240)
_LIST = "offers"
_OF_SECTIONS, _OF_CONDITIONS, _OF_SORTS = (
    f"^({'|'.join(words)})?$".replace("+", "[+]")
    for words in (
        SECTION_NAMES,
        CONDITIONS,
        [f"-?{each.value}" for each in Sort],
    )
)
router = Router(tags=[_("Stock")], by_alias=True, auth=ShopToken())


class ShopOfferOut(BaseModel):
    offer: int | None = Field(description=_("None of a title that the shop has none of"))
    product: str = Field(description=_("The product's `ref`"))
    title: str
    byline: str
    publisher: str = Field(description=_("Publisher or label"))
    condition: str = Field(description=_("`new`, or the grade of a used copy"))
    copy_: CopyOut | None = Field(
        serialization_alias="copy", description=_("Of a one-off used copy")
    )
    on_hand: int = Field(description=_("Copies that stand in the shop, held ones included"))
    held: int = Field(description=_("Copies that are promised to readers"))
    available: int = Field(description=_("Copies that can be reserved now"))
    price_cents: int | None
    moved_at: datetime | None = Field(description=_("When a copy last came or went"))
    as_of: datetime | None = Field(description=_("The moment this figure was true"))
    confidence: str | None = Field(
        description=_("How sure the copy is: `sure`, `likely`, or `to_confirm` by the shop")
    )
    till_correction: int = Field(
        description=_("In the list `differs`: by how much the till's figure is to be changed")
    )
    asked_for: int = Field(description=_("In the list `asked`: how many times, in two months"))


class TotalOut(BaseModel):
    lines: int
    titles: int
    copies: int
    value_cents: int = Field(description=_("At sale price; copies without a price are left out"))
    unpriced_copies: int


class ShopOfferPageOut(BaseModel):
    items: list[ShopOfferOut]
    total: TotalOut = Field(description=_("Of the whole list, not of this page"))
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


@router.get(
    "/shops/{siret}/offers",
    response=ShopOfferPageOut,
    summary=_("The shop's stock as a list: filtered, in order, with its sum"),
)
def offers(
    request: HttpRequest,
    siret: requests.ShopName,
    state: State = State.THERE,
    section: Annotated[str, Query(pattern=_OF_SECTIONS)] = "",
    publisher: Annotated[
        str, Query(max_length=60, description=_("How the publisher or label begins"))
    ] = "",
    condition: Annotated[
        str, Query(pattern=_OF_CONDITIONS, description=_("`new`, `used`, or a grade"))
    ] = "",
    silent: Annotated[
        int, Query(ge=0, le=120, description=_("Without a movement for so many months"))
    ] = 0,
    sort: Annotated[
        str, Query(pattern=_OF_SORTS, description=_("With `-` before it: the other way round"))
    ] = "",
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    actor = bearer(request)
    count_read(PER_TOKEN, f"token:{actor.id}")
    shop = shop_of(siret, actor)
    asked = read_request(
        {
            "state": state.value,
            "section": section,
            "publisher": publisher,
            "condition": condition,
            "silent": str(silent),
            "sort": sort,
        }
    )
    after = place_of(requests.read_cursor(cursor, of=_LIST), asked) if cursor else None
    found, total = page(shop=shop, actor=actor, request=asked, most=limit, after=after)
    more = found.next
    body = ShopOfferPageOut(
        items=[_line(row) for row in found.rows],
        total=TotalOut(
            lines=total.lines,
            titles=total.titles,
            copies=total.copies,
            value_cents=total.value_cents,
            unpriced_copies=total.unpriced,
        ),
        next_cursor=requests.write_cursor([more.key, more.product, more.offer], of=_LIST)
        if more
        else None,
    )
    return private(body)


def _line(row: Row) -> ShopOfferOut:
    return ShopOfferOut(
        offer=row.offer_id,
        product=row.product.number or row.product.ref,
        title=row.product.title,
        byline=row.product.byline,
        publisher=row.product.publisher,
        condition=row.condition,
        copy_=render.copy_of(row.copy),
        on_hand=row.on_hand,
        held=row.held,
        available=row.available,
        price_cents=row.price_cents,
        moved_at=row.moved_at,
        as_of=row.as_of,
        confidence=row.confidence.value if row.confidence else None,
        till_correction=row.correction,
        asked_for=row.asked,
    )
