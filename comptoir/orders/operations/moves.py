"""What may be done to an order once it is placed: one verb, one function.

Every verb locks the order (`FOR UPDATE`), checks its status again, moves the copies, and writes
history and mails in the same transaction. A verb done twice is done once: the second answers with
the order as it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from comptoir.accounts.actors import Actor
from comptoir.core.locks import Space
from comptoir.core.locks import lock as take_turn
from comptoir.notifications.operations import Draft, queue
from comptoir.orders import contacts
from comptoir.orders.charges.settlement import ask_to_settle, ask_to_settle_all
from comptoir.orders.charges.withheld import check_hand_over
from comptoir.orders.errors import MoveRefused, NoneFree, no_such_order
from comptoir.orders.models import (
    LIVE,
    EventKind,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations import known_contacts
from comptoir.orders.operations.copies import (
    end_lines,
    end_live_lines,
    held_copies,
    live_lines,
    take_asked,
)
from comptoir.orders.operations.doors.keep import FIELDS, claim_slot, keep
from comptoir.orders.operations.doors.places import turn_of as slot_turn
from comptoir.orders.operations.history import check_confirmation
from comptoir.orders.operations.releases.guard import check_own
from comptoir.orders.operations.status import lock, lock_served, move, move_all, note
from comptoir.orders.operations.track_record import count_track_record
from comptoir.orders.operations.trust.record import waits_for_shop
from comptoir.orders.postal.arrival import has_arrived
from comptoir.orders.postal.guards import check_cancel, is_posted, parts_sent, template_of
from comptoir.orders.terms import answer_by, pay_by
from comptoir.shops.models import Shop
from comptoir.stock.shelf.holds import hand_over, release, write_off

SERVED = (OrderStatus.PLACED, OrderStatus.SET_ASIDE, OrderStatus.PREPARED)


@transaction.atomic
def confirm(*, token: str, proof: str, actor: Actor) -> Order:
    """Confirm an order by the link of its mail: from now on it is the person's own.

    What was only asked for is held now, as far as copies are free; for the rest the shop answers,
    by the order's deadline at the latest, after which the order ends.
    Where the shop's tap came first, the order becomes the person's own, and nothing else changes.
    Who did not collect in the shop several times waits for its tap (`trust.demand`).

    Guard: `proof` (`contacts.confirmation_proof`), which only the mail holds. Locks: the person's
    turn (`PLACING`), the order, its offers by primary key. Writes: the order, its lines, its
    history, the offers, the known contact, a mail. Announces: the line of history, the offers.
    Raises `NotFound` for another proof, `MoveRefused` when it is too late, `TooManyOpenOrders`,
    `OneAPerson` or `PrepayNeeded`.
    """
    person = _turn_of_person(token)
    order = lock(Order.objects.all(), token=token)
    if not constant_time_compare(proof, contacts.confirmation_proof(order)):
        raise no_such_order()
    now = timezone.now()
    if own_if_served(order):
        known_contacts.remember(person, now)
    if order.status in SERVED:
        return order
    if order.status == OrderStatus.UNCONFIRMED and order.confirm_by and order.confirm_by < now:
        # The job that frees the copies has not come by yet; the promise has ended all the same.
        raise MoveRefused(OrderStatus.EXPIRED, OrderStatus.PLACED, str(OrderStatus.EXPIRED.label))
    if order.status != OrderStatus.UNCONFIRMED:
        raise MoveRefused(order.status, OrderStatus.PLACED, str(OrderStatus(order.status).label))
    if order.verified:
        return order  # it waits for the shop's tap already
    demand = check_confirmation(person, order.shop)
    waits = waits_for_shop(order, demand, actor=actor, at=now)
    known_contacts.remember(person, now)
    if not waits:
        make_own(order, actor=actor, at=now)
    if not waits and not order.ended_at:
        mail(order, "order_placed")
    return order


def own_if_served(order: Order) -> bool:
    """Have a locked order that the shop's tap confirmed first be its person's own, for the link
    still says whose the address is; return whether it was not. Writes: the order."""
    if order.status not in SERVED or order.verified:
        return False
    order.verified = True
    order.save(update_fields=["verified"])
    return True


def make_own(
    order: Order, *, actor: Actor, at: datetime, by_money: bool = False
) -> list[OrderLine]:
    """Confirm a locked order: hold what it asks for, as far as copies are free, and return the
    lines of which none was. A step of a verb that has looked, as `confirm` says. `by_money`: it was
    paid for, which says nothing of whose the address is."""
    lines = live_lines(order)
    check_own(order, lines, at, by_money=by_money)
    claim_slot(order, at)
    left = take_asked(order, lines, at=at)
    if left and order.deadline is None:
        # What holds nothing ends too: else it would wait for ever for a shop that never answers.
        keep(order, at, at=at)
    if any(line.to_confirm for line in lines):
        order.answer_by = answer_by(order.shop, at)
    order.verified = order.verified or not by_money
    if is_posted(order):
        # It is paid for from now on; the shop answers once it is.
        order.deadline, order.answer_by = pay_by(at), None
    also = (*FIELDS, "answer_by", "verified")
    move(order, OrderStatus.PLACED, EventKind.CONFIRMED, actor=actor, at=at, also=also)
    if is_posted(order) or by_money:
        drop_unfree(order, left, actor=actor, at=at)
    return left


def drop_unfree(order: Order, lines: Sequence[OrderLine], *, actor: Actor, at: datetime) -> None:
    """Note of lines of a locked order to be posted that no copy of theirs is free any more: nobody
    pays for what may come. With none left the order ends. A step. Writes: the lines, the order, its
    history, mails."""
    end_lines(lines, LineStatus.NOT_FOUND)
    for line in lines:
        _go_on_without(order, line, actor=actor, at=at)
        mail(order, "order_not_found", line=line.pk)
    if lines:
        ask_to_settle(order)


def _turn_of_person(token: str) -> str:
    """Wait for the turn of the person whose order this may be, and return their key.

    Two orders of one person that are confirmed or placed at once would each count only the orders
    before both. The turn comes before the order's row, as in placing.
    """
    found = Order.objects.filter(token=token).only("email", "shop_id", "slot_at").first()
    if found is None:
        raise no_such_order()
    return turn_of(found.email, [found])


def turn_of(email: str, orders: Iterable[Order]) -> str:
    """Wait for the turn of the person of an address, and of the slots of their orders: one that
    held nothing takes its place only now. Return the person's key."""
    person = contacts.contact_key(email)
    slots = {slot_turn(order.shop_id, order.slot_at) for order in orders if order.slot_at}
    take_turn(Space.PLACING, person, *slots)
    return person


