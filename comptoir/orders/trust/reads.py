"""What a shop sees of what it remembers of a person."""

from dataclasses import dataclass

from comptoir.orders.contacts import trust_key
from comptoir.orders.models import Order
from comptoir.orders.operations.trust.record import person_of
from comptoir.orders.trust.demand import times_of
from comptoir.orders.trust.models import TrustEvent


@dataclass(frozen=True, slots=True)
class Remembered:
    """How often a person did not collect in a shop since it last trusted them again, and its lines,
    the oldest first."""

    times: int
    lines: list[TrustEvent]


def remembered_of(order: Order) -> Remembered | None:
    """Return what the shop of an order remembers of its person, for who serves that order; None
    where that is nothing."""
    if not (person := person_of(order)):
        return None
    key = trust_key(order.shop_id, person)
    lines = list(TrustEvent.objects.filter(shop=order.shop_id, key=key).order_by("pk"))
    return Remembered(times_of([key]).get(key, 0), lines) if lines else None
