"""What time does to orders: confirmations and holds that end, reminders, closures.

What is due is taken in batches, each a transaction (`orders.operations.due`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.locks import Space, lock
from comptoir.notifications.operations import Draft, queue
from comptoir.orders.models import (
    Delivery,
    EventKind,
    Order,
    OrderEvent,
    OrderStatus,
)
from comptoir.orders.operations.copies import let_go
from comptoir.orders.operations.doors.deadlines import settle
from comptoir.orders.operations.due import each
from comptoir.orders.operations.history import seen_by_shops
from comptoir.orders.operations.moves import follow_shop, give_back, mail, mail_all
from comptoir.orders.operations.status import note, note_all
from comptoir.orders.operations.trust.record import remember_uncollected
from comptoir.orders.terms import answer_by
from comptoir.shops.hours import deadline
from comptoir.shops.memory import directory
from comptoir.shops.models import Closure, Shop
from comptoir.shops.operations import add_closure
from comptoir.shops.operations.scope import Verb, in_scope

REMIND_BEFORE = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(hours=2)


def expire_due(*, now: datetime) -> int:
    """End the orders whose time is over, free their copies; return how many.

    The reader gets a mail, unless nobody ever confirmed that the address is theirs. An unconfirmed
    order that holds a title's last copy gives its copies back earlier, and goes on asking for them.

    What was reserved in the very moment in which its shop left the network is ended here too, or
    goes where its shop went.

    Locks, a batch a transaction: the orders by primary key, without those that somebody else
    holds, then their offers by primary key. Writes: the orders, their lines, their history, the
    offers, mails, who did not collect. Announces: the lines of history, the offers. Raises
    `ExceptionGroup` (`each`).
    """
    end_orders_of_gone(now=now)
    each(Q(ended_at=None, shop__merged_into__isnull=False), _follow, now)
    unconfirmed = Q(status=OrderStatus.UNCONFIRMED, confirm_by__lte=now)
    last_copies = Q(status=OrderStatus.UNCONFIRMED, held_until__lte=now)
    # What is packed waits for its money without an end (`postal.unsettle_payment`).
    over = Q(deadline__lte=now) & ~Q(status=OrderStatus.PREPARED)
    due = Q(ended_at=None) & (unconfirmed | last_copies | over)
    return each(due, _expire, now)


def end_orders_of_gone(*, now: datetime, shop: Shop | None = None) -> int:
    """End the orders of shops, or of one, that have left the network; return how many.

    Their readers get a mail, unless nobody ever confirmed that the address is theirs.

    Locks, writes, announces, raises: as `expire_due`.
    """
    gone = Q(ended_at=None, shop__ended_at__isnull=False, shop__merged_into=None)
    return each(gone & Q(shop=shop) if shop else gone, _end, now)


def remind_due(*, now: datetime) -> int:
    """Remind, once, those whose copies wait and are kept for less than a day; return how many.

    Locks, a batch a transaction: the orders, or skips them. Writes: them, their history, mails.
    Announces: the lines of history. Raises `ExceptionGroup` (`each`).
    """
    due = Q(
        status=OrderStatus.SET_ASIDE,
        reminded_at=None,
        trial=False,
        deadline__gt=now,
        deadline__lte=now + REMIND_BEFORE,
    )
    return each(due, _remind, now)


def chase_due(*, now: datetime) -> int:
    """Ask, once an order, the shops that have not answered in time; return for how many orders.

    The reader gets a mail: it takes longer, and what they can do. The shop gets one mail for all
    that waits, and not another within `ASK_AGAIN_AFTER`.

    Locks, an order a transaction: the order, or skips it; then the shop's turn (`CHASES`). Writes:
    the order, its history, mails. Announces: the line of history. Raises `ExceptionGroup`
    (`each`).
    """
    due = Q(status=OrderStatus.PLACED, chased_at=None, answer_by__lte=now)
    # One a transaction: it holds its shop's turn until the end.
    return each(due, _chase, now, at_once=1)


@transaction.atomic
def close_shop(
    *, shop: Shop, first_day: date, last_day: date, reason: str, actor: Actor
) -> tuple[Closure, int]:
    """Enter an exceptional closure and move the deadlines it eats into.

    Returns the closure and how many orders were given more time. Each of their readers gets a mail,
    except those who have not confirmed their address. An order that waits for the shop's tap (a
    telephone alone) waits longer too. A moment never moves to an earlier one.

    Guard: `CLOSE_SHOP`. Locks: the shop, its open orders by primary key. Writes: the closure, the
    orders, their history, mails. Announces: the lines of history. Raises `NotFound`, `Forbidden`,
    `Invalid` (`bad_closure`).
    """
    shop = in_scope(shop, actor, Verb.CLOSE_SHOP, lock=True)
    closure = add_closure(
        shop=shop, first_day=first_day, last_day=last_day, reason=reason, actor=actor
    )
    return closure, give_time(shop, actor=actor, at=timezone.now())


def give_time(shop: Shop, *, actor: Actor, at: datetime) -> int:
    """Move the moments of a shop's open orders that its closures have come to eat into; return of
    how many. A step: whoever calls it has locked the shop. Locks: those orders, by primary key."""
    orders = Order.objects.filter(shop=shop, ended_at=None).order_by("pk")
    locked = list(orders.select_for_update(of=("self",)).prefetch_related("lines", "shop"))
    return _extend(locked, actor=actor, at=at)


def _expire(orders: Sequence[Order], now: datetime) -> int:
    """Expire orders, unless a closure entered meanwhile gives them more time; let the copies of
    those go where only their own time is over. Return how many expired."""
    # One whose shop nobody may enter waits for it; so does one placed as its doors were closed.
    shut = directory().doors
    settle([order for order in orders if shut(order.shop_id)], actor=SYSTEM, at=now)
    # A closure entered as an order was placed may be unknown to it (`memory.Shops`).
    _extend([order for order in orders if not _waits_for_link(order)], actor=SYSTEM, at=now)
    over = [order for order in orders if _is_over(order, now)]
    kept = [order for order in orders if not _is_over(order, now)]
    mail_all([(o, {"only_asked": int(not o.is_kept)}) for o in _confirmed(over)], "order_expired")
    given_up = _let_go(kept, now)
    remember_uncollected(over, now)
    give_back(over, OrderStatus.EXPIRED, EventKind.EXPIRED, actor=SYSTEM, also=given_up)
    return len(over)


def _end(orders: Sequence[Order], now: datetime) -> int:  # noqa: ARG001
    """Cancel the orders of shops that have left."""
    mail_all([(order, {}) for order in _confirmed(orders)], "order_cancelled")
    give_back(orders, OrderStatus.CANCELLED, EventKind.CANCELLED, actor=SYSTEM)
    return len(orders)


def _confirmed(orders: Sequence[Order]) -> list[Order]:
    """Return those whose readers get mails: another's address may belong to a stranger."""
    return [o for o in orders if o.status != OrderStatus.UNCONFIRMED or o.verified]


