"""A basket over several shops: posted, at whichever cost the reader least, and collected beside it.
Reads only."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from django.conf import settings

from comptoir.catalogue.models import Product
from comptoir.core.limits import Limit
from comptoir.quotes.basket import Basket, Delivery, Item, Quote
from comptoir.quotes.division import Search
from comptoir.quotes.errors import too_many_titles
from comptoir.quotes.quotation import quote_of
from comptoir.quotes.reads import (
    Bars,
    PricesOn,
    Wish,
    basket_of,
    day_of,
    parcels_on,
    without_vat,
)
from comptoir.quotes.rules import rules
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.models import Condition
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import ShopOffer

BarsOf = Callable[[Shop, Delivery], Bars]
"""What says of a shop, and of how a basket is to come, what is barred there."""
MOST_TITLES = 12
A_PARCEL = 10_000_000
"""By how many cents fewer parcels are preferred: more than any basket costs."""
MOST_OFFERS = 200
"""Of more shops that have a title the nearest count, or any where no place is named."""
MOST_SHOPS = 12
"""Of more shops those that have most titles, then cheapest; and of each title its cheapest."""

PER_ADDRESS = Limit("quotes_of_several", 30)
"""How often an address may have a basket divided, a minute: it takes a processor some time."""


@dataclass(frozen=True, slots=True)
class Title:
    """What is wanted: a title, how many, and whether second-hand copies will do as well."""

    product: Product
    quantity: int = 1
    used: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A way to have the titles: a quote for each shop, what all of it costs in cents, and whether
    it is proved that no other costs less."""

    quotes: Sequence[Quote]
    cents: int
    proved: bool


@dataclass(frozen=True, slots=True)
class Several:
    """Both ways, None where there is none, and the titles that each leaves out."""

    mail: Offered | None
    collect: Offered | None
    not_posted: Sequence[Product]
    not_collected: Sequence[Product]


