"""A release day in small: many batches at once for few copies, and one person at two shops."""

import threading

import pytest
from django.db.models import Sum
from django.utils import timezone

from comptoir.orders.checks import problems
from comptoir.orders.models import KnownContact, Order, OrderLine
from comptoir.orders.operations import batch
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.requests import Customer, check
from comptoir.releases.errors import OneAPerson
from comptoir.shops.models import Membership
from comptoir.stock.errors import CopiesGone
from tests.concurrency.together import overtake, stopped_at, together
from tests.factories import make_network, make_offer, make_shop, persons_request_for
from tests.releases.made import released
from tests.trials import dice

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, COPIES, THREADS = 60, 5, 6


def test_sixty_people_want_five_copies_and_five_have_one_each():
    """Each asks twice, in batches that run at once: whoever it is, five copies go to five."""
    offer = make_offer(shop=make_shop(), on_hand=COPIES)
    released(offer.shop, offer.product)
    asked = [
        check(persons_request_for(offer, customer=Customer("Ana", f"p{n}@example.org")))
        for n in [*range(PEOPLE), *range(PEOPLE)]
    ]
    dice("release day").shuffle(asked)
    outcomes: list[object] = []
    begin = threading.Barrier(THREADS)

    def play(mine):
        begin.wait()
        for first in range(0, len(mine), 5):
            outcomes.extend(place_batch(mine[first : first + 5], now=timezone.now()))

    assert together(*[lambda n=n: play(asked[n::THREADS]) for n in range(THREADS)]) == []
    placed = [each for each in outcomes if isinstance(each, Order)]
    refused = [each for each in outcomes if not isinstance(each, Order)]
    assert len(outcomes) == 2 * PEOPLE
    assert len({order.email_key for order in placed}) == len(placed) == COPIES
    assert all(isinstance(each, CopiesGone | OneAPerson) for each in refused)
    assert OrderLine.objects.aggregate(held=Sum("held"))["held"] == COPIES
    assert list(problems()) == []


def copies_of_one_person_at_two_shops_at_once() -> tuple[int, bool]:
    """Have one person ask at two shops of a network, the second while the first has counted; return
    how many copies they have, and whether the second had to wait."""
    network, here = make_network(), make_offer(shop=make_shop(), on_hand=3)
    there = make_offer(shop=make_shop(), product=here.product, on_hand=3)
    for offer in (here, there):
        Membership.objects.create(shop=offer.shop, network=network, actor_kind="system")
    released(network, here.product)
    asked = [check(persons_request_for(offer)) for offer in (here, there)]
    assert KnownContact.objects.count() == 1
    with stopped_at(batch, "names_of") as stop:
        raised, waited = overtake(
            stop,
            *[lambda one=one: place_batch([one], now=timezone.now()) for one in asked],
        )
    assert raised == []
    return OrderLine.objects.filter(held=1).count(), waited


def test_two_orders_of_a_person_take_turns():
    assert copies_of_one_person_at_two_shops_at_once() == (1, True)


def test_without_their_turn_a_person_would_have_two(monkeypatch):
    monkeypatch.setattr(batch, "lock", lambda *_names: None)
    assert copies_of_one_person_at_two_shops_at_once() == (2, False)
