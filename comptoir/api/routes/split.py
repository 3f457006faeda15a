"""A basket over several shops: where it costs the reader least, posted, and collected beside it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api import render, requests
from comptoir.api.routes.quotes import COUNTRY, DAY, POSTCODE, Cents, QuoteOut, quote_out
from comptoir.api.schemas import Given, Plain
from comptoir.catalogue.reads import named_products
from comptoir.core.limits import client_network, count_read
from comptoir.orders.operations.releases.bars import bars_of
from comptoir.quotes.basket import Delivery
from comptoir.quotes.errors import MOST_COPIES
from comptoir.quotes.reads import Wish
from comptoir.quotes.several import MOST_TITLES, PER_ADDRESS, Offered, Title, divide_basket

_FIELDS = frozenset(
    {
        *("ean", "source", "source_ref", "kind", "format", "title", "units", "weight_grams"),
        *("list_price_cents", "vat_rate"),
    }
)
USUAL_KM = 25.0


class TitleIn(Given):
    product: Plain = Field(
        max_length=40, description=_("EAN, ISBN-10, or the `ref` of a product without one")
    )
    quantity: int = Field(1, ge=1, le=MOST_COPIES)
    used: bool = Field(False, description=_("Whether a second-hand copy will do as well"))


class SplitIn(Given):
    titles: list[TitleIn] = Field(min_length=1, max_length=MOST_TITLES)
    country: Plain = Field("FR", max_length=2, description=COUNTRY)
    postcode: Plain = Field("", max_length=12, description=POSTCODE)
    day: date | None = Field(None, description=DAY)
    near: Plain = Field(
        "",
        max_length=80,
        description=_("Where one could collect: `latitude,longitude`, a town or a postcode"),
    )
    radius_km: float = Field(
        USUAL_KM, gt=0, le=200, description=_("Collected no farther than this from `near`")
    )


class OfferedOut(BaseModel):
    total_cents: Cents = Field(description=_("All of it, postage of each shop included"))
    proved: bool = Field(description=_("Whether it is proved that nothing costs less"))
    quotes: list[QuoteOut] = Field(description=_("A quote for each shop: each would be an order"))


class SplitOut(BaseModel):
    mail: OfferedOut | None = Field(description=_("Posted; null where nobody posts any of it"))
    collect: OfferedOut | None = Field(description=_("Collected; null without `near`"))
    not_posted: list[str] = Field(description=_("Titles that no shop posts there, by their `ref`"))
    not_collected: list[str] = Field(description=_("Titles that no shop near has, by their `ref`"))
    unknown: list[str] = Field(description=_("Of `titles`: what names no title"))


router = Router(tags=[_("Quotes")], by_alias=True)


@router.post(
    "/quotes/split",
    response=SplitOut,
    summary=_("At which shops a basket costs least, posted and collected"),
    description=_("It reserves nothing. Of alike ones, the way over fewer shops."),
)
def split(request: HttpRequest, asked: SplitIn) -> HttpResponse:
    count_read(PER_ADDRESS, client_network(request).address)
    refs = list(dict.fromkeys(title.product.strip() for title in asked.titles))
    named = named_products(refs, _FIELDS)
    titles = [
        Title(named[ref], title.quantity, title.used)
        for title in asked.titles
        if (ref := title.product.strip()) in named
    ]
    wish = Wish(Delivery.MAIL, asked.country, asked.postcode, asked.day)
    near = requests.point(asked.near)
    found = divide_basket(titles, wish, near, asked.radius_km * 1000, bars=bars_of)
    answer = SplitOut(
        mail=_offered(found.mail),
        collect=_offered(found.collect),
        not_posted=[product.ref for product in found.not_posted],
        not_collected=[product.ref for product in found.not_collected],
        unknown=[ref for ref in refs if ref not in named],
    )
    response = render.private(answer)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _offered(offered: Offered | None) -> OfferedOut | None:
    if offered is None:
        return None
    quotes = [quote_out(quote) for quote in offered.quotes]
    return OfferedOut(total_cents=offered.cents, proved=offered.proved, quotes=quotes)
