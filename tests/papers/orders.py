"""Orders that were paid in advance, as rows: what they cost by tax, their money, what went back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import NamedTuple

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.charges.models import (
    Fate,
    LineCharge,
    Portion,
    PostageCharge,
    PostageShare,
)
from comptoir.orders.models import Delivery, Order, OrderLine
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.orders.postal.models import PostalAddress
from comptoir.papers.operations import IdentitySaid, write_identity
from comptoir.payments.kinds import ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Account, Capture, Refund, Session
from comptoir.quotes.basket import Tax
from comptoir.shops.models import Shop
from tests.factories import make_offer, make_shop, persons_request_for
from tests.papers.samples import BOOK, MARGIN, RECORD

SIRET = "73282932000074"
SAID = IdentitySaid(
    name="Les Quatre Vents SARL",
    form="SARL",
    capital="8 000 €",
    register="RCS Poitiers",
    vat_number="FR44732829320",
)
_numbers = count(1)


class Part(NamedTuple):
    """A line of an order: cents a copy, copies, how it is taxed."""

    cents: int
    copies: int = 1
    tax: Tax = BOOK


MIXED = (Part(2150), Part(2990, 2, RECORD), Part(750, 1, MARGIN))
POSTAGE = {BOOK: 215, RECORD: 434, MARGIN: 51}


def selling_shop(**fields) -> Shop:
    """Return a shop whose invoices lack nothing."""
    return selling(make_shop(**({"siret": SIRET} | fields)))


def selling(shop: Shop, said: IdentitySaid = SAID) -> Shop:
    """Have a shop name itself on its invoices, and return it."""
    write_identity(shop=shop, said=said, actor=SYSTEM, now=timezone.now())
    return shop


def sold(shop: Shop, parts: Sequence[Part] = MIXED, postage: dict[Tax, int] | None = None) -> Order:
    """Return a posted order of these lines that waits for its money."""
    postage = POSTAGE if postage is None else postage
    offers = [make_offer(shop=shop, price_cents=part.cents, on_hand=part.copies) for part in parts]
    # Each of somebody else: a person has few orders at a time.
    customer = Customer("Éléonore d’Aubigné", f"reader{next(_numbers)}@example.org")
    order = place(persons_request_for(*offers, customer=customer))
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.MAIL)
    order = Order.objects.select_related("shop").get(pk=order.pk)
    lines = order.lines.order_by("pk")
    for line, part in zip(lines, parts, strict=True):
        OrderLine.objects.filter(pk=line.pk).update(quantity=part.copies, held=part.copies)
        LineCharge.objects.create(
            line=line,
            scheme=part.tax.scheme.value,
            rate=part.tax.rate,
            unit_cents=part.cents,
            rule="free_price",
        )
    charge = PostageCharge.objects.create(
        order=order,
        cents=sum(postage.values()),
        rule="band",
        zone="france",
        day=timezone.localdate(),
    )
    for tax, cents in postage.items():
        PostageShare.objects.create(
            postage=charge, scheme=tax.scheme.value, rate=tax.rate, cents=cents
        )
    PostalAddress.objects.create(
        order=order,
        name="Éléonore d’Aubigné",
        street="3 place de l’Église",
        postcode="87000",
        city="Limoges",
        country="FR",
    )
    return order


def pay(order: Order, cents: int, *, at: datetime | None = None) -> Capture:
    """Have so many cents come in for an order, at the test provider."""
    at = at or datetime.now(UTC)
    account, _made = Account.objects.get_or_create(
        shop=order.shop,
        provider=ProviderName.TRIAL,
        closed_at=None,
        defaults={"token": f"account-{order.shop_id}", "actor_kind": "system"},
    )
    number = next(_numbers)
    session = Session.objects.create(
        order=order,
        account=account,
        token=f"session-{number}",
        cents=cents,
        status="paid",
        created_at=at,
        expires_at=at + timedelta(hours=1),
        ended_at=at,
    )
    return Capture.objects.create(
        order=order,
        account=account,
        session=session,
        ref=f"money-{number}",
        cents=cents,
        captured_at=at,
        noted_at=at,
    )


def paid(shop: Shop, parts: Sequence[Part] = MIXED, postage: dict[Tax, int] | None = None) -> Order:
    """Return an order whose money has come."""
    order = sold(shop, parts, postage)
    postage = POSTAGE if postage is None else postage
    pay(order, sum(part.cents * part.copies for part in parts) + sum(postage.values()))
    return order


def give_back(
    order: Order,
    cents: int,
    *,
    line: OrderLine | None = None,
    copies: int | None = None,
    reason: RefundReason = RefundReason.OWNER,
    at: datetime | None = None,
) -> Refund:
    """Have so many cents of an order go back."""
    at = at or datetime.now(UTC)
    return Refund.objects.create(
        order=order,
        capture=order.captures.first(),
        line=line,
        quantity=copies,
        cents=cents,
        reason=reason,
        status=RefundStatus.DONE,
        token=f"refund-{next(_numbers)}",
        asked_at=at,
        done_at=at,
        actor_kind="system",
    )


def part_with(line: OrderLine, copies: int, fate: Fate, *, at: datetime | None = None) -> Portion:
    """Have copies of a line go their way."""
    at = at or datetime.now(UTC)
    return Portion.objects.create(line=line, fate=fate, quantity=copies, at=at, actor_kind="system")


def alike(order: Order, count: int) -> list[int]:
    """Return the keys of so many paid orders that are like one: it, and copies of its rows."""
    line, charge = order.lines.get(), order.postage
    share, capture = charge.shares.get(), order.captures.get()
    found = [order.pk]
    for number in range(1, count):
        order.pk, order.idempotency_key = None, None
        order.token, order.code = f"like-{number}", f"{number:08d}"
        order.save(force_insert=True)
        of_line, line.pk, line.order = line.charge, None, order
        line.save(force_insert=True)
        of_line.line = line
        of_line.save(force_insert=True)
        charge.order = order
        charge.save(force_insert=True)
        share.pk, share.postage = None, charge
        share.save(force_insert=True)
        capture.pk, capture.order, capture.ref = None, order, f"like-{number}"
        capture.save(force_insert=True)
        found.append(order.pk)
    return found
