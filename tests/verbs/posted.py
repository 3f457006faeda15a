"""Orders by post of the world's shop, in the states that their verbs ask for."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations import expire_due, place, postal
from comptoir.orders.operations.requests import Customer
from comptoir.orders.postal.address import Address
from comptoir.shops.operations.scope import Verb
from tests.factories import make_offer, persons_request_for
from tests.quotes.conftest import post_from
from tests.verbs.rows import Call, Make, of, once
from tests.verbs.world import World

LATER = timezone.now() + timedelta(days=5)


@once
def posted(w: World) -> Order:
    """Return one that is confirmed, and not paid for."""
    if not w.shop.tariffs.exists():
        post_from(w.shop)
    home = Address("3 rue Haute", "Limoges", "87000")
    customer = Customer("Camille Ferrand", "posted@example.org")
    return place(persons_request_for(make_offer(shop=w.shop), customer=customer, posted_to=home))


@once
def lapsed(w: World) -> Order:
    """Return one that was not paid for in time."""
    order = posted(w)
    Order.objects.filter(pk=order.pk).update(deadline=timezone.now())
    expire_due(now=timezone.now())
    return order


@once
def paid(w: World) -> Order:
    """Return one that the shop may pack."""
    return postal.settle_payment(order_id=posted(w).pk, actor=SYSTEM)


@once
def sent(w: World) -> Order:
    """Return one that has left."""
    return postal.mark_shipped(order_id=paid(w).pk, actor=SYSTEM)


def of_posted(name: str, made: Make, **values: object) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called on such an order."""
    return of(
        f"orders.operations.postal.{name}",
        Verb.SERVE_ORDERS,
        lambda verb, w, actor: verb(order_id=made(w).pk, actor=actor, **values),
        before=made,
    )


def of_its_line(name: str, made: Make) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called on a copy of its line."""
    return of(
        f"orders.operations.postal.{name}",
        Verb.SERVE_ORDERS,
        lambda verb, w, actor: verb(line_id=made(w).lines.get().pk, quantity=1, actor=actor),
        before=made,
    )
