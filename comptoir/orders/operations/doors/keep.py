"""Until when the copies of one order are kept, as the doors of its shop have it."""

from datetime import datetime

from comptoir.orders.models import Order
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.terms import Reckon, reckon, slot_deadline
from comptoir.shops.hours import deadline

FIELDS = ("deadline", "promised_until", "slot_at", "slot_until")
"""The columns of an order that are written here."""


def keep(order: Order, start: datetime, *, at: datetime, reckon: Reckon = reckon) -> None:
    """Set until when the copies of an order are kept whose shop counts its opening days from
    `start`, never for less than was promised; nothing is saved. One with a slot is kept for it."""
    if order.slot_until is not None:
        order.deadline = order.deadline or slot_deadline(order.shop, order.slot_until)
        return
    days, promised = order.shop.hold_days, order.promised_until or order.deadline
    kept = reckon(order.shop, start, days, at)
    if kept.provisional:
        order.promised_until = promised or deadline(order.shop, start, days)
        order.deadline = max(order.deadline or kept.until, kept.until)
        return
    if order.promised_until is not None:
        # Nobody knew when the doors would open; from then on its shop's opening days count.
        kept = reckon(order.shop, max(start, at), days, at)
    order.promised_until = None
    order.deadline = max(promised, kept.until) if promised else kept.until


def claim_slot(order: Order, at: datetime) -> None:
    """Let a locked order that took no place of its slot so far, for it held nothing, keep the slot
    if a place is free, and have none otherwise; nothing is saved. The caller has the slot's turn.
    """
    if order.slot_at is None or order.deadline is not None:
        return
    free = {slot.start: places for slot, places in free_slots(order.shop, at)}
    if not free.get(order.slot_at):
        order.slot_at = order.slot_until = None
