"""Orders: the search for one, its page, and the taps that move it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.errors import NotFound
from comptoir.counter.board import fragment
from comptoir.counter.payments.money import money_block
from comptoir.counter.payments.words import with_paid
from comptoir.counter.rights.history import with_withdrawals
from comptoir.counter.scan import find_code, page_of_scan, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.orders import operations
from comptoir.orders.lifecycle import allowed
from comptoir.orders.models import LIVE, Delivery, EventKind, Order, OrderStatus
from comptoir.orders.operations.doors.places import free_slots
from comptoir.orders.operations.trust.again import trust_again
from comptoir.orders.reads import find_at_counter, mail_of
from comptoir.orders.trust.reads import remembered_of
from comptoir.oversight.operations import looks_at
from comptoir.papers.reads import may_have_invoice, papers_of
from comptoir.payments.reads.state import to_ring_up
from comptoir.post.prints import address_of
from comptoir.shops.doors.fields import DayOfSlots, days_of
from comptoir.shops.doors.phrases import slot_in_words


@require_GET
@at_the_desk
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the orders that a name or a title finds; a known code or an EAN leads to its page."""
    text = read_scan(request.GET.get("q", ""))[:200]
    code = find_code(text)
    if code:
        match = Order.objects.visible_to(desk.actor).filter(shop=desk.shop, code=code).first()
        if match:
            return redirect("counter:order", desk.shop.slug, match.pk)
    if address := page_of_scan(desk.shop, text, or_code=True):
        return redirect(address)
    orders = find_at_counter(desk.shop.pk, text, actor=desk.actor)
    dues = to_ring_up([order.pk for order in orders])
    found = with_paid(orders, dues)
    shown = {"q": text, "find_text": text, "code": code, "orders": orders, "found": found}
    return page(request, desk, "find", **shown)


