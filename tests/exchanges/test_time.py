"""What time, a closure, a merger and a leaving shop do to what is between shops."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.operations.farewells import let_leave, say_farewell
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.operations import accept, arrive, ask, end_due, send
from comptoir.exchanges.operations.requests import Wanted
from comptoir.exchanges.reads import passed_on
from comptoir.orders.checks import problems
from comptoir.orders.operations import end_shop, merge_shops
from comptoir.shops.operations import SettingsChange, add_closure, update_settings
from comptoir.stock.models import Offer
from tests.exchanges.pair import Pair, make_pair, sharing
from tests.factories import make_offer

pytestmark = pytest.mark.django_db
LATER = timedelta(days=40)


def stands(offer: Offer) -> tuple[int, int]:
    offer.refresh_from_db()
    return offer.on_hand, offer.held


def status(transfer: Transfer) -> str:
    transfer.refresh_from_db()
    return transfer.status


@pytest.fixture
def pair() -> Pair:
    return make_pair(on_hand=3)


def test_what_nobody_answers_ends_by_itself(pair: Pair) -> None:
    transfer = pair.ask()
    assert transfer.due_at is not None
    assert end_due(now=transfer.due_at - timedelta(minutes=1)) == 0
    assert end_due(now=transfer.due_at) == 1
    assert status(transfer) == "expired"
    assert transfer.steps.last().actor_kind == "system"
    assert end_due(now=transfer.asked_at + LATER) == 0


def test_what_is_set_aside_and_not_sent_is_free_again(pair: Pair) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    assert stands(pair.offer) == (3, 1)
    assert end_due(now=timezone.now() + LATER) == 1
    assert status(transfer) == "expired"
    assert stands(pair.offer) == (3, 0)


def test_a_closure_gives_the_shop_that_was_asked_more_time(pair: Pair) -> None:
    transfer = pair.ask()
    first = timezone.localdate()
    days = {"first_day": first, "last_day": first + timedelta(days=20)}
    add_closure(shop=pair.b, reason="", actor=SYSTEM, **days)
    assert end_due(now=timezone.now() + timedelta(days=10)) == 0
    assert status(transfer) == "asked"
    assert transfer.due_at > timezone.now() + timedelta(days=20)


def test_what_never_arrives_counts_as_lost(pair: Pair) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    send(transfer_id=transfer.pk, actor=pair.bob)
    assert end_due(now=timezone.now() + timedelta(days=29)) == 0
    assert end_due(now=timezone.now() + timedelta(days=31)) == 1
    assert status(transfer) == "lost"
    assert stands(pair.offer) == (2, 0)


def test_a_shop_that_leaves_lets_go_of_what_was_asked_and_what_it_sent_still_arrives(
    pair: Pair,
) -> None:
    waits = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    other = make_offer(shop=pair.b)
    sent = ask(shop=pair.a, giver_id=pair.b.pk, wanted=Wanted(other.product_id), actor=pair.ann)
    for verb in (accept, send):
        verb(transfer_id=sent.pk, actor=pair.bob)
    end_shop(shop=pair.b, actor=SYSTEM)
    assert end_due(now=timezone.now()) == 1
    assert (status(waits), status(sent)) == ("expired", "sent")
    assert stands(pair.offer) == (3, 0)
    arrive(transfer_id=sent.pk, actor=pair.ann)
    assert status(sent) == "arrived"


def test_what_is_on_its_way_to_a_shop_that_left_is_lost(pair: Pair) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    send(transfer_id=transfer.pk, actor=pair.bob)
    end_shop(shop=pair.a, actor=SYSTEM)
    assert end_due(now=timezone.now()) == 1
    assert status(transfer) == "lost"


def test_an_owner_who_leaves_waits_for_what_is_on_its_way(pair: Pair) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    say_farewell(shop=pair.b, typed=pair.b.name, actor=SYSTEM)
    tomorrow = timezone.now() + timedelta(days=2)
    assert let_leave(now=tomorrow) == 0
    send(transfer_id=transfer.pk, actor=pair.bob)
    arrive(transfer_id=transfer.pk, actor=pair.ann)
    assert let_leave(now=tomorrow) == 1


@pytest.mark.parametrize("into_has_it", [True, False])
def test_open_transfers_follow_a_merger(pair: Pair, into_has_it: bool) -> None:
    into = sharing(pair.network)
    there = make_offer(shop=into, product=pair.offer.product) if into_has_it else None
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    merge_shops(shop=pair.b, into=into, actor=SYSTEM)
    assert list(problems()) == []
    transfer.refresh_from_db()
    assert transfer.giver == into
    assert transfer.offer == (there or pair.offer)
    send(transfer_id=transfer.pk, actor=pair.bob)
    arrive(transfer_id=transfer.pk, actor=pair.ann)
    assert list(problems()) == []
    assert status(transfer) == "arrived"


@pytest.mark.parametrize(("gone", "stays"), [("a", "b"), ("b", "a")])
def test_two_shops_that_become_one_have_nothing_between_them(
    pair: Pair, gone: str, stays: str
) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    on_the_way = make_offer(shop=pair.b)
    sent = ask(
        shop=pair.a, giver_id=pair.b.pk, wanted=Wanted(on_the_way.product_id), actor=pair.ann
    )
    for verb in (accept, send):
        verb(transfer_id=sent.pk, actor=pair.bob)
    merge_shops(shop=getattr(pair, gone), into=getattr(pair, stays), actor=SYSTEM)
    assert (status(transfer), status(sent)) == ("withdrawn", "lost")
    assert list(problems()) == []
    held = Offer.objects.filter(product=pair.offer.product).values_list("held", flat=True)
    assert set(held) == {0}


def test_the_same_asked_of_both_shops_is_asked_once_when_they_become_one(pair: Pair) -> None:
    into = sharing(pair.network)
    make_offer(shop=into, product=pair.offer.product)
    first = pair.ask()
    wanted = Wanted(pair.offer.product_id)
    second = ask(shop=pair.a, giver_id=into.pk, wanted=wanted, actor=pair.ann)
    merge_shops(shop=pair.b, into=into, actor=SYSTEM)
    assert (status(first), status(second)) == ("withdrawn", "asked")


def test_sharing_ended_later_leaves_what_was_asked(pair: Pair) -> None:
    transfer = pair.ask()
    update_settings(shop=pair.b, change=SettingsChange(shares_stock=False), actor=SYSTEM)
    accept(transfer_id=transfer.pk, actor=pair.bob)
    assert status(transfer) == "accepted"
    assert passed_on(shop=pair.a, actor=pair.ann) == []
