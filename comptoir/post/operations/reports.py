"""A parcel as a program tells of it: packed, numbered and handed over at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from comptoir.accounts.actors import Actor
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order
from comptoir.post.carriers import as_number
from comptoir.post.models import Parcel
from comptoir.post.operations.carriage import hand_over
from comptoir.post.operations.contents import pack
from comptoir.post.operations.numbers import number
from comptoir.post.operations.steps import locked_order
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


@dataclass(frozen=True, slots=True)
class ParcelSaid:
    """What is said of a parcel: the order's digits, copies by line (None: all that are in no
    parcel, or the parcel that waits), the carrier, its number, grams, whether it has left."""

    code: str
    copies: Mapping[int, int] | None = None
    carrier: str | None = None
    tracking: str | None = None
    grams: int | None = None
    handed: bool = False


@transaction.atomic
def report(*, shop: Shop, said: ParcelSaid, actor: Actor) -> Parcel:
    """Take what is said of a parcel of an order; the same said twice is said once, by its number.

    Without copies it is the parcel that has this number, else the first that is still here without
    one, else a new one with all that is in none. Guard: `SERVE_ORDERS`. Locks: the order. Writes,
    announces: as `pack`, `number` and `hand_over`. Raises what they raise, `NotFound`
    (`no_such_order`).
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    key = Order.objects.filter(shop=shop, code=said.code).values_list("pk", flat=True).first()
    if key is None:
        raise no_such_order()
    order = locked_order(key, actor)
    parcel = _known(order, said)
    if parcel is None:
        parcel = pack(order_id=order.pk, copies=said.copies, actor=actor)
    parcel = number(
        parcel_id=parcel.pk,
        tracking=said.tracking,
        carrier=said.carrier,
        grams=said.grams,
        actor=actor,
    )
    return hand_over(parcel_id=parcel.pk, actor=actor) if said.handed else parcel


def _known(order: Order, said: ParcelSaid) -> Parcel | None:
    parcels = list(Parcel.objects.filter(order=order))
    if said.tracking:
        same = [each for each in parcels if each.tracking == as_number(said.tracking)]
        if same:
            return same[0]
    waits = [each for each in parcels if each.handed_at is None and not each.tracking]
    return waits[0] if waits and said.copies is None else None
