"""What a day leaves over ends in batches, and nobody waits behind them: neither the counter nor who
reserves."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import execute, fetch
from comptoir.core.models import OutboxEntry
from comptoir.notifications.models import Message
from comptoir.orders.models import Order, OrderEvent, OrderLine
from comptoir.orders.operations import close_shop, deadlines, due, expire_due, place
from comptoir.orders.operations.gatherer import attempt
from comptoir.orders.operations.requests import Customer, check
from comptoir.stock.models import Offer
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.holds import _lock
from tests.concurrency.together import overtake, stopped_at, together
from tests.factories import make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=60)


def left_over(many, *, offers=3, shop=None):
    """Have many reservations of a few titles of a shop wait to be collected; return the offers."""
    shop = shop or make_shop()
    shelf = [make_offer(shop=shop, on_hand=many + 1) for _each in range(offers)]
    requests = [
        request_for(
            shelf[number % offers],
            trusted=True,
            customer=Customer(f"N{number}", f"n{number}@example.org"),
        )
        for number in range(many)
    ]
    for start in range(0, many, 500):
        # Again where two of them draw one code.
        attempt([check(request) for request in requests[start : start + 500]])
    Message.objects.all().delete()
    return shelf


def statements_of_expiry(many):
    left_over(many)
    with CaptureQueriesContext(connection) as asked:
        assert expire_due(now=timezone.now() + LATER) == many
    return len(asked)


def test_so_many_orders_take_a_handful_of_statements_a_hundred():
    assert statements_of_expiry(2000) <= 20 * 16 + 10
    assert list(checks.problems()) == []
    assert set(Order.objects.values_list("status", flat=True)) == {"expired"}
    assert set(OrderLine.objects.values_list("status", "held")) == {("released", 0)}
    assert set(Offer.objects.values_list("held", flat=True)) == {0}
    assert OrderEvent.objects.filter(kind="expired").count() == 2000
    readers = Message.objects.filter(template="order_expired").values_list("to", flat=True)
    assert len(set(readers)) == 2000
    events = OrderEvent.objects.filter(kind="expired").values_list("pk", flat=True)
    topics = OutboxEntry.objects.filter(topic="order").values_list("key", flat=True)
    assert set(events) <= set(topics)


def test_an_order_that_a_clerk_holds_is_left_to_them_and_stops_nobody():
    left_over(5)
    kept = Order.objects.order_by("pk")[2]
    counts = []
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=kept.pk)
        raised = together(lambda: counts.append(expire_due(now=timezone.now() + LATER)))
    assert (raised, counts) == ([], [4])
    assert list(Order.objects.filter(ended_at=None)) == [kept]
    assert expire_due(now=timezone.now() + LATER) == 1
    assert list(checks.problems()) == []


def reserve_as_they_expire():
    """Reserve a title while the job is about to give its copies back; return whether one waits."""
    (offer,) = left_over(4, offers=1)
    with stopped_at(deadlines, "give_back") as stop:
        raised, waited = overtake(
            stop,
            lambda: expire_due(now=timezone.now() + LATER),
            lambda: place(request_for(offer, trusted=True)),
        )
    assert raised == []
    assert list(checks.problems()) == []
    assert Offer.objects.get().held == 1
    return waited


def test_who_reserves_does_not_wait_until_a_batch_is_written():
    assert not reserve_as_they_expire()


def test_control_with_the_offers_first_who_reserves_would_wait(monkeypatch):
    mail_all = deadlines.mail_all

    def lock_and_mail(what, template):
        _lock(Offer.objects.values_list("pk", flat=True))
        mail_all(what, template)

    monkeypatch.setattr(deadlines, "mail_all", lock_and_mail)
    assert reserve_as_they_expire()


def expire_later() -> int:
    """End what is due when every reservation of today has had its time."""
    return expire_due(now=timezone.now() + timedelta(days=20))


def close_today(shop):
    day = timezone.now().date()
    last = day + timedelta(days=90)
    return close_shop(shop=shop, first_day=day, last_day=last, reason="Travaux", actor=SYSTEM)


def test_what_a_closure_holds_is_not_ended():
    shop, counts = make_shop(), []
    left_over(4, shop=shop)
    with stopped_at(deadlines, "_extend") as stop:
        raised, waited = overtake(
            stop,
            lambda: close_today(shop),
            lambda: counts.append(expire_later()),
        )
    assert (raised, waited, counts) == ([], False, [0])
    assert expire_later() == 0
    assert Order.objects.filter(ended_at=None).count() == 4


def test_a_closure_entered_as_they_end_waits_and_finds_them_ended():
    shop, moved = make_shop(), []
    left_over(4, shop=shop)
    with stopped_at(deadlines, "give_back") as stop:
        raised, waited = overtake(
            stop,
            lambda: expire_later(),
            lambda: moved.append(close_today(shop)[1]),
        )
    assert (raised, waited, moved) == ([], True, [0])
    assert set(Order.objects.values_list("status", flat=True)) == {"expired"}


def test_copies_of_two_kinds_of_ends_are_locked_by_one_statement():
    """Of a batch some end and some let a last copy go: all offers are locked in one order."""
    shop = make_shop()
    first, last = make_offer(shop=shop, on_hand=9), make_offer(shop=shop, on_hand=1)
    place(request_for(last, customer=Customer("Ana", "ana@example.org")))
    place(request_for(first, trusted=True))
    execute("UPDATE orders_order SET held_until = now() WHERE status = 'unconfirmed'")
    execute(
        "UPDATE orders_order SET placed_at = now() - interval '60 days',"
        " deadline = now() - interval '1 day' WHERE status = 'placed'"
    )
    with CaptureQueriesContext(connection) as asked:
        assert expire_due(now=timezone.now()) == 1
    locks = [each["sql"] for each in asked if "ORDER BY id FOR NO KEY UPDATE" in each["sql"]]
    assert len(locks) == 1
    assert fetch("SELECT sum(held) FROM stock_offer") == [(0,)]
    assert list(checks.problems()) == []


def test_a_batch_that_fails_is_tried_one_by_one_and_stops_nobody(monkeypatch):
    monkeypatch.setattr(due.each, "__kwdefaults__", {"at_once": 3})
    left_over(7, offers=7)
    bad = Order.objects.order_by("pk")[4]
    Offer.objects.filter(order_lines__order=bad).update(held=0)
    with pytest.raises(ExceptionGroup, match="1 orders failed, 6 were done"):
        expire_due(now=timezone.now() + LATER)
    assert list(Order.objects.filter(ended_at=None)) == [bad]
