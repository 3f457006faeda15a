"""A reservation that is being placed while its shop leaves the network does not stay open."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations import batch, deadlines, end_shop, expire_due, place
from comptoir.stock.models import Offer
from comptoir.stock.shelf import checks
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


def end_while_placing() -> Order:
    """Let a shop leave while a reservation has taken its copy and is not written yet; do then what
    the job does every minute, and return the reservation."""
    offer = make_offer(on_hand=1)
    with stopped_at(batch, "write_orders") as stop:
        raised, _waited = overtake(
            stop,
            lambda: place(request_for(offer, trusted=True)),
            lambda: end_shop(shop=offer.shop, actor=SYSTEM),
        )
    assert raised == []
    assert Order.objects.get().status == "placed", "it was not there yet when the shop left"
    expire_due(now=timezone.now())
    assert list(checks.problems()) == []
    return Order.objects.get()


def test_it_is_ended_within_a_minute():
    order = end_while_placing()
    assert order.status == "cancelled"
    assert Offer.objects.get().held == 0


def test_control_without_the_second_look_it_stays_open(monkeypatch):
    original = deadlines.end_orders_of_gone

    def only_for_one(*, now, shop=None):
        return original(now=now, shop=shop) if shop else 0

    monkeypatch.setattr(deadlines, "end_orders_of_gone", only_for_one)
    order = end_while_placing()
    assert order.status == "placed"
    assert Offer.objects.get().held == 1
