"""What a shop orders of its suppliers, and what it receives, for its own program."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api import requests
from comptoir.api.auth import ShopToken, bearer, shop_of
from comptoir.api.documents import NEEDED
from comptoir.api.render import private
from comptoir.api.schemas import Given, Plain
from comptoir.core.limits import Limit, count
from comptoir.purchases.models import Purchase, PurchaseLine
from comptoir.purchases.operations import Said, answer, put_away, scan, send
from comptoir.purchases.reads import lists_of, purchase_of

PER_TOKEN = Limit("api_purchases", 240)
router = Router(tags=[_("Purchases")], by_alias=True, auth=ShopToken())


class WantedOut(BaseModel):
    product: str = Field(description=_("The `ref` of the title"))
    title: str
    copies: int
    for_readers: int


class ListOut(BaseModel):
    supplier: int | None = Field(description=_("Nothing while nobody has said of whom"))
    name: str
    seen: str = Field(description=_("To be sent back: which list was looked at"))
    items: list[WantedOut]


class ListsOut(BaseModel):
    items: list[ListOut]


class PurchaseIn(Given):
    supplier: int = Field(ge=1)
    seen: Plain = Field(max_length=64)
    way: Plain = Field("", max_length=8, description=_("`mail`, `dilicom` or `other`"))


class PurchaseLineOut(BaseModel):
    id: int
    product: str
    quantity: int
    received: int
    state: str = Field(description=_("`ordered`, `received` or `ended`"))
    answer: str = Field(description=_("`partly`, `later`, `unavailable`, or nothing"))
    expected_on: date | None
    for_reader: bool


class PurchaseOut(BaseModel):
    number: int
    supplier: int
    way: str
    sent_at: datetime
    lines: list[PurchaseLineOut]


class AnswerIn(Given):
    answer: Plain = Field(max_length=12)
    copies: int | None = Field(None, ge=1, le=9999)
    on: date | None = None


class ArrivalScanIn(Given):
    code: Plain = Field(max_length=200, description=_("An EAN, or a GS1-128 label as scanned"))
    key: Plain = Field(max_length=40, description=_("Your name of the scan: it counts once"))
    copies: int | None = Field(None, ge=1, le=9999)


class ArrivalScanOut(BaseModel):
    arrival: int
    product: str
    copies: int = Field(description=_("Scanned of this title so far"))
    awaited: int
    readers: int = Field(description=_("Copies that customers wait for"))


class PutAwayOut(BaseModel):
    ready: int = Field(description=_("Orders that are complete, and told"))
    for_readers: int
    for_shelf: int


@router.get(
    "/shops/{siret}/purchase-lists",
    response=ListsOut,
    summary=_("What is to be ordered, a list a supplier"),
)
def lists(request: HttpRequest, siret: requests.ShopName) -> HttpResponse:
    actor = bearer(request)
    found = lists_of(shop=shop_of(siret, actor), actor=actor)
    items = [
        ListOut(
            supplier=each.supplier.pk if each.supplier else None,
            name=each.supplier.name if each.supplier else "",
            seen=each.seen,
            items=[
                WantedOut(
                    product=item.product.ref,
                    title=item.product.title,
                    copies=item.copies,
                    for_readers=sum(reader.copies for reader in item.readers),
                )
                for item in each.items
            ],
        )
        for each in found
    ]
    return private(ListsOut(items=items))


@router.post(
    "/shops/{siret}/purchases",
    response={201: PurchaseOut},
    summary=_("Order a list of its supplier, once"),
    openapi_extra=NEEDED,
)
def order(request: HttpRequest, siret: requests.ShopName, wanted: PurchaseIn) -> HttpResponse:
    actor = bearer(request)
    count(PER_TOKEN, f"token:{actor.id}")
    shop = shop_of(siret, actor)
    asked: dict[str, Any] = {"supplier_id": wanted.supplier, "seen": wanted.seen}
    done = send(shop=shop, actor=actor, way=wanted.way, **asked)
    return private(_purchase(purchase_of(shop=shop, number=done.number, actor=actor)), status=201)


@router.get(
    "/shops/{siret}/purchases/{number}", response=PurchaseOut, summary=_("One order to a supplier")
)
def one(request: HttpRequest, siret: requests.ShopName, number: int) -> HttpResponse:
    actor = bearer(request)
    return private(_purchase(purchase_of(shop=shop_of(siret, actor), number=number, actor=actor)))


@router.post(
    "/shops/{siret}/purchase-lines/{line_id}/answer",
    response=PurchaseLineOut,
    summary=_("Note what the supplier answers; the customer is told"),
    openapi_extra=NEEDED,
)
def answered(
    request: HttpRequest, siret: requests.ShopName, line_id: int, told: AnswerIn
) -> HttpResponse:
    actor = bearer(request)
    count(PER_TOKEN, f"token:{actor.id}")
    said = Said(told.answer, told.copies, told.on)
    line = answer(shop=shop_of(siret, actor), line_id=line_id, said=said, actor=actor)
    return private(_line(line))


@router.post(
    "/shops/{siret}/arrivals/scans",
    response=ArrivalScanOut,
    summary=_("Count copies that are unpacked"),
    openapi_extra=NEEDED,
)
def scanned(request: HttpRequest, siret: requests.ShopName, read: ArrivalScanIn) -> HttpResponse:
    actor = bearer(request)
    count(PER_TOKEN, f"token:{actor.id}")
    shop = shop_of(siret, actor)
    done = scan(shop=shop, code=read.code, key=read.key, copies=read.copies, actor=actor)
    return private(
        ArrivalScanOut(
            arrival=done.scan.arrival_id,
            product=done.title.product.ref,
            copies=done.title.copies,
            awaited=done.title.awaited,
            readers=done.title.readers,
        )
    )


@router.post(
    "/shops/{siret}/arrivals/{arrival_id}/put-away",
    response=PutAwayOut,
    summary=_("Put away what was scanned: stock, customers’ copies, their mails"),
)
def away(request: HttpRequest, siret: requests.ShopName, arrival_id: int) -> HttpResponse:
    actor = bearer(request)
    count(PER_TOKEN, f"token:{actor.id}")
    done = put_away(shop=shop_of(siret, actor), arrival_id=arrival_id, actor=actor)
    told = {"for_readers": done.for_readers, "for_shelf": done.for_shelf}
    return private(PutAwayOut(ready=len(done.ready), **told))


def _purchase(purchase: Purchase) -> PurchaseOut:
    return PurchaseOut(
        number=purchase.number,
        supplier=purchase.supplier_id,
        way=purchase.way,
        sent_at=purchase.sent_at,
        lines=[_line(line) for line in purchase.lines.all()],
    )


def _line(line: PurchaseLine) -> PurchaseLineOut:
    return PurchaseLineOut(
        id=line.pk,
        product=line.product.ref,
        quantity=line.quantity,
        received=line.received,
        state=line.state,
        answer=line.answer,
        expected_on=line.expected_on,
        for_reader=line.order_line_id is not None,
    )
