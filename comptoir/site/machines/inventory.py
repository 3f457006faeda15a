"""What a shop has, as Google Merchant Center takes it in: the local inventory, and the products.

Both are tab-separated text, at an address with a word that the shop gives to Google alone
(`shops.operations.inventory`). Quantities are what the shop shows (`stock_standing.shown`). Source:
https://support.google.com/merchants/answer/14819809 (local inventory data),
https://support.google.com/merchants/answer/7052112 (product data).
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.html import strip_tags
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product
from comptoir.core.limits import Limit, client_network, count_read
from comptoir.core.money import plain_cents
from comptoir.networks.portal import site_address
from comptoir.shops.kinds import StockShown
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.inventory import inventory as offers_of
from comptoir.stock.shelf.inventory import store_code
from comptoir.stock.shelf.standing import ShopOffer
from comptoir.ui.addresses import address

LIMIT = Limit("inventory", 12)
SECONDS = 900
STOCK = (
    *("store_code", "id", "availability", "quantity", "price"),
    *("pickup_method", "pickup_sla"),
)
"""The attributes of the local inventory, in the order of the columns."""
PRODUCTS = (
    *("id", "title", "description", "link", "image_link", "gtin", "brand"),
    *("condition", "availability", "price"),
)
"""The attributes of the products."""
_AVAILABILITY = {
    Confidence.SURE: ("in_stock", "same day"),
    Confidence.LIKELY: ("in_stock", "same day"),
    Confidence.TO_CONFIRM: ("limited_availability", "next day"),
}
_LONGEST_TITLE, _LONGEST_TEXT = 150, 5_000
_BLOCK = 64_000
Row = Callable[[Product, ShopOffer], tuple[object, ...]]


@require_safe
@gzip_page
def stock(request: HttpRequest, inventory: str) -> StreamingHttpResponse:
    """Answer the local inventory of the shop of a word. Limited (`LIMIT`)."""
    shop = _shop(request, inventory)

    def row(product: Product, offer: ShopOffer) -> tuple[object, ...]:
        availability, ready = _AVAILABILITY[offer.confidence]
        exact = shop.stock_shown == StockShown.EXACT
        return (
            *(store_code(shop), _id(product, offer), availability),
            *(offer.shown if exact else "", _price(offer), "reserve", ready),
        )

    return _answer(STOCK, shop, row)


@require_safe
@gzip_page
def products(request: HttpRequest, inventory: str) -> StreamingHttpResponse:
    """Answer the titles that the shop of a word has, which its local inventory refers to. Limited
    as that is."""
    return _answer(PRODUCTS, _shop(request, inventory), _product)


def _shop(request: HttpRequest, word: str) -> Shop:
    count_read(LIMIT, client_network(request).address)
    shop = Shop.objects.open_to_public().filter(inventory_word=word).first()
    if shop is None:
        raise Http404
    return shop


def _answer(columns: tuple[str, ...], shop: Shop, row: Row) -> StreamingHttpResponse:
    lines = (row(product, offer) for product, offer in offers_of(shop))
    response = StreamingHttpResponse(
        _written(columns, lines), content_type="text/tab-separated-values; charset=utf-8"
    )
    response["Cache-Control"] = f"private, max-age={SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _written(columns: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Yield the file in blocks. No cell holds a tab or the end of a line: they become spaces."""
    file = StringIO()
    writer = csv.writer(file, csv.excel_tab, lineterminator="\n")
    writer.writerow(columns)
    for line in lines:
        writer.writerow([" ".join(str(cell).split()) for cell in line])
        if file.tell() > _BLOCK:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _product(product: Product, offer: ShopOffer) -> tuple[object, ...]:
    about = strip_tags(product.description) or " · ".join(
        part for part in (product.title, product.byline, product.publisher) if part
    )
    title = f"{product.title}, {product.byline}" if product.byline else product.title
    return (
        *(_id(product, offer), title[:_LONGEST_TITLE], about[:_LONGEST_TEXT]),
        site_address() + address("site:product", product.ref),
        *(product.cover_url, product.ean or "", product.publisher),
        "new" if offer.condition == Condition.NEW else "used",
        *("in_stock", _price(offer)),
    )


def _id(product: Product, offer: ShopOffer) -> str:
    """Return by what a title is named: new, the same in all shops; used copies each by itself, for
    each has its price."""
    is_new = offer.condition == Condition.NEW
    return product.ref if is_new else f"{product.ref}-{offer.offer_id}"


def _price(offer: ShopOffer) -> str:
    return f"{plain_cents(offer.price_cents or 0, mark='.')} EUR"