@transaction.atomic
def set_aside(*, order_id: int, actor: Actor) -> Order:
    """Record that the shop has put the copies aside; the reader gets a mail.

    This tap also confirms an unconfirmed order, and copies that were not promised outright. The
    copies are kept for the shop's full number of opening days from now, never for less than was
    promised. What was only asked for is held now; where no copy is free, the shop is told which.

    Guard: `SERVE_ORDERS`. Locks: the order, its offers by primary key. Writes: the order, its
    lines, its history, the offers, a mail. Announces: the line of history, the offers. Raises
    `NotFound`, `Forbidden`, `MoveRefused`, `NoneFree`.
    """
    order = lock_served(actor, pk=order_id)
    if order.status == OrderStatus.SET_ASIDE:
        return order
    now = timezone.now()
    _take_all(order, now)
    if not order.trial:
        keep(order, now, at=now)
    move(
        order,
        OrderStatus.SET_ASIDE,
        EventKind.SET_ASIDE,
        actor=actor,
        at=now,
        also=FIELDS,
    )
    mail(order, "order_ready")
    return order


@transaction.atomic
def mark_not_found(*, line_id: int, actor: Actor) -> Order:
    """Record that the copies of one line are not on the shelf.

    The copies are written off, and the reader gets a mail with the nearest shops that have them.
    The order goes on with its other lines; with none left it ends.

    Guard: `SERVE_ORDERS`. Locks: the order, the offer, the shop's track record. Writes: the order
    and its line, its history, the offer, a movement, the track record, a mail. Announces: the line
    of history, the offer. Raises `NotFound`, `Forbidden`, `MoveRefused`.
    """
    order = lock_served(actor, lines=line_id)
    line = order.lines.get(pk=line_id)
    if line.status == LineStatus.NOT_FOUND:
        return order
    if not order.ended_at and line.status in LIVE:
        now = timezone.now()
        # Asked for, and nobody else's: it was to be there, and is not.
        take_asked(order, [line], at=now)
        if line.offer_id is not None and line.held:
            write_off({line.offer_id: line.held}, actor=actor, at=now)
        end_lines([line], LineStatus.NOT_FOUND)
        _go_on_without(order, line, actor=actor, at=now)
        ask_to_settle(order)
        mail(order, "order_not_found", line=line.pk)
        count_track_record(shop_id=order.shop_id, now=now)
        return order
    raise MoveRefused(order.status, OrderStatus.NOT_FOUND, str(OrderStatus(order.status).label))