@dataclass(frozen=True, slots=True)
class Choice:
    """A shop that posts a title as it is asked for, by which offer, and what all copies of it cost
    there in cents, postage apart."""

    shop: Shop
    offer_id: int
    cents: int


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to have titles posted: for the least (`least`), in the fewest parcels, and as its reader
    `chose` (quotes, of which one may be refused); and collected, as of `Several`. `choices` are the
    shops of each title by its key, cheapest first."""

    least: Offered | None
    fewest: Offered | None
    chosen: Sequence[Quote]
    choices: Mapping[int, Sequence[Choice]]
    not_posted: Sequence[Product]
    collect: Offered | None
    not_collected: Sequence[Product]


def divide_basket(
    titles: Sequence[Title],
    wish: Wish,
    near: Point | None = None,
    radius_m: float | None = None,
    *,
    bars: BarsOf | None = None,
) -> Several:
    """Return where titles are had for the least, postage included, posted and collected; collected
    only where a place is named, at most so far from it. What is not there is left out, and what
    `bars` say of a shop. It reserves nothing.

    Raises `Invalid` (`too_many_titles`, `bad_country`, `bad_postcode`, `bad_day`).
    """
    wanted, offers = _looked_up(titles, near)
    posted = _Table(wanted, offers, replace(wish, delivery=Delivery.MAIL), bars)
    collect, not_collected = _collected(wanted, offers, wish, near, radius_m, bars)
    return Several(posted.offered(), collect, posted.absent, not_collected)


def ways_of(
    titles: Sequence[Title],
    wish: Wish,
    chosen: Collection[int] = (),
    near: Point | None = None,
    radius_m: float | None = None,
    *,
    bars: BarsOf | None = None,
) -> Ways:
    """Return several ways to have titles posted, with collection beside them as `divide_basket`
    has it. `chosen` are keys of offers, of a title one at most: what names none of its shops is
    taken where it costs least. It reserves nothing.

    Raises as `divide_basket`.
    """
    wanted, offers = _looked_up(titles, near)
    posted = _Table(wanted, offers, replace(wish, delivery=Delivery.MAIL), bars)
    collect, not_collected = _collected(wanted, offers, wish, near, radius_m, bars)
    least = posted.offered()
    return Ways(
        least=least,
        fewest=posted.offered(a_parcel=A_PARCEL) if least and len(least.quotes) > 1 else least,
        chosen=posted.as_chosen(chosen, least) if chosen and least else (),
        choices=posted.choices(),
        not_posted=posted.absent,
        collect=collect,
        not_collected=not_collected,
    )


def _looked_up(
    titles: Sequence[Title], near: Point | None
) -> tuple[dict[int, Title], list[ShopOffer]]:
    """Return the titles by their keys, and who has them. Raises `Invalid` (`too_many_titles`)."""
    if len(titles) > MOST_TITLES:
        raise too_many_titles(len(titles), MOST_TITLES)
    wanted = {title.product.pk: title for title in titles}
    found = nearest_offers(list(wanted), near, None, most=MOST_OFFERS)
    return wanted, [offer for each in found.values() for offer in each.offers]


def _collected(
    wanted: Mapping[int, Title],
    offers: Iterable[ShopOffer],
    wish: Wish,
    near: Point | None,
    radius_m: float | None,
    bars: BarsOf | None,
) -> tuple[Offered | None, Sequence[Product]]:
    if near is None:
        return None, ()
    around = [o for o in offers if radius_m is None or (o.metres or 0.0) <= radius_m]
    table = _Table(wanted, around, replace(wish, delivery=Delivery.COLLECT), bars)
    return table.offered(), table.absent


class _Table:
    """Which lines which shop has, and for how much: lines by their places, shops by their keys."""

    def __init__(
        self,
        wanted: Mapping[int, Title],
        offers: Iterable[ShopOffer],
        wish: Wish,
        bars: BarsOf | None,
    ) -> None:
        self._rules = rules()
        best: dict[tuple[int, int], ShopOffer] = {}
        for offer in sorted(offers, key=_by_price, reverse=True):
            if _will_do(offer, wanted[offer.product_id]):
                best[offer.shop.pk, offer.product_id] = offer
        shops_of = {offer.shop.pk: offer.shop for offer in best.values()}
        days = _days(shops_of, wish)
        self._baskets = _empty(shops_of, wish, days)
        items = _items(wanted, best, days)
        if bars is not None:
            shops = {key: bars(one.shop, wish.delivery) for key, one in self._baskets.items()}
            items = {
                (shop, key): replace(item, barred=shops[shop](item.product, item.quantity))
                for (shop, key), item in items.items()
            }
        self._items = items
        self.quote = cache(self._quote)
        costs = self._costs()
        kept = _few(costs)
        self.lines = [key for key in wanted if key in costs]
        self.goods = [{s: c for s, c in costs[key].items() if s in kept} for key in self.lines]
        self.absent = [title.product for key, title in wanted.items() if key not in costs]

    def offered(self, *, a_parcel: int = 0) -> Offered | None:
        """Return the way that costs least, where each shop's part is weighed as if it cost
        `a_parcel` cents more; None where there is none."""
        if not self.lines:
            return None

        def part(shop: int, lines: int) -> int | None:
            cents = self.part(shop, lines)
            return None if cents is None else cents + a_parcel

        def least(shop: int, lines: int) -> int | None:
            cents = self.least(shop, lines)
            return None if cents is None else cents + a_parcel

        found = Search(self.goods, part, least).best()
        if found is None:
            return None
        quotes = [self.quote(shop, lines) for shop, lines in sorted(found.parts.items())]
        return Offered(quotes, found.cents - a_parcel * len(found.parts), found.proved)

    def as_chosen(self, chosen: Collection[int], least: Offered) -> list[Quote]:
        """Return the quotes of the shops whose offers were chosen, and for the other titles of
        those where they cost least."""
        usual = {
            line.item.product.pk: quote.basket.shop.pk
            for quote in least.quotes
            for line in quote.lines
        }
        parts: dict[int, int] = {}
        for n, key in enumerate(self.lines):
            named = [s for s in self.goods[n] if self._items[s, key].offer_id in chosen]
            shop = named[0] if named else usual[key]
            parts[shop] = parts.get(shop, 0) | 1 << n
        return [self.quote(shop, lines) for shop, lines in sorted(parts.items())]

    def choices(self) -> dict[int, list[Choice]]:
        """Return the shops of each title by its key, cheapest first."""
        return {
            key: [
                Choice(self._baskets[shop].shop, self._items[shop, key].offer_id or 0, cents)
                for shop, cents in sorted(self.goods[n].items(), key=lambda each: each[::-1])
            ]
            for n, key in enumerate(self.lines)
        }

    def part(self, shop: int, lines: int) -> int | None:
        """Return what a set of lines costs at a shop, postage included."""
        return self.quote(shop, lines).total_cents

    def least(self, shop: int, lines: int) -> int | None:
        """Return what the post of lines costs at least, and of more of them: their band, for a
        parcel that grows never gets a cheaper one. What law asks for may fall as it grows."""
        postage = self.quote(shop, lines).postage
        if postage is None:
            return None
        return postage.band.price_cents if postage.band else 0

    def _quote(self, shop: int, lines: int) -> Quote:
        items = [self._items[shop, key] for n, key in enumerate(self.lines) if lines >> n & 1]
        return quote_of(replace(self._baskets[shop], items=items), self._rules)

    def _costs(self) -> dict[int, dict[int, int]]:
        """Return what each title costs at each shop that can give it as it is asked for."""
        costs: dict[int, dict[int, int]] = {}
        for (shop, product), item in self._items.items():
            alone = quote_of(replace(self._baskets[shop], items=[item]), self._rules)
            if alone.total_cents is not None:
                costs.setdefault(product, {})[shop] = alone.lines[0].cents
        return costs


def _will_do(offer: ShopOffer, title: Title) -> bool:
    return offer.available >= title.quantity and (title.used or offer.condition == Condition.NEW)


def _by_price(offer: ShopOffer) -> tuple[bool, int, int]:
    return offer.price_cents is None, offer.price_cents or 0, offer.offer_id


def _days(shops: Mapping[int, Shop], wish: Wish) -> dict[int, date]:
    """Return the day on which each shop is asked: where it is, as its quotes and orders have it.
    Raises `Invalid` (`bad_day`)."""
    zones = {settings.TIME_ZONE, *(shop.time_zone for shop in shops.values())}
    there = {zone: day_of(wish, zone) for zone in zones}
    return {key: there[shop.time_zone] for key, shop in shops.items()}


def _empty(shops: Mapping[int, Shop], wish: Wish, days: Mapping[int, date]) -> dict[int, Basket]:
    parcels = {day: parcels_on(shops, day) for day in set(days.values())}
    small = without_vat(shops)
    return {
        key: basket_of(shop, [], wish, days[key], parcels[days[key]].get(key), vat=key not in small)
        for key, shop in shops.items()
    }


def _items(
    wanted: Mapping[int, Title],
    best: Mapping[tuple[int, int], ShopOffer],
    days: Mapping[int, date],
) -> dict[tuple[int, int], Item]:
    shops, keys = {shop for shop, _key in best}, {key for _shop, key in best}
    prices = {day: PricesOn(shops, keys, day) for day in set(days.values())}
    return {
        (shop, key): prices[days[shop]].item(
            shop,
            wanted[key].product,
            wanted[key].quantity,
            offer.condition,
            offer.price_cents,
            offer.offer_id,
        )
        for (shop, key), offer in best.items()
    }


def _few(costs: Mapping[int, Mapping[int, int]]) -> set[int]:
    """Return the shops that are looked at: those that have most titles, then cheapest, and of each
    title the cheapest."""
    had: dict[int, list[int]] = {}
    for each in costs.values():
        for shop, cents in each.items():
            had.setdefault(shop, []).append(cents)
    order = sorted(had, key=lambda shop: (-len(had[shop]), sum(had[shop]), shop))
    cheapest = {min(each, key=lambda shop: (each[shop], shop)) for each in costs.values()}
    return cheapest | set(order[:MOST_SHOPS])
