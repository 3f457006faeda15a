"""A reservation that is being placed while its shop leaves the network, or becomes part of another,
neither stays open there nor loses its copy."""

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import NotFound
from comptoir.orders.models import Order
from comptoir.orders.operations import (
    batch,
    deadlines,
    end_shop,
    expire_due,
    merge_shops,
    mergers,
    place,
)
from comptoir.stock.arrivals import mergers as stock_mergers
from comptoir.stock.models import Offer
from comptoir.stock.shelf import checks
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_offer, make_shop, request_for

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


def merge_with(module, name, first, second, gone, into):
    """Stop one of two, let the other overtake it; return what was raised and who waited."""
    works = {
        "place": lambda: place(request_for(Offer.objects.get(shop=gone), trusted=True)),
        "merge": lambda: merge_shops(shop=gone, into=into, actor=SYSTEM),
    }
    with stopped_at(module, name) as stop:
        raised, waited = overtake(stop, works[first], works[second])
    return [type(error) for error in raised], waited


def test_a_reservation_that_holds_its_copy_already_moves_with_it():
    gone, into = make_offer(on_hand=1).shop, make_shop()
    told = merge_with(batch, "write_orders", "place", "merge", gone, into)
    assert told == ([], True), "the merger waits for the copy, and looks again"
    order = Order.objects.get()
    assert (order.shop, Offer.objects.get().shop) == (into, into)
    assert list(checks.problems()) == []


def test_control_without_the_second_look_it_is_left_behind(monkeypatch):
    monkeypatch.setattr(mergers, "_came_meanwhile", lambda shop, orders: False)
    gone, into = make_offer(on_hand=1).shop, make_shop()
    assert merge_with(batch, "write_orders", "place", "merge", gone, into) == ([], True)
    assert Order.objects.get().shop == gone


def test_a_reservation_that_comes_later_waits_and_finds_the_copy_gone():
    gone, into = make_offer(on_hand=1).shop, make_shop()
    told = merge_with(stock_mergers, "_move_tills", "merge", "place", gone, into)
    assert told == ([NotFound], True)
    assert not Order.objects.exists()
    offer = Offer.objects.get()
    assert (offer.shop, offer.held) == (into, 0)


def test_control_without_the_lock_of_the_offers_it_waits_for_nothing(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    gone, into = make_offer(on_hand=1).shop, make_shop()
    told = merge_with(stock_mergers, "_move_tills", "merge", "place", gone, into)
    assert not told[1]
