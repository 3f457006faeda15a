"""A slot at the door chosen for an order, or another one: by its reader or by the shop."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict
from comptoir.core.locks import Space
from comptoir.core.locks import lock as take_turn
from comptoir.orders.errors import SlotRefused, no_such_order
from comptoir.orders.models import OPEN_STATUSES, EventKind, Order, OrderStatus
from comptoir.orders.operations.doors.places import SHOWN, free_slots, turn_of
from comptoir.orders.operations.moves import mail
from comptoir.orders.operations.status import lock, lock_served, note
from comptoir.shops.doors.slots import Slot
from comptoir.shops.doors.terms import slot_deadline

MOVES = 5
"""How often a reader may move the slot of one order: copies are not kept for ever so."""


@transaction.atomic
def choose_slot(
    *,
    slot: datetime,
    actor: Actor,
    now: datetime,
    token: str | None = None,
    order_id: int | None = None,
) -> Order:
    """Give an open order a slot at the door, or another one, by its reader (`token`) or by the shop
    (`order_id`); its copies are kept until then, never for less than was promised.

    The reader gets a mail with the new time, unless nobody ever confirmed that the address is
    theirs. To choose the slot that it has changes nothing.

    Guard: the secret `token`, or `SERVE_ORDERS`. Locks: the slot's turn (`PLACING`), the order.
    Writes: the order, its history, a mail. Announces: the line of history. Raises `NotFound`,
    `Forbidden`, `SlotRefused`, `Conflict` (`order_over`, `too_many_slots`).
    """
    which = {"token": token} if token is not None else {"pk": order_id}
    shop_id = Order.objects.filter(**which).values_list("shop_id", flat=True).first()
    if shop_id is None:
        raise no_such_order()
    take_turn(Space.PLACING, turn_of(shop_id, slot))
    order = lock(Order.objects.all(), **which) if token else lock_served(actor, **which)
    if order.status not in OPEN_STATUSES:
        raise Conflict("order_over", _("This reservation has ended: it has no time at the door."))
    if order.slot_at == slot:
        return order
    if token is not None and _moves(order) >= MOVES:
        told = _("The time was moved as often as it can be: call the shop.")
        raise Conflict("too_many_slots", told)
    give_slot(order, _free(order, slot, now), actor=actor, at=now)
    if order.status != OrderStatus.UNCONFIRMED:
        mail(order, "order_slot")
    return order


def give_slot(order: Order, slot: Slot, *, actor: Actor, at: datetime) -> None:
    """Give a locked order a slot whose turn the caller has. Writes: the order, its history.
    Announces: the line of history."""
    before = order.slot_at
    order.slot_at, order.slot_until = slot.start, slot.end
    if order.deadline is not None:
        promised = order.promised_until or order.deadline
        order.deadline = max(promised, slot_deadline(order.shop, slot.end))
        order.promised_until = order.reminded_at = None
    order.save(update_fields=["slot_at", "slot_until", "deadline", "promised_until", "reminded_at"])
    data = {"before": before.isoformat() if before else None, "after": slot.start.isoformat()}
    note(order, EventKind.DEADLINE_MOVED, actor=actor, at=at, slot_at=data)


def _moves(order: Order) -> int:
    return order.events.filter(kind=EventKind.DEADLINE_MOVED, data__has_key="slot_at").count()


def _free(order: Order, start: datetime, now: datetime) -> Slot:
    """Return the slot if a place of it is free. Raises `SlotRefused`."""
    found = free_slots(order.shop, now)
    for slot, places in found:
        if slot.start == start and places:
            return slot
    code = "slot_full" if any(slot.start == start for slot, _places in found) else "no_such_slot"
    free = [slot for slot, places in found if places][:SHOWN]
    raise SlotRefused(code, order.shop, free)
