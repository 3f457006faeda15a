"""The order whose money a verb is about, locked and guarded; and the days that its owner says."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from comptoir.accounts.actors import Actor
from comptoir.orders.models import Order
from comptoir.orders.operations.status import lock
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


def locked_order(order_id: int, actor: Actor, verb: Verb) -> Order:
    """Lock and return an order in whose shop an actor may do this. Raises `NotFound`,
    `Forbidden`."""
    order = lock(Order.objects.visible_to(actor), pk=order_id)
    in_scope(order.shop, actor, verb)
    return order


def moment_of(day: date, shop: Shop, now: datetime) -> datetime:
    """Return the moment (UTC) by which money of a day counts that its owner says: now, if it is
    today, else noon, each where the shop is."""
    zone = ZoneInfo(shop.time_zone)
    if day == now.astimezone(zone).date():
        return now
    return datetime.combine(day, time(12), zone)
