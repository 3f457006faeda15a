"""Copies that are not to leave by post any more, for a package above says so: their reader has
withdrawn from them, and they have still to be let go; and those that were, and are kept here."""

from collections.abc import Callable

from django.db.models import Exists, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from comptoir.orders.charges.models import Fate
from comptoir.orders.models import EventKind, LineStatus, Order, OrderEvent, OrderLine
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


KEPT_FACTS = Prefetch(
    "events", OrderEvent.objects.filter(kind=EventKind.TAKEN_BACK), to_attr="taken_back"
)
"""What `kept_here` reads of an order, beside the portions of its lines."""


def kept_here(order: Order, line: OrderLine) -> int:
    """Return how many copies of a line were let go before they left, for their reader had withdrawn
    from them (`orders.operations.postal.keep_back`), of an order with `KEPT_FACTS`: its history
    tells of them, and of what came back after it was sent, which portions tell too."""
    told = [each.data for each in order.taken_back]  # type: ignore[attr-defined]
    copies = sum(int(data.get("quantity", 0)) for data in told if data.get("line") == line.pk)
    came = [each.quantity for each in line.portions.all() if each.fate == Fate.TAKEN_BACK]
    return max(0, copies - sum(came))


def kept_of(order: Order) -> list[tuple[OrderLine, int]]:
    """Return how many copies of which lines of an order are `kept_here`. Three queries."""
    found = Order.objects.prefetch_related(KEPT_FACTS, "lines__portions").get(pk=order.pk)
    counts = [(line, kept_here(found, line)) for line in found.lines.all()]
    return [(line, copies) for line, copies in counts if copies]


def something_is_left() -> Q:
    """Return the condition that the post has still to do with an order: not all that it holds is
    not to leave, or a parcel of it is here."""
    held = OrderLine.objects.filter(order=OuterRef("pk"), status=LineStatus.HELD)
    lines = held.annotate(withheld=withheld())
    here = Parcel.objects.filter(order=OuterRef("pk"), handed_at=None)
    goes = Exists(lines.filter(held__gt=F("withheld")))
    return Q(goes) | Q(Exists(here)) | ~Q(Exists(lines.filter(withheld__gt=0)))
