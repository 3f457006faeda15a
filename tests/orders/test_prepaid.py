"""What is paid before it is collected: asked of who did not collect, kept once it is paid."""

import re
from datetime import timedelta

import lxml.html
import pytest
from django.core import mail as box
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.notifications.models import Message
from comptoir.orders.charges.reads import owed
from comptoir.orders.contacts import confirmation_proof, contact_key
from comptoir.orders.errors import MoveRefused, no_such_order
from comptoir.orders.models import EventKind, Order
from comptoir.orders.models import OrderStatus as S
from comptoir.orders.operations import expire_due, mark_not_found, place, set_aside
from comptoir.orders.operations.requests import Customer
from comptoir.orders.operations.trust.prepaid import pay_first
from comptoir.orders.persons.mark import word_of
from comptoir.orders.postal.errors import TotalChanged
from comptoir.orders.reads import counter_tasks
from comptoir.orders.trust.demand import Demand, demanded
from comptoir.payments import memory
from comptoir.payments.kinds import ProviderName
from comptoir.payments.operations import ask_for, send_refunds, settle
from comptoir.payments.operations.trial import TrialWish, play
from comptoir.payments.reads.state import Standing, state_of
from comptoir.payments.reads.ways import ways_for
from comptoir.site import person
from comptoir.stock.models import Offer
from tests.factories import make_offer, make_staff, persons_request_for, request_for
from tests.orders.test_postal import sound
from tests.orders.test_trust import not_collected
from tests.payments.world import account_of

pytestmark = pytest.mark.django_db
PERSON = contact_key("camille@example.org")


@pytest.fixture(autouse=True)
def trial(settings):
    settings.TRIAL_PAYMENTS = True


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=50)


def pay(order):
    now = timezone.now()
    session = ask_for(order=order, provider=ProviderName.TRIAL, now=now)
    play(key=session.token, wish=TrialWish(), now=now)
    order.refresh_from_db()
    return session


def test_who_can_be_paid_first_is_answered_from_memory(
    shop, settings, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(memory, "KEPT_SECONDS", 3600.0)
    memory.forget()
    assert memory.takes_online(shop.pk)
    with django_assert_num_queries(0):
        settings.TRIAL_PAYMENTS = False
        assert not memory.takes_online(shop.pk)
    account_of(shop, ProviderName.TRANSFER)
    memory.forget()
    settings.TRIAL_PAYMENTS = True
    assert not memory.takes_online(shop.pk)  # a transfer takes days, and the trial is off by it
    account_of(shop)
    memory.forget()
    assert memory.takes_online(shop.pk)


def test_paid_it_is_kept_as_any_reservation_is(offer, shop):
    staff = make_staff(shop)
    not_collected(offer, staff, times=2)
    assert demanded(shop, PERSON) == Demand.PREPAY
    Message.objects.all().delete()
    order = place(persons_request_for(offer, prepay=True))
    assert (order.status, owed(order)) == (S.UNCONFIRMED, offer.price_cents)
    assert order.confirm_by - order.placed_at == timedelta(minutes=35)
    # The shop does not fetch what may never be paid, and no mail asks for another link.
    assert order not in counter_tasks(shop.pk, actor=staff.actor)
    assert not Message.objects.exists()
    assert ways_for(order) == [ProviderName.TRIAL]
    session = pay(order)
    assert session.expires_at <= order.confirm_by + timedelta(seconds=1)
    assert (order.status, order.verified) == (S.PLACED, False)
    assert order.deadline - order.placed_at > timedelta(days=1)
    assert order in counter_tasks(shop.pk, actor=staff.actor)
    assert [each.template for each in Message.objects.all()] == ["order_placed"]
    assert order.events.filter(kind=EventKind.PAID).count() == 1
    sound()


def test_unpaid_it_ends_and_nobody_is_held_to_it(offer, shop):
    order = place(persons_request_for(offer, prepay=True))
    expire_due(now=order.confirm_by)
    order.refresh_from_db()
    assert (order.status, owed(order), state_of(order).standing) == (S.EXPIRED, 0, Standing.UNPAID)
    assert demanded(shop, PERSON) == Demand.NOTHING
    sound()


def test_the_shops_tap_takes_it_unpaid(offer, shop):
    order = place(persons_request_for(offer, prepay=True))
    assert set_aside(order_id=order.pk, actor=make_staff(shop).actor).status == S.SET_ASIDE


@pytest.mark.parametrize("how", ["not collected", "not found"])
def test_paid_and_not_handed_over_all_of_it_goes_back(offer, shop, how):
    order = place(persons_request_for(offer, prepay=True))
    pay(order)
    staff = make_staff(shop)
    if how == "not found":
        mark_not_found(line_id=order.lines.get().pk, actor=staff.actor)
    else:
        set_aside(order_id=order.pk, actor=staff.actor)
        order.refresh_from_db()
        expire_due(now=order.deadline)
    settle(order_id=order.pk, now=timezone.now())
    send_refunds(order_id=order.pk, now=timezone.now())
    state = state_of(order)
    assert (state.standing, state.done) == (Standing.REFUNDED, offer.price_cents)
    Message.objects.get(template="payment_refunded")
    sound()


def test_at_the_link_of_the_mail_one_chooses_to_pay_first(offer, shop, client):
    staff = make_staff(shop)
    not_collected(offer, staff, times=2)
    order = place(request_for(offer))
    page = f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}"
    refused = client.post(page)
    assert refused.status_code == 409
    assert f'name="total" value="{offer.price_cents}"' in refused.content.decode()
    assert client.post(page, {"action": "prepay", "total": "1"}).status_code == 409
    answer = client.post(page, {"action": "prepay", "total": str(offer.price_cents)})
    assert answer.status_code == 303
    assert state_of(order).to_pay == offer.price_cents
    # The link again leads to the page where it is paid.
    assert client.post(page)["Location"] == answer["Location"]
    said = client.get(answer["Location"]).content.decode()
    assert "Payer pour essayer" in said
    pay(Order.objects.get(pk=order.pk))
    assert Order.objects.get(pk=order.pk).status == S.PLACED
    assert not box.outbox


