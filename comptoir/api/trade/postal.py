"""What the API takes and gives of orders that are posted, or charged."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from comptoir.api.trade.payment import PaymentOut, payment_of
from comptoir.core.errors import Invalid
from comptoir.orders.charges.bill import Bill, bills_of
from comptoir.orders.models import Delivery, Order, PostalAddress
from comptoir.orders.postal.address import Address
from comptoir.quotes.basket import PostageRule, PriceRule, Scheme

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00]*$")
]


class AddressIn(BaseModel):
    """To whom and where an order is posted. A field that it does not have is refused: a street in
    the wrong one would be posted to nobody."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field("", description=_("Without it the customer's stands there"))
    street: Line = Field(min_length=1)
    extra: Line = Field("", description=_("What stands before the street: a floor, a company"))
    postcode: Line = Field("", max_length=12, description=_("Needed where it is posted in France"))
    city: Line = Field(min_length=1)
    country: Line = Field("FR", max_length=2, description=_("ISO 3166-1, two letters"))


class PostedIn(BaseModel):
    """How an order is handed over."""

    delivery: Delivery = Field(
        Delivery.COLLECT, description=_("`collect` at the shop, or `mail`: with an `address`")
    )
    address: AddressIn | None = Field(None, description=_("Of what is posted"))
    total_cents: int | None = Field(
        None,
        ge=0,
        description=_(
            "What the reader was shown (`POST /quotes`): where it costs something else by then, it"
            " is refused (`total_changed`)"
        ),
    )

    def to(self) -> Address | None:
        """Return to where it is posted; None where it is collected. Raises `Invalid`
        (`address_missing`, `address_unused`)."""
        if (self.delivery == Delivery.MAIL) == (self.address is not None):
            return Address(**self.address.model_dump()) if self.address else None
        if self.address is None:
            told = gettext_lazy("What is posted needs an address.")
            raise Invalid("address_missing", told, field="address")
        told = gettext_lazy("What is collected needs no address: leave it out, or ask for “mail”.")
        raise Invalid("address_unused", told, field="address")


class ChargedIn(PostedIn):
    """How one order is handed over, and whether it is paid before."""

    prepay: bool = Field(
        False,
        description=_(
            "Pay before it is collected, as a shop asks of who did not collect (`prepay_needed`)"
        ),
    )

    @property
    def is_charged(self) -> bool:
        """Whether it is paid before it leaves or is collected."""
        return self.prepay or self.delivery == Delivery.MAIL


class LineChargeOut(BaseModel):
    """What the copies of one line cost, in the order of the lines."""

    unit_cents: int
    quantity: int
    rule: PriceRule
    scheme: Scheme
    rate: int = Field(description=_("Hundredths of a per cent: 550 is 5.5 %"))
    vat_cents: int = Field(description=_("The VAT within"))


class ShareOut(BaseModel):
    """A part of the postage by how it is taxed."""

    scheme: Scheme
    rate: int
    cents: int
    vat_cents: int


class PostageChargeOut(BaseModel):
    """What the post costs, however many parcels leave."""

    cents: int
    rule: PostageRule
    parts: list[ShareOut]


class ChargesOut(BaseModel):
    """What an order was reckoned to cost when it was placed; it never changes."""

    lines: list[LineChargeOut]
    postage: PostageChargeOut
    total_cents: int
    owed_cents: int = Field(
        description=_("What is owed of it now: less what was not found, or came back")
    )


class AddressOut(BaseModel):
    """To where it is posted; empty but for the country once it is erased."""

    name: str
    street: str
    extra: str
    postcode: str
    city: str
    country: str


class ChargedOut(BaseModel):
    """How an order is handed over, and what it costs."""

    delivery: Delivery
    address: AddressOut | None = Field(description=_("Of what is posted"))
    charges: ChargesOut | None = Field(
        description=_("Of what is posted or paid beforehand; null where one pays in the shop")
    )
    payment: PaymentOut | None = Field(description=_("Of what is posted or paid beforehand"))


def charged(item: Order, *, look: bool = False) -> dict[str, Any]:
    """Return what `ChargedOut` says of an order. Of one to collect no query is made, and nothing
    said, unless it is to `look`: whether it is paid beforehand."""
    bill = bills_of([item]).get(item.pk) if look or item.delivery == Delivery.MAIL else None
    if bill is None and item.delivery != Delivery.MAIL:
        return {"delivery": Delivery.COLLECT, "address": None, "charges": None, "payment": None}
    found = PostalAddress.objects.filter(pk=item.pk).first()
    return {
        "delivery": Delivery(item.delivery),
        "address": _address(found) if found else None,
        "charges": _charges(item, bill) if bill else None,
        "payment": payment_of(item),
    }


def _address(found: PostalAddress) -> AddressOut:
    names = AddressOut.model_fields
    return AddressOut(**{name: getattr(found, name) for name in names})


def _charges(item: Order, bill: Bill) -> ChargesOut:
    pairs = [(line, bill.lines[line.pk]) for line in item.lines.all() if line.pk in bill.lines]
    return ChargesOut(
        lines=[
            LineChargeOut(
                unit_cents=charge.unit_cents,
                quantity=line.quantity,
                rule=PriceRule(charge.rule),
                scheme=Scheme(charge.scheme),
                rate=charge.rate,
                vat_cents=charge.vat_cents,
            )
            for line, charge in pairs
        ],
        postage=PostageChargeOut(
            cents=bill.postage.cents,
            rule=PostageRule(bill.postage.rule),
            parts=[
                ShareOut(
                    scheme=Scheme(share.scheme),
                    rate=share.rate,
                    cents=share.cents,
                    vat_cents=share.vat_cents,
                )
                for share in bill.shares
            ],
        ),
        total_cents=bill.charged,
        owed_cents=bill.owed,
    )
