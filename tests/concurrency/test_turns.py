"""Those who count, write or hear the same thing at once take turns; and what happens if not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders import operations
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import deadlines, place, track_record
from comptoir.orders.operations.requests import Customer
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Feed, Report, ShopClock, TrackRecord
from comptoir.stock.reports import operations as reports_operations
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.shelf import locks
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_offer, make_product, make_shop, request_for

pytestmark = pytest.mark.django_db(transaction=True)


def two_orders(shop) -> list[Order]:
    return [
        place(
            request_for(
                make_offer(shop=shop),
                trusted=True,
                customer=Customer(f"N{number}", f"n{number}@example.org"),
            )
        )
        for number in range(2)
    ]


def missing_of_two_marks_at_once() -> int:
    """Mark two copies of a shop as not found, the second while the first has counted."""
    shop = make_shop()
    lines = [order.lines.get().pk for order in two_orders(shop)]
    TrackRecord.objects.create(shop=shop, as_of=timezone.now())
    with stopped_at(track_record, "write_track_record") as stop:
        raised, _waited = overtake(
            stop,
            *[
                lambda key=key: operations.mark_not_found(line_id=key, actor=SYSTEM)
                for key in lines
            ],
        )
    assert raised == []
    return TrackRecord.objects.get(shop=shop).missing


def test_two_marks_at_once_both_count():
    assert missing_of_two_marks_at_once() == 2


def test_without_its_lock_the_record_would_lose_one(monkeypatch):
    monkeypatch.setattr(track_record, "lock_track_record", lambda shop_id, now: None)
    assert missing_of_two_marks_at_once() == 1


def mails_of_two_chases_at_once() -> int:
    """Have two jobs chase an order of one shop each; return how many mails the shop gets."""
    shop = make_shop(email="shop@example.org")
    now = timezone.now()
    for order in two_orders(shop):
        past = now - timedelta(minutes=1)
        order.lines.update(confidence="to_confirm")
        Order.objects.filter(pk=order.pk).update(answer_by=past, status=OrderStatus.PLACED)
    with stopped_at(deadlines, "note") as stop:
        raised, _waited = overtake(stop, *[lambda: operations.chase_due(now=now)] * 2)
    assert raised == []
    assert Order.objects.exclude(chased_at=None).count() == 2
    return Message.objects.filter(template="shop_chased").count()


@pytest.fixture
def no_closures(monkeypatch):
    monkeypatch.setattr(deadlines, "_extend", lambda order, actor, at: False)


@pytest.mark.usefixtures("no_closures")
def test_two_chases_at_once_write_to_the_shop_once():
    assert mails_of_two_chases_at_once() == 1


@pytest.mark.usefixtures("no_closures")
def test_without_its_turn_the_shop_would_get_two_mails(monkeypatch):
    monkeypatch.setattr(deadlines, "lock", lambda space, *names: None)
    assert mails_of_two_chases_at_once() == 2


def tell_twice_at_once() -> tuple[list[BaseException], list[Report]]:
    """Tell the same under one key, the second while the first has looked for the key."""
    shop, product = make_shop(), make_product()
    Feed.objects.create(shop=shop, format="csv")
    ShopClock.objects.create(shop=shop)
    told: list[Report] = []

    def tell() -> None:
        told.append(
            reports_operations.take_report(
                Incoming(
                    shop=shop,
                    format="csv",
                    mode="delta",
                    as_of=timezone.now(),
                    lines=[StockLine(2, product.ean, 3)],
                    actor=SYSTEM,
                    key="once",
                )
            )
        )

    with stopped_at(reports_operations, "_weigh") as stop:
        raised, _waited = overtake(stop, tell, tell)
    return raised, told


def test_one_key_told_twice_at_once_is_heard_once_and_answered_twice():
    raised, told = tell_twice_at_once()
    assert raised == []
    assert {report.pk for report in told} == {Report.objects.get().pk}
    assert len(told) == 2


def test_without_the_clock_only_the_constraint_would_stop_the_second(monkeypatch):
    monkeypatch.setattr(reports_operations, "lock_alone", locks.read_clock)
    raised, told = tell_twice_at_once()
    assert [type(error) for error in raised] == [IntegrityError]
    assert len(told) == 1
