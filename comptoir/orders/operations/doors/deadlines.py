"""What closed doors, or doors that open, make of the deadlines and the slots of open orders."""

from collections.abc import Sequence
from datetime import datetime

from comptoir.accounts.actors import Actor
from comptoir.orders.models import Delivery, EventKind, Order, OrderStatus
from comptoir.orders.operations.doors.keep import FIELDS, keep
from comptoir.orders.operations.history import seen_by_shops
from comptoir.orders.operations.moves import mail_all
from comptoir.orders.operations.status import note_all
from comptoir.shops.doors.terms import reckon_once
from comptoir.shops.memory import directory

_FIELDS = (*FIELDS, "reminded_at")


def settle(orders: Sequence[Order], *, actor: Actor, at: datetime) -> int:
    """Have locked orders to collect that hold copies follow the doors of their shops as they are
    now; return how many changed. Their readers get a mail, unless nobody ever confirmed that the
    address is theirs.

    A slot stays while one collects at the door then; where one may enter again, or nobody may
    reserve, there is none any more. Writes: the orders, their history, mails. Announces: the lines
    of history.
    """
    changed = []
    seen, reckon = seen_by_shops(orders), reckon_once()
    for order in orders:
        if order.deadline is None or order.delivery != Delivery.COLLECT:
            continue
        before = [getattr(order, name) for name in _FIELDS]
        begins = seen.get((order.pk, EventKind.SET_ASIDE), order.placed_at)
        if _lost_slot(order, at):
            order.slot_at = order.slot_until = None
            begins = at
        keep(order, begins, at=at, reckon=reckon)
        if before != [getattr(order, name) for name in _FIELDS]:
            order.reminded_at = None
            changed.append((order, _told(order, before)))
    if changed:
        Order.objects.bulk_update([order for order, _data in changed], _FIELDS)
        note_all(changed, EventKind.DEADLINE_MOVED, actor=actor, at=at)
        confirmed = [o for o, _data in changed if o.status != OrderStatus.UNCONFIRMED]
        mail_all([(order, {}) for order in confirmed], "order_doors")
    return len(changed)


def _lost_slot(order: Order, at: datetime) -> bool:
    """Whether the slot of an order, which has not begun, is none any more."""
    if order.slot_at is None or order.slot_at <= at:
        return False
    door = directory().door(order.shop_id, order.slot_at)
    return door is None or not door.by_slots


def _told(order: Order, before: list[datetime | None]) -> dict[str, dict[str, str | None]]:
    pairs = zip(_FIELDS, before, strict=True)
    return {
        name: {"before": _iso(then), "after": _iso(getattr(order, name))}
        for name, then in pairs
        if then != getattr(order, name) and name in ("deadline", "slot_at")
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
