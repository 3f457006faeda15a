"""Tellings and reservations at the same time: nobody deadlocks, nothing is promised twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core import outbox
from comptoir.core.db import execute
from comptoir.core.errors import Conflict
from comptoir.core.models import OutboxEntry
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, Report
from comptoir.stock.reports import intake, reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks, holds, ledger, locks
from comptoir.stock.shelf.holds import hand_over, hold, lock_offers
from tests.concurrency.together import together, waiting
from tests.factories import ean, make_offer, make_product, make_shop
from tests.patience import PATIENCE_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)

TITLES = 12
ROUNDS = 15


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def offers(shop) -> list[Offer]:
    old = timezone.now() - timedelta(hours=5)
    return [
        make_offer(shop=shop, product=make_product(), on_hand=4, as_of=old) for _ in range(TITLES)
    ]


def tell_again_and_again(shop, offers) -> None:
    start = timezone.now() - timedelta(hours=1)
    for number in range(ROUNDS):
        take_report(
            Incoming(
                shop=shop,
                format="asc",
                mode="snapshot",
                as_of=start + timedelta(minutes=number),
                lines=[
                    StockLine(line, offer.product.ean, (number + line) % 4, 990)
                    for line, offer in reversed(list(enumerate(offers)))
                ],
                actor=SYSTEM,
            )
        )


def reserve_again_and_again(offers, *, backwards: bool) -> None:
    keys = sorted((offer.pk for offer in offers), reverse=backwards)
    for number in range(ROUNDS * 2):
        basket = dict.fromkeys(keys[number % 5 :: 3], 1)
        try:
            with transaction.atomic():
                locked = lock_offers(basket)
                hold({key: 1 for key in basket if locked[key].available > 0})
        except Conflict:
            continue


def test_tellings_and_reservations_never_deadlock_nor_promise_twice(shop, offers):
    raised = together(
        lambda: tell_again_and_again(shop, offers),
        lambda: reserve_again_and_again(offers, backwards=False),
        lambda: reserve_again_and_again(offers, backwards=True),
    )
    assert raised == []
    assert Report.objects.filter(status="applied").count() == ROUNDS
    assert list(checks.problems()) == []


@contextmanager
def paused_at(monkeypatch, module, name: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Stop the first thread that calls a function until it is let go."""
    reached, go = threading.Event(), threading.Event()
    original = getattr(module, name)

    def stop(*args, **kwargs):
        if not reached.is_set():
            reached.set()
            go.wait(PATIENCE_SECONDS)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, stop)
    yield reached, go
    go.set()


def collect_during_a_telling(monkeypatch, shop, offers) -> Offer:
    """Hand a copy over while a telling that says the same again has looked, but not yet written."""
    offer = offers[0]
    hold({offer.pk: 1})
    same = [StockLine(line, each.product.ean, 4, 1290) for line, each in enumerate(offers)]
    told = {"shop": shop, "format": "asc", "mode": "snapshot", "actor": SYSTEM}

    def tell() -> None:
        take_report(Incoming(as_of=timezone.now(), lines=same, **told))

    def collect() -> None:
        with transaction.atomic():
            at = timezone.now()
            collecting.set()
            told_looks.wait(PATIENCE_SECONDS)
            hand_over({offer.pk: 1}, actor=SYSTEM, at=at)
        collected.set()

    collecting, collected = threading.Event(), threading.Event()
    with paused_at(monkeypatch, reconcile, "write") as (told_looks, go):

        def let_go() -> None:
            told_looks.wait(PATIENCE_SECONDS)
            until(lambda: waiting() or collected.is_set())
            go.set()

        def start() -> None:
            collecting.wait(PATIENCE_SECONDS)
            tell()

        raised = together(start, collect, let_go)
    assert raised == []
    offer.refresh_from_db()
    return offer


def test_a_copy_collected_while_a_telling_is_applied_is_not_forgotten(monkeypatch, shop, offers):
    assert collect_during_a_telling(monkeypatch, shop, offers).on_hand == 3
    assert list(checks.problems()) == []


def lost_update(monkeypatch, shop, offers) -> int:
    """Sell a copy while a telling has computed another figure, but not yet written it."""
    offer = offers[0]
    lines = [StockLine(line, each.product.ean, 3, 1290) for line, each in enumerate(offers)]

    def tell() -> None:
        take_report(
            Incoming(
                shop=shop,
                format="asc",
                mode="snapshot",
                as_of=timezone.now() - timedelta(minutes=1),
                lines=lines,
                actor=SYSTEM,
            )
        )

    def sell() -> None:
        computed.wait(PATIENCE_SECONDS)
        ledger.sell(shop=shop, ean=offer.product.ean, actor=SYSTEM)
        sold.set()

    def let_go() -> None:
        computed.wait(PATIENCE_SECONDS)
        until(lambda: waiting() or sold.is_set())
        go.set()

    sold = threading.Event()
    with paused_at(monkeypatch, reconcile, "write") as (computed, go):
        assert together(tell, sell, let_go) == []
    offer.refresh_from_db()
    return offer.on_hand


