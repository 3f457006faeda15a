"""What another try mends: a connection lost during the commit, a withdrawal code that is taken."""

import secrets

import pytest
from django.db import OperationalError

from comptoir.orders.models import Order
from comptoir.orders.operations import gatherer
from comptoir.orders.operations.requests import check
from comptoir.stock.shelf import checks
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_of_one():
    return request_for(make_offer(on_hand=5))


@pytest.fixture
def lost(monkeypatch):
    """Lose the answer of the first commit: nobody knows whether the order was placed."""
    tries = []

    def place_batch(batch, **facts):
        outcomes = original(batch, **facts)
        tries.append(outcomes)
        if len(tries) == 1:
            raise OperationalError("the connection is lost")
        return outcomes

    original = gatherer.place_batch
    monkeypatch.setattr(gatherer, "place_batch", place_batch)
    return tries


def test_the_next_try_finds_the_order(request_of_one, lost):
    order = gatherer.place(request_of_one)
    assert len(lost) == 2
    assert Order.objects.get().pk == order.pk
    assert [line.held for line in order.lines.all()] == [1]
    assert list(checks.problems()) == []


@pytest.mark.usefixtures("lost")
def test_control_without_a_key_it_is_placed_twice(request_of_one):
    gatherer.attempt([check(request_of_one)])
    assert Order.objects.count() == 2


def test_a_withdrawal_code_that_the_shop_uses_is_drawn_again(request_of_one, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda limit: next(drawn))
    codes = [gatherer.place(request_of_one).code for _ in range(2)]
    assert codes == ["00000007", "00000008"]
    assert list(checks.problems()) == []
