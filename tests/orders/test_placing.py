"""What placing an order promises."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.core.errors import Faults, Invalid, NotFound
from comptoir.notifications.models import Message
from comptoir.orders import checks
from comptoir.orders.errors import (
    CopiesGone,
    NotOrderedHere,
    TooManyOpenOrders,
    TooManyRecentOrders,
)
from comptoir.orders.models import KnownContact, LineStatus, Order, OrderStatus
from comptoir.orders.operations import cancel, confirm, expire_due
from comptoir.orders.operations.gatherer import attempt, place
from comptoir.orders.operations.requests import Customer, LineRequest, check
from tests.factories import (
    confirm_by_mail,
    make_offer,
    make_product,
    make_shop,
    persons_request_for,
    request_for,
)

pytestmark = pytest.mark.django_db


def test_an_order_holds_its_copies_and_tells_why(offer):
    order = place(request_for(offer))
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (2, 1)
    assert order.status == OrderStatus.UNCONFIRMED
    assert len(order.code) == 8
    event = order.events.get()
    assert (event.kind, event.actor_kind) == ("placed", "reader")
    line = Order.objects.get(token=order.token).lines.get()
    assert (line.held, line.status, line.title) == (1, LineStatus.HELD, offer.product.title)
    assert list(checks.problems()) == []


def test_the_answer_carries_the_lines_without_a_query(offer, django_assert_num_queries):
    order = place(request_for(offer))
    with django_assert_num_queries(0):
        assert [line.title for line in order.lines.all()] == [offer.product.title]


def test_an_unknown_address_confirms_within_half_an_hour(offer):
    order = place(request_for(offer))
    assert order.confirm_by - order.placed_at == timedelta(minutes=30)
    assert Message.objects.get().template == "order_confirm"
    assert confirm_by_mail(order).status == OrderStatus.PLACED


def test_a_phone_alone_waits_for_the_shop(offer):
    order = place(request_for(offer, customer=Customer("Ana", phone="05 49 00 00 00")))
    assert order.status == OrderStatus.UNCONFIRMED
    assert order.phone == "+33549000000"
    assert order.confirm_by - order.placed_at > timedelta(minutes=30)
    assert not Message.objects.exists()


def test_several_titles_are_reserved_together_or_not_at_all(shop, offer):
    other = make_offer(shop=shop, on_hand=0)
    with pytest.raises(CopiesGone) as caught:
        place(request_for(offer, other))
    assert caught.value.data["lines"] == [
        {"product_id": other.product_id, "offer_id": other.pk, "available": 0}
    ]
    offer.refresh_from_db()
    assert offer.held == 0
    assert not Order.objects.exists()


def test_the_safety_stock_is_not_promised():
    offer = make_offer(shop=make_shop(safety_stock=1), on_hand=1)
    with pytest.raises(CopiesGone):
        place(request_for(offer))


def test_what_nobody_has_is_a_special_order(shop):
    product = make_product()
    shop.services.create(kind="special_orders")
    order = place(request_for(shop=shop, lines=(LineRequest(product.pk),)))
    line = order.lines.get()
    assert (line.status, line.held, line.price_cents) == (LineStatus.TO_ORDER, 0, 1290)
    assert order.deadline is None


@pytest.mark.parametrize(
    ("service", "title"),
    [
        ("gift_wrap", {}),
        ("special_orders", {"kind": "record", "format": "lp"}),
        ("special_orders", {"availability": "unavailable"}),
    ],
)
def test_a_reader_cannot_make_a_shop_order_what_it_does_not(shop, service, title):
    shop.services.create(kind=service)
    lines = (LineRequest(make_product(**title).pk),)
    with pytest.raises(NotOrderedHere) as caught:
        place(request_for(shop=shop, lines=lines))
    assert caught.value.code == "not_ordered_here"
    assert place(request_for(shop=shop, lines=lines, trusted=True)).lines.count() == 1


def test_a_batch_serves_in_the_order_of_asking(shop):
    offer = make_offer(shop=shop, on_hand=2)
    batch = [
        check(request_for(offer, customer=Customer(f"n{i}", f"n{i}@example.org"))) for i in range(4)
    ]
    outcomes = attempt(batch)
    assert [isinstance(outcome, Order) for outcome in outcomes] == [True, True, False, False]
    assert isinstance(outcomes[2], CopiesGone)
    offer.refresh_from_db()
    assert offer.held == 2


def test_a_person_has_at_most_five_open_orders(shop):
    offer = make_offer(shop=shop, on_hand=10)
    orders = [place(persons_request_for(offer)) for _ in range(5)]
    with pytest.raises(TooManyOpenOrders):
        place(persons_request_for(offer))
    place(persons_request_for(offer, customer=Customer("Autre", "autre@example.org")))
    cancel(token=orders[0].token, actor=READER)
    place(persons_request_for(offer))


def test_the_limit_counts_within_one_batch_too(shop):
    offer = make_offer(shop=shop, on_hand=10)
    outcomes = attempt([check(persons_request_for(offer)) for _ in range(7)])
    assert [isinstance(outcome, TooManyOpenOrders) for outcome in outcomes] == [False] * 5 + [
        True
    ] * 2


def test_the_same_key_is_the_same_order(offer):
    first = place(request_for(offer, idempotency_key="k", request_digest="d"))
    again = place(request_for(offer, idempotency_key="k", request_digest="d"))
    assert again.pk == first.pk
    offer.refresh_from_db()
    assert offer.held == 1
    with pytest.raises(Invalid) as caught:
        place(request_for(offer, idempotency_key="k", request_digest="other"))
    assert caught.value.code == "idempotency_key_reused"


def test_the_same_key_twice_in_one_batch_is_one_order(offer):
    request = check(request_for(offer, idempotency_key="k", request_digest="d"))
    first, second = attempt([request, request])
    assert first is second
    assert Order.objects.count() == 1


def test_an_offer_of_another_shop_is_not_found(offer):
    with pytest.raises(NotFound):
        place(request_for(offer, shop=make_shop()))


def test_a_shop_that_the_public_does_not_see_takes_no_order():
    offer = make_offer(shop=make_shop(paused_at=timezone.now()))
    with pytest.raises(NotFound):
        place(request_for(offer))


@pytest.mark.parametrize(
    ("customer", "code"),
    [
        (Customer(" ", "a@example.org"), "bad_name"),
        (Customer("A" * 121, "a@example.org"), "bad_name"),
        (Customer("A\x00", "a@example.org"), "bad_name"),
        (Customer("Ana"), "bad_contact"),
        (Customer("Ana", "ana@"), "bad_email"),
        (Customer("Ana", phone="12"), "bad_phone"),
    ],
)
def test_a_wrong_customer_is_refused(offer, customer, code):
    with pytest.raises(Invalid) as caught:
        place(request_for(offer, customer=customer))
    assert caught.value.code == code


def test_every_fault_is_told_and_the_first_stands_for_all(offer):
    lines = (LineRequest(offer.product_id, offer.pk, 0),) * 21
    with pytest.raises(Faults) as caught:
        place(request_for(offer, customer=Customer("", "ana@", "12"), lines=lines))
    told = [fault.code for fault in caught.value.faults]
    assert told == ["bad_name", "bad_email", "bad_phone", "bad_lines", "bad_quantity"]
    first = caught.value.faults[0]
    assert (caught.value.code, caught.value.message) == ("bad_name", first.message)
    assert caught.value.data == first.data == {"field": "name"}


@pytest.mark.parametrize("quantity", [0, -1, 11])
def test_a_wrong_quantity_is_refused(offer, quantity):
    lines = (LineRequest(offer.product_id, offer.pk, quantity),)
    with pytest.raises(Invalid) as caught:
        place(request_for(offer, lines=lines))
    assert caught.value.code == "bad_quantity"


def test_the_last_copy_leaves_the_search(offer):
    from comptoir.core.models import OutboxEntry

    place(request_for(offer))
    told = OutboxEntry.objects.filter(topic="product")
    assert not told.exists()
    place(request_for(offer))
    assert told.get().key == offer.product_id


def test_followers_hear_of_the_offer_and_of_the_line_of_history(offer):
    from comptoir.core.models import OutboxEntry

    order = place(request_for(offer))
    told = OutboxEntry.objects.values_list("topic", "key").order_by("topic")
    assert list(told) == [("offer", offer.pk), ("order", order.events.get().pk)]
    cancel(token=order.token, actor=READER)
    events = [event.pk for event in order.events.all()]
    assert [e.key for e in OutboxEntry.objects.filter(topic="order").order_by("id")] == events
    assert len(events) == 2


def test_whoever_does_not_read_the_mail_cannot_confirm(offer):
    order = place(request_for(offer))
    for proof in ("", order.token, "0" * 32):
        with pytest.raises(NotFound):
            confirm(token=order.token, proof=proof, actor=READER)
    assert not KnownContact.objects.exists()
    assert not Order.objects.filter(verified=True).exists()
    assert confirm_by_mail(order).status == OrderStatus.PLACED


@pytest.mark.parametrize(
    "customer", [Customer("Ana", "ana@example.org"), Customer("Ana", phone="05 49 00 00 00")]
)
def test_ended_orders_count_within_the_hour(offer, settings, customer):
    settings.ORDERS_PER_HOUR = 2
    for _number in range(2):
        cancel(token=place(request_for(offer, customer=customer)).token, actor=READER)
    with pytest.raises(TooManyRecentOrders) as caught:
        place(request_for(offer, customer=customer))
    assert (caught.value.code, caught.value.data) == ("too_many_recent_orders", {"limit": 2})
    assert place(request_for(offer, customer=customer, trusted=True)).pk
    Order.objects.update(placed_at=timezone.now() - timedelta(minutes=61))
    assert place(request_for(offer, customer=customer)).pk


def test_an_address_that_nobody_confirmed_gets_the_link_and_nothing_else(offer):
    order = place(request_for(offer))
    cancel(token=order.token, actor=READER)
    late = place(request_for(offer))
    assert expire_due(now=late.confirm_by) == 1
    assert {mail.template for mail in Message.objects.all()} == {"order_confirm"}
    confirm_by_mail(order := place(request_for(offer)))
    cancel(token=order.token, actor=READER)
    assert Message.objects.filter(template="order_cancelled").count() == 1
