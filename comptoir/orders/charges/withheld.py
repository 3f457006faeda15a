"""Copies that are not to leave the shop any more, by post or over the counter, for a package above
says so: their reader has withdrawn from them, and they have still to be let go."""

from collections.abc import Callable

from django.db.models import IntegerField, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from comptoir.orders.errors import NotHandedOver
from comptoir.orders.models import Order, OrderLine

_SAID: list[Callable[[], Subquery]] = []


def withhold(what: Callable[[], Subquery]) -> None:
    """Have so many copies of a line, `OuterRef("pk")`, not leave the shop: a package above says how
    many (None: none)."""
    if what not in _SAID:
        _SAID.append(what)


def withheld() -> Combinable:
    """Return how many copies of a line are not to leave, to be annotated as `withheld`."""
    found: Combinable = Value(0)
    for each in _SAID:
        found = found + Coalesce(each(), 0, output_field=IntegerField())
    return found


def withheld_of(line: OrderLine) -> int:
    """Return how many of the copies that a line holds are not to leave, of a line with that
    annotation."""
    return min(line.held, getattr(line, "withheld", 0))


def check_hand_over(order: Order) -> None:
    """Refuse that a locked order is handed over while it holds copies that are not to leave. One
    query. Raises `NotHandedOver`."""
    lines = OrderLine.objects.filter(order=order, held__gt=0).annotate(withheld=withheld())
    found = lines.filter(withheld__gt=0).order_by("pk").first()
    if found is not None:
        raise NotHandedOver(found.title, withheld_of(found))
