"""A shop that is paid by Stripe and by bank transfer, and posted orders of it."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from procrastinate.contrib.django import app

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.orders.charges.models import LineCharge, PostageCharge
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Account, Session
from comptoir.payments.operations import (
    AccountSaid,
    TransferSaid,
    enter_transfer,
    refund_amount,
    write_account,
)
from comptoir.payments.operations.accounts import trial_account
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.factories import HOME, make_offer, make_product, make_shop, persons_request_for
from tests.payments.mollie_part import KEY as MOLLIE_KEY
from tests.payments.stripe_part import KEY, SIGNING, StripePart
from tests.quotes.conftest import post_from

_readers = count(1)
IBAN = "FR7630006000011234567890189"
POSTAGE = 399
BANK = {"iban": IBAN, "bic": "AGRIFRPP", "holder": "Librairie du Pilori"}
STRIPE = {"key": KEY, "signing": SIGNING}
SECRETS = {
    ProviderName.STRIPE: STRIPE,
    ProviderName.MOLLIE: {"key": MOLLIE_KEY},
    ProviderName.TRANSFER: BANK,
}


def account_of(shop: Shop, provider: ProviderName = ProviderName.STRIPE, **fields: Any) -> Account:
    """Return a shop's account at a provider, entered by its owner."""
    secrets = SECRETS[provider]
    said = AccountSaid(provider=provider, **({"secrets": secrets} | fields))
    return write_account(shop=shop, said=said, actor=SYSTEM)


def rolled(shop: Shop, part: StripePart) -> Account:
    """Have a shop enter a new key of its account at Stripe, where the old one is good no more;
    return what is an account of its own here."""
    part.key = KEY + "new"
    return account_of(shop, secrets=STRIPE | {"key": part.key})


def paid_shop(late: Late = Late.HONOUR, *, slow: bool = False, **fields: Any) -> Shop:
    """Return a shop with both accounts; `slow`: its Stripe's page offers debits too."""
    shop = make_shop(**fields)
    account_of(shop, late=late, slow=slow)
    account_of(shop, ProviderName.TRANSFER, late=late)
    return shop


def offers_of(shop: Shop, *cents: int, on_hand: int = 1) -> list[Offer]:
    """Return offers of new books of a shop at these prices, which are their publishers'."""
    return [
        make_offer(
            shop=shop,
            price_cents=each,
            on_hand=on_hand,
            product=make_product(list_price_cents=each, weight_grams=200),
        )
        for each in cents
    ]


def posted_order(*offers: Offer, minutes: int = 0, copies: tuple[int, ...] = ()) -> Order:
    """Return an order to be posted that waits for its money, a copy of each offer or so many; they
    are held for as long as is usual, or for so many minutes."""
    shop = offers[0].shop
    if not shop.tariffs.exists():
        post_from(shop, cents=POSTAGE)
    customer = Customer("Léa Morin", f"lea{next(_readers)}@example.org")
    lines = tuple(
        LineRequest(each.product_id, each.pk, quantity=n)
        for each, n in zip(offers, copies or [1] * len(offers), strict=True)
    )
    asked = persons_request_for(*offers, lines=lines, customer=customer, posted_to=HOME)
    placed = place(asked)
    order = Order.objects.get(pk=placed.pk)
    if minutes:
        order.deadline = order.placed_at + timedelta(minutes=minutes)
        order.save(update_fields=["deadline"])
    return order


def charge(order: Order) -> None:
    """Write what an order costs, as a quote that reckoned it does."""
    LineCharge.objects.bulk_create(
        LineCharge(
            line=line,
            scheme="rate",
            rate=550,
            unit_cents=line.price_cents or 0,
            rule="publisher_price",
        )
        for line in order.lines.all()
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


def money_for(order: Order) -> dict[str, str]:
    """Give an order money: a session at the test provider, a transfer, and a refund of a part;
    return the keys of each as routes name them."""
    if not hasattr(order, "postage"):
        charge(order)
    bank = account_of(order.shop, ProviderName.TRANSFER)
    trial = order.shop.payment_accounts.filter(provider=ProviderName.TRIAL).first()
    trial = trial or trial_account(order.shop)
    now = datetime.now(UTC)
    said = TransferSaid(cents=200, dated=now.date(), reference=str(now))
    transfer = enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=now)
    refund = refund_amount(order_id=order.pk, cents=1, actor=SYSTEM, now=now)[0]
    session = Session.objects.create(
        order=order,
        account=trial,
        token=f"cpt_{order.pk}_{refund.pk}",
        cents=100,
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    return {
        "int:account_id": str(bank.pk),
        "int:bank_transfer_id": str(transfer.pk),
        "int:refund_id": str(refund.pk),
        "str:session_token": session.token,
        "str:key": session.token,
        "slug:provider": "trial",
        "str:account": trial.token,
    }


def jobs_run() -> list[str]:
    """Do the jobs of payments that wait in the queue, those that they queue too; return which."""
    done: list[str] = []
    while rows := fetch(
        "DELETE FROM procrastinate_jobs WHERE task_name LIKE %s RETURNING task_name, args",
        ["comptoir.payments.%"],
    ):
        for name, args in rows:
            app.tasks[name](**(json.loads(args) if isinstance(args, str) else args))
            done.append(name.rpartition(".")[2])
    return done
