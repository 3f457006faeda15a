"""An order paid at Mollie, from the button to the last cent: the site, the queue, Mollie's part."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import expire_due
from comptoir.orders.operations.postal import mark_missing, mark_shipped
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName, RefundStatus
from comptoir.payments.models import Account, Capture, Refund, Session
from comptoir.payments.reads.state import Standing, state_of
from tests.factories import make_shop
from tests.payments.mollie_part import MolliePart
from tests.payments.world import account_of, jobs_run, offers_of, posted_order

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def account(db) -> Account:
    return account_of(make_shop(), ProviderName.MOLLIE)


@pytest.fixture
def order(account) -> Order:
    """Two copies of a title and one of another: 2 × 12.90 € + 22 €, and 3.99 € of post."""
    offers = offers_of(account.shop, 1290, 2200, on_hand=2)
    return posted_order(*offers, copies=(2, 1))


def led_there(order: Order, client) -> str:
    """Press the button of the order's page; return Mollie's name of the payment."""
    path = reverse("site:payment", args=[order.token])
    answer = client.post(path, {"provider": "mollie"})
    session = order.payment_sessions.latest("pk")
    assert session.url in answer.content.decode()
    return session.ref


def told(account: Account, part: MolliePart, ref: str, client, times: int = 1) -> None:
    path = reverse("site:payment_notice", args=["mollie", account.token])
    kind = "application/x-www-form-urlencoded"
    for _time in range(times):
        assert client.post(path, part.notice(ref), content_type=kind).status_code == 200
    jobs_run()


def nothing_differs(account: Account) -> bool:
    return operations.reconcile(account=account, now=NOW()).differences == []


def test_paid_sent_in_part_and_refunded_in_part(account, order, mollie_part, client):
    ref = led_there(order, client)
    assert mollie_part.payments[ref]["amount"]["value"] == "51.79"
    mollie_part.pay(ref)
    told(account, mollie_part, ref, client, times=2)
    assert Capture.objects.get().cents == 5179
    order.refresh_from_db()
    assert (order.status, order.deadline) == (OrderStatus.PLACED, None)
    first, second = order.lines.order_by("pk")
    mark_shipped(order_id=order.pk, quantities={second.pk: 1}, actor=SYSTEM)
    mark_missing(line_id=first.pk, quantity=1, actor=SYSTEM)
    # The order's verb asks by the job's name: it is there, and takes what it is given.
    assert jobs_run()[:1] == ["settle"]
    refund = Refund.objects.get()
    assert (refund.cents, refund.line, refund.quantity) == (1290, first, 1)
    assert refund.status == RefundStatus.SENT
    (theirs,) = mollie_part.refunds
    mollie_part.refund_comes(theirs)
    told(account, mollie_part, ref, client)
    assert Refund.objects.get().status == RefundStatus.DONE
    state = state_of(order)
    assert (state.standing, state.in_hand) == (Standing.PARTLY_REFUNDED, 3889)
    assert nothing_differs(account)


@pytest.mark.parametrize("how", ["expired", "failed", "canceled"])
def test_one_that_was_not_paid_leaves_the_order_to_be_paid_again(
    account, order, mollie_part, client, how
):
    ref = led_there(order, client)
    mollie_part.ends(ref, how)
    told(account, mollie_part, ref, client)
    assert state_of(order).standing == Standing.TO_PAY
    assert Session.objects.get().ended_at is not None
    again = led_there(order, client)
    assert again != ref
    mollie_part.pay(again)
    session = Session.objects.get(ref=again)
    client.get(reverse("site:payment_back", args=[session.token]))
    assert state_of(order).standing == Standing.PAID
    assert nothing_differs(account)


def test_an_order_that_expires_cancels_its_payment(account, order, mollie_part, client):
    ref = led_there(order, client)
    Order.objects.filter(pk=order.pk).update(deadline=NOW())
    expire_due(now=NOW())
    jobs_run()
    assert mollie_part.payments[ref]["status"] == "canceled"
    assert state_of(order).standing == Standing.UNPAID
    assert nothing_differs(account)


def test_a_refund_whose_answer_was_lost_is_one_refund(account, order, mollie_part, client):
    ref = led_there(order, client)
    mollie_part.pay(ref)
    told(account, mollie_part, ref, client)
    asked = {"order_id": order.pk, "actor": SYSTEM, "now": NOW()}
    mollie_part.fails = 1
    operations.refund_amount(cents=500, **asked)
    jobs_run()
    assert Refund.objects.get().status == RefundStatus.ASKED
    operations.send_refunds(order_id=order.pk, now=NOW())
    assert Refund.objects.get().status == RefundStatus.SENT
    assert [each["amount"]["value"] for each in mollie_part.refunds.values()] == ["5.00"]
    assert nothing_differs(account)
