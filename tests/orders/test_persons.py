"""A person is a confirmed address and the mark in a browser; who types the address is nobody."""

import re
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.db import execute
from comptoir.core.errors import NotFound
from comptoir.core.limits import TooMany
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders import migrations
from comptoir.orders.errors import TooManyOpenOrders, TooManyRecentOrders
from comptoir.orders.models import KnownContact, Order, OrderStatus
from comptoir.orders.operations import batch, cancel, confirm, history, place, set_aside
from comptoir.orders.operations.requests import Customer, PlaceRequest
from comptoir.stock.models import Offer
from tests.factories import confirm_by_mail, make_offer, persons_request_for, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(shop) -> Offer:
    return make_offer(shop=shop, on_hand=500)


def test_who_types_a_known_address_gets_the_link(many):
    confirm_by_mail(place(request_for(many)))
    order = place(request_for(many))
    assert (order.status, order.verified) == (OrderStatus.UNCONFIRMED, False)
    assert Message.objects.order_by("pk").last().template == "order_confirm"


def test_the_person_needs_none(many):
    """The control of the test above: the mark makes the difference."""
    confirm_by_mail(place(request_for(many)))
    order = place(persons_request_for(many))
    assert (order.status, order.verified) == (OrderStatus.PLACED, True)
    assert Message.objects.order_by("pk").last().template == "order_placed"


@pytest.mark.parametrize(
    ("request_of", "greets"), [(request_for, False), (persons_request_for, True)]
)
def test_nothing_that_a_stranger_typed_is_in_the_mail(many, mailoutbox, request_of, greets):
    """The control: who is known to ask is greeted by the name they gave."""
    place(request_of(many, customer=Customer("Zéphirine", "camille@example.org")))
    deliver(message_id=Message.objects.get().pk)
    (sent,) = mailoutbox
    for written in (sent.subject, sent.body, sent.alternatives[0].content):
        assert "Zéphirine" not in written or (greets and written != sent.subject)
    assert ("Zéphirine" in sent.body) is greets


def test_a_mark_counts_only_while_its_contact_is_known(many):
    request = persons_request_for(many)
    KnownContact.objects.all().delete()
    assert place(request).status == OrderStatus.UNCONFIRMED


def test_control_without_that_look_the_mark_would_count_for_ever(many, monkeypatch):
    request = persons_request_for(many)
    KnownContact.objects.all().delete()
    monkeypatch.setattr(batch, "believed", lambda checked, known: checked)
    assert place(request).status == OrderStatus.PLACED


def test_a_mark_says_nothing_of_a_telephone(many):
    request = persons_request_for(many, customer=Customer("Ana", phone="05 49 00 00 00"))
    assert place(request).status == OrderStatus.UNCONFIRMED


def by_a_stranger(offer: Offer) -> PlaceRequest:
    return request_for(offer)


def by_staff(offer: Offer) -> PlaceRequest:
    return request_for(offer, trusted=True)


@pytest.mark.parametrize("typed", [by_a_stranger, by_staff])
def test_what_others_order_in_a_persons_name_does_not_count_for_them(
    many, settings, typed: Callable[[Offer], PlaceRequest]
):
    settings.ORDERS_PER_HOUR = 6
    for _number in range(6):
        place(typed(many))
    orders = [place(persons_request_for(many)) for _number in range(5)]
    assert {order.status for order in orders} == {OrderStatus.PLACED}
    with pytest.raises(TooManyOpenOrders):
        place(persons_request_for(many))


def test_a_telephone_number_in_a_persons_order_locks_nobody_out(many):
    theirs = "05 49 00 00 00"
    for _number in range(5):
        place(persons_request_for(many, customer=Customer("Eve", "eve@example.org", theirs)))
    assert place(request_for(many, customer=Customer("Ana", phone=theirs))).pk


def test_a_person_confirms_no_more_orders_than_they_may_have(many):
    orders = [place(request_for(many)) for _number in range(6)]
    for order in orders[:5]:
        confirm_by_mail(order)
    with pytest.raises(TooManyOpenOrders):
        confirm_by_mail(orders[5])
    assert Order.objects.get(pk=orders[5].pk).status == OrderStatus.UNCONFIRMED
    cancel(token=orders[0].token, actor=READER)
    assert confirm_by_mail(orders[5]).verified


