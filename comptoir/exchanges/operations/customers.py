"""A customer passed on to a colleague: a reservation there, in their name."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict, fill
from comptoir.exchanges.errors import no_such_colleague
from comptoir.exchanges.reads import colleague
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations.gatherer import place
from comptoir.orders.operations.requests import Customer as Customer
from comptoir.orders.operations.requests import LineRequest, PlaceRequest
from comptoir.shops.doors.phrases import until_when
from comptoir.shops.memory import whole_directory
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import Offer


@dataclass(frozen=True, slots=True)
class Passing:
    """Which copies of a colleague's a customer is sent for; `key` names the sending, so that the
    same form sent twice is one reservation, and `digest` what belongs to it."""

    offer_id: int
    customer: Customer
    quantity: int = 1
    key: str | None = None
    digest: str = ""


def pass_on(*, shop: Shop, passing: Passing, actor: Actor) -> Order:
    """Reserve at a colleague's, in the name of a customer who goes there, and return the order.

    It is placed as any other is, so no copy is promised twice; the customer gets the usual mail, in
    the name of the shop that holds the copy. Both counters see who sent whom.

    Guard: `EXCHANGE_COPIES`. Locks, writes, announces: as `orders.operations.place`. Raises what
    that raises, and `NotFound` (`no_such_colleague`), `Forbidden`, `Conflict` (`stock_not_shared`,
    `shop_ended`; `doors_closed` where the public cannot enter there just now).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    offer = Offer.objects.filter(pk=passing.offer_id).first()
    if offer is None:
        raise no_such_colleague()
    giver = colleague(shop, offer.shop_id)
    _check_doors(giver)
    return place(
        PlaceRequest(
            shop_id=giver.pk,
            lines=(LineRequest(offer.product_id, offer.pk, passing.quantity),),
            customer=passing.customer,
            channel=Channel.COUNTER,
            actor=actor,
            idempotency_key=f"pass-{shop.pk}-{passing.key}" if passing.key else None,
            request_digest=passing.digest,
            trusted=True,
            passed_by=shop.pk,
        )
    )


def _check_doors(giver: Shop) -> None:
    """Raise `Conflict` (`doors_closed`) where nobody can be sent."""
    now = timezone.now()
    door = whole_directory().door(giver.pk, now)
    if door is None:
        return
    until = lazy(until_when, str)(door, ZoneInfo(giver.time_zone), now)
    told = _(
        "The doors of %(shop)s are closed to the public %(until)s: send nobody there, ask for the"
        " copy to be sent over."
    )
    raise Conflict("doors_closed", fill(told, shop=giver.name, until=until))
