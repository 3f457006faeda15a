"""What a reader does to all orders of a group at once; each order goes on by itself afterwards."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.notifications.operations import queue
from comptoir.orders.contacts import contact_key, group_proof
from comptoir.orders.errors import GroupIncomplete, MoveRefused, no_such_order
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import (
    LIVE,
    EventKind,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations import known_contacts
from comptoir.orders.operations.history import check_confirmation_of_group
from comptoir.orders.operations.moves import (
    SERVED,
    give_back,
    mail,
    make_own,
    own_if_served,
    turn_of,
)
from comptoir.orders.operations.rows import group_drafts
from comptoir.orders.operations.trust.record import have_shop_answer
from comptoir.orders.postal.guards import is_posted
from comptoir.orders.trust.demand import Demand, demanded
from comptoir.stock.shelf.holds import lock_offers


@transaction.atomic
def confirm_group(*, token: str, proof: str, actor: Actor, rest: bool = False) -> OrderGroup:
    """Confirm, by the link of its mail, all orders of a group that still wait for it.

    Each is then the person's own, as `moves.confirm` says. Of a group of mode `all` everything must
    still be there: what the shops have not reported missing, and what was only asked for, held now.
    Else nothing is confirmed, unless the reader wants the `rest` all the same. A part whose shop
    wants to be paid first stays as it is, and a mail of its own leads to where it is paid.

    Guard: `proof` (`contacts.group_proof`), which only the mail holds. Locks: the person's turn
    (`PLACING`), the orders by primary key, then all their offers by primary key. Writes: the
    orders, their lines, their history, the offers, the known contact, mails. Announces: the
    lines of history, the offers. Raises `NotFound` for another proof, `MoveRefused` when it is too
    late, `TooManyOpenOrders`, or `GroupIncomplete`.
    """
    group, email = _find(token)
    person = turn_of(email, group.orders.only("shop_id", "slot_at"))
    orders = _lock(group)
    if not email or not constant_time_compare(proof, group_proof(token, email)):
        raise no_such_order()
    now = timezone.now()
    served = [order for order in orders if order.status in SERVED or _asks_shop(order)]
    waiting = _waiting(orders, now)
    known = [own_if_served(order) for order in served]
    if waiting:
        check_confirmation_of_group(person, group.pk)
        missing = _make_own(orders, waiting, actor, now)
        if missing and group.mode == GroupMode.ALL and not rest:
            raise GroupIncomplete([line.title for line in missing])
        _tell(group, served, waiting)
    elif not served:
        ended = orders[0].status
        late = OrderStatus.EXPIRED if ended == OrderStatus.UNCONFIRMED else OrderStatus(ended)
        raise MoveRefused(late, OrderStatus.PLACED, late.label)
    if waiting or any(known):
        known_contacts.remember(person, now)
    return group


def _tell(group: OrderGroup, served: Sequence[Order], waiting: Sequence[Order]) -> None:
    """Queue the mails of what was confirmed just now of those that were `waiting`; the link pressed
    again for nothing but what is to be paid first writes none."""
    left = [order for order in waiting if _is_left(order)]
    if len(left) == len(waiting):
        return
    if placed := [order for order in (*served, *waiting) if order.status in SERVED]:
        queue(group_drafts(group, placed, "group_placed", "group_posted"))
    for order in left:
        mail(order, "order_confirm")


@transaction.atomic
def cancel_group(*, token: str, actor: Actor) -> OrderGroup:
    """Cancel all orders of a group that are still open; their copies go free.

    Those that have ended stay as they are; done twice, it is done once. The reader gets one mail,
    unless nobody ever confirmed that the address is theirs.

    Guard: the secret `token`. Locks: the orders by primary key, then their offers by primary key.
    Writes: the orders, their lines, their history, the offers, a mail. Announces: the lines of
    history, the offers. Raises `NotFound`.
    """
    group, _email = _find(token)
    # What is packed to be posted is the shop's to stop.
    orders = [o for o in _lock(group) if not o.ended_at and o.status != OrderStatus.PREPARED]
    # Read before the move: a mail to an address that nobody confirmed may reach a stranger.
    confirmed = [order for order in orders if order.status != OrderStatus.UNCONFIRMED]
    give_back(orders, OrderStatus.CANCELLED, EventKind.CANCELLED, actor=actor)
    queue(group_drafts(group, confirmed, "group_cancelled", "group_posted_cancelled"))
    return group


def _find(token: str) -> tuple[OrderGroup, str]:
    """Return the group of a token, and the address of its person, "" where there is none. Raises
    `NotFound`."""
    group = OrderGroup.objects.filter(token=token).first()
    if group is None:
        raise no_such_order()
    emails = Order.objects.filter(group=group).exclude(email="").values_list("email", flat=True)
    return group, emails.first() or ""


def _lock(group: OrderGroup) -> list[Order]:
    orders = Order.objects.filter(group=group).order_by("pk")
    return list(orders.select_for_update(of=("self",)).select_related("shop"))


def _waiting(orders: Sequence[Order], now: datetime) -> list[Order]:
    """Return those that may still be confirmed."""
    return [
        order
        for order in orders
        if order.status == OrderStatus.UNCONFIRMED
        and not order.verified
        and (order.confirm_by is None or order.confirm_by >= now)
    ]


def _make_own(
    orders: Sequence[Order], waiting: Sequence[Order], actor: Actor, now: datetime
) -> list[OrderLine]:
    """Confirm those that wait; return the lines of the group that cannot be had."""
    live = OrderLine.objects.filter(order__in=waiting, status__in=LIVE)
    # All at once and in their order: order by order, two groups would wait for each other.
    lock_offers(key for key in live.values_list("offer_id", flat=True) if key)
    person = contact_key(waiting[0].email)
    missing: list[OrderLine] = []
    for order in waiting:
        # What one shop of several asks stops the others' orders in nothing: its own tap decides, or
        # the money. What is posted is paid first anyway.
        asks = Demand.NOTHING if is_posted(order) else demanded(order.shop, person)
        if asks == Demand.ASK:
            have_shop_answer(order, actor=actor, at=now)
        elif asks != Demand.PREPAY:
            missing += make_own(order, actor=actor, at=now)
    return [*missing, *_lost(orders)]


def _is_left(order: Order) -> bool:
    """Whether it is not its person's own although its link was pressed: it is to be paid first."""
    return order.status == OrderStatus.UNCONFIRMED and not order.verified


def _asks_shop(order: Order) -> bool:
    """Whether its person has confirmed it, and its shop has still to answer."""
    return order.status == OrderStatus.UNCONFIRMED and order.verified


def _lost(orders: Sequence[Order]) -> list[OrderLine]:
    """Return the lines that a shop or time has ended: what the reader gave up, they know."""
    theirs = Q(order__events__kind=EventKind.CANCELLED) & ~Q(
        order__events__actor_kind=ActorKind.READER
    )
    missed = Q(status=LineStatus.NOT_FOUND) | Q(order__status=OrderStatus.EXPIRED) | theirs
    return list(OrderLine.objects.filter(missed, order__in=orders).order_by("pk").distinct())
