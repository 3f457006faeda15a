"""What was placed before by the same idempotency keys, read with what an answer tells."""

from django.db.models import Prefetch

from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order, OrderLine, OrderQuerySet
from comptoir.stock.shelf.copies import photo_is_shown


def earlier(keys: set[str]) -> dict[str, Order]:
    """Return the orders that were placed by these idempotency keys, by key."""
    orders = _read_again().filter(idempotency_key__in=keys)
    return {order.idempotency_key or "": order for order in orders}


def earlier_groups(keys: set[str]) -> dict[str, OrderGroup]:
    """Return the groups that were placed by these idempotency keys, by key."""
    groups = OrderGroup.objects.filter(idempotency_key__in=keys)
    found = groups.prefetch_related(Prefetch("orders", _read_again().order_by("pk")))
    return {group.idempotency_key or "": group for group in found}


def _read_again() -> OrderQuerySet:
    lines = OrderLine.objects.annotate(photo_is_shown=photo_is_shown("photo")).order_by("pk")
    orders = Order.objects.select_related("shop")
    return orders.prefetch_related(Prefetch("lines", lines))
