"""Ways to have a list of titles posted, as its page shows them: which shop sends what for how much,
and what it would cost to fetch them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product
from comptoir.core.errors import Message
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.phrases import postage_in_words
from comptoir.quotes.reads import Wish
from comptoir.quotes.several import Choice, Offered, Title, Ways, ways_of
from comptoir.shops.places import Point, find_place
from comptoir.site.basket import BasketLine
from comptoir.site.groups.form import link
from comptoir.site.postal.bars import barred_without
from comptoir.site.postal.summary import QuotedLine, quoted_lines
from comptoir.terms.reads import numbers_in_force

COLLECTED_WITHIN_M = 25_000
LEAST, FEWEST, CHOSEN = "least", "fewest", "chosen"
NAMES: dict[str, Message] = {
    LEAST: _("Cheapest"),
    FEWEST: _("Fewest parcels"),
    CHOSEN: _("As you chose"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One shop's parcel: its quote, in words; `total` in cents, None where something is refused."""

    quote: Quote
    lines: Sequence[QuotedLine]
    postage: str

    @property
    def total(self) -> int | None:
        """What it costs, postage included."""
        return self.quote.total_cents


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way to choose: what it costs in cents, in how many parcels."""

    key: str
    name: Message
    cents: int | None
    parcels: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What it costs to collect so many of the titles, at which shops, and the address of the form
    that reserves them."""

    cents: int
    shops: Sequence[str]
    titles: int
    reserve: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The ways, the one that is shown (`way`) parcel by parcel, and what the page says besides."""

    way: str
    ways: Sequence[WayRow]
    sent: Sequence[Sent]
    choices: Sequence[tuple[Product, Sequence[Choice], int]]
    fetched: Fetched | None
    not_posted: Sequence[Product]
    proved: bool

    @property
    def quotes(self) -> list[Quote]:
        """The quotes of the way that is shown."""
        return [each.quote for each in self.sent]

    @property
    def cents(self) -> int | None:
        """What all of it costs; None while something is refused."""
        return total_of(self.quotes)

    @property
    def bears_tax(self) -> bool:
        """Whether tax is within all of it (`Quote.bears_tax`)."""
        return all(quote.bears_tax for quote in self.quotes)


def total_of(quotes: Sequence[Quote]) -> int | None:
    """Return what quotes cost together in cents; None where one is refused."""
    found = [quote.total_cents for quote in quotes]
    return None if None in found else sum(cents for cents in found if cents is not None)


def ways_to(
    products: Sequence[Product],
    wish: Wish,
    way: str,
    chosen: Sequence[int],
    near: Point | None,
    *,
    counts: Mapping[int, int],
    used: bool,
) -> Shown | None:
    """Return the ways to have titles posted, so many copies of each by its key (else one); None
    where no shop posts any of them there. Around where the reader is, or else where it is posted,
    collection is told beside them. A shop that has published no conditions posts nothing here.

    Raises `Invalid` (`too_many_titles`, `bad_country`, `bad_postcode`).
    """
    if near is None and wish.country == "FR" and (place := find_place(wish.postcode)):
        near = Point(place.latitude, place.longitude)
    titles = [Title(product, counts.get(product.pk, 1), used) for product in products]
    bars = barred_without(numbers_in_force())
    found = ways_of(titles, wish, chosen, near, COLLECTED_WITHIN_M, bars=bars)
    if found.least is None:
        return None
    rows = _rows(found)
    way = way if way in {row.key for row in rows} else LEAST
    quotes = {
        LEAST: found.least.quotes,
        FEWEST: (found.fewest or found.least).quotes,
        CHOSEN: found.chosen,
    }[way]
    return Shown(
        way,
        rows,
        [_sent(quote) for quote in quotes],
        _choices(products, found, quotes),
        _fetched(found.collect),
        found.not_posted,
        found.least.proved,
    )


def _rows(found: Ways) -> list[WayRow]:
    least, fewest = found.least, found.fewest
    assert least is not None, "looked at before"
    rows = [WayRow(LEAST, NAMES[LEAST], least.cents, len(least.quotes))]
    if fewest and len(fewest.quotes) < len(least.quotes):
        rows.append(WayRow(FEWEST, NAMES[FEWEST], fewest.cents, len(fewest.quotes)))
    if found.chosen:
        cents = total_of(found.chosen)
        rows.append(WayRow(CHOSEN, NAMES[CHOSEN], cents, len(found.chosen)))
    return rows


def _sent(quote: Quote) -> Sent:
    return Sent(
        quote, quoted_lines(quote), postage_in_words(quote.postage) if quote.postage else ""
    )


def _choices(
    products: Sequence[Product], found: Ways, quotes: Sequence[Quote]
) -> list[tuple[Product, Sequence[Choice], int]]:
    """Return each title that is posted, its shops, and the offer that is shown of it."""
    now = {line.item.product.pk: line.item.offer_id or 0 for q in quotes for line in q.lines}
    return [
        (product, found.choices[product.pk], now.get(product.pk, 0))
        for product in products
        if product.pk in found.choices
    ]


def _fetched(collect: Offered | None) -> Fetched | None:
    if collect is None:
        return None
    lines = [
        BasketLine(
            quote.basket.shop.pk, line.item.product.pk, line.item.offer_id, line.item.quantity
        )
        for quote in collect.quotes
        for line in quote.lines
    ]
    shops = [f"{q.basket.shop.name} ({q.basket.shop.city})" for q in collect.quotes]
    titles = len({line.product_id for line in lines})
    return Fetched(collect.cents, shops, titles, link(lines))


def wish_for(country: str, postcode: str) -> Wish:
    """Return the wish to have something posted there."""
    return Wish(Delivery.MAIL, country.strip().upper(), postcode.strip())
