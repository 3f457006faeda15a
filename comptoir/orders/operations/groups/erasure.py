"""Groups deleted, when nothing of their person is left in their orders."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from comptoir.notifications.operations import forget
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order
from comptoir.orders.operations.moves import about_group


@transaction.atomic
def erase_groups() -> int:
    """Delete the groups whose orders are all erased, with the mails about them; return how many.

    The orders stay, of no group. A group that two jobs erased parts of at once is found by the next
    run. Writes: the orders; deletes the groups, their mails.
    """
    kept = Order.objects.filter(group=OuterRef("pk"), erased_at=None)
    done = list(OrderGroup.objects.filter(~Exists(kept)).values_list("pk", flat=True))
    forget(about=[about_group(key) for key in done])
    OrderGroup.objects.filter(pk__in=done).delete()
    return len(done)
