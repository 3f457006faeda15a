"""Ways to pay by which the money takes days: offered where the shop wants that, waited for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.notifications.models import Message
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import expire_due
from comptoir.payments import operations
from comptoir.payments.errors import Refused
from comptoir.payments.kinds import ProviderName, SessionStatus
from comptoir.payments.models import Session
from comptoir.payments.operations import captures
from comptoir.payments.reads.state import Standing, state_of
from tests.factories import make_shop
from tests.payments.world import account_of, offers_of, paid_shop, posted_order

pytestmark = pytest.mark.django_db
NOW = timezone.now
DAYS = timedelta(days=7)


def order_of(provider: ProviderName, *, slow: bool) -> Order:
    shop = make_shop()
    account_of(shop, provider, slow=slow)
    return posted_order(*offers_of(shop, 1290, 2200))


def asked(order: Order, provider: ProviderName = ProviderName.STRIPE) -> Session:
    return operations.ask_for(order=order, provider=provider, now=NOW())


def by_debit(part) -> tuple[Order, Session]:
    """Return an order whose reader pays by a debit that Stripe says is under way."""
    order = order_of(ProviderName.STRIPE, slow=True)
    session = asked(order)
    assert part.pay(session.ref, later=True)
    operations.look(session, NOW())
    order.refresh_from_db()
    return order, session


def test_stripe_is_asked_for_cards_unless_the_shop_takes_slow_money(stripe_part):
    for slow in (False, True):
        session = asked(order_of(ProviderName.STRIPE, slow=slow))
        assert stripe_part.sessions[session.ref]["methods"] == ([] if slow else ["card"])
        assert stripe_part.pay(session.ref, later=True) == slow


def test_nobody_blocks_copies_for_days_by_a_strangers_address(stripe_part):
    order = order_of(ProviderName.STRIPE, slow=True)
    Order.objects.filter(pk=order.pk).update(
        status=OrderStatus.UNCONFIRMED, confirm_by=order.deadline
    )
    assert stripe_part.sessions[asked(order).ref]["methods"] == ["card"]


def test_mollie_is_asked_for_what_settles_at_once(mollie_part):
    order = order_of(ProviderName.MOLLIE, slow=False)
    ref = asked(order, ProviderName.MOLLIE).ref
    assert mollie_part.payments[ref]["offered"] == ["creditcard"]
    assert not mollie_part.choose(ref, "banktransfer")
    mollie_part.methods = ("banktransfer",)
    with pytest.raises(Refused):
        asked(order_of(ProviderName.MOLLIE, slow=False), ProviderName.MOLLIE)


def test_a_transfer_at_mollie_is_under_way_though_its_payment_is_open(mollie_part):
    order = order_of(ProviderName.MOLLIE, slow=True)
    session = asked(order, ProviderName.MOLLIE)
    assert mollie_part.choose(session.ref, "banktransfer")
    operations.look(session, NOW())
    order.refresh_from_db()
    assert state_of(order).standing == Standing.PENDING
    assert order.deadline == order.placed_at + DAYS


def test_while_a_bank_is_slow_the_copies_are_kept_for_the_days_of_the_shop(stripe_part):
    order, session = by_debit(stripe_part)
    assert order.deadline == order.placed_at + DAYS
    expire_due(now=NOW() + timedelta(days=6))
    operations.look(session, NOW() + timedelta(days=6))
    stripe_part.come(session.ref)
    operations.look(session, NOW())
    order.refresh_from_db()
    assert (order.status, order.deadline) == (OrderStatus.PLACED, None)
    assert state_of(order).standing == Standing.PAID


def test_control_where_nothing_waits_for_the_bank_they_go_after_half_an_hour(
    stripe_part, monkeypatch
):
    monkeypatch.setattr(captures, "wait_for_bank", lambda *_given: None)
    order, _session = by_debit(stripe_part)
    expire_due(now=NOW() + timedelta(minutes=40))
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED


def test_it_waits_no_longer_than_that_whatever_is_tried(stripe_part):
    order, session = by_debit(stripe_part)
    stripe_part.come(session.ref, good=False)
    operations.look(session, NOW())
    assert Message.objects.get(template="payment_undone").to == order.email
    again = asked(order)
    stripe_part.pay(again.ref, later=True)
    operations.look(again, NOW() + timedelta(days=5))
    assert Session.objects.get(pk=again.pk).status == SessionStatus.PENDING
    expire_due(now=NOW() + DAYS)
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED


def test_a_page_without_slow_ways_takes_the_place_of_one_that_has_them(stripe_part):
    order = posted_order(*offers_of(paid_shop(slow=True), 1290))
    first = asked(order)
    account_of(order.shop, secrets={}, slow=False)
    second = asked(order)
    assert stripe_part.sessions[first.ref]["status"] == "expired"
    assert stripe_part.sessions[second.ref]["methods"] == ["card"]
