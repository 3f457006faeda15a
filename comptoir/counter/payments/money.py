"""What was paid and paid back of an order: shown to its shop, changed by its owner."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.core.errors import NotFound, invalid
from comptoir.core.money import parse_cents
from comptoir.counter.payments.words import paid_words
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt
from comptoir.orders.charges.bill import bill_of, charged_lines
from comptoir.orders.models import Order
from comptoir.payments import operations
from comptoir.payments.errors import no_such_payment, no_such_refund
from comptoir.payments.kinds import Otherwise
from comptoir.payments.models import Refund, Transfer
from comptoir.payments.operations import OtherwiseSaid, TransferSaid
from comptoir.payments.reads.lines import refundable
from comptoir.payments.reads.screens import money_of, went_back
from comptoir.payments.reads.state import state_of


def money_block(order: Order) -> dict[str, Any]:
    """Return what an order's page at the counter shows of its money; empty where it has none."""
    state = state_of(order)
    if not state.charged and not state.captured:
        return {}
    shown: dict[str, Any] = {"payment": state, "money": money_of(order, timezone.now())}
    shown["paid"] = paid_words(order, state.to_ring_up)
    if bill := bill_of(order):
        shown |= {"bill": bill, "charged_lines": charged_lines(order, bill)}
    if shown["money"].stuck:
        shown["ways"] = Otherwise.choices
    if state.gone:
        shown["backs"] = went_back(order)
    if state.in_hand:
        shown["refundable"] = refundable(order)
    return shown


@require_POST
@at_the_desk
def refunded(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Pay back copies of a line, or an amount."""
    _order(desk, order_id)
    shown: dict[str, Any] = {"now": timezone.now(), "gone": _number(request.POST.get("gone", ""))}

    def verb() -> object:
        if line := request.POST.get("line", ""):
            return operations.refund_line(
                order_id=order_id,
                line_id=_number(line),
                quantity=_number(request.POST.get("quantity", "1")),
                actor=desk.actor,
                **shown,
            )
        cents = parse_cents(request.POST.get("amount", ""))
        return operations.refund_amount(order_id=order_id, cents=cents, actor=desk.actor, **shown)

    return _done(request, desk, order_id, verb, _("The refund is noted; the reader gets a mail."))


@require_POST
@at_the_desk
def transfer(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Enter a bank transfer that came."""
    _order(desk, order_id)

    def verb() -> object:
        said = TransferSaid(
            cents=parse_cents(request.POST.get("amount", "")),
            dated=_day(request.POST.get("dated", "")),
            reference=request.POST.get("reference", "").strip(),
        )
        return operations.enter_transfer(
            order_id=order_id, said=said, actor=desk.actor, now=timezone.now()
        )

    return _done(request, desk, order_id, verb, _("The transfer is entered."))


@require_POST
@at_the_desk
def voided(request: HttpRequest, desk: Desk, bank_transfer_id: int) -> HttpResponse:
    """Take a transfer back that was entered by mistake."""
    mine = Transfer.objects.visible_to(desk.actor).filter(order__shop=desk.shop)
    found = mine.filter(pk=bank_transfer_id).first()
    if found is None:
        raise no_such_payment()

    def verb() -> object:
        return operations.void_transfer(
            transfer_id=bank_transfer_id, actor=desk.actor, now=timezone.now()
        )

    return _done(request, desk, found.order_id, verb, _("The transfer is taken out."))


@require_POST
@at_the_desk
def again(request: HttpRequest, desk: Desk, refund_id: int) -> HttpResponse:
    """Try a refund again that the provider refused, or note that it was paid back by hand, on a
    day, or in another way: then an amount and how, too."""
    mine = Refund.objects.visible_to(desk.actor).filter(order__shop=desk.shop, pk=refund_id)
    found = mine.first()
    if found is None:
        raise no_such_refund()
    asked: dict[str, Any] = {"refund_id": refund_id, "actor": desk.actor, "now": timezone.now()}

    def verb() -> object:
        if "otherwise" in request.POST:
            return operations.note_otherwise(said=_otherwise(request), **asked)
        if "by_hand" in request.POST:
            dated = request.POST.get("dated", "")
            return operations.note_paid_back(dated=_day(dated) if dated else None, **asked)
        return operations.refund_again(**asked)

    noted = {"by_hand", "otherwise"} & request.POST.keys()
    told = _("Noted: paid back.") if noted else _("It is tried again.")
    return _done(request, desk, found.order_id, verb, told)


def _otherwise(request: HttpRequest) -> OtherwiseSaid:
    """Read what was paid back otherwise. Raises `Invalid` (`bad_cents`, `bad_dated`)."""
    form = request.POST
    return OtherwiseSaid(
        cents=parse_cents(form.get("amount", "")),
        dated=_day(form.get("dated", "")),
        how=form.get("how", "")[:20],
    )


def _done(
    request: HttpRequest, desk: Desk, order_id: int, verb: Callable[[], object], told: str
) -> HttpResponse:
    if attempt(request, verb) is not None:
        messages.success(request, told)
    return redirect("counter:order", desk.shop.slug, order_id)


def _order(desk: Desk, order_id: int) -> Order:
    found = Order.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=order_id).first()
    if found is None:
        raise NotFound("no_such_order", _("There is no such reservation."))
    return found


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


def _day(text: str) -> date:
    """Read a day. Raises `Invalid` (`bad_dated`)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = _("Write the day that the bank gives the transfer: not one to come.")
        raise invalid("dated", told) from None