def test_the_last_copy_is_the_orders_own_while_it_is_held_for_it(shop, client):
    """The control: once it is let go and another reader's order holds it, it has gone."""
    offer = make_offer(shop=shop, on_hand=1)
    not_collected(offer, make_staff(shop), times=2)
    order = place(request_for(offer))
    page = f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}"
    button, gone = f'name="total" value="{offer.price_cents}"', "Cet exemplaire est parti"
    held = client.get(page).content.decode()
    assert (button in held, gone in held) == (True, False)
    assert "sont gardés dix ans" in held
    # It is paid at the price that the order noted, whatever a new one would cost.
    Offer.objects.filter(pk=offer.pk).update(price_cents=offer.price_cents + 100)
    assert button in client.get(page).content.decode()
    assert order.held_until is not None
    expire_due(now=order.held_until)
    place(persons_request_for(offer, customer=Customer("Léa Morin", "lea@example.org")))
    lost = client.get(page).content.decode()
    assert ('name="total"' in lost, gone in lost) == (False, True)


def test_another_proof_total_or_order_is_refused(offer):
    now, order = timezone.now(), place(request_for(offer))
    proof, cents = confirmation_proof(order), offer.price_cents
    told = {"token": order.token, "actor": READER, "now": now}
    with pytest.raises(type(no_such_order())):
        pay_first(proof="x" * len(proof), total=cents, **told)
    with pytest.raises(TotalChanged):
        pay_first(proof=proof, total=cents - 1, **told)
    with pytest.raises(MoveRefused):
        pay_first(proof=proof, total=cents, **(told | {"now": order.confirm_by + timedelta(1)}))
    assert owed(order) == 0
    assert pay_first(proof=proof, total=cents, **told) == pay_first(proof=proof, total=0, **told)
    assert owed(order) == cents


def test_at_the_form_who_is_to_pay_first_sees_the_sum_and_then_pays(offer, shop, client):
    """As a browser without JavaScript does it: the form, the sum, the button, the payment."""
    typed = {"name": "Camille Ferrand", "email": "camille@example.org"}
    not_collected(offer, make_staff(shop), times=2)
    client.cookies[person.COOKIE] = word_of("camille@example.org")
    client.post("/panier", {"action": "add", "offer": offer.pk})
    form = client.get(f"/reserver?shop={shop.slug}").content.decode()
    token = re.search(r'name="form" value="([^"]*)"', form)[1]
    asked = client.post("/reserver", {**typed, "form": token})
    assert asked.status_code == 409
    page = lxml.html.document_fromstring(asked.content)
    (pays,) = (each for each in page.forms if "total" in each.fields)
    answer = client.post("/reserver", {**dict(pays.form_values()), "action": "prepay"})
    assert answer.status_code == 303
    order = Order.objects.latest("pk")
    assert (order.status, state_of(order).to_pay) == (S.UNCONFIRMED, offer.price_cents)
    # Another amount in the form is told, and nothing is placed.
    count = Order.objects.count()
    changed = {**dict(pays.form_values()), "action": "prepay", "total": "1"}
    assert client.post("/reserver", changed).status_code == 409
    assert Order.objects.count() == count
