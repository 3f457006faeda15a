"""What is owed against what came in: confirm, honour or pay back, each cent once."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from procrastinate.contrib.django import app

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import acted_by
from comptoir.core.errors import DomainError
from comptoir.orders.charges.settlement import ask_to_settle
from comptoir.orders.errors import MoveRefused, NoneFree
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations.postal import (
    give_time_to_pay,
    has_turns,
    refuse_payment,
    revive,
    settle_payment,
)
from comptoir.payments.kinds import Late, RefundReason
from comptoir.payments.models import Capture, Refund, Session
from comptoir.payments.providers import ONLINE
from comptoir.payments.reads.lines import Returnable, given_up
from comptoir.payments.reads.state import PaymentState, state_of
from comptoir.releases.errors import OneAPerson


def decide(order: Order, *, now: datetime) -> None:
    """Bring a locked order and its money together.

    Enough came in: the order is confirmed; where a rule forbids that it ends, and its money goes
    back: what came in is written whatever becomes of the order. Money of an order that has expired:
    it goes on where its shop wants that, or the money was sent in time, and copies are free; else
    all of it goes back.
    What came in beyond what is owed, or after it was collected unpaid, goes back, once: rows of
    refunds are counted, whatever became of them. Done twice it is done once.

    A step inside a transaction in which the caller has locked the order. Writes: refunds, mails,
    what `settle_payment` and `revive` do; queues the job that sends the refunds.
    """
    state = state_of(order)
    if state.in_hand and not state.is_settled:
        if order.ended_at is not None:
            _honour(order, state)
        elif state.in_hand >= state.owed > 0:
            _confirm(order)
        order.refresh_from_db()
        state = state_of(order)
    if surplus := state.surplus or _paid_in_the_shop(order, state):
        reason = RefundReason.LATE if _was_late(order) else RefundReason.ENDED
        pay_back(order, surplus, reason, now=now)


def wait_for_bank(order: Order, session: Session) -> None:
    """Keep the copies of a locked order for whose money its bank is slow, where its shop takes such
    money: for the days that the shop says, counted from when it was placed, whatever is tried by
    then. A step. Writes: what `give_time_to_pay` does."""
    if not session.slow or order.ended_at is not None:
        return
    until = order.placed_at + timedelta(days=session.account.days)
    with suppress(MoveRefused):
        give_time_to_pay(order_id=order.pk, until=until, actor=SYSTEM)
    order.refresh_from_db(fields=["deadline"])


def _confirm(order: Order) -> None:
    """Have an order go on that is paid for; later, where somebody confirms one of its person's in
    this moment. What was only asked for and is not free any more is owed no longer after it."""
    if not has_turns(order):
        ask_to_settle(order)
        return
    try:
        with transaction.atomic():
            settle_payment(order_id=order.pk, actor=SYSTEM)
    except DomainError as refusal:
        refuse_payment(order_id=order.pk, reason=refusal.code, actor=SYSTEM)


def _honour(order: Order, state: PaymentState) -> None:
    """Have an order that expired unpaid go on, where enough came, it may, and copies are free."""
    if order.status != OrderStatus.EXPIRED or state.in_hand < state.charged:
        return
    wanted = [
        capture.account.late == Late.HONOUR
        or (capture.transfer_id and _sent_in_time(order, capture))
        for capture in order.captures.select_related("account", "transfer")
    ]
    if all(wanted):
        with suppress(NoneFree, MoveRefused, OneAPerson):
            revive(order_id=order.pk, actor=SYSTEM)


def _paid_in_the_shop(order: Order, state: PaymentState) -> int:
    """Return what came after an order was collected unpaid: its reader has paid at the counter.
    What came in part before that is the shop's to judge: it may have asked for the rest alone."""
    if order.status != OrderStatus.COLLECTED or state.is_settled:
        return 0
    late = sum(order.captures.filter(late=True).values_list("cents", flat=True))
    return max(0, min(state.in_hand, late - state.gone))


def _sent_in_time(order: Order, capture: Capture) -> bool:
    """Whether a transfer is dated on the day on which the order expired, or before: banks write it
    days later."""
    if capture.transfer is None or order.ended_at is None:
        return False
    return (
        capture.transfer.dated <= order.ended_at.astimezone(ZoneInfo(order.shop.time_zone)).date()
    )


def _was_late(order: Order) -> bool:
    return order.ended_at is not None and order.captures.filter(late=True).exists()


@dataclass(frozen=True, slots=True)
class _Part:
    """So many cents that go back for something: copies of a line, or (None) the rest."""

    what: Returnable | None
    cents: int


def pay_back(order: Order, cents: int, reason: RefundReason, *, now: datetime) -> list[Refund]:
    """Ask for so many cents to go back, for what of the order will not come; the rest is postage.

    A step: the order is locked. Writes: the refunds. Queues: the job that sends them.
    """
    parts, left = [], cents
    for each in given_up(order):
        if left and (share := min(left, each.cents)):
            parts.append(_Part(each if share == each.cents else None, share))
            left -= share
    if left:
        parts.append(_Part(None, left))
    return [made for part in parts for made in divide(order, part.what, part.cents, reason, now)]


def divide(
    order: Order,
    what: Returnable | None,
    cents: int,
    reason: RefundReason,
    now: datetime,
    by: dict[str, object] | None = None,
) -> list[Refund]:
    """Write a refund over the captures of an order that still have it, the newest first.

    A step: the order is locked, and has as much in hand. The number of copies stands at the first.
    """
    made: list[Refund] = []
    for capture in order.captures.select_related("account").order_by("-pk"):
        gone = sum(capture.refunds.values_list("cents", flat=True))
        if share := min(cents, capture.cents - gone):
            refund = Refund.objects.create(
                order=order,
                capture=capture,
                line_id=what.line_id if what else None,
                quantity=what.quantity if what and not made else None,
                cents=share,
                reason=reason,
                token=Refund.new_token(),
                asked_at=now,
                # Of a transfer it is paid back by hand: nobody is asked.
                look_at=now if capture.account.provider in ONLINE else None,
                **(by or acted_by(SYSTEM)),
            )
            made.append(refund)
            cents -= share
    if made:
        ask_to_send(order.pk)
    return made


def ask_to_send(order_id: int) -> None:
    """Queue, with the current transaction, that the refunds of an order are sent."""
    app.configure_task("comptoir.payments.send_back", lock=f"settle.{order_id}").defer(
        order_id=order_id
    )
