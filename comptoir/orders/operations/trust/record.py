"""Remembering, for their shop alone, who did not collect; and what follows from it."""

from collections.abc import Sequence
from datetime import datetime

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.contacts import trust_key
from comptoir.orders.errors import PrepayNeeded
from comptoir.orders.models import Delivery, EventKind, Order, OrderStatus
from comptoir.orders.operations.status import note
from comptoir.orders.trust.demand import KEPT_FOR, Demand
from comptoir.orders.trust.models import TrustEvent, TrustKind
from comptoir.shops.hours import deadline
from comptoir.shops.memory import directory


def remember_uncollected(orders: Sequence[Order], now: datetime) -> int:
    """Note of locked orders that expire which of them waited at the counter in vain; return of how
    many. A step of a verb.

    Nothing is noted of what the shop had not set aside, of a trial, where nobody may enter the
    shop, where it asks nothing of such persons, or where anybody may have typed the contact.
    """
    missed = [
        TrustEvent(
            shop_id=order.shop_id,
            key=trust_key(order.shop_id, person),
            kind=TrustKind.UNCOLLECTED,
            happened_at=now,
            **acted_by(SYSTEM),
        )
        for order in orders
        if order.status == OrderStatus.SET_ASIDE
        and not order.trial
        and order.shop.asks_after
        and (person := person_of(order))
        and directory().door(order.shop_id, now) is None
    ]
    if missed:
        TrustEvent.objects.bulk_create(missed)
    return len(missed)


def person_of(order: Order) -> str:
    """Return the key of the contact that is known to be the person's of an order: the address that
    they confirmed, or the number at which the shop answered them. "" where it may be anybody's."""
    if order.email:
        return order.email_key if order.verified else ""
    return order.phone_key


def waits_for_shop(order: Order, demand: Demand, *, actor: Actor, at: datetime) -> bool:
    """Have a locked order that its person is confirming wait for the shop's tap, if that is what it
    asks of them; return whether it does. What is posted is paid first anyway. A step of a verb.

    Writes, announces: as `have_shop_answer`. Raises `PrepayNeeded`.
    """
    if order.delivery != Delivery.COLLECT:
        return False
    if demand == Demand.PREPAY:
        raise PrepayNeeded(order.shop)
    if demand == Demand.ASK:
        have_shop_answer(order, actor=actor, at=at)
    return demand == Demand.ASK


def have_shop_answer(order: Order, *, actor: Actor, at: datetime) -> None:
    """Have a locked order that its person has just confirmed wait for the shop's tap, an opening
    day at most. It is theirs, and holds what it held. A step of a verb.

    Writes: the order, its history. Announces: the line of history.
    """
    order.verified = True
    order.confirm_by = deadline(order.shop, at, 1)
    order.held_until = None
    order.save(update_fields=["verified", "confirm_by", "held_until"])
    note(order, EventKind.CONFIRMED, actor=actor, at=at)


def forget_trust(now: datetime) -> int:
    """Delete what is older than `KEPT_FOR`; return how many rows that was."""
    return TrustEvent.objects.filter(happened_at__lte=now - KEPT_FOR).delete()[0]