def _go_on_without(order: Order, line: OrderLine, *, actor: Actor, at: datetime) -> None:
    """Note that a line of a locked order is not there; with none left, the order ends: what was
    sent of it has been sent."""
    data: dict[str, Any] = {"line": line.pk, "title": line.title}
    if order.ended_at or live_lines(order):
        note(order, EventKind.NOT_FOUND, actor=actor, at=at, **data)
    elif is_posted(order) and parts_sent(order):
        end_sent(order, actor=actor, at=at, **data)
    else:
        move(order, OrderStatus.NOT_FOUND, EventKind.NOT_FOUND, actor=actor, at=at, **data)


@transaction.atomic
def collect(*, order_id: int, actor: Actor) -> Order:
    """Record that the shop has handed the copies over. Payment is the till's business, never ours.
    The copies of a trial stay on the shelf, and are free again.

    Guard: `SERVE_ORDERS`. Locks: the order, its offers by primary key. Writes: the order, its
    lines, its history, the offers, movements. Announces: the line of history, the offers. Raises
    `NotFound`, `Forbidden`, `MoveRefused`, `NoneFree`, `NotHandedOver` of what its reader has
    withdrawn from.
    """
    order = lock_served(actor, pk=order_id)
    if order.status == OrderStatus.COLLECTED:
        return order
    now = timezone.now()
    lines = _take_all(order, now)
    check_hand_over(lines)
    move(order, OrderStatus.COLLECTED, EventKind.COLLECTED, actor=actor, at=now)
    if order.trial:
        release(held_copies(lines))
    else:
        hand_over(held_copies(lines), actor=actor, at=now)
    end_lines(lines, LineStatus.COLLECTED)
    return order


@transaction.atomic
def cancel(*, actor: Actor, token: str | None = None, order_id: int | None = None) -> Order:
    """Cancel an order, by its customer (`token`) or by the shop (`order_id`); its copies go free.

    The shop sees it on its screen. The customer gets a mail, unless nobody ever confirmed that the
    address is theirs.

    Guard: the secret `token`, or `SERVE_ORDERS`. Locks: the order, its offers by primary key.
    Writes: the order, its lines, its history, the offers, a mail. Announces: the line of history,
    the offers. Raises `NotFound`, `Forbidden`, `MoveRefused`; of what is posted, its reader's once
    it is packed too, and `PartSent` (`postal.guards`).
    """
    if token is not None:
        order = lock(Order.objects.all(), token=token)
    elif order_id is not None:
        order = lock_served(actor, pk=order_id)
    else:
        raise no_such_order()
    if order.status == OrderStatus.CANCELLED:
        return order
    if is_posted(order):
        check_cancel(order, by_reader=token is not None)
    # Read before the move: a mail to an address that nobody confirmed may reach a stranger.
    is_confirmed = order.status != OrderStatus.UNCONFIRMED
    give_back([order], OrderStatus.CANCELLED, EventKind.CANCELLED, actor=actor)
    if is_confirmed:
        mail(order, "order_cancelled")
    return order


