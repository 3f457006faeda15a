"""The screen “Closed doors” of a shop: what holds, the switch, its week at the door, closures."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import DomainError, Invalid
from comptoir.counter.doors.forms import read_week, week_rows
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.counter.shop import ClosureForm
from comptoir.orders.operations import close_doors, open_doors
from comptoir.shops.doors.form import DoorsForm
from comptoir.shops.doors.phrases import preview
from comptoir.shops.doors.slots import slots_of
from comptoir.shops.memory import directory
from comptoir.shops.operations.doors import check_doors, doors_of, doors_to_come, write_week


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def doors(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what holds and the switch; close the doors, or show what readers will see first."""
    zone = ZoneInfo(desk.shop.time_zone)
    if request.method != "POST":
        return _screen(request, desk, DoorsForm(zone))
    form, now = DoorsForm(zone, request.POST), timezone.now()
    if not form.is_valid():
        return _screen(request, desk, form)
    try:
        door = check_doors(form.request, now)
        if "preview" in request.POST:
            return _screen(request, desk, form, preview=preview(door, zone, now))
        close_doors(of=desk.shop, request=form.request, actor=desk.actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _screen(request, desk, form)
    messages.success(request, _("The doors are closed. Deadlines move, and readers get a mail."))
    return redirect("counter:doors", desk.shop.slug)


@require_POST
@at_the_desk
def opened(request: HttpRequest, desk: Desk, doors_id: int) -> HttpResponse:
    """End a closing by one tap. Leads back to the screen."""
    found = doors_of(desk.shop, doors_id)
    open_doors(doors=found, actor=desk.actor, now=timezone.now())
    messages.success(request, _("The doors are open again: all is as it was before."))
    return redirect("counter:doors", desk.shop.slug)


@require_POST
@at_the_desk
def week(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write the hours of the slots, or go back to those of the opening hours."""
    try:
        spans = [] if "default" in request.POST else read_week(request.POST)
    except Invalid as refusal:
        messages.warning(request, str(refusal))
        zone = ZoneInfo(desk.shop.time_zone)
        return _screen(request, desk, DoorsForm(zone), sent=request.POST.dict())
    done = attempt(
        request, lambda: (write_week(shop=desk.shop, spans=spans, actor=desk.actor), True)
    )
    if done is None:
        zone = ZoneInfo(desk.shop.time_zone)
        return _screen(request, desk, DoorsForm(zone), sent=request.POST.dict())
    messages.success(request, _("Saved."))
    return redirect("counter:doors", desk.shop.slug)


def _screen(
    request: HttpRequest,
    desk: Desk,
    form: DoorsForm,
    *,
    preview: str = "",
    sent: dict[str, str] | None = None,
) -> HttpResponse:
    shop, now = desk.shop, timezone.now()
    zone = ZoneInfo(shop.time_zone)
    today = now.astimezone(zone).date()
    kept = directory().doors(shop.pk)
    own = doors_to_come(shop, now)
    context: dict[str, Any] = {
        "form": form,
        "preview": preview,
        "own": with_names(own),
        "others": [door for door in kept if door.network],
        "door": directory().door(shop.pk, now),
        "week": week_rows(shop, sent),
        "sent": sent is not None,
        "has_week": shop.door_spans.exists(),
        "slots": len(slots_of(shop, shop.door_spans.all(), kept, now)),
        "closures": shop.closures.filter(last_day__gte=today).order_by("first_day"),
        "closure_form": ClosureForm(),
    }
    return page(request, desk, "doors", **context)
