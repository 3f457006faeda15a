"""Who comes to the door: the slots of a day, readable at arm's length, and printed as a list."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.errors import DomainError
from comptoir.core.text import FIRST_YEAR, LAST_YEAR
from comptoir.core.words import clock
from comptoir.counter.payments.words import with_paid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.orders import operations
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order
from comptoir.orders.reads import expected_at_the_door
from comptoir.payments.reads.state import to_ring_up
from comptoir.shops.doors.fields import read_slot
from comptoir.shops.doors.phrases import slot_in_words


@dataclass(frozen=True, slots=True)
class Expected:
    """One slot of the day: its hours, and who comes (`with_paid`). `now`: it is this one."""

    hours: str
    orders: list[tuple[Order, str, bool]]
    now: bool


@require_safe
@at_the_desk
def today(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who comes to the door on a day of the shop's own, today unless another is named."""
    zone, now = ZoneInfo(desk.shop.time_zone), timezone.now()
    here = now.astimezone(zone).date()
    day = _day(request.GET.get("jour", ""), here)
    first = datetime.combine(day, time(), zone)
    last = datetime.combine(day + timedelta(days=1), time(), zone)
    orders = expected_at_the_door(desk.shop.pk, first, last, actor=desk.actor)
    dues = to_ring_up([order.pk for order in orders])
    slots = [
        Expected(
            _hours(start, each := list(found), zone), with_paid(each, dues), _is_now(each, now)
        )
        for start, found in groupby(orders, key=lambda order: order.slot_at)
    ]
    context = {
        "day": day,
        "slots": slots,
        "count": len(orders),
        "before": day - timedelta(days=1) if day > here else None,
        "after": day + timedelta(days=1),
    }
    return page(request, desk, "door_list", **context)


@require_POST
@at_the_desk
def moved(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Move the slot of an order, or give it one. Leads back to the order."""
    if not Order.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=order_id).exists():
        raise no_such_order()
    slot = read_slot(request.POST.get("slot", ""))
    try:
        if slot is not None:
            order = operations.choose_slot(
                slot=slot, actor=desk.actor, now=timezone.now(), order_id=order_id
            )
            when = slot_in_words(order.slot_at, order.slot_until, ZoneInfo(desk.shop.time_zone))
            messages.success(request, _("At the door: %(when)s.") % {"when": when})
        else:
            messages.warning(request, _("Choose a time."))
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect("counter:order", desk.shop.slug, order_id)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    # Of the last day of the calendar there is none after it.
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def _hours(start: datetime | None, orders: list[Order], zone: ZoneInfo) -> str:
    ends = orders[0].slot_until
    assert start is not None, "only orders with a slot are read"
    return clock(start, zone) if ends is None else f"{clock(start, zone)} – {clock(ends, zone)}"


def _is_now(orders: list[Order], now: datetime) -> bool:
    first = orders[0]
    return bool(first.slot_at and first.slot_until and first.slot_at <= now < first.slot_until)
