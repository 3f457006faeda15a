"""The site with the guards of a hold taken out: what the tests of the last copy must catch.

Offers are read without a lock, taken without a condition, and the constraint is gone; each request
is placed by the thread that has it instead of one that gathers them. Whoever reads an offer first
waits until somebody else has read it too, so that the two meet however fast the machine is.
"""

import threading
from collections import defaultdict
from contextlib import suppress

from comptoir.config.wsgi import application
from comptoir.orders.operations import batch, gatherer
from comptoir.stock.shelf.holds import LockedOffer
from tests.concurrency.removed import drop_constraint, read_without_lock, take_without_condition

__all__ = ["application"]

ALONE_SECONDS = 10.0
"""Then whoever reads goes on: the other process got all the rest of the crowd."""

_read_by_two = defaultdict(lambda: threading.Barrier(2))
_readers: defaultdict[int, int] = defaultdict(int)
_counting = threading.Lock()


def _read_and_meet(offer_ids):
    offers: dict[int, LockedOffer] = read_without_lock(offer_ids)
    for offer_id in offers:
        with _counting:
            _readers[offer_id] += 1
            is_early, met = _readers[offer_id] <= 2, _read_by_two[offer_id]
        if is_early:
            with suppress(threading.BrokenBarrierError):
                met.wait(ALONE_SECONDS)
    return offers


def _place_alone(checked):
    return gatherer.attempt([gatherer._with_key(checked)])[0]


batch.lock_offers = _read_and_meet
batch.hold = take_without_condition
gatherer._place = _place_alone
drop_constraint()
