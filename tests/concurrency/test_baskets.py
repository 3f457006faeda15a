"""Overlapping baskets in random order: nobody meets a deadlock, nothing is promised twice."""

import random
import threading
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from comptoir.core.db import fetch, fetch_named
from comptoir.orders import checks
from comptoir.orders.models import Order
from comptoir.orders.operations import batch
from comptoir.orders.operations.requests import Customer, LineRequest, check
from comptoir.stock.shelf import holds
from tests.factories import make_offer, make_shop, request_for
from tests.trials import seeds, tally

WORKERS = 8
BASKETS = 12


def buy(offers, seed: int) -> list[Exception]:
    """Place baskets of four titles from several threads at once; return what went wrong."""
    wrong: list[Exception] = []
    ready = threading.Barrier(WORKERS)

    def worker(number: int) -> None:
        choice = random.Random(f"{seed} {number}")
        ready.wait()
        try:
            for basket in range(BASKETS):
                chosen = choice.sample(offers, 4)
                person = f"p{seed}-{number}-{basket}@example.org"
                request = request_for(
                    *chosen,
                    customer=Customer("Ana", person),
                    lines=tuple(LineRequest(o.product_id, o.pk) for o in chosen),
                    # Those whom nobody has confirmed take turns in a shop: here the rows are raced.
                    trusted=True,
                )
                batch.place_batch([check(request)], now=timezone.now())
        except OperationalError as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def lock_as_they_come(offer_ids):
    """The guard removed: lock one by one, in the order of the basket."""
    locked = {}
    for key in offer_ids:
        rows = fetch_named(holds._LOCK_OFFERS.replace("ORDER BY o.id", ""), {"ids": [key]})
        locked |= {row.offer_id: holds._locked(row) for row in rows}
    return locked


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_baskets_that_overlap_do_not_deadlock():
    shop = make_shop()
    for seed in seeds(2):
        offers = [make_offer(shop=shop, on_hand=20) for _ in range(6)]
        assert buy(offers, seed) == []
        tally("baskets", WORKERS * BASKETS)
    assert Order.objects.exists()
    assert list(checks.problems()) == []
    assert fetch("SELECT count(*) FROM stock_offer WHERE held > on_hand") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_order_of_locks_they_do():
    shop = make_shop()
    offers = [make_offer(shop=shop, on_hand=100) for _ in range(6)]
    with ExitStack() as removed:
        removed.enter_context(patch.object(batch, "lock_offers", lock_as_they_come))
        for seed in range(200):
            if any("deadlock" in str(error) for error in buy(offers, seed)):
                return
    pytest.fail("the guard was removed, and yet no deadlock showed")
