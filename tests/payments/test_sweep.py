"""The sweep: what cannot move keeps nothing else waiting."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName, RefundStatus, SessionStatus
from comptoir.payments.models import Capture, Refund, Session
from comptoir.payments.operations import TransferSaid, sweep
from tests.payments.world import offers_of, paid_shop, posted_order

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch):
    monkeypatch.setitem(sweep.__globals__, "MOST", 1)


def test_a_refund_of_a_transfer_is_never_asked_about(order, stripe_part):
    said = TransferSaid(cents=4000, dated=NOW().date())
    operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())
    by_hand = Refund.objects.get()
    assert by_hand.look_at is None
    # One of before is passed over as well.
    Refund.objects.update(look_at=NOW())
    (offer,) = offers_of(order.shop, 500)
    other = posted_order(offer)
    session = operations.ask_for(order=other, provider=ProviderName.STRIPE, now=NOW())
    stripe_part.pay(session.ref)
    operations.look(session, NOW())
    operations.refund_amount(order_id=other.pk, cents=100, actor=SYSTEM, now=NOW())
    sweep(now=NOW())
    by_card = Refund.objects.exclude(pk=by_hand.pk).get()
    assert by_card.status == RefundStatus.DONE


def test_a_session_that_cannot_be_asked_about_comes_last(order, stripe_part):
    """Its account has no key any more: without the push of `look_at` it would be the first for
    ever, and the second never looked at."""
    first = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    (offer,) = offers_of(paid_shop(), 500)
    second = operations.ask_for(order=posted_order(offer), provider=ProviderName.STRIPE, now=NOW())
    type(first.account).objects.filter(pk=first.account_id).update(secrets="")
    Session.objects.update(look_at=NOW())
    stripe_part.pay(second.ref)
    sweep(now=NOW())
    assert not Capture.objects.exists()
    sweep(now=NOW())
    assert Session.objects.get(pk=second.pk).status == SessionStatus.PAID


def test_a_silent_account_is_asked_once_a_sweep_and_the_others_go_on(
    order, stripe_part, monkeypatch
):
    """Control: what was passed over comes before what was silent the next time."""
    monkeypatch.setitem(sweep.__globals__, "MOST", 10)
    offers = [*offers_of(order.shop, 500), *offers_of(paid_shop(), 500)]
    orders = [order, *map(posted_order, offers)]
    first, second, _other = [
        operations.ask_for(order=each, provider=ProviderName.STRIPE, now=NOW()) for each in orders
    ]
    Session.objects.update(look_at=NOW())
    stripe_part.calls.clear()
    stripe_part.fails = 1
    sweep(now=NOW())
    assert [call.rpartition("/")[2] for call in stripe_part.calls] == [first.ref, _other.ref]
    dues = Session.objects.filter(pk__in=[first.pk, second.pk]).order_by("look_at")
    assert list(dues) == [second, first]