def _follow(orders: Sequence[Order], now: datetime) -> int:  # noqa: ARG001
    """Move the orders of shops that have become part of others; their offers moved before."""
    for order in orders:
        if order.shop.merged_into is not None:
            follow_shop(order, order.shop.merged_into, actor=SYSTEM)
    return len(orders)


def _let_go(orders: Sequence[Order], now: datetime) -> Counter[int]:
    """Have unconfirmed orders only ask for what they hold where they have kept a last copy long
    enough; return how many copies of each offer that is."""
    tired = [
        order
        for order in orders
        if order.status == OrderStatus.UNCONFIRMED and order.held_until and order.held_until <= now
    ]
    if not tired:
        return Counter()
    note_all([(order, {}) for order in tired], EventKind.LET_GO, actor=SYSTEM, at=now)
    return let_go(tired)


def _is_over(order: Order, now: datetime) -> bool:
    """Whether the time of an open order has ended: its deadline, or that of its confirmation."""
    ends = [order.deadline]
    if order.status == OrderStatus.UNCONFIRMED:
        ends.append(order.confirm_by)
    return any(end is not None and end <= now for end in ends)


def _waits_for_link(order: Order) -> bool:
    """Whether the next move is the reader's, by mail; without an address, and of who is not trusted
    (`trust.demand`), it is the shop's tap."""
    return order.status == OrderStatus.UNCONFIRMED and bool(order.email) and not order.verified


