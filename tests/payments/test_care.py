"""What is given beside what comes back, money in another currency, money after the counter's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.limits import Limit
from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.orders.operations import mark_not_found
from comptoir.payments import operations
from comptoir.payments.errors import BadSignature, NoKey, Refused
from comptoir.payments.kinds import ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Capture, Refund, Session
from comptoir.payments.operations import refunds
from comptoir.payments.providers.stripe import check_signature
from comptoir.payments.reads.differences import in_words
from comptoir.payments.reads.state import state_of
from comptoir.site.payment import pay
from tests.payments.world import account_of

pytestmark = pytest.mark.django_db
NOW = timezone.now


def asked(order: Order, provider: ProviderName = ProviderName.STRIPE) -> Session:
    return operations.ask_for(order=order, provider=provider, now=NOW())


def by_card(order: Order, part) -> Session:
    session = asked(order)
    part.pay(session.ref)
    operations.look(session, NOW())
    return session


@pytest.mark.parametrize("which", [0, 1])
def test_a_line_given_back_as_a_gift_is_not_taken_off_the_next(order, stripe_part, which):
    """The gift is the first line's price; where that one is not found later, it was no gift."""
    by_card(order, stripe_part)
    lines = order.lines.order_by("pk")
    operations.refund_line(
        order_id=order.pk, line_id=lines[0].pk, quantity=1, actor=SYSTEM, now=NOW()
    )
    assert state_of(order).goodwill == 1290
    mark_not_found(line_id=lines[which].pk, actor=SYSTEM)
    operations.settle(order_id=order.pk, now=NOW())
    assert sum(each.cents for each in Refund.objects.all()) == (1290, 1290 + 2200)[which]
    assert state_of(order).goodwill == (0, 1290)[which]


def test_money_in_another_currency_counts_for_nothing_at_stripe_and_is_listed(order, stripe_part):
    session = asked(order)
    stripe_part.pay(session.ref)
    for rows in (stripe_part.intents, stripe_part.charges):
        next(iter(rows.values()))["currency"] = "usd"
    with pytest.raises(Refused):
        operations.look(session, NOW())
    assert not Capture.objects.exists()
    (found,) = operations.reconcile(account=session.account, now=NOW()).differences
    assert found["what"] == "currency"
    assert "euro" in in_words(found, session.account, None).what


def test_money_in_another_currency_counts_for_nothing_at_mollie_and_is_listed(order, mollie_part):
    account_of(order.shop, ProviderName.MOLLIE)
    session = asked(order, ProviderName.MOLLIE)
    mollie_part.pay(session.ref)
    mollie_part.payments[session.ref]["amount"]["currency"] = "USD"
    with pytest.raises(Refused):
        operations.look(session, NOW())
    assert not Capture.objects.exists()
    found = operations.reconcile(account=session.account, now=NOW()).differences
    assert [each["what"] for each in found] == ["currency"]


@pytest.mark.parametrize("moment", ["²", "١", "-1", ""])
def test_a_moment_that_is_no_number_is_a_bad_signature(moment):
    with pytest.raises(BadSignature):
        check_signature(f"t={moment},v1=00", b"{}", "whsec_x", NOW())


def test_an_account_that_cannot_be_read_keeps_nothing_back_of_the_others(
    order, stripe_part, monkeypatch
):
    by_card(order, stripe_part)
    for cents in (100, 200):
        operations.refund_amount(order_id=order.pk, cents=cents, actor=SYSTEM, now=NOW())
    read, told = refunds.provider_of, iter([NoKey])

    def the_first_is_shut(account):
        for refusal in told:
            raise refusal
        return read(account)

    monkeypatch.setattr(refunds, "provider_of", the_first_is_shut)
    operations.send_refunds(order_id=order.pk, now=NOW())
    kept, sent = Refund.objects.order_by("pk")
    assert (kept.status, sent.status) == (RefundStatus.ASKED, RefundStatus.DONE)


def test_who_has_paid_comes_to_their_order_past_the_limit_too(
    order, stripe_part, client, monkeypatch, settings
):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(pay, "PER_ADDRESS", Limit("tests_pay", 1, 600))
    session = asked(order)
    for _time in range(3):
        answer = client.get(reverse("site:payment_back", args=[session.token]))
    assert answer.status_code == 303
    assert order.token in answer.headers["Location"]


@pytest.mark.parametrize("prepaid", [False, True])
def test_money_after_the_counter_took_it_goes_back_once(order, stripe_part, prepaid):
    """An order that was to be paid first, and was collected unpaid; not one paid before."""
    session = asked(order)
    if prepaid:
        stripe_part.pay(session.ref)
        operations.look(session, NOW())
    Order.objects.filter(pk=order.pk).update(
        delivery=Delivery.COLLECT, status=OrderStatus.COLLECTED, ended_at=NOW()
    )
    stripe_part.pay(session.ref)
    for _time in range(2):
        operations.look(session, NOW() + timedelta(minutes=1))
        operations.settle(order_id=order.pk, now=NOW())
    told = [(each.cents, each.reason) for each in Refund.objects.all()]
    assert told == ([] if prepaid else [(3889, RefundReason.LATE)])
