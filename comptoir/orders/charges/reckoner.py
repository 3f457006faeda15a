"""Quotes of orders as they are placed, of what is known under the locks of a batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from comptoir.catalogue.models import Product
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.operations.requests import Checked, PlaceRequest
from comptoir.orders.postal.errors import QuoteRefused, TotalChanged
from comptoir.quotes.basket import Basket, Delivery, Parcels, Quote
from comptoir.quotes.quotation import quote_of
from comptoir.quotes.reads import PricesOn, Wish, basket_of, parcels_on, without_vat
from comptoir.quotes.rules import rules
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An order with the quote that was made of it."""

    request: PlaceRequest
    order: Order
    lines: Sequence[OrderLine]
    quote: Quote


@dataclass(slots=True)
class Reckoner:
    """What quotes of a batch need, by shop (those in `small` charge no VAT); and those that were
    `made`. Empty, and read by no query, where no request is charged."""

    days: Mapping[int, date] = field(default_factory=dict)
    products: Mapping[int, Product] = field(default_factory=dict)
    prices: Mapping[date, PricesOn] = field(default_factory=dict)
    parcels: Mapping[int, Parcels] = field(default_factory=dict)
    small: Collection[int] = ()
    made: list[Reckoned] = field(default_factory=list)

    def quote(self, request: PlaceRequest, shop: Shop, lines: Sequence[OrderLine]) -> Quote:
        """Return what these lines cost as they are asked for. Raises `QuoteRefused`,
        `TotalChanged`."""
        quote = quote_of(self._basket(request, shop, lines), rules())
        total = quote.total_cents
        if total is None:
            raise QuoteRefused(quote)
        if request.total is not None and request.total != total:
            raise TotalChanged(request.total, total)
        return quote

    def keep(
        self, request: PlaceRequest, shop: Shop, order: Order, lines: Sequence[OrderLine]
    ) -> None:
        """Remember what an order costs whose lines are as they will be written."""
        self.made.append(Reckoned(request, order, lines, self.quote(request, shop, lines)))

    def _basket(self, request: PlaceRequest, shop: Shop, lines: Sequence[OrderLine]) -> Basket:
        day = self.days[shop.pk]
        prices = self.prices[day]
        items = [
            prices.item(
                shop.pk,
                self.products[line.product_id],
                line.quantity,
                line.condition,
                line.price_cents if line.offer_id else None,
                line.offer_id,
            )
            for line in lines
        ]
        to = request.posted_to
        wish = Wish(Delivery.MAIL, to.country, to.postcode) if to else Wish(Delivery.COLLECT)
        parcels = self.parcels.get(shop.pk)
        return basket_of(shop, items, wish, day, parcels, vat=shop.pk not in self.small)


def learn_charges(parts: Iterable[Checked], shops: Mapping[int, Shop], now: datetime) -> Reckoner:
    """Return what the quotes of those requests need that are charged. No query where none is."""
    charged = [p.request for p in parts if p.request.is_charged and p.request.shop_id in shops]
    if not charged:
        return Reckoner()
    keys = {line.product_id for request in charged for line in request.lines}
    days = {
        request.shop_id: now.astimezone(ZoneInfo(shops[request.shop_id].time_zone)).date()
        for request in charged
    }
    prices: dict[date, PricesOn] = {}
    parcels: dict[int, Parcels] = {}
    for day in set(days.values()):
        of_day = [shop for shop, its in days.items() if its == day]
        prices[day] = PricesOn(of_day, keys, day)
        parcels |= parcels_on(of_day, day)
    products = Product.objects.defer("description").in_bulk(keys)
    return Reckoner(days, products, prices, parcels, without_vat(days))
