"""Copies that are not to leave by post any more, for a package above says so: their reader has
withdrawn from them, and they have still to be let go."""

from collections.abc import Callable

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from comptoir.orders.models import LineStatus, OrderLine
from comptoir.post.models import Parcel

_SAID: list[Callable[[], Subquery]] = []


def withhold(what: Callable[[], Subquery]) -> None:
    """Have so many copies of a line, `OuterRef("pk")`, not leave by post: a package above says how
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


def something_is_left() -> Q:
    """Return the condition that the post has still to do with an order: not all that it holds is
    not to leave, or a parcel of it is here."""
    held = OrderLine.objects.filter(order=OuterRef("pk"), status=LineStatus.HELD)
    lines = held.annotate(withheld=withheld())
    here = Parcel.objects.filter(order=OuterRef("pk"), handed_at=None)
    goes = Exists(lines.filter(held__gt=F("withheld")))
    return Q(goes) | Q(Exists(here)) | ~Q(Exists(lines.filter(withheld__gt=0)))
