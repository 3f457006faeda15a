"""A filed contract as a row alone, for tests of routes and verbs."""

from datetime import timedelta

from django.utils import timezone

from comptoir.contracts.models import Contract
from comptoir.orders.models import Order


def make_contract(order: Order, **fields) -> Contract:
    """File the contract of an order, with a buyer of its own; once, however often it is asked."""
    now = timezone.now()
    values = {
        "shop": order.shop,
        "code": order.code,
        "seller": order.shop.name,
        "buyer_name": "Zéphyrine Malaquais",
        "buyer_address": "77 venelle des Salamandres, 86000 Poitiers, FR",
        "lines": [{"title": "Le Grand Meaulnes", "quantity": 2, "cents": 7_000}],
        "postage_cents": 300,
        "cents": 14_300,
        "concluded_at": now,
        "until": now.date() + timedelta(days=3_650),
    }
    return Contract.objects.get_or_create(order=order.pk, defaults=values | fields)[0]
