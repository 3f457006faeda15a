"""A shop that is paid by Stripe and by bank transfer, and posted orders of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.charges.models import LineCharge, PostageCharge
from comptoir.orders.models import Delivery, Order
from comptoir.orders.operations import place
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Account
from comptoir.payments.operations import AccountSaid, write_account
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.factories import make_offer, make_shop, persons_request_for
from tests.payments.stripe_part import KEY, SIGNING

IBAN = "FR7630006000011234567890189"
POSTAGE = 399
BANK = {"iban": IBAN, "bic": "AGRIFRPP", "holder": "Librairie du Pilori"}
STRIPE = {"key": KEY, "signing": SIGNING}


def account_of(shop: Shop, provider: ProviderName = ProviderName.STRIPE, **fields: Any) -> Account:
    """Return a shop's account at a provider, entered by its owner."""
    secrets = {ProviderName.STRIPE: STRIPE, ProviderName.TRANSFER: BANK}[provider]
    said = AccountSaid(provider=provider, **({"secrets": secrets} | fields))
    return write_account(shop=shop, said=said, actor=SYSTEM)


def paid_shop(late: Late = Late.HONOUR, **fields: Any) -> Shop:
    """Return a shop with both accounts."""
    shop = make_shop(**fields)
    account_of(shop, late=late)
    account_of(shop, ProviderName.TRANSFER, late=late)
    return shop


def offers_of(shop: Shop, *cents: int, on_hand: int = 1) -> list[Offer]:
    """Return offers of a shop at these prices."""
    return [make_offer(shop=shop, price_cents=each, on_hand=on_hand) for each in cents]


def posted_order(*offers: Offer, minutes: int = 35, at: datetime | None = None) -> Order:
    """Return an order to be posted that waits for its money, a copy of each offer; its copies are
    held for so many minutes."""
    order = Order.objects.get(pk=place(persons_request_for(*offers)).pk)
    order.delivery = Delivery.MAIL
    order.deadline = (at or datetime.now(UTC)) + timedelta(minutes=minutes)
    order.save(update_fields=["delivery", "deadline"])
    lines = order.lines.all()
    LineCharge.objects.bulk_create(
        LineCharge(
            line=line,
            scheme="rate",
            rate=550,
            unit_cents=line.price_cents or 0,
            vat_cents=0,
            rule="publisher_price",
        )
        for line in lines
    )
    PostageCharge.objects.create(
        order=order,
        cents=POSTAGE,
        rule="band",
        grams=480,
        mm=30,
        zone="france",
        day=date(2026, 11, 1),
    )
    return order
