"""What the post has still to do with an order of which copies are not to leave."""

from django.db.models import Exists, F, OuterRef, Q

from comptoir.orders.charges.withheld import withheld
from comptoir.orders.models import LineStatus, OrderLine
from comptoir.post.models import Parcel


def something_is_left() -> Q:
    """Return the condition that the post has still to do with an order: not all that it holds is
    not to leave, or a parcel of it is here."""
    held = OrderLine.objects.filter(order=OuterRef("pk"), status=LineStatus.HELD)
    lines = held.annotate(withheld=withheld())
    here = Parcel.objects.filter(order=OuterRef("pk"), handed_at=None)
    goes = Exists(lines.filter(held__gt=F("withheld")))
    return Q(goes) | Q(Exists(here)) | ~Q(Exists(lines.filter(withheld__gt=0)))
