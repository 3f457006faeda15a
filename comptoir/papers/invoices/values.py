"""What an invoice says: values, no rule. Money in cents, tax included unless it says net."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comptoir.papers.models import PaperKind as PaperKind
from comptoir.quotes.basket import Tax


def says_form(name: str, form: str) -> bool:
    """Return whether the name of a business begins or ends with its legal form (“Les Quatre Vents
    SARL”), so that nothing says it twice."""
    said, wanted = (f" {text.replace('.', '').casefold()} " for text in (name, form))
    return bool(form) and (said.startswith(wanted) or said.endswith(wanted))


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop as its papers name it. `form` is its legal form, `capital` as it is written (or
    nothing), `register` its register and town (“RCS Bordeaux”); `country` by ISO 3166-1."""

    name: str
    trading_name: str
    form: str
    siret: str
    street: str
    postcode: str
    city: str
    capital: str = ""
    register: str = ""
    vat_number: str = ""
    country: str = "FR"
    phone: str = ""
    email: str = ""

    @property
    def siren(self) -> str:
        """The number of the business; its SIRET is that of one place of it."""
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A private person, with the address to which goods went; who collects gives none."""

    name: str
    street: str = ""
    extra: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    email: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """One line: so many copies of a title, at a price each, less a reduction on all of them.
    `number` is its EAN, or nothing; `used`: the word “occasion” stands at it. `line` is the order's
    line it comes from."""

    line: int
    title: str
    quantity: int
    unit_cents: int
    tax: Tax
    number: str = ""
    detail: str = ""
    used: bool = False
    less_cents: int = 0

    @property
    def cents(self) -> int:
        """What its copies cost together."""
        return self.quantity * self.unit_cents - self.less_cents


@dataclass(frozen=True, slots=True)
class Carriage:
    """A part of the postage, by how it is taxed."""

    tax: Tax
    cents: int


@dataclass(frozen=True, slots=True)
class Sum:
    """All that is taxed alike, and the VAT within."""

    tax: Tax
    cents: int
    vat_cents: int

    @property
    def net_cents(self) -> int:
        """It without its VAT."""
        return self.cents - self.vat_cents


@dataclass(frozen=True, slots=True)
class Earlier:
    """The invoice that a credit note takes back."""

    number: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice, or a credit note, whose amounts are then what is given back, none below zero.

    `sums` are by tax, and decide: lines and postage have their VAT by them (`invoices.sums`).
    `sent_on`: the day of delivery, if it is known.
    """

    kind: PaperKind
    number: str
    day: date
    order: str
    ordered_on: date
    seller: Seller
    buyer: Buyer
    lines: Sequence[Sold]
    carriage: Sequence[Carriage]
    sums: Sequence[Sum]
    sent_on: date | None = None
    paid_on: date | None = None
    posted: bool = True
    earlier: Earlier | None = None

    @property
    def cents(self) -> int:
        """The whole."""
        return sum(each.cents for each in self.sums)

    @property
    def vat_cents(self) -> int:
        """The VAT within."""
        return sum(each.vat_cents for each in self.sums)