@require_GET
@at_the_desk
def order(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Show one order: its lines, contact and history, and the moves that it allows now."""
    found = _order(desk, order_id)
    moves = allowed(found)
    due = [line for line in found.lines.all() if line.status in LIVE]
    withdrawn, history = with_withdrawals(found, with_names(found.events.all()))
    kept_here = found.delivery == Delivery.COLLECT and any(each.unsent for each in withdrawn)
    return page(
        request,
        desk,
        "order",
        order=found,
        mail=mail_of(found),
        history=history,
        withdrawn=withdrawn,
        kept_here=kept_here and OrderStatus.COLLECTED in moves,
        looks=with_names(looks_at(found)),
        live_statuses=LIVE,
        address=_posted_to(found),
        total_cents=sum((line.price_cents or 0) * line.quantity for line in due),
        may_set_aside=OrderStatus.SET_ASIDE in moves,
        may_collect=OrderStatus.COLLECTED in moves and not kept_here,
        may_cancel=OrderStatus.CANCELLED in moves,
        slot=slot_in_words(found.slot_at, found.slot_until, ZoneInfo(desk.shop.time_zone)),
        slots=[] if found.ended_at else _slots(found),
        papers=papers_of(found),
        has_invoice=may_have_invoice(found),
        today=timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone)),
        **money_block(found),
        **_remembered(found),
    )


@require_POST
@at_the_desk
def set_aside(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """“Set aside”: its copies wait behind the counter. Leads back to where it was tapped."""
    done = _("Set aside for %(name)s.")
    return _whole(request, desk, order_id, EventKind.SET_ASIDE, done, operations.set_aside)


@require_POST
@at_the_desk
def collect(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """“Handed over”: the customer has the copies. Leads back to where it was tapped."""
    done = _("Handed over to %(name)s.")
    return _whole(request, desk, order_id, EventKind.COLLECTED, done, operations.collect)


@require_POST
@at_the_desk
def cancel(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """“Cancel”: the order's copies are on sale again. Leads back to where it was tapped."""
    done = _("Cancelled: the copies of %(name)s are back on sale.")
    return _whole(request, desk, order_id, EventKind.CANCELLED, done, operations.cancel)


@require_POST
@at_the_desk
def trusted(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """“Trust again”: what its customer did not collect before counts no more. Leads back to it."""
    found = _order(desk, order_id)
    if attempt(request, partial(trust_again, order_id=order_id, actor=desk.actor)) is not None:
        told = _("%(name)s is trusted again: the next reservation goes as everybody’s.")
        messages.success(request, told % {"name": found.name or _("This customer")})
    return redirect("counter:order", desk.shop.slug, order_id)


@require_POST
@at_the_desk
def not_found(request: HttpRequest, desk: Desk, order_id: int, line_id: int) -> HttpResponse:
    """“Not on the shelf”: one line's copies are missing, and the stock is corrected."""
    found = _order(desk, order_id)
    if not found.lines.filter(pk=line_id).exists():
        raise NotFound("no_such_order", _("There is no such reservation."))
    told = _("Not on the shelf: the stock is corrected, and a mail is being sent to %(name)s.")
    if not found.email:
        told = _("Not on the shelf: the stock is corrected. Call %(name)s: there is no e-mail.")
    return _tap(
        request,
        desk,
        order_id,
        EventKind.NOT_FOUND,
        told,
        lambda: operations.mark_not_found(line_id=line_id, actor=desk.actor),
        line_id=line_id,
    )


def _order(desk: Desk, order_id: int) -> Order:
    orders = Order.objects.visible_to(desk.actor).filter(shop=desk.shop)
    try:
        return orders.prefetch_related("lines__product").get(pk=order_id)
    except Order.DoesNotExist:
        raise NotFound("no_such_order", _("There is no such reservation.")) from None


def _remembered(order: Order) -> dict[str, Any]:
    """Return what the shop remembers of an order's customer: how often they did not collect, and
    its lines with who wrote them."""
    found = remembered_of(order)
    if found is None:
        return {}
    return {"not_collected": found.times, "trust_lines": with_names(found.lines)}


def _posted_to(order: Order) -> list[str]:
    """Return the address of an order to be posted, line by line as its label has it; nothing of one
    that is collected, or where it was erased."""
    there = getattr(order, "address", None) if order.delivery == Delivery.MAIL else None
    if there is None or there.erased_at is not None:
        return []
    return address_of(order).written()


def _slots(order: Order) -> list[DayOfSlots]:
    now = timezone.now()
    return days_of(free_slots(order.shop, now), order.shop, now, order.slot_at)


def _whole(
    request: HttpRequest,
    desk: Desk,
    order_id: int,
    kind: EventKind,
    done: str,
    verb: Callable[..., Order],
) -> HttpResponse:
    """Run one verb on a whole order of this shop; another shop's is not found."""
    _order(desk, order_id)
    act = partial(verb, order_id=order_id, actor=desk.actor)
    return _tap(request, desk, order_id, kind, done, act)


def _tap(
    request: HttpRequest,
    desk: Desk,
    order_id: int,
    kind: EventKind,
    done: str,
    verb: Callable[[], Order],
    line_id: int | None = None,
) -> HttpResponse:
    """Run one verb and show the page of the tap again; a verb done before is told, as no error."""
    start = timezone.now()
    moved = attempt(request, verb)
    if moved is not None:
        _tell(request, moved, kind, done, start, line_id)
    if request.headers.get("HX-Request"):
        return fragment(request, desk)
    if request.POST.get("from") == "order":
        return redirect("counter:order", desk.shop.slug, order_id)
    return redirect("counter:tasks", desk.shop.slug)


def _tell(
    request: HttpRequest,
    moved: Order,
    kind: EventKind,
    done: str,
    start: datetime,
    line_id: int | None,
) -> None:
    events = moved.events.filter(kind=kind)
    if line_id is not None:
        events = events.filter(data__line=line_id)
    event = events.last()
    if event is not None and event.happened_at < start:
        messages.info(request, _("Already done for %(name)s.") % {"name": moved.name})
    else:
        messages.success(request, done % {"name": moved.name})
