"""Each guard of placing and of expiry, alone, and what happens where it is gone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.core.db import execute, fetch
from comptoir.orders.errors import CopiesGone, TooManyOpenOrders
from comptoir.orders.models import Order, OrderEvent, OrderLine, OrderStatus
from comptoir.orders.operations import batch, deadlines, due, moves
from comptoir.orders.operations.requests import Customer, check
from comptoir.stock.shelf import checks
from tests.concurrency.removed import drop_constraint, read_without_lock, take_without_condition
from tests.concurrency.together import lock_otherwise, overtake, stopped_at
from tests.factories import (
    confirm_by_mail,
    make_offer,
    make_shop,
    persons_request_for,
    request_for,
)

pytestmark = pytest.mark.django_db(transaction=True)
CONSTRAINT = "stock_offer_promised_once"


@pytest.fixture
def remove(monkeypatch, transactional_db):
    """Return what removes guards by their names; the constraint comes back afterwards."""
    ((definition,),) = fetch(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CONSTRAINT]
    )

    def removing(*guards: str) -> None:
        if "row locks" in guards:
            monkeypatch.setattr(batch, "lock_offers", read_without_lock)
        if "condition" in guards:
            monkeypatch.setattr(batch, "hold", take_without_condition)
        if "constraint" in guards:
            drop_constraint()
        if "turns" in guards:
            monkeypatch.setattr(batch, "lock", lambda space, *names: None)

    yield removing
    execute("UPDATE stock_offer SET held = 0")
    drop_constraint()
    execute(f"ALTER TABLE stock_offer ADD CONSTRAINT {CONSTRAINT} {definition}")


def place_two(first, second):
    """Place two requests as two batches, the second where the first has decided, but not taken.

    Return what became of each, errors and orders.
    """
    outcomes = []

    def place(request):
        outcomes.extend(batch.place_batch([check(request)], now=timezone.now()))

    with stopped_at(batch, "hold") as stop:
        raised, _waited = overtake(stop, lambda: place(first), lambda: place(second))
    return [*outcomes, *raised]


# The last one of a pile, and a used copy that there never was but one of.
LAST_COPIES = [
    pytest.param({}, id="of a pile"),
    pytest.param({"condition": "VG+", "copy_ref": "C000001"}, id="one-off"),
]


def two_for_the_last_copy(**copy):
    # Persons, for whom no bound of what is held unconfirmed takes turns.
    offer = make_offer(on_hand=1, **copy)
    outcomes = place_two(
        persons_request_for(offer, customer=Customer("Ana", "ana@example.org")),
        persons_request_for(offer, customer=Customer("Bea", "bea@example.org")),
    )
    offer.refresh_from_db()
    return outcomes, offer.held


@pytest.mark.parametrize("copy", LAST_COPIES)
@pytest.mark.parametrize(
    ("alone", "removed", "refusal"),
    [
        ("row locks", ("condition", "constraint"), CopiesGone),
        ("condition", ("row locks", "constraint"), CopiesGone),
        ("constraint", ("row locks", "condition"), IntegrityError),
    ],
)
def test_each_guard_alone_sells_the_last_copy_once(remove, alone, removed, refusal, copy):
    remove(*removed)
    outcomes, held = two_for_the_last_copy(**copy)
    assert held == 1
    assert sorted(type(outcome) is Order for outcome in outcomes) == [False, True]
    assert any(isinstance(outcome, refusal) for outcome in outcomes)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("copy", LAST_COPIES)
def test_control_without_any_guard_it_is_sold_twice(remove, copy):
    remove("row locks", "condition", "constraint")
    outcomes, held = two_for_the_last_copy(**copy)
    assert [type(outcome) for outcome in outcomes] == [Order, Order]
    assert held == 2


def one_person_twice_at_once():
    """Let somebody who may have one more order place two at once, in shops that share nothing."""
    return place_two(persons_request_for(make_offer()), persons_request_for(make_offer()))


def test_a_person_at_the_limit_gets_one_of_two_orders(settings):
    settings.OPEN_ORDERS_PER_PERSON = 2
    batch.place_batch([check(persons_request_for(make_offer()))], now=timezone.now())
    outcomes = one_person_twice_at_once()
    assert [type(outcome) for outcome in outcomes] == [Order, TooManyOpenOrders]
    assert Order.objects.count() == 2


def test_control_without_turns_a_person_gets_both(settings, remove):
    settings.OPEN_ORDERS_PER_PERSON = 2
    batch.place_batch([check(persons_request_for(make_offer()))], now=timezone.now())
    remove("turns")
    assert [type(outcome) for outcome in one_person_twice_at_once()] == [Order, Order]
    assert Order.objects.count() == 3


def confirm_two_at_once():
    """Let somebody who may have one order confirm two at once; return what was refused."""
    orders = [
        batch.place_batch([check(request_for(make_offer()))], now=timezone.now())[0]
        for _ in range(2)
    ]
    with stopped_at(moves, "move") as stop:
        raised, _waited = overtake(stop, *[lambda o=order: confirm_by_mail(o) for order in orders])
    return [type(refusal) for refusal in raised]


def test_a_person_at_the_limit_confirms_one_of_two_orders(settings):
    settings.OPEN_ORDERS_PER_PERSON = 1
    assert confirm_two_at_once() == [TooManyOpenOrders]
    assert Order.objects.filter(verified=True, status=OrderStatus.PLACED).count() == 1


def test_control_without_turns_a_person_confirms_both(settings, monkeypatch):
    settings.OPEN_ORDERS_PER_PERSON = 1
    monkeypatch.setattr(moves, "take_turn", lambda space, *names: None)
    assert confirm_two_at_once() == []
    assert Order.objects.filter(verified=True, status=OrderStatus.PLACED).count() == 2


def one_key_twice_at_once():
    request = request_for(make_offer(on_hand=5), idempotency_key="k", request_digest="d")
    return place_two(request, request)


def test_one_key_in_two_batches_is_one_order():
    first, second = one_key_twice_at_once()
    assert first.pk == second.pk
    assert Order.objects.count() == 1
    assert list(checks.problems()) == []


def test_control_without_turns_the_second_meets_an_error(remove):
    remove("turns")
    assert {type(outcome) for outcome in one_key_twice_at_once()} == {Order, IntegrityError}


def two_strangers_at_once(settings):
    """Let two whom nobody has confirmed ask one shop for a title each, where one may be held."""
    settings.UNVERIFIED_LEAST, shop = 1, make_shop()
    return place_two(
        *(
            request_for(make_offer(shop=shop, on_hand=2), customer=Customer(name, f"{name}@a.fr"))
            for name in ("Ana", "Bea")
        )
    )


def held_lines():
    return OrderLine.objects.filter(status="held").count()


def test_of_two_strangers_at_once_one_holds_a_copy(settings):
    assert [type(outcome) for outcome in two_strangers_at_once(settings)] == [Order, Order]
    assert held_lines() == 1


def test_control_without_turns_both_hold_one(settings, remove):
    remove("turns")
    two_strangers_at_once(settings)
    assert held_lines() == 2


def expire_by_two(monkeypatch, at_once):
    """Let two jobs expire the same two orders, so many a transaction; return what was raised, the
    counts in the order in which they ended, and who waited."""
    monkeypatch.setattr(due.each, "__kwdefaults__", {"at_once": at_once})
    shop = make_shop()
    for _ in range(2):
        request = request_for(make_offer(shop=shop))
        batch.place_batch([check(request)], now=timezone.now())
    late, counts = timezone.now() + timedelta(days=60), []

    def expire():
        counts.append(deadlines.expire_due(now=late))

    with stopped_at(deadlines, "give_back") as stop:
        raised, waited = overtake(stop, expire, expire)
    return raised, counts, waited


def expired_events():
    return OrderEvent.objects.filter(kind="expired").count()


@pytest.mark.parametrize(("at_once", "counts"), [(1, [1, 1]), (100, [0, 2])])
def test_two_jobs_at_once_share_the_orders(monkeypatch, at_once, counts):
    assert expire_by_two(monkeypatch, at_once) == ([], counts, False)
    assert expired_events() == 2
    assert list(checks.problems()) == []


@pytest.mark.parametrize("at_once", [1, 100])
def test_control_without_skipping_the_second_job_waits(monkeypatch, at_once):
    lock_otherwise(monkeypatch, skip_locked=False)
    _raised, _counts, waited = expire_by_two(monkeypatch, at_once)
    assert waited


@pytest.mark.parametrize(("at_once", "events"), [(1, 3), (100, 4)])
def test_control_without_the_lock_an_order_is_expired_twice(monkeypatch, at_once, events):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda orders, **options: orders)
    expire_by_two(monkeypatch, at_once)
    assert expired_events() == events
