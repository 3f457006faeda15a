"""What the post has still to do with an order of which copies are not to leave, and which of its
copies were kept here for that."""

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from comptoir.orders.charges.models import Fate
from comptoir.orders.charges.withheld import withheld
from comptoir.orders.models import EventKind, LineStatus, Order, OrderEvent, OrderLine
from comptoir.post.models import Parcel

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
