"""What is asked about a basket, and the quote that answers it: values, no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from comptoir.catalogue.models import Product
from comptoir.core.errors import Message
from comptoir.quotes.models import Band
from comptoir.quotes.places import Place, Zone
from comptoir.shops.models import Shop


class Delivery(StrEnum):
    """How goods come to the reader."""

    COLLECT = "collect"
    MAIL = "mail"


class PriceRule(StrEnum):
    """By which rule one copy costs what it costs."""

    PUBLISHER = "publisher_price"
    DISCOUNT = "publisher_price_less_discount"
    BY_TILL = "publisher_price_by_till"
    DECIDED = "publisher_price_decided"
    SHEET_MUSIC = "free_price_sheet_music"
    AUDIOBOOK = "free_price_audiobook"
    FREE = "free_price"
    USED = "used_price"


class PostageRule(StrEnum):
    """By which rule postage is what it is."""

    NOTHING = "collected"
    BAND = "band"
    LEAST_BELOW = "least_for_new_books"
    LEAST_FROM = "more_than_nothing"
    NO_BOOKSHOP = "collected_where_no_books_are_sold"


class Scheme(StrEnum):
    """How a price is taxed: with VAT at a rate, on the seller's margin (no VAT is told), as an
    export, or where no VAT is due."""

    RATE = "rate"
    MARGIN = "margin"
    EXPORT = "export"
    NONE = "none"


def taxed(scheme: str) -> bool:
    """Return whether a price of a scheme has tax within it, told or not."""
    return scheme in {Scheme.RATE, Scheme.MARGIN}


@dataclass(frozen=True, slots=True)
class Tax:
    """A scheme, and its rate in hundredths of a per cent (0 where the scheme is not by rate)."""

    scheme: Scheme
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a basket as it is known on the day: a title, how many, and its prices in cents
    (None: not known). `vat_rate` is that of its notice, in hundredths of a per cent. `decided` is
    what the shop decided it costs. `gone`: the copy that was asked for is not
    there. `barred`: why it is not to be had at the moment, by a rule of another package."""

    product: Product
    quantity: int
    condition: str = "new"
    used: bool = False
    till_cents: int | None = None
    publisher_cents: int | None = None
    vat_rate: int | None = None
    decided: int | None = None
    offer_id: int | None = None
    gone: bool = False
    barred: "Refusal | None" = None


@dataclass(frozen=True, slots=True)
class Parcels:
    """What a shop asks for parcels on a day: its bands, what a box weighs (grams) and how thick it
    is (mm), and whether its till's lower prices are its discount (`Tariff`)."""

    bands: Sequence[Band]
    box_grams: int = 0
    box_mm: int = 0
    till_discounts: bool = False


@dataclass(frozen=True, slots=True)
class Basket:
    """What is asked: lines at one shop on a day, how they come, and to where. `vat`: the shop
    charges VAT at all."""

    shop: Shop
    items: Sequence[Item]
    delivery: Delivery
    home: Place
    to: Place
    zone: Zone
    day: date
    parcels: Parcels | None = None
    vat: bool = True

    @property
    def is_posted(self) -> bool:
        """Whether it is sent."""
        return self.delivery is Delivery.MAIL


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line, or the post of a basket, has no price: a stable word, and a sentence; of
    what is only not to be had yet also the moment from which it is."""

    code: str
    message: Message
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """That the till's price is not the publisher's, in cents."""

    till_cents: int
    publisher_cents: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote, in cents: one copy, all copies, and the VAT within. Without a price
    where it is refused."""

    item: Item
    unit_cents: int | None = None
    rule: PriceRule | None = None
    tax: Tax | None = None
    vat_cents: int = 0
    grams: int = 0
    mm: int = 0
    conflict: Conflict | None = None
    refusal: Refusal | None = None

    @property
    def cents(self) -> int:
        """What its copies cost together; nothing where it is refused."""
        return (self.unit_cents or 0) * self.item.quantity if self.refusal is None else 0


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an amount by how it is taxed: cents with VAT, and the VAT within."""

    tax: Tax
    cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Postage:
    """What the post of a basket costs, tax included, by which rule, and its parts by tax. `least`
    is what law asks for at least, `below` for how much of new books it asks for more; the parcel as
    it was reckoned, grams and mm, box included."""

    cents: int
    rule: PostageRule
    shares: Sequence[Share] = ()
    least: int = 0
    below: int = 0
    band: Band | None = None
    grams: int = 0
    mm: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer: each line, the postage (None where it is refused), and the sums by tax, postage
    included. Nothing is reserved by it."""

    basket: Basket
    lines: Sequence[Line]
    postage: Postage | None
    sums: Sequence[Share]
    refusal: Refusal | None = None

    @property
    def by_title(self) -> list[Line]:
        """The lines in the order in which their titles were asked: those of one title stand
        together, new copies before used ones."""
        first: dict[int, int] = {}
        for place, line in enumerate(self.lines):
            first.setdefault(line.item.product.pk, place)
        return sorted(self.lines, key=lambda x: (first[x.item.product.pk], x.item.used))

    @property
    def new_cents(self) -> int:
        """What the new things cost."""
        return sum(line.cents for line in self.lines if not line.item.used)

    @property
    def used_cents(self) -> int:
        """What the used things cost."""
        return sum(line.cents for line in self.lines if line.item.used)

    @property
    def bears_tax(self) -> bool:
        """Whether tax is within all of it: not where something leaves the territory, or where its
        seller charges none."""
        return all(taxed(share.tax.scheme) for share in self.sums)

    @property
    def total_cents(self) -> int | None:
        """What all of it costs, postage included; None while something is refused."""
        if self.postage is None or any(line.refusal for line in self.lines):
            return None
        return self.new_cents + self.used_cents + self.postage.cents
