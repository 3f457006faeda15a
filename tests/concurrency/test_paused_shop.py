"""What was promised in a shop that has paused since is moved under lock all the same."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.operations import cancel, collect, mark_not_found, place
from comptoir.stock.errors import NotEnough
from comptoir.stock.shelf import checks, holds, ledger
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


def collected(order):
    collect(order_id=order.pk, actor=SYSTEM)


def not_found(order):
    mark_not_found(line_id=order.lines.get().pk, actor=SYSTEM)


def cancelled(order):
    cancel(order_id=order.pk, actor=SYSTEM)


def sell_while(verb):
    """Sell a paused shop's only copy while a verb is about to write the offer's new numbers.

    Return what was raised, and whether the sale had to wait.
    """
    offer = make_offer(on_hand=1)
    order = place(request_for(offer, trusted=True))
    offer.shop.paused_at = timezone.now()
    offer.shop.save()
    ean = offer.product.ean
    with stopped_at(holds, "execute", when="UPDATE stock_offer") as stop:
        raised, waited = overtake(
            stop,
            lambda: verb(order),
            lambda: ledger.sell(shop=offer.shop, ean=ean, actor=SYSTEM),
        )
    return [type(error) for error in raised], waited


@pytest.mark.parametrize("verb", [collected, not_found])
def test_the_copy_leaves_once(verb):
    assert sell_while(verb) == ([NotEnough], True)
    assert list(checks.problems()) == []


@pytest.mark.parametrize("verb", [collected, not_found])
def test_control_with_the_locks_of_placing_it_leaves_twice(verb, monkeypatch):
    monkeypatch.setattr(holds, "_lock", holds.lock_offers)
    assert sell_while(verb) == ([], False)
    assert list(checks.problems()) != []


def test_a_copy_given_back_is_locked_before():
    assert sell_while(cancelled) == ([], True)
    assert list(checks.problems()) == []


def test_control_with_the_locks_of_placing_it_is_not(monkeypatch):
    monkeypatch.setattr(holds, "_lock", holds.lock_offers)
    assert sell_while(cancelled) == ([], False)
