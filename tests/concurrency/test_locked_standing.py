"""Whoever waited for an offer reads it as it then is, not as it was when it asked."""

import threading

import pytest
from django.db import transaction

from comptoir.core.db import execute, fetch
from comptoir.stock.shelf.holds import hold, lock_offers
from tests.concurrency.together import PATIENCE_SECONDS, together, wait_until_waiting
from tests.factories import make_offer

pytestmark = pytest.mark.django_db(transaction=True)


def read_after_waiting(offer, read):
    """Return what `read` says that may be promised, having waited for who takes the last copy."""
    locked, waited, said = threading.Event(), threading.Event(), []

    def take() -> None:
        with transaction.atomic():
            lock_offers([offer.pk])
            locked.set()
            assert waited.wait(PATIENCE_SECONDS)
            hold({offer.pk: 1})

    def wait() -> None:
        assert locked.wait(PATIENCE_SECONDS)
        with transaction.atomic():
            said.append(read(offer.pk))

    def watch() -> None:
        # Outside a transaction: within one, who waits is read once.
        assert locked.wait(PATIENCE_SECONDS)
        wait_until_waiting(1)
        waited.set()

    assert together(take, wait, watch) == []
    return said


def lock_and_join_the_view(key):
    """The guard removed: the offer is locked, and read through the view in the same statement."""
    ((available,),) = fetch(
        "SELECT v.available FROM stock_offer o JOIN stock_standing v ON v.offer_id = o.id"
        " WHERE o.id = %s FOR NO KEY UPDATE OF o",
        [key],
    )
    return available


def test_who_waited_reads_what_is_left():
    offer = make_offer(on_hand=1)
    assert read_after_waiting(offer, lambda key: lock_offers([key])[key].available) == [0]
    # The control.
    execute("UPDATE stock_offer SET held = 0 WHERE id = %s", [offer.pk])
    assert read_after_waiting(offer, lock_and_join_the_view) == [1]
