"""The site with the guards of a hold taken out: what the tests of the last copy must catch.

Offers are read without a lock, taken without a condition, and the constraint is gone.
"""

from comptoir.config.wsgi import application
from comptoir.orders.operations import batch
from tests.concurrency.removed import drop_constraint, read_without_lock, take_without_condition

__all__ = ["application"]

batch.lock_offers = read_without_lock
batch.hold = take_without_condition
drop_constraint()
