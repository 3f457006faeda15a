"""Money that goes back: by the shop's decision, and the sending of what is to go."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, invalid
from comptoir.orders.models import Order
from comptoir.payments.errors import (
    MoneyMoved,
    NoKey,
    NotPaidBack,
    NoWayToPay,
    Refused,
    Silent,
    no_such_refund,
)
from comptoir.payments.kinds import ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Account, Refund
from comptoir.payments.operations.captures import adopt, give_way, seen_there
from comptoir.payments.operations.news import REFUNDED, tell
from comptoir.payments.operations.orders import locked_order, moment_of
from comptoir.payments.operations.settlement import ask_to_send, divide
from comptoir.payments.providers import ONLINE, provider_of
from comptoir.payments.providers.protocol import Provider, Returned
from comptoir.payments.reads.lines import Returnable, refundable
from comptoir.payments.reads.state import state_of
from comptoir.shops.operations.scope import Verb

AGAIN = timedelta(minutes=5)


@transaction.atomic
def refund_line(
    *,
    order_id: int,
    line_id: int,
    quantity: int,
    actor: Actor,
    now: datetime,
    gone: int | None = None,
) -> list[Refund]:
    """Pay back so many copies of a line, whether or not they come back; with `gone`, only while as
    many cents of the order went back as whoever decides it was shown (`MoneyMoved`).

    Guard: `HANDLE_MONEY`. Locks: the order. Writes: the refunds, a line of the audit; queues the
    job that sends them. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_quantity`), `NotPaidBack`.
    """
    order = _as_shown(order_id, actor, gone)
    found = {each.line_id: each for each in refundable(order)}.get(line_id)
    if found is None or not 1 <= quantity <= found.quantity:
        raise invalid("quantity", _("Choose a line, and no more copies than were paid for."))
    what = Returnable(found.line_id, found.title, quantity, found.unit_cents)
    return _refund(order, what.cents, what, actor, now)


@transaction.atomic
def refund_amount(
    *, order_id: int, cents: int, actor: Actor, now: datetime, gone: int | None = None
) -> list[Refund]:
    """Pay back an amount that is for no line; `gone` as in `refund_line`.

    Guard: `HANDLE_MONEY`. Locks, writes and raises as `refund_line`; `Invalid` (`bad_cents`).
    """
    order = _as_shown(order_id, actor, gone)
    if cents < 1:
        raise invalid("cents", _("Write an amount of one cent or more."))
    return _refund(order, cents, None, actor, now)


def _as_shown(order_id: int, actor: Actor, gone: int | None) -> Order:
    """Lock an order of which so many cents went back, as its page said: a button pressed twice pays
    back once. Raises `MoneyMoved`."""
    order = locked_order(order_id, actor, Verb.HANDLE_MONEY)
    if gone is not None and gone != state_of(order).gone:
        raise MoneyMoved
    return order


def _refund(
    order: Order, cents: int, what: Returnable | None, actor: Actor, now: datetime
) -> list[Refund]:
    most = state_of(order).in_hand
    if cents > most:
        raise NotPaidBack(most)
    made = divide(order, what, cents, RefundReason.OWNER, now, acted_by(actor))
    facts = {"order": order.pk, "cents": cents}
    note(actor, "payment_refunded", subject=order, shop_id=order.shop_id, facts=facts)
    return made


@transaction.atomic
def refund_again(*, refund_id: int, actor: Actor, now: datetime) -> Refund:
    """Try a refund again that the provider refused, by another key.

    Guard: `HANDLE_MONEY`. Locks: the order, the refund. Writes: the refund; queues the job that
    sends it. Raises `NotFound`, `Forbidden`, `Conflict` (`refund_not_failed`).
    """
    refund = locked_refund(refund_id, actor)
    if refund.status != RefundStatus.FAILED:
        raise Conflict("refund_not_failed", _("This refund has not failed: look at it again."))
    refund.status, refund.tries, refund.ref = RefundStatus.ASKED, refund.tries + 1, ""
    refund.began_at, refund.look_at = None, now
    refund.save(update_fields=["status", "tries", "ref", "began_at", "look_at"])
    ask_to_send(refund.order_id)
    return refund


@transaction.atomic
def note_paid_back(
    *, refund_id: int, actor: Actor, now: datetime, dated: date | None = None
) -> Refund:
    """Note that the owner has paid a refund back by themselves, today or on the day `dated`: of a
    bank transfer, or where a provider refuses it. What was made on the provider's own site
    meanwhile is that refund.

    Guard: `HANDLE_MONEY`. Locks: the order, the refund. Writes: the refund, a line of the audit,
    a mail. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_dated`), `Conflict`
    (`refund_not_by_hand`).
    """
    refund = locked_refund(refund_id, actor)
    if refund.status == RefundStatus.DONE:
        return refund
    by_hand = refund.capture.account.provider == ProviderName.TRANSFER
    if not by_hand and refund.status != RefundStatus.FAILED:
        told = _(
            "The provider pays this back by itself: only a transfer, or what it refused, is noted."
        )
        raise Conflict("refund_not_by_hand", told)
    paid_at = paid_on(refund, dated, now)
    refund.status, refund.done_at, refund.look_at = RefundStatus.DONE, paid_at, None
    # What the provider still tells of the try that failed is no word on what was done by hand.
    refund.why, refund.ref, refund.tries = "", "", refund.tries + 1
    refund.save(update_fields=["status", "done_at", "look_at", "why", "ref", "tries"])
    seen_there(refund)
    facts: dict[str, object] = {"order": refund.order_id, "cents": refund.cents}
    if dated is not None:
        facts["dated"] = dated.isoformat()
    note(actor, "payment_paid_back", subject=refund, shop_id=refund.order.shop_id, facts=facts)
    tell(refund.order, REFUNDED)
    return refund


def paid_on(refund: Refund, dated: date | None, now: datetime) -> datetime:
    """Return the moment by which a refund counts that its owner paid back on a day, today without
    one. Raises `Invalid` (`bad_dated`)."""
    if dated is None:
        return now
    shop, capture = refund.order.shop, refund.capture
    zone = ZoneInfo(shop.time_zone)
    came = capture.captured_at.astimezone(zone).date()
    first = min(came, capture.transfer.dated) if capture.transfer else came
    if not first <= dated <= now.astimezone(zone).date():
        told = _("Write the day on which you paid it back: not one to come, nor before it came in.")
        raise invalid("dated", told)
    return moment_of(dated, shop, now)


def send_refunds(*, order_id: int, now: datetime) -> bool:
    """Send what is to go back of an order, at the providers that do it by machine; return whether
    each of them that was asked answered.

    Network, outside any transaction; each by its own key, so that twice is once. Before one is
    asked for again that perhaps went out, the provider's list is read: keys are forgotten there
    after an hour or a day. Where that may not be read it waits. What the provider refuses is told
    to the owner by the reconciliation.
    """
    answered = True
    waiting = Refund.objects.filter(order=order_id, status=RefundStatus.ASKED)
    for refund in waiting.select_related("capture__account", "capture__session").order_by("pk"):
        if refund.capture.account.provider in ONLINE:
            # An account that cannot be used just now keeps nothing back of the others.
            with suppress(NoKey, NoWayToPay):
                answered = _send(refund, now) and answered
    return answered


def _send(refund: Refund, now: datetime) -> bool:
    began = refund.began_at
    mine = Refund.objects.filter(pk=refund.pk, status=RefundStatus.ASKED, tries=refund.tries)
    if not mine.update(began_at=began or now, look_at=now + AGAIN):
        return True  # its owner has paid it back otherwise meanwhile
    provider, found = provider_of(refund.capture.account), None
    if began:
        try:
            provider, found = _looked_up(refund)
        except Silent:
            return False
        except Refused:
            # Perhaps it went out: who may not look it up has not been refused it.
            return True
    try:
        found = found or provider.refund(refund.capture.ref, cents=refund.cents, key=refund.key)
    except Refused as refusal:
        _note_failed(refund, str(refusal.data["said"]))
    except Silent:
        return False
    else:
        note_returned(refund, found, now)
    return True


def _looked_up(refund: Refund) -> tuple[Provider, Returned | None]:
    """Return who has the money of a refund, and what is there of it. New keys are a new account:
    where those of before are refused, the shop's present ones are tried. Raises `Silent`,
    `Refused`, `NoKey`, `NoWayToPay`."""
    account = refund.capture.account
    try:
        return _at(account, refund)
    except Refused:
        present = Account.objects.open().filter(shop=account.shop_id, provider=account.provider)
        newer = present.exclude(pk=account.pk).first()
        if newer is None:
            raise
        return _at(newer, refund)


def _at(account: Account, refund: Refund) -> tuple[Provider, Returned | None]:
    provider, session = provider_of(account), refund.capture.session
    listed = provider.look(session.ref).returned if session is not None else ()
    return provider, next((each for each in listed if each.key == refund.key), None)


@transaction.atomic
def note_returned(refund: Refund, found: Returned, now: datetime) -> None:
    """Write how a refund stands at its provider; tell the reader, once of all that was decided at
    once. Locks: the order, the refund."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=refund.order_id)
    beside = order.refunds.filter(asked_at=refund.asked_at).exclude(pk=refund.pk)
    is_told = beside.filter(status__in=(RefundStatus.SENT, RefundStatus.DONE)).exclude(ref="")
    known = adopt(refund.capture, found, now)
    went = known is not None and known.status != RefundStatus.FAILED
    if went and (refund.tries or not is_told.exists()):
        tell(order, REFUNDED)


@transaction.atomic
def _note_failed(refund: Refund, said: str) -> None:
    Order.objects.select_for_update(of=("self",)).get(pk=refund.order_id)
    Refund.objects.filter(pk=refund.pk, status=RefundStatus.ASKED, tries=refund.tries).update(
        status=RefundStatus.FAILED, why=said[:300], look_at=None
    )
    give_way(refund.capture)


def locked_refund(refund_id: int, actor: Actor) -> Refund:
    """Guard (`HANDLE_MONEY`) and lock a refund, after its order. Raises `NotFound`, `Forbidden`."""
    found = Refund.objects.visible_to(actor).filter(pk=refund_id).first()
    if found is None:
        raise no_such_refund()
    locked_order(found.order_id, actor, Verb.HANDLE_MONEY)
    return (
        Refund.objects.select_for_update(of=("self",))
        .select_related("order__shop", "capture__account", "capture__transfer")
        .get(pk=refund_id)
    )
