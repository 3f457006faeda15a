"""Orders to be posted that are paid for."""

from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.charges.models import LineCharge, PostageCharge
from comptoir.orders.models import Delivery, EventKind, Order, OrderLine
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.orders.operations.status import note
from comptoir.orders.postal.models import PostalAddress
from comptoir.post.models import ParcelLine
from comptoir.stock.models import Offer
from tests.factories import persons_request_for

TO = {
    "name": "Marie Dupont",
    "street": "14 bis avenue du Général-de-Gaulle",
    "postcode": "86000",
    "city": "Poitiers",
    "country": "FR",
}


def make_posted(*wanted: tuple[Offer, int], paid: bool = True, **to: Any) -> Order:
    """Return an order to be posted with so many copies of each offer, paid for unless said
    otherwise, with its charges; `to` changes its address, `email` whose it is."""
    email = to.pop("email", "marie@example.org")
    lines = tuple(LineRequest(offer.product_id, offer.pk, quantity=n) for offer, n in wanted)
    customer = Customer("Marie Dupont", email)
    offers = [offer for offer, _n in wanted]
    order = place(persons_request_for(*offers, lines=lines, customer=customer))
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.MAIL)
    if paid:
        Order.objects.filter(pk=order.pk).update(deadline=None)
        note(order, EventKind.PAID, actor=SYSTEM, at=timezone.now())
    PostalAddress.objects.create(order=order, **(TO | to))
    for line in OrderLine.objects.filter(order=order):
        LineCharge.objects.create(
            line=line,
            scheme="rate",
            rate=550,
            unit_cents=line.price_cents,
            vat_cents=line.quantity * line.price_cents * 55 // 1055,
            rule="publisher_price",
        )
    PostageCharge.objects.create(
        order=order, cents=300, rule="band", grams=500, mm=20, zone="france", day=date(2026, 11, 29)
    )
    return Order.objects.get(pk=order.pk)


def packed(line: OrderLine) -> int:
    """Return how many copies of a line are in parcels, here or gone."""
    found = ParcelLine.objects.filter(line=line).aggregate(n=Sum("quantity", default=0))
    return int(found["n"])
