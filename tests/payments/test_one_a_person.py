"""One copy a person, where money confirms: refused as it is placed, else paid back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import connect
from comptoir.core.locks import Space, keys
from comptoir.notifications.models import Message
from comptoir.orders.models import Order, OrderLine, OrderStatus
from comptoir.orders.operations import expire_due, place, set_aside
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.postal import payment
from comptoir.orders.operations.releases import guard
from comptoir.orders.operations.requests import Checked, Customer, check
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Capture, Refund
from comptoir.payments.operations import TransferSaid
from comptoir.payments.reads.state import state_of
from comptoir.releases.errors import OneAPerson
from tests.factories import HOME, confirm_by_mail, persons_request_for, request_for
from tests.payments.world import jobs_run, offers_of, paid_shop
from tests.quotes.conftest import post_from
from tests.releases.made import released

pytestmark = pytest.mark.django_db
NOW = timezone.now
ANA = Customer("Ana Petit", "ana@example.org")


@pytest.fixture
def offer():
    (made,) = offers_of(paid_shop(), 1290, on_hand=20)
    post_from(made.shop)
    return made


def posted(offer, **fields):
    return request_for(offer, customer=ANA, posted_to=HOME, **fields)


def paid(order: Order) -> Order:
    said = TransferSaid(cents=state_of(order).to_pay, dated=NOW().date())
    operations.enter_transfer(order_id=order.pk, said=said, actor=SYSTEM, now=NOW())
    order.refresh_from_db()
    return order


@pytest.mark.parametrize("prepaid", [True, False])
def test_of_ten_that_money_would_confirm_one_is_placed(offer, prepaid):
    released(offer.shop, offer.product)
    ask = {"prepay": True} if prepaid else {"posted_to": HOME}
    asked = [check(request_for(offer, customer=ANA, **ask)) for _ in range(5)]
    outcomes = place_batch(asked, now=NOW())
    outcomes += [place_batch([each], now=NOW())[0] for each in asked]
    assert [type(each) for each in outcomes[1:]] == [OneAPerson] * 9
    assert isinstance(outcomes[0], Order)


def test_without_the_address_ten_are_placed(offer, monkeypatch):
    """The control: who is not known to ask is nobody, as it is for what a link confirms."""
    monkeypatch.setattr(guard, "_person", lambda checked: Checked.person_key.fget(checked))
    released(offer.shop, offer.product)
    outcomes = place_batch([check(posted(offer)) for _ in range(3)], now=NOW())
    assert all(isinstance(each, Order) for each in outcomes)


def test_what_was_paid_and_what_waits_for_its_money_count_against_a_link(offer):
    released(offer.shop, offer.product)
    first = place(posted(offer))
    plain = place(request_for(offer, customer=ANA))
    with pytest.raises(OneAPerson):
        confirm_by_mail(plain)
    assert paid(first).status == OrderStatus.PLACED
    with pytest.raises(OneAPerson):
        place(persons_request_for(offer, customer=ANA))


def prepaid_and_another(offer) -> Order:
    """Return one that waits for its money, whose person has a copy: the shop had put that aside
    before they came by the link."""
    released(offer.shop, offer.product)
    other = place(request_for(offer, customer=ANA))
    order = place(request_for(offer, customer=ANA, prepay=True))
    set_aside(order_id=other.pk, actor=SYSTEM)
    assert confirm_by_mail(other).verified
    return order


def test_money_for_what_a_rule_forbids_is_written_and_goes_back_at_once(offer):
    order = prepaid_and_another(offer)
    Message.objects.all().delete()
    assert paid(order).status == OrderStatus.CANCELLED
    assert order.events.get(kind="cancelled").data == {"reason": "one_a_person"}
    assert Capture.objects.get().cents == 1290
    refund = Refund.objects.get()
    assert (refund.cents, refund.reason) == (1290, RefundReason.ENDED)
    assert Message.objects.get(template="order_cancelled").to == ANA.email
    assert not OrderLine.objects.filter(order=order, held__gt=0).exists()


def test_by_a_card_too_and_the_money_is_sent(offer, stripe_part):
    order = prepaid_and_another(offer)
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    stripe_part.pay(session.ref)
    operations.look(session, NOW())
    operations.send_refunds(order_id=order.pk, now=NOW())
    assert Refund.objects.get().status in (RefundStatus.SENT, RefundStatus.DONE)
    assert Message.objects.filter(template="payment_refunded").exists()


@pytest.mark.django_db(transaction=True)
def test_money_waits_for_the_turn_of_a_person_under_no_row(offer):
    """Whoever confirms has the turn and waits for the row: money writes what came, and is settled
    by the job, which takes the turn first."""
    order = place(request_for(offer, customer=ANA, prepay=True))
    with connect() as other, other.transaction():
        held = keys(Space.PLACING, order.email_key)
        other.execute("SELECT pg_advisory_xact_lock(%s)", held)
        assert paid(order).status == OrderStatus.UNCONFIRMED
        assert Capture.objects.get().cents == 1290
    assert jobs_run() == ["settle"]
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED


@pytest.mark.parametrize("removed", [False, True])
def test_late_money_takes_up_no_second_copy(offer, monkeypatch, removed):
    released(offer.shop, offer.product)
    first = place(posted(offer))
    expire_due(now=NOW() + timedelta(minutes=36))
    assert paid(place(posted(offer))).status == OrderStatus.PLACED
    if removed:
        monkeypatch.setattr(payment, "check_own", lambda *_given, **_named: None)
    said = TransferSaid(cents=state_of(first).charged, dated=NOW().date())
    operations.enter_transfer(order_id=first.pk, said=said, actor=SYSTEM, now=NOW())
    first.refresh_from_db()
    assert first.status == (OrderStatus.PLACED if removed else OrderStatus.EXPIRED)
    assert Refund.objects.filter(order=first).exists() != removed
