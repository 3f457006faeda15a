"""The screen “Draws” of a shop: how each stands, and the form that opens one."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.draws.form import DrawForm
from comptoir.draws.operations import add_lot, cancel_draw, draw_lots, open_draw
from comptoir.draws.reads import draw_of, draw_rows


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def draws(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the draws and the form; open one."""
    zone = ZoneInfo(desk.shop.time_zone)
    if request.method != "POST":
        return _screen(request, desk, DrawForm(zone))
    form = DrawForm(zone, request.POST)
    if not form.is_valid():
        return _screen(request, desk, form)
    try:
        open_draw(of=desk.shop, request=form.request, actor=desk.actor, now=timezone.now())
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(request, desk, form)
    messages.success(request, _("The draw is open: its page is public."))
    return redirect("counter:draws", desk.shop.slug)


@require_POST
@at_the_desk
def step(request: HttpRequest, desk: Desk, draw_id: int) -> HttpResponse:
    """Put copies into a draw, make it, or cancel it. Leads back to the screen."""
    found, now = draw_of(desk.shop, draw_id), timezone.now()
    action = request.POST.get("action", "")

    def done() -> None:
        if action == "join":
            copies = request.POST.get("copies", "")
            number = int(copies) if copies.isdecimal() and len(copies) < 6 else 0
            add_lot(draw=found, shop=desk.shop, copies=number, actor=desk.actor)
        elif action == "draw":
            value = request.POST.get("value", "")[:300]
            draw_lots(draw=found, value=value, actor=desk.actor, now=now)
        elif action == "cancel":
            cancel_draw(draw=found, actor=desk.actor, now=now)
        messages.success(request, _("Done."))

    attempt(request, done)
    return redirect("counter:draws", desk.shop.slug)


def _screen(request: HttpRequest, desk: Desk, form: DrawForm) -> HttpResponse:
    def address(key: int) -> str:
        return reverse("counter:draw_step", args=[desk.shop.slug, key])

    rows = draw_rows(desk.shop, ZoneInfo(desk.shop.time_zone), timezone.now(), address)
    return page(request, desk, "draws", form=form, rows=rows)
