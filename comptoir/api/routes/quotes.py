"""What a basket costs at a shop, posted or collected, line by line, and by which rules."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api import render
from comptoir.api.auth import unknown_shop
from comptoir.api.schemas import Given, Plain, ShopBriefOut
from comptoir.core.limits import client_network, count_read
from comptoir.orders.operations.releases.bars import bars_of
from comptoir.quotes.basket import (
    Delivery,
    Line,
    Postage,
    PostageRule,
    PriceRule,
    Quote,
    Refusal,
    Scheme,
    Share,
)
from comptoir.quotes.errors import MOST_COPIES, MOST_LINES
from comptoir.quotes.phrases import postage_in_words, price_in_words, tax_in_words
from comptoir.quotes.places import Zone
from comptoir.quotes.reads import PER_ADDRESS, Asked, Wish, quote_for
from comptoir.shops.models import Shop
from comptoir.shops.reads import find_shop

Cents = Annotated[int, Field(ge=0)]
COUNTRY = _("Where it is posted to: ISO 3166-1, two letters")
POSTCODE = _("Needed where it is posted within France")
DAY = _("The day whose prices and rules count; without it today")


class QuoteLineIn(Given):
    product: Plain = Field(
        "",
        max_length=40,
        description=_(
            "EAN, ISBN-10, or the `ref` of a product without one; not needed with `offer`"
        ),
    )
    offer: int | None = Field(None, ge=1, lt=2**63, description=_("The shop's offer wanted"))
    condition: Plain = Field(
        "new", max_length=3, description=_("`new`, or the grade of the used copy wanted")
    )
    quantity: int = Field(1, ge=1, le=MOST_COPIES)


class QuoteIn(Given):
    shop: Plain = Field(max_length=80, description=_("SIRET or slug"))
    lines: list[QuoteLineIn] = Field(min_length=1, max_length=MOST_LINES)
    delivery: Delivery = Field(description=_("`collect` at the shop, or `mail`"))
    country: Plain = Field("FR", max_length=2, description=COUNTRY)
    postcode: Plain = Field("", max_length=12, description=POSTCODE)
    day: date | None = Field(None, description=DAY)


class VatOut(BaseModel):
    scheme: Scheme = Field(
        description=_(
            "`rate`, `margin` (second-hand: no VAT is shown), `export`, or `none` where VAT does"
            " not apply"
        )
    )
    rate: int = Field(description=_("Hundredths of a per cent: 550 is 5.5 %"))
    text: str = Field(description=_("The same in words"))


class AmountOut(BaseModel):
    vat: VatOut
    cents: Cents = Field(description=_("Tax included"))
    vat_cents: Cents = Field(description=_("The VAT within"))


class WhyNotOut(BaseModel):
    code: str = Field(description=_("Stable: for programs"))
    detail: str
    not_before: datetime | None = Field(description=_("Of `not_yet`: from when it can be had"))


class ConflictOut(BaseModel):
    till_cents: Cents
    publisher_cents: Cents


class QuoteLineOut(BaseModel):
    product: str = Field(description=_("The product's `ref`"))
    title: str
    offer: int | None = Field(
        description=_("Null where the shop has none now, and would order a new book")
    )
    condition: str
    used: bool = Field(description=_("Second-hand; new and used are told apart everywhere"))
    quantity: int
    unit_cents: Cents | None = Field(description=_("One copy, tax included; null if refused"))
    cents: Cents = Field(description=_("All copies of the line; 0 if refused"))
    vat: VatOut | None
    vat_cents: Cents
    rule: PriceRule | None = Field(description=_("By which rule it costs that"))
    text: str = Field(description=_("The rule in words, or why the line is refused"))
    conflict: ConflictOut | None = Field(
        description=_("The till's price where it is not the publisher's")
    )
    refused: WhyNotOut | None
    weight_grams: int = Field(description=_("Of one copy"))


class PostageOut(BaseModel):
    cents: Cents
    rule: PostageRule
    text: str = Field(description=_("The rule in words"))
    least_cents: Cents = Field(description=_("What the law asks for at least"))
    band_cents: Cents | None = Field(description=_("What the shop asks for such a parcel"))
    tracked: bool
    weight_grams: int = Field(description=_("Of the parcel, its box included"))
    parts: list[AmountOut] = Field(description=_("The postage by how it is taxed"))


class QuoteOut(BaseModel):
    shop: ShopBriefOut
    delivery: Delivery
    day: date
    zone: Zone = Field(description=_("The group of countries of the postage"))
    lines: list[QuoteLineOut] = Field(description=_("In the order in which they were asked for"))
    new_cents: Cents
    used_cents: Cents
    postage: PostageOut | None = Field(description=_("Null where it cannot be posted"))
    refused: WhyNotOut | None = Field(description=_("Why it cannot be posted"))
    vat: list[AmountOut] = Field(description=_("Sums by how it is taxed, postage included"))
    total_cents: Cents | None = Field(
        description=_("All of it, postage included; null while anything is refused")
    )


router = Router(tags=[_("Quotes")], by_alias=True)


@router.post(
    "/quotes",
    response=QuoteOut,
    summary=_("What a basket costs at a shop, posted or collected, and by which rules"),
    description=_("It reserves nothing. A line that is refused voids none beside it."),
)
def quotes(request: HttpRequest, asked: QuoteIn) -> HttpResponse:
    count_read(PER_ADDRESS, client_network(request).address)
    shop = find_shop(Shop.objects.open_to_public(), asked.shop)
    if shop is None:
        raise unknown_shop(asked.shop)
    lines = [Asked(each.product, each.quantity, each.offer, each.condition) for each in asked.lines]
    wish = Wish(asked.delivery, asked.country, asked.postcode, asked.day)
    response = render.private(
        quote_out(quote_for(shop, lines, wish, barred=bars_of(shop, wish.delivery)))
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def quote_out(quote: Quote) -> QuoteOut:
    """Return a quote as it is answered."""
    basket = quote.basket
    return QuoteOut(
        shop=render.shop_brief(basket.shop),
        delivery=basket.delivery,
        day=basket.day,
        zone=basket.zone,
        lines=[_line(line) for line in quote.lines],
        new_cents=quote.new_cents,
        used_cents=quote.used_cents,
        postage=_postage(quote.postage) if quote.postage else None,
        refused=_refusal(quote.refusal),
        vat=[_amount(share) for share in quote.sums],
        total_cents=quote.total_cents,
    )


def _line(line: Line) -> QuoteLineOut:
    item, conflict = line.item, line.conflict
    return QuoteLineOut(
        product=item.product.ref,
        title=item.product.title,
        offer=item.offer_id,
        condition=item.condition,
        used=item.used,
        quantity=item.quantity,
        unit_cents=None if line.refusal else line.unit_cents,
        cents=line.cents,
        vat=_vat(line) if line.tax else None,
        vat_cents=line.vat_cents,
        rule=None if line.refusal else line.rule,
        text=price_in_words(line),
        conflict=ConflictOut(
            till_cents=conflict.till_cents, publisher_cents=conflict.publisher_cents
        )
        if conflict
        else None,
        refused=_refusal(line.refusal),
        weight_grams=line.grams,
    )


def _postage(postage: Postage) -> PostageOut:
    band = postage.band
    return PostageOut(
        cents=postage.cents,
        rule=postage.rule,
        text=postage_in_words(postage),
        least_cents=postage.least,
        band_cents=band.price_cents if band else None,
        tracked=bool(band and band.tracked),
        weight_grams=postage.grams,
        parts=[_amount(share) for share in postage.shares],
    )


def _amount(share: Share) -> AmountOut:
    return AmountOut(vat=_vat(share), cents=share.cents, vat_cents=share.vat_cents)


def _vat(of: Line | Share) -> VatOut:
    tax = of.tax
    assert tax is not None, "asked only where it is known"
    return VatOut(scheme=tax.scheme, rate=tax.rate, text=tax_in_words(tax))


def _refusal(refusal: Refusal | None) -> WhyNotOut | None:
    return (
        WhyNotOut(code=refusal.code, detail=str(refusal.message), not_before=refusal.not_before)
        if refusal
        else None
    )
