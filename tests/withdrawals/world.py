"""Posted orders that were paid for, sent and delivered, of a shop that has published its
conditions."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order, OrderEvent, OrderStatus
from comptoir.orders.operations.postal import arrive, mark_shipped
from comptoir.terms.models import OrderTerms
from comptoir.terms.reads import in_force
from tests.factories import make_offer, make_product, make_shop
from tests.papers.orders import pay
from tests.post.world import make_posted
from tests.terms.world import publish_for

_readers = count(1)
POSTAGE = 300


def bought(*copies: int, told: bool = True, cents: int = 1290, **product: Any) -> Order:
    """Return a posted order that is paid for, with so many copies of each of its titles."""
    shop = make_shop()
    if told:
        publish_for(shop)
    offers = [
        (make_offer(shop=shop, on_hand=n, price_cents=cents, product=make_product(**product)), n)
        for n in copies or (1,)
    ]
    order = make_posted(*offers, email=f"lectrice{next(_readers)}@example.org")
    if told:
        OrderTerms.objects.get_or_create(order=order, defaults={"version": in_force(shop)})
    pay(order, sum(copies or (1,)) * cents + POSTAGE)
    return order


def delivered(order: Order, days_ago: int = 0) -> Order:
    """Have an order arrive, so many days ago."""
    if order.status == OrderStatus.PLACED:
        mark_shipped(order_id=order.pk, actor=SYSTEM)
    order.refresh_from_db()
    arrive(order, actor=SYSTEM, at=timezone.now())
    moment: datetime = timezone.now() - timedelta(days=days_ago)
    OrderEvent.objects.filter(order=order, kind="delivered").update(happened_at=moment)
    return Order.objects.select_related("shop").get(pk=order.pk)


def whole(order: Order) -> dict[int, int]:
    """Return all copies of an order by its lines."""
    return dict(order.lines.values_list("pk", "quantity"))