def follow_shop(order: Order, into: Shop, *, actor: Actor) -> None:
    """Move a locked open order to the shop that its own became part of; its code and page stay.

    A step of a verb that has looked. Writes: the order, its history, a mail, unless nobody ever
    confirmed that the address is theirs.
    """
    before, order.shop = order.shop_id, into
    order.save(update_fields=["shop"])
    note(order, EventKind.SHOP_MOVED, actor=actor, at=timezone.now(), before=before, after=into.pk)
    if order.status != OrderStatus.UNCONFIRMED:
        mail(order, "order_moved")


def _take_all(order: Order, at: datetime) -> list[OrderLine]:
    """Hold what a locked order asked for; return its live lines. Raises `NoneFree`."""
    lines = live_lines(order)
    if left := take_asked(order, lines, at=at):
        raise NoneFree([line.title for line in left])
    return lines


def give_back(
    orders: Sequence[Order],
    status: OrderStatus,
    kind: EventKind,
    *,
    actor: Actor,
    also: Mapping[int, int] | None = None,
    **data: str,
) -> None:
    """End locked orders and put what they held back on the shelf; `also` what others held that have
    let it go (`copies.let_go`), `data` with their lines of history. What was paid for
    them is asked to be brought to what is owed. Raises `MoveRefused`.

    The offers come last, all of a transaction at once: by primary key, and whoever reserves one of
    them waits no longer than for that and the commit.
    """
    free = Counter(also)
    if orders:
        move_all(orders, status, kind, actor=actor, at=timezone.now(), **data)
        free += end_live_lines(orders, LineStatus.RELEASED)
        ask_to_settle_all(orders)
    release(free)


def end_sent(order: Order, *, actor: Actor, at: datetime, **data: Any) -> None:  # noqa: ANN401
    """Have a locked order end of which parts were sent and nothing more leaves: as shipped, and as
    delivered where all of that has arrived. A step, as `arrive`."""
    move(order, OrderStatus.SHIPPED, EventKind.SHIPPED, actor=actor, at=at, **data)
    if has_arrived(order):
        arrive(order, actor=actor, at=at)


def arrive(order: Order, *, actor: Actor, at: datetime) -> None:
    """Move a locked order to delivered; again changes nothing. A step of a verb that has looked who
    says so. Writes: the order, its history, a mail. Announces: the line of history. Raises
    `MoveRefused`."""
    if order.status != OrderStatus.DELIVERED:
        move(order, OrderStatus.DELIVERED, EventKind.DELIVERED, actor=actor, at=at)
        mail(order, "post_delivered")


def mail(order: Order, template: str, **context: int) -> None:
    """Queue a mail to the customer, if there is an address to send it to."""
    mail_all([(order, context)], template)


def mail_all(what: Iterable[tuple[Order, Mapping[str, int]]], template: str) -> None:
    """Queue a mail to each customer that has an address, with what is said of the order."""
    queue(
        [
            Draft(
                to=order.email,
                language=order.language,
                template=template_of(order, template),
                context={"order": order.pk, **context},
                about=about(order.pk),
            )
            for order, context in what
            if order.email
        ]
    )


def about(order_id: int | str) -> str:
    """Return the word under which the mails of an order are kept, to be erased with it."""
    return f"order:{order_id}"


def about_group(group_id: int) -> str:
    """Return the word under which the mails of a group are kept, to be erased with it."""
    return f"group:{group_id}"
