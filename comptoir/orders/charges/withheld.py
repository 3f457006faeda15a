"""Copies that are not to leave the shop any more, by post or over the counter, for a package above
says so: their reader has withdrawn from them, and they have still to be let go."""

from collections.abc import Callable, Sequence

from django.db.models import IntegerField, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from comptoir.orders.errors import NotHandedOver
from comptoir.orders.models import OrderLine

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


def check_hand_over(lines: Sequence[OrderLine]) -> None:
    """Refuse that lines of a locked order, with that annotation, are handed over while they hold
    copies that are not to leave. Raises `NotHandedOver`."""
    for line in lines:
        if count := withheld_of(line):
            raise NotHandedOver(line.title, count)
