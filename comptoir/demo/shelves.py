"""What stands on the shelves of a demonstration shop: a few titles everywhere, most in a few."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from comptoir.demo.products import SEED
from comptoir.demo.region import ShopPlan, is_late, is_silent
from comptoir.shops.models import ShopKind
from comptoir.stock.models import Condition

USED = tuple(condition for condition in Condition if condition is not Condition.NEW)
_USED_WEIGHTS = (3, 14, 30, 28, 12, 8, 4, 1)
_USED_SHARE = {ShopKind.BOOKS: 0.12, ShopKind.RECORDS: 0.45, ShopKind.BOTH: 0.25}
_RECORD_SHARE = {ShopKind.BOOKS: 0.0, ShopKind.RECORDS: 1.0, ShopKind.BOTH: 0.4}
_SOLD_OUT = 0.03
# Long enough to be noticed over a weekend, too short for its titles to be hidden.
SILENT_FOR = timedelta(hours=90)
_TRIES = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on a shelf. `share` is the price in hundredths of the list price; a quantity of zero
    means that the last copy was sold."""

    number: int
    condition: Condition
    quantity: int
    share: int


def quotas(plans: list[ShopPlan], offers: int) -> list[int]:
    """Share a number of offers out between shops, by their size; the sum is at least that."""
    total = sum(plan.weight for plan in plans)
    return [int(offers * plan.weight / total) + 1 for plan in plans]


def shelf(plan: ShopPlan, quota: int, products: int) -> Iterator[Slot]:
    """Fill a shop's shelves with `quota` different slots out of the first `products` numbers.

    Low numbers are drawn more often (the square of a uniform draw), as bestsellers are. Where the
    catalogue is too small for the quota, the shelves stay emptier.
    """
    random = Random(f"{SEED}:shelf:{plan.number}")  # noqa: S311
    draw, used_share, record_share = random.random, _USED_SHARE[plan.kind], _RECORD_SHARE[plan.kind]
    records = products // 4
    books = products - records
    seen: set[tuple[int, Condition]] = set()
    for _ in range(quota * _TRIES):
        if len(seen) >= quota:
            return
        if draw() < record_share:
            number = int(records * draw() ** 2) * 4 + 3
        else:
            number = int(books * draw() ** 2)
            number = number // 3 * 4 + number % 3
        used = draw() < used_share
        condition = random.choices(USED, _USED_WEIGHTS)[0] if used else Condition.NEW
        key = (number, condition)
        if number >= products or key in seen:
            continue
        seen.add(key)
        yield _slot(random, number, condition, popular=number < products // 50)


def age(plan: ShopPlan) -> timedelta:
    """Return how long ago a shop's till last reported: minutes for most, days for a few."""
    random = Random(f"{SEED}:age:{plan.number}")  # noqa: S311
    if is_silent(plan):
        return SILENT_FOR
    if is_late(plan):
        return timedelta(hours=random.randint(30, 80))
    if plan.number % 8 == 5:
        return timedelta(hours=random.randint(3, 20))
    return timedelta(minutes=random.randint(1, 50))


def price_cents(slot: Slot, list_price_cents: int) -> int:
    """Return the price of a slot: the publisher's for what is new (loi 81-766 allows 95 to 100 %),
    a round one for a used copy."""
    if slot.condition is Condition.NEW:
        return list_price_cents
    return max(100, list_price_cents * slot.share // 100 // 50 * 50)


def _slot(random: Random, number: int, condition: Condition, *, popular: bool) -> Slot:
    draw = random.random
    if draw() < _SOLD_OUT:
        quantity = 0
    elif condition is Condition.NEW:
        quantity = 1 + int((7 if popular else 3) * draw() ** 3)
    else:
        quantity = 1
    share = 100 if condition is Condition.NEW else 25 + int(50 * draw())
    return Slot(number, condition, quantity, share)
