"""Orders by post of the world's shop, in the states that their verbs ask for."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations import expire_due, place, postal
from comptoir.orders.operations.requests import Customer
from comptoir.orders.postal.address import Address
from tests.factories import make_offer, persons_request_for
from tests.quotes.conftest import post_from
from tests.verbs.world import World

LATER = timezone.now() + timedelta(days=5)


def posted(w: World) -> Order:
    """Return one that is confirmed, and not paid for."""
    if not w.shop.tariffs.exists():
        post_from(w.shop)
    home = Address("3 rue Haute", "Limoges", "87000")
    customer = Customer("Camille Ferrand", "posted@example.org")
    return place(persons_request_for(make_offer(shop=w.shop), customer=customer, posted_to=home))


def lapsed(w: World) -> Order:
    """Return one that was not paid for in time."""
    order = posted(w)
    Order.objects.filter(pk=order.pk).update(deadline=timezone.now())
    expire_due(now=timezone.now())
    return order


def paid(w: World) -> Order:
    """Return one that the shop may pack."""
    return postal.settle_payment(order_id=posted(w).pk, actor=SYSTEM)


def sent(w: World) -> Order:
    """Return one that has left."""
    return postal.mark_shipped(order_id=paid(w).pk, actor=SYSTEM)


def line_of(order: Order) -> int:
    """Return the key of its line."""
    return order.lines.get().pk
