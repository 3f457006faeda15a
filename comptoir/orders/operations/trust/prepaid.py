"""A reservation that its person, at the link of its mail, chooses to pay first."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare

from comptoir.accounts.actors import Actor
from comptoir.orders.charges.reckoner import learn_charges
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.errors import MoveRefused, no_such_order
from comptoir.orders.models import Channel, Delivery, EventKind, Order, OrderStatus
from comptoir.orders.operations.postal.charges import write_charges
from comptoir.orders.operations.requests import Checked, Customer, LineRequest, PlaceRequest
from comptoir.orders.operations.status import lock, note
from comptoir.orders.terms import pay_by


@transaction.atomic
def pay_first(*, token: str, proof: str, total: int, actor: Actor, now: datetime) -> Order:
    """Have an unconfirmed order to collect be paid before it is kept: it is reckoned by a quote,
    waits for its money for as long as a payment page lives, and the money confirms it.

    `total` is what its reader was shown, in cents. Again changes nothing.

    Guard: `proof` (`contacts.confirmation_proof`). Locks: the order. Writes: it, its charges, its
    history. Announces: the line of history. Raises `NotFound`, `MoveRefused`, `QuoteRefused`,
    `TotalChanged`.
    """
    order = lock(Order.objects.select_related("shop"), token=token)
    if not constant_time_compare(proof, confirmation_proof(order)):
        raise no_such_order()
    if hasattr(order, "postage"):
        return order
    before = _confirm_by(order, now)
    _reckon(order, total, actor, now)
    until = pay_by(now)
    order.confirm_by, order.held_until = until, until if order.held_until else None
    order.save(update_fields=["confirm_by", "held_until"])
    moved = {"before": before.isoformat(), "after": until.isoformat()}
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=now, deadline=moved)
    return order


def _confirm_by(order: Order, now: datetime) -> datetime:
    """Return until when an order may be confirmed that is to be collected. Raises `MoveRefused`."""
    until = order.confirm_by
    may = order.status == OrderStatus.UNCONFIRMED and order.delivery == Delivery.COLLECT
    if until is None or until < now or not may:
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    return until


def _reckon(order: Order, total: int, actor: Actor, now: datetime) -> None:
    """Write what an order costs by a quote. Raises `QuoteRefused`, `TotalChanged`."""
    lines = list(order.lines.order_by("pk"))
    request = PlaceRequest(
        shop_id=order.shop_id,
        lines=tuple(LineRequest(x.product_id, x.offer_id, x.quantity) for x in lines),
        customer=Customer(order.name),
        channel=Channel(order.channel),
        actor=actor,
        prepay=True,
        total=total,
    )
    reckoner = learn_charges([Checked(request, "", "")], {order.shop_id: order.shop}, now)
    reckoner.keep(request, order.shop, order, lines)
    write_charges(reckoner.made)
