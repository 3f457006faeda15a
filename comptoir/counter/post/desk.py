"""An order by post that staff type, asked by telephone or mail: to where, what it costs, and how it
will be paid. No money is taken at the counter: its reader pays by the link of a mail, or by bank
transfer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.errors import Message, invalid
from comptoir.core.money import format_cents
from comptoir.orders.charges.reads import charged
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import PlaceRequest
from comptoir.orders.postal.address import Address
from comptoir.payments import operations as payments
from comptoir.payments.errors import NoKey
from comptoir.payments.kinds import ProviderName
from comptoir.payments.reads.ways import transfer_slip, ways_of
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.phrases import postage_in_words, price_in_words
from comptoir.quotes.reads import Asked, Wish, quote_for
from comptoir.shops.models import Shop

FIELDS = ("receiver", "street", "extra", "postcode", "city", "country")
LINK, TRANSFER = "link", "transfer"
WAYS: dict[str, Message] = {
    LINK: gettext_lazy("by the link in the mail that leaves now"),
    TRANSFER: gettext_lazy("by bank transfer"),
}


@dataclass(frozen=True, slots=True)
class Posting:
    """What staff typed of an order by post: the address, how it is paid, and the total that they
    were shown, in cents."""

    fields: Mapping[str, str]
    pay: str
    total: int | None

    @property
    def address(self) -> Address:
        """To where it goes."""
        others = {name: self.fields[name] for name in FIELDS if name != "receiver"}
        return Address(name=self.fields["receiver"], **others)


def read_posting(sent: Mapping[str, str]) -> Posting | None:
    """Return what a form says of the post; None where the order is to be collected."""
    if sent.get("delivery") != Delivery.MAIL:
        return None
    pay, total = sent.get("pay", ""), sent.get("total", "")
    return Posting(
        {name: sent.get(name, "FR" if name == "country" else "")[:120] for name in FIELDS},
        pay if pay in WAYS else LINK,
        int(total) if total.isdecimal() and len(total) < 10 else None,
    )


def ways_to_pay(shop: Shop) -> list[tuple[str, Message]]:
    """Return in which ways what a shop posts may be paid, those it has an account for."""
    found = ways_of(shop)
    online = [LINK] if any(way != ProviderName.TRANSFER for way in found) else []
    transfer = [TRANSFER] if ProviderName.TRANSFER in found else []
    return [(way, WAYS[way]) for way in (*online, *transfer)]


def quote_posting(shop: Shop, posting: Posting, lines: Sequence[Asked]) -> Quote:
    """Return what it costs. Raises `Invalid` (`bad_country`, `bad_postcode`), `NotFound`."""
    there = posting.address
    wish = Wish(Delivery.MAIL, there.country.strip().upper(), there.postcode.strip())
    return quote_for(shop, lines, wish)


def quote_in_words(quote: Quote) -> list[tuple[str, str, int]]:
    """Return the lines of a quote with their rules and cents, and the postage last."""
    rows = [(line.item.product.title, price_in_words(line), line.cents) for line in quote.by_title]
    if quote.postage:
        rows.append((_("Postage"), postage_in_words(quote.postage), quote.postage.cents))
    return rows


def check_way(shop: Shop, posting: Posting, email: str) -> None:
    """Refuse a way to pay that its reader cannot go. Raises `Invalid` (`bad_pay`,
    `bad_contact`)."""
    if posting.pay not in dict(ways_to_pay(shop)):
        raise invalid("pay", _("This shop has no account for that: choose another way to pay."))
    if posting.pay == LINK and not email:
        told = _("The link to pay goes by mail: type an e-mail address, or choose a bank transfer.")
        raise invalid("contact", told)


def place_posted(request: PlaceRequest, posting: Posting) -> Order:
    """Place an order by post; where it is paid by bank transfer, its copies are kept for the days
    that the shop gives one. Raises as `place` and `payments.choose_transfer`."""
    order = place(request)
    if posting.pay == TRANSFER:
        payments.choose_transfer(order_id=order.pk, now=timezone.now())
    return order


def told_of(order: Order, posting: Posting) -> str:
    """Return what staff tell the customer of the money."""
    cents = format_cents(charged(order))
    if posting.pay == LINK:
        told = _("To be paid by the link in the mail to %(email)s: %(cents)s.")
        return told % {"email": order.email, "cents": cents}
    account = order.shop.payment_accounts.open().get(provider=ProviderName.TRANSFER)
    try:
        slip = transfer_slip(account, order, charged(order))
    except NoKey:
        return _("To be paid by transfer: %(cents)s.") % {"cents": cents}
    told = _("To be transferred: %(cents)s to %(holder)s, %(iban)s, reference %(reference)s.")
    return told % {
        "cents": cents,
        "holder": slip.holder,
        "iban": slip.iban,
        "reference": slip.reference,
    }
