"""What verbs of all orders ask of one that is posted."""

from django.db.models import Exists, OuterRef, Q

from comptoir.orders.charges.models import Fate, Portion
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import Delivery, EventKind, Order, OrderEvent, OrderStatus
from comptoir.orders.postal.errors import PartSent

_OWN_WORDS = frozenset({"order_placed", "order_not_found", "order_cancelled", "order_expired"})


def is_posted(order: Order) -> bool:
    """Whether it goes by post."""
    return order.delivery == Delivery.MAIL


def is_to_pay(order: Order) -> bool:
    """Whether it goes by post and its copies wait for the money."""
    waits = order.status in (OrderStatus.UNCONFIRMED, OrderStatus.PLACED)
    return is_posted(order) and waits and order.deadline is not None


def is_paid(order: Order) -> bool:
    """Whether its money is there (`paid`). One query."""
    return Order.objects.filter(paid(), pk=order.pk).exists()


def paid() -> Q:
    """Return the condition that the money of an order is there: one to be posted whose payment
    turned out to be an error has a deadline again (`operations.postal.unsettle_payment`). As SQL it
    is `PAID`."""
    told = OrderEvent.objects.filter(order=OuterRef("pk"), kind=EventKind.PAID)
    return ~Q(delivery=Delivery.MAIL, deadline__isnull=False) & Q(Exists(told))


PAID = """(o.delivery <> 'mail' OR o.deadline IS NULL) AND
    EXISTS (SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.kind = 'paid')"""
"""`paid` of an order `o`, as SQL."""


def parts_sent(order: Order) -> bool:
    """Whether a parcel of it has left. One query."""
    return Portion.objects.filter(line__order=order, fate=Fate.SENT).exists()


def check_cancel(order: Order, *, by_reader: bool) -> None:
    """Refuse to cancel a locked order that is posted, by its reader once it is packed, by anybody
    once a parcel has left. Raises `MoveRefused`, `PartSent`."""
    if by_reader and order.status == OrderStatus.PREPARED:
        label = str(OrderStatus.PREPARED.label)
        raise MoveRefused(order.status, OrderStatus.CANCELLED, label)
    if order.status == OrderStatus.PREPARED and parts_sent(order):
        raise PartSent


def template_of(order: Order, template: str) -> str:
    """Return the mail that says of an order what `template` says of one to collect."""
    if is_posted(order) and template in _OWN_WORDS:
        return template.replace("order_", "post_", 1)
    return template