@pytest.mark.parametrize("tap", [set_aside, None])
def test_the_link_makes_a_person_even_where_the_shops_tap_came_first(many, tap):
    """The control: without the tap it is confirmed as ever. By the tap alone nobody is known."""
    order = place(request_for(many))
    if tap:
        assert not tap(order_id=order.pk, actor=SYSTEM).verified
    assert not KnownContact.objects.exists()
    status = OrderStatus.SET_ASIDE if tap else OrderStatus.PLACED
    confirm_by_mail(order)
    again = confirm_by_mail(order)
    assert (again.status, again.verified) == (status, True)
    assert [known.key for known in KnownContact.objects.all()] == [order.email_key]
    mails = Message.objects.filter(template="order_placed").count()
    assert mails == (0 if tap else 1)
    assert place(request_for(many, verified=True)).status == OrderStatus.PLACED


def test_another_proof_makes_nobody_known_where_the_shops_tap_came_first(many):
    order = set_aside(order_id=place(request_for(many)).pk, actor=SYSTEM)
    with pytest.raises(NotFound):
        confirm(token=order.token, proof="0" * 32, actor=READER)
    assert not KnownContact.objects.exists()
    assert not Order.objects.get(pk=order.pk).verified


def test_a_mailbox_is_written_to_so_often_an_hour_in_all_its_variants(many, settings):
    settings.ORDERS_PER_HOUR = 3
    for address in ("j.doe@gmail.com", "jdoe+a@gmail.com", "JDoe@googlemail.com"):
        place(request_for(many, customer=Customer("Ana", address)))
    with pytest.raises(TooManyRecentOrders):
        place(request_for(many, customer=Customer("Ana", "jdoe+b@gmail.com")))
    place(request_for(many, customer=Customer("Ana", "jdoe+b@example.org")))
    assert Message.objects.count() == 4


def test_no_mailbox_is_filled_by_labels_of_a_provider_that_is_not_known(many, settings):
    settings.RATE_LIMITS, settings.MAILS_PER_STRANGER = True, 3
    for label in "abc":
        place(request_for(many, customer=Customer("Ana", f"ana+{label}@example.org")))
    with pytest.raises(TooMany):
        place(request_for(many, customer=Customer("Ana", "ana+d@example.org")))
    assert place(persons_request_for(many, customer=Customer("Ana", "ana@example.org"))).verified
    assert place(request_for(many, customer=Customer("Bea", "bea+d@example.org"))).pk


def what_placing_asks(request: PlaceRequest) -> list[str]:
    """Return the statements that placing this request costs, without their values."""
    with CaptureQueriesContext(connection) as asked:
        place(request)
    return [re.sub(r"'[^']*'|s?\d[\d_x]*", "?", each["sql"]) for each in asked.captured_queries]


def test_a_known_address_costs_the_same_statements_as_an_unknown_one(many):
    """So no answer tells, in time, that an address is known."""
    known, unknown = (Customer("Ana", f"{who}@example.org") for who in ("known", "unknown"))
    for _number in range(5):
        place(persons_request_for(many, customer=known))
    KnownContact.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    asked = [what_placing_asks(request_for(many, customer=who)) for who in (known, unknown)]
    assert asked[0] == asked[1]
    # The control: the person's own order makes the contact fresh.
    Order.objects.update(verified=False)
    own = what_placing_asks(request_for(many, customer=known, verified=True))
    refreshed = ["UPDATE orders_knowncontact" in " ".join(each) for each in (own, *asked)]
    assert refreshed == [True, False, False]


def test_the_history_tells_nothing_of_persons_to_a_stranger():
    """What `check` reads for a request that anybody may have typed, by the name of the record."""
    full = history.History()
    for record in (full.open, full.recent, full.known):
        record.update({"key": 10**6})
    offer = make_offer()
    stranger = batch.Checked(request_for(offer), "key", "")
    full.check(stranger)
    with pytest.raises(TooManyOpenOrders):
        full.check(batch.Checked(request_for(offer, verified=True), "key", ""))


def test_upgrading_leaves_a_person_what_they_confirmed(many):
    confirmed, typed = (place(request_for(many)) for _number in range(2))
    confirm_by_mail(confirmed)
    ended = confirm_by_mail(place(request_for(many)))
    cancel(token=ended.token, actor=READER)
    Order.objects.update(verified=False)
    names = [each.name for each in iter_modules(migrations.__path__)]
    (name,) = [each for each in names if each.endswith("verified_orders")]
    execute(import_module(f"{migrations.__name__}.{name}").CONFIRMED)
    assert [order.pk for order in Order.objects.filter(verified=True)] == [confirmed.pk]
    assert typed.pk != confirmed.pk
