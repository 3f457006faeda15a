"""Bank transfers: the owner reads them on the shop's account, and enters them here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, invalid
from comptoir.orders.models import Order
from comptoir.orders.operations.postal import give_time_to_pay, unsettle_payment
from comptoir.payments.errors import NothingToPay, NoWayToPay, no_such_payment
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account, Capture, Transfer
from comptoir.payments.operations.news import tell_undone
from comptoir.payments.operations.orders import locked_order, moment_of
from comptoir.payments.operations.settlement import decide
from comptoir.payments.reads.state import state_of
from comptoir.shops.operations.scope import Verb

MOST_CENTS = 1_000_000
OLDEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSaid:
    """A transfer as the bank's statement has it: cents, its day, its reference (up to 140)."""

    cents: int
    dated: date
    reference: str = ""


@transaction.atomic
def choose_transfer(*, order_id: int, now: datetime) -> datetime:
    """Have an order wait for a bank transfer, as its reader chose: its copies are kept for the days
    that the shop gives a transfer, counted from when it was placed. Return until when.

    Guard: whoever knows the order's secret address; the caller has looked it up by that. Locks: the
    order. Writes: its deadline, its history (`orders.operations.postal.give_time_to_pay`).
    Raises `NothingToPay`, `NoWayToPay`, `MoveRefused` before the reader has confirmed the order.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("shop").get(pk=order_id)
    account = order.shop.payment_accounts.open().filter(provider=ProviderName.TRANSFER).first()
    if account is None:
        raise NoWayToPay
    if order.ended_at is not None or not state_of(order).to_pay:
        raise NothingToPay
    until = order.placed_at + timedelta(days=account.days)
    if order.deadline is None or order.deadline >= until or until <= now:
        return order.deadline or until
    give_time_to_pay(order_id=order.pk, until=until, actor=SYSTEM)
    return until


@transaction.atomic
def enter_transfer(*, order_id: int, said: TransferSaid, actor: Actor, now: datetime) -> Transfer:
    """Enter a transfer that came for an order: its money counts on the day that the bank gives it.
    One dated on the day on which the order expired, or before, counts as in time however late the
    bank wrote it.

    The same again (order, cents, day, reference) is the one that is there. Guard: `HANDLE_MONEY`.
    Locks: the order. Writes: the transfer, the capture, a line of the audit, what `decide` does.
    Raises `NotFound`, `Forbidden`, `Invalid` (`bad_cents`, `bad_dated`, `bad_reference`),
    `NoWayToPay`.
    """
    order = locked_order(order_id, actor, Verb.HANDLE_MONEY)
    _check(said, now.astimezone(ZoneInfo(order.shop.time_zone)).date())
    account = _account(order)
    transfer, new = Transfer.objects.get_or_create(
        order=order,
        cents=said.cents,
        dated=said.dated,
        reference=said.reference.strip(),
        voided_at=None,
        defaults={"account": account, "entered_at": now, **acted_by(actor)},
    )
    if new:
        Capture.objects.create(
            order=order,
            account=account,
            transfer=transfer,
            ref=f"transfer:{transfer.pk}",
            cents=said.cents,
            captured_at=moment_of(said.dated, order.shop, now),
            noted_at=now,
            late=order.ended_at is not None,
        )
        facts = {"order": order.pk, "cents": said.cents, "dated": said.dated.isoformat()}
        note(actor, "transfer_entered", subject=transfer, shop_id=order.shop_id, facts=facts)
        decide(order, now=now)
    return transfer


@transaction.atomic
def void_transfer(*, transfer_id: int, actor: Actor, now: datetime) -> Transfer:
    """Take back a transfer that was entered by mistake; the row stays, and says when.

    Where too little is left, the reader is told, and an order to be posted waits for its money
    again, as long as its shop gives a transfer; one to be collected is paid at the counter. Where
    it comes too late for both, the comparison tells it (`unpaid`).

    Guard: `HANDLE_MONEY`. Locks: the order. Writes: the transfer, a line of the audit, a mail, what
    `unsettle_payment` does; deletes the capture. Raises `NotFound`, `Forbidden`, `Conflict`
    (`transfer_used`) once some of it went back.
    """
    found = Transfer.objects.visible_to(actor).filter(pk=transfer_id).first()
    if found is None:
        raise no_such_payment()
    order = locked_order(found.order_id, actor, Verb.HANDLE_MONEY)
    transfer = Transfer.objects.get(pk=transfer_id)
    if transfer.voided_at is not None:
        return transfer
    capture = Capture.objects.get(transfer=transfer)
    if capture.refunds.exists():
        told = _("Some of this transfer was paid back already: it can be taken back no more.")
        raise Conflict("transfer_used", told)
    capture.delete()
    transfer.voided_at = now
    transfer.save(update_fields=["voided_at"])
    facts = {"order": order.pk, "cents": transfer.cents}
    note(actor, "transfer_voided", subject=transfer, shop_id=order.shop_id, facts=facts)
    state = state_of(order)
    if state.is_settled and state.missing:
        until = now + timedelta(days=capture.account.days)
        unsettle_payment(order_id=order.pk, until=until, actor=SYSTEM)
        tell_undone(order, transfer.cents, voided=True)
    return transfer


def _account(order: Order) -> Account:
    """Return the shop's bank account, a closed one too: a transfer may come after that. Where it
    has none, that of a shop that became part of it, whose number the reader was given."""
    mine = Account.objects.filter(provider=ProviderName.TRANSFER)
    for those in (mine.filter(shop=order.shop), mine.filter(shop__merged_into=order.shop)):
        found = those.open().first() or those.order_by("closed_at").last()
        if found is not None:
            break
    else:
        raise NoWayToPay
    return found


def _check(said: TransferSaid, today: date) -> None:
    if not 1 <= said.cents <= MOST_CENTS:
        raise invalid("cents", _("A transfer is of one cent to 10,000 euros."))
    if not today - OLDEST <= said.dated <= today:
        told = _("Write the day that the bank gives the transfer: not one to come.")
        raise invalid("dated", told)
    if len(said.reference) > 140:
        raise invalid("reference", _("A reference has 140 characters at most."))
