"""Orders by post and the moments that meet them: money and expiry, the post and a cancellation."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.orders import checks
from comptoir.orders.errors import CopiesGone, MoveRefused
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import batch, cancel, expire_due, place, postal
from comptoir.orders.operations.postal import parcels, payment
from comptoir.orders.operations.requests import Customer, check
from tests.concurrency.test_guards import remove
from tests.concurrency.together import overtake, stopped_at
from tests.factories import HOME, make_offer, request_for
from tests.quotes.conftest import post_from

__all__ = ["remove"]

pytestmark = pytest.mark.django_db(transaction=True)


def posted():
    offer = make_offer(on_hand=1)
    post_from(offer.shop)
    order = place(request_for(offer, verified=True, posted_to=HOME))
    return offer, order


def money_meets_expiry():
    """Stop who settles before its end, and let the expiry come; return the offer and the order."""
    offer, order = posted()
    late = order.placed_at + timedelta(minutes=36)
    with stopped_at(payment, "note") as stop:
        overtake(
            stop,
            lambda: postal.settle_payment(order_id=order.pk, actor=SYSTEM),
            lambda: expire_due(now=late),
        )
    order.refresh_from_db()
    offer.refresh_from_db()
    return offer, order


def test_what_is_being_paid_for_does_not_expire():
    offer, order = money_meets_expiry()
    assert (order.status, offer.held) == (OrderStatus.PLACED, 1)
    assert list(checks.problems()) == []


def test_control_without_the_lock_it_expires_paid(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    _offer, order = money_meets_expiry()
    assert order.status == OrderStatus.EXPIRED


def the_post_meets_a_cancellation():
    offer, order = posted()
    postal.settle_payment(order_id=order.pk, actor=SYSTEM)
    with stopped_at(parcels, "hand_over") as stop:
        raised, _waited = overtake(
            stop,
            lambda: postal.mark_shipped(order_id=order.pk, actor=SYSTEM),
            lambda: cancel(token=order.token, actor=READER),
        )
    order.refresh_from_db()
    offer.refresh_from_db()
    return [type(error) for error in raised], order.status, (offer.on_hand, offer.held)


def test_what_has_left_is_cancelled_no_more():
    assert the_post_meets_a_cancellation() == ([MoveRefused], OrderStatus.SHIPPED, (0, 0))
    assert list(checks.problems()) == []


def test_control_without_the_lock_what_left_was_cancelled_too(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    raised, _status, _numbers = the_post_meets_a_cancellation()
    assert MoveRefused not in raised


def the_last_copy_is_wanted_twice():
    """Stop who has it posted before the copy is taken, and let one come who collects; return what
    was raised, how many orders there are, and how many copies are promised."""
    offer = make_offer(on_hand=1)
    post_from(offer.shop)
    by_post = check(request_for(offer, verified=True, posted_to=HOME))
    ana = Customer("Ana Sorel", "ana@example.org")
    collected = check(request_for(offer, verified=True, customer=ana))
    found = []

    def placed(checked):
        found.extend(batch.place_batch([checked], now=timezone.now()))

    with stopped_at(batch, "hold") as stop:
        raised, _waited = overtake(stop, lambda: placed(by_post), lambda: placed(collected))
    refused = [type(each) for each in [*raised, *found] if isinstance(each, Exception)]
    offer.refresh_from_db()
    return refused, Order.objects.count(), offer.held


def test_of_the_last_copy_posted_or_collected_one_has_it():
    assert the_last_copy_is_wanted_twice() == ([CopiesGone], 1, 1)
    assert list(checks.problems()) == []


def test_control_without_the_guards_it_is_promised_twice(remove):
    remove("row locks", "condition", "constraint")
    refused, orders, held = the_last_copy_is_wanted_twice()
    assert (refused, orders) == ([], 2)
    assert held == 2
