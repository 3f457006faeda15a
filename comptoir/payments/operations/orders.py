"""The order whose money a verb is about, locked and guarded."""

from comptoir.accounts.actors import Actor
from comptoir.orders.models import Order
from comptoir.orders.operations.status import lock
from comptoir.shops.operations.scope import Verb, in_scope


def locked_order(order_id: int, actor: Actor, verb: Verb) -> Order:
    """Lock and return an order in whose shop an actor may do this. Raises `NotFound`,
    `Forbidden`."""
    order = lock(Order.objects.visible_to(actor), pk=order_id)
    in_scope(order.shop, actor, verb)
    return order
