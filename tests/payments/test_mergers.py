"""Money of orders by post whose shop becomes part of another: it goes back by the account that took
it, which stays its shop's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, merge_shops
from comptoir.payments import operations
from comptoir.payments.errors import NoWayToPay
from comptoir.payments.kinds import ProviderName, RefundStatus
from comptoir.payments.models import Account, Capture, Refund
from comptoir.payments.operations import TransferSaid
from comptoir.payments.reads.state import state_of
from tests.factories import make_shop
from tests.payments.world import account_of

pytestmark = pytest.mark.django_db
NOW = timezone.now


def merged(order: Order) -> tuple[Order, Account]:
    """Have the order's shop become part of one with an account of its own at the same provider;
    return the order as it is then, and that account."""
    into = make_shop(name="Nouvelle")
    other = account_of(into)
    merge_shops(shop=order.shop, into=into, actor=SYSTEM)
    order = Order.objects.get(pk=order.pk)
    assert order.shop == into
    return order, other


def test_what_was_paid_before_goes_back_by_the_account_that_took_it(order, stripe_part):
    before = order.shop
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    stripe_part.pay(session.ref)
    operations.look(session, NOW())
    order, other = merged(order)
    cancel(order_id=order.pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    operations.send_refunds(order_id=order.pk, now=NOW())
    refunds = list(Refund.objects.all())
    assert {each.capture.account.shop for each in refunds} == {before}
    assert other not in {each.capture.account for each in refunds}
    assert {each.status for each in refunds} <= {RefundStatus.SENT, RefundStatus.DONE}
    assert sum(each.cents for each in refunds) == 3889
    assert state_of(order).in_hand == 0


def test_a_session_that_was_open_is_settled_by_its_own_account(order, stripe_part):
    """The control: a new session is asked of the account of the shop that stays."""
    before = order.shop
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    order, _other = merged(order)
    stripe_part.pay(session.ref)
    operations.look(session, NOW())
    assert Capture.objects.get().account.shop == before
    assert state_of(order).is_settled
    assert order.events.filter(kind="paid").exists()


def test_a_transfer_to_the_number_of_before_is_entered_after(order):
    order, _other = merged(order)
    said = TransferSaid(cents=3889, dated=NOW().date(), reference="LEA")
    operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())
    assert Capture.objects.get().account.shop != order.shop
    assert state_of(order).is_settled


def test_without_either_account_no_transfer_is_entered(order):
    order.shop.payment_accounts.filter(provider=ProviderName.TRANSFER).delete()
    order, _other = merged(order)
    said = TransferSaid(cents=1, dated=(NOW() - timedelta(days=1)).date(), reference="x")
    with pytest.raises(NoWayToPay):
        operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())
