"""What the verbs of parcels share: an order locked and looked at, a parcel, a line of history.

Locks, in this order: the order, then what the verb of `orders` below locks.
"""

from datetime import datetime

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.models import Order
from comptoir.orders.operations.status import lock_served
from comptoir.post.errors import NotToPost, no_such_parcel
from comptoir.post.models import Parcel, ParcelStep, StepKind
from comptoir.post.reads import ToPost, paid, standing_of


def locked_to_post(order_id: int, actor: Actor) -> ToPost:
    """Lock an order and return how far it is, one that is paid for and to be posted.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`, `NotToPost`.
    """
    order = lock_served(actor, pk=order_id)
    return checked(order)


def locked_order(order_id: int, actor: Actor) -> Order:
    """Lock an order and return it, whatever has become of it.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    return lock_served(actor, pk=order_id)


def checked(order: Order) -> ToPost:
    """Return how far a locked order is. Raises `NotToPost` where nothing of it is to be posted."""
    found = standing_of(paid(Order.objects.filter(pk=order.pk)))
    if not found:
        raise NotToPost(order)
    return found[0]


def locked_parcel(parcel_id: int, actor: Actor) -> Parcel:
    """Lock the order of a parcel and return the parcel, read under that lock.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    mine = Parcel.objects.visible_to(actor).filter(pk=parcel_id)
    order_id = mine.values_list("order_id", flat=True).first()
    if order_id is None:
        raise no_such_parcel()
    order = lock_served(actor, pk=order_id)
    parcel = Parcel.objects.filter(pk=parcel_id).prefetch_related("contents").first()
    if parcel is None:
        raise no_such_parcel()
    parcel.order = order
    return parcel


def note(parcel: Parcel, kind: StepKind, actor: Actor, at: datetime) -> None:
    """Append a line to the history of a parcel."""
    ParcelStep.objects.create(parcel=parcel, kind=kind, happened_at=at, **acted_by(actor))