def test_a_sale_waits_for_the_telling(monkeypatch, shop, offers):
    assert lost_update(monkeypatch, shop, offers) == 2
    assert list(checks.problems()) == []


def test_without_its_locks_a_sale_would_be_lost(monkeypatch, shop, offers):
    monkeypatch.setattr(reconcile, "LOCK", "SELECT 0")
    monkeypatch.setattr(ledger, "lock_shared", lambda shop_id: None)
    assert lost_update(monkeypatch, shop, offers) == 3
    assert list(checks.problems()) != []


def out_of_order(monkeypatch, shop, offers) -> None:
    """Lock the telling's offers in the opposite order of everybody else, or as it should."""
    start = timezone.now() - timedelta(hours=1)
    reached = threading.Event()

    def reserve() -> None:
        with transaction.atomic():
            lock_offers([offers[0].pk])
            reached.set()
            until(waiting)
            lock_offers([offers[-1].pk])

    def tell() -> None:
        reached.wait(PATIENCE_SECONDS)
        lines = [StockLine(line, each.product.ean, 3, 1290) for line, each in enumerate(offers)]
        take_report(
            Incoming(
                shop=shop, format="asc", mode="snapshot", as_of=start, lines=lines, actor=SYSTEM
            )
        )

    raised = together(reserve, tell)
    if raised:
        raise raised[0]


def test_offers_are_locked_in_the_order_of_their_keys(monkeypatch, shop, offers):
    out_of_order(monkeypatch, shop, offers)


def test_in_another_order_they_would_deadlock(monkeypatch, shop, offers):
    wrong = reconcile.LOCK.replace("ORDER BY o.id", "ORDER BY o.id DESC")
    assert wrong != reconcile.LOCK
    monkeypatch.setattr(reconcile, "LOCK", wrong)
    with pytest.raises(OperationalError, match="deadlock"):
        out_of_order(monkeypatch, shop, offers)


def heard_while_a_file_is_read(shop) -> list[tuple[str, int]]:
    """Return what followers hear of a change made elsewhere while a telling's lines are coming."""
    heard = []

    def publish_and_follow() -> None:
        start = outbox.head()
        outbox.publish(OutboxEntry.Topic.PRODUCT, [7])
        heard.extend(outbox.read_after(start)[0])

    def lines() -> Iterator[StockLine]:
        for number in range(intake.CHUNK_LINES + 1):
            yield StockLine(number, ean(number), 1, 990)
        assert together(publish_and_follow) == []

    take_report(
        Incoming(shop=shop, format="asc", mode="delta", as_of=None, lines=lines(), actor=SYSTEM)
    )
    return heard


def test_followers_do_not_wait_for_a_file_to_be_read(shop):
    assert heard_while_a_file_is_read(shop) == [("product", 7)]


def test_within_a_transaction_that_has_written_they_would(shop):
    with transaction.atomic():
        execute("CREATE TEMP TABLE telling_of_old (line int) ON COMMIT DROP")
        assert heard_while_a_file_is_read(shop) == []


def collected_while_a_telling_waits(shop, offer) -> int:
    """Collect a copy, begun before a telling "as of now" but let in after it; hear the next one.

    The till never hears of collected copies: it says 4, and 4 again. Returns what is on hand.
    """
    hold({offer.pk: 1})
    told = {"shop": shop, "format": "asc", "mode": "snapshot", "actor": SYSTEM}
    told["lines"] = [StockLine(1, offer.product.ean, 4, 1290)]
    at = timezone.now()
    take_report(Incoming(as_of=timezone.now(), **told))
    with transaction.atomic():
        hand_over({offer.pk: 1}, actor=SYSTEM, at=at)
    take_report(Incoming(as_of=timezone.now(), **told))
    offer.refresh_from_db()
    return offer.on_hand


@pytest.fixture
def never_rung_up() -> Offer:
    shop = make_shop(rings_up="never")
    return make_offer(shop=shop, on_hand=4, as_of=timezone.now() - timedelta(hours=5))


def test_a_copy_let_in_after_a_telling_left_after_it(never_rung_up):
    assert collected_while_a_telling_waits(never_rung_up.shop, never_rung_up) == 3
    assert list(checks.problems()) == []


def test_by_the_moment_before_the_lock_it_would_be_promised_again(monkeypatch, never_rung_up):
    monkeypatch.setattr(holds, "_moment_under_lock", lambda at: at)
    assert collected_while_a_telling_waits(never_rung_up.shop, never_rung_up) == 4


def test_two_tellings_of_one_shop_wait_for_each_other(shop, offers):
    raised = together(*[lambda: tell_again_and_again(shop, offers)] * 2)
    assert raised == []
    assert list(checks.problems()) == []
    with transaction.atomic():
        locks.lock_alone(shop.pk)
        raised = together(lambda: _impatient(shop))
    assert [type(error) for error in raised] == [OperationalError]


def _impatient(shop) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        locks.lock_alone(shop.pk)
