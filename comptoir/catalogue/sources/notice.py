"""What a supplier states of one product, and what could not be read."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from operator import attrgetter
from typing import NamedTuple

from comptoir.catalogue.models import (
    Availability,
    ContributorRole,
    ProductFormat,
    ProductKind,
)
from comptoir.core.errors import Message


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody's part in a product."""

    role: ContributorRole
    name: str


class PriceStep(NamedTuple):
    """The list price from a day on (None: from ever), in cents, with its VAT in hundredths of a per
    cent; None when nothing is known of that time."""

    since: date | None
    list_price_cents: int | None
    vat_rate: int | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a record that is taken: where it is, what it calls itself, and what was made
    of it."""

    place: int
    reference: str
    code: str
    reason: Message


@dataclass(slots=True)
class Notice:
    """One product as a supplier describes it at one moment; the fields are those of `Product`.

    `place` is the line, or the rank of the record, in its file. `at` is the moment of the
    notice (aware). `order` settles which of two notices of the same moment and the same message is
    the newer: its low 32 bits are the place, its high bits name the message. `source` and
    `source_ref` are the supplier's own identifier, needed only when there may be no EAN. A
    `withdrawn` notice needs nothing but its identifiers. `prices` are the steps of a price that
    changes on known days, the earliest first; empty when it does not, and then `list_price_cents`
    alone counts. Where its price could not be read (`is_price_unread`) the product keeps the one
    that it has. `series_number` is the volume's number in its series, as the supplier writes it.
    `distributor` (a name) and `distributor_gln` (13 digits, checked) say who delivers it to shops
    in France; no product keeps them (`operations.notices.have_told`).
    """

    place: int
    at: datetime
    ean: str | None = None
    source: str = ""
    source_ref: str = ""
    order: int = 0
    withdrawn: bool = False
    kind: ProductKind = ProductKind.OTHER
    title: str = ""
    subtitle: str = ""
    byline: str = ""
    series: str = ""
    series_number: str = ""
    publisher: str = ""
    catalogue_number: str = ""
    format: ProductFormat = ProductFormat.OTHER
    units: int = 1
    published: str = ""
    language: str = ""
    pages: int | None = None
    weight_grams: int | None = None
    description: str = ""
    cover_url: str = ""
    list_price_cents: int | None = None
    vat_rate: int | None = None
    availability: Availability = Availability.UNKNOWN
    demo: bool = False
    credits: tuple[Credit, ...] = ()
    is_price_unread: bool = False
    remarks: tuple[Remark, ...] = ()
    prices: tuple[PriceStep, ...] = ()
    distributor: str = ""
    distributor_gln: str = ""

    def set_price(self, day: date) -> None:
        """Set the list price to that of a day, if the notice has several."""
        for step in self.prices:
            if step.since is None or step.since <= day:
                self.list_price_cents, self.vat_rate = step.list_price_cents, step.vat_rate

    def digest(self) -> bytes:
        """Return 16 bytes that differ when anything stated of the product does.

        Of a price in steps all steps are stated, not the one of today: the same file read on
        another day states the same.
        """
        stated = [self.ean, self.source_ref, self.withdrawn]
        if not self.withdrawn:
            told = [str(each) for each in _told(self)]
            if self.prices:
                # Of what changes with the day, nothing of today.
                told[_LIST_PRICE] = told[_VAT_RATE] = ""
            stated += told
            stated += [f"{credit.role} {credit.name}" for credit in self.credits]
            # Only where there are any: what was digested before these were read stays the same.
            stated += [f"number {self.series_number}"] if self.series_number else []
            stated += [f"price {step}" for step in self.prices]
        return sha256(repr(stated).encode("utf-8", "surrogatepass")).digest()[:16]


CONTENT = (
    "kind",
    "title",
    "subtitle",
    "byline",
    "series",
    "series_number",
    "publisher",
    "catalogue_number",
    "format",
    "units",
    "published",
    "language",
    "pages",
    "weight_grams",
    "description",
    "cover_url",
    "list_price_cents",
    "vat_rate",
    "availability",
    "demo",
)
"""The fields that are columns of `Product` of the same name."""
_STATED = [name for name in CONTENT if name != "series_number"]
_told = attrgetter(*_STATED)
_LIST_PRICE, _VAT_RATE = _STATED.index("list_price_cents"), _STATED.index("vat_rate")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was refused alone: where it is, what it calls itself, and why."""

    place: int
    reference: str
    code: str
    reason: Message