def _extend(orders: Sequence[Order], *, actor: Actor, at: datetime) -> int:
    """Work the moments of locked orders out again with today's closures, and move those that come
    later; return of how many orders. A trial is over when it said, whatever the shop does; what is
    posted waits for money, which no closure keeps away."""
    orders = [o for o in orders if not o.trial and o.delivery == Delivery.COLLECT]
    seen = seen_by_shops(orders)
    closing = _closings()
    moved: list[tuple[Order, dict[str, dict[str, str]]]] = []
    told: list[Order] = []
    for order in orders:
        if later := _later_moments(order, seen, closing):
            data = {}
            for name, until in later.items():
                before = getattr(order, name)
                data[name] = {"before": before.isoformat(), "after": until.isoformat()}
                setattr(order, name, until)
            order.reminded_at = None
            moved.append((order, data))
            if "deadline" in later and order.is_kept:
                told.append(order)
    if moved:
        fields = ["deadline", "confirm_by", "answer_by", "reminded_at"]
        Order.objects.bulk_update([order for order, _data in moved], fields)
        note_all(moved, EventKind.DEADLINE_MOVED, actor=actor, at=at)
        mail_all([(order, {}) for order in _confirmed(told)], "order_deadline_moved")
    return len(moved)


def _closings() -> Callable[[Shop, datetime, int], datetime]:
    """Return `shops.hours.deadline`, worked out once a shop, day and number of days."""
    known: dict[tuple[int, date, int], datetime] = {}

    def closing(shop: Shop, start: datetime, days: int) -> datetime:
        of = (shop.pk, start.astimezone(ZoneInfo(shop.time_zone)).date(), days)
        if of not in known:
            known[of] = deadline(shop, start, days)
        return known[of]

    return closing


def _later_moments(
    order: Order,
    seen: dict[tuple[int, str], datetime],
    closing: Callable[[Shop, datetime, int], datetime],
) -> dict[str, datetime]:
    """Return which of `deadline`, `confirm_by` and `answer_by` closures put off, and until when.

    The minutes of a link are not opening days: no closure moves them. A shop first saw an order as
    it was placed, or confirmed by its reader.
    """
    moments: dict[str, datetime] = {}
    if order.deadline is not None:
        start = seen.get((order.pk, EventKind.SET_ASIDE), order.placed_at)
        moments["deadline"] = closing(order.shop, start, order.shop.hold_days)
    if order.status == OrderStatus.UNCONFIRMED and not _waits_for_link(order):
        moments["confirm_by"] = closing(order.shop, order.placed_at, 1)
    if order.status == OrderStatus.PLACED and order.answer_by and not order.chased_at:
        asked = seen.get((order.pk, EventKind.CONFIRMED), order.placed_at)
        moments["answer_by"] = answer_by(order.shop, asked)
    return {name: until for name, until in moments.items() if until > getattr(order, name)}


def _chase(orders: Sequence[Order], now: datetime) -> int:
    """Ask shops for their answers, unless a closure entered meanwhile gives them more time."""
    _extend(orders, actor=SYSTEM, at=now)
    waiting = [o for o in orders if o.answer_by and o.answer_by <= now and o.to_confirm]
    for order in waiting:
        order.chased_at = now
        order.save(update_fields=["chased_at"])
        note(order, EventKind.CHASED, actor=SYSTEM, at=now, shop_told=_ask_shop(order, now))
        mail(order, "order_chased")
    return len(waiting)


def _ask_shop(order: Order, now: datetime) -> bool:
    """Write to the shop, once for all that waits; return whether this order made it write.

    The history keeps the answer: `ASK_AGAIN_AFTER` counts from the last mail, and not from the last
    order that waited.
    """
    # Two jobs with two orders of the shop would both find no mail, and both send one.
    lock(Space.CHASES, str(order.shop_id))
    since = now - ASK_AGAIN_AFTER
    mailed = OrderEvent.objects.filter(
        order__shop=order.shop_id,
        order__chased_at__gt=since,
        kind=EventKind.CHASED,
        happened_at__gt=since,
        data__shop_told=True,
    )
    if not order.shop.email or mailed.exists():
        return False
    question = Draft(
        to=order.shop.email,
        language=settings.LANGUAGE_CODE,
        template="shop_chased",
        context={"shop": order.shop_id},
        about=f"shop:{order.shop_id}",
    )
    queue([question])
    return True


def _remind(orders: Sequence[Order], now: datetime) -> int:
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(reminded_at=now)
    note_all([(order, {}) for order in orders], EventKind.REMINDED, actor=SYSTEM, at=now)
    mail_all([(order, {}) for order in orders], "order_reminder")
    return len(orders)
