"""The screen “Draws” of a network: how each stands, and the form that opens one."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.draws.form import DrawForm
from comptoir.draws.operations import cancel_draw, draw_lots, open_draw
from comptoir.draws.reads import draw_of, draw_rows
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.SET_RELEASES)
def draws(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the draws and the form; open one."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if request.method != "POST":
        return _screen(request, office, DrawForm(zone, own=False))
    form = DrawForm(zone, request.POST, own=False)
    if not form.is_valid():
        return _screen(request, office, form)
    try:
        open_draw(of=office.network, request=form.request, actor=office.actor, now=timezone.now())
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(request, office, form)
    messages.success(request, _("The draw is open: its page is public."))
    return redirect("office:draws", office.network.slug)


@require_POST
@at_the_office(NetworkVerb.SET_RELEASES)
def step(request: HttpRequest, office: Office, lot_id: int) -> HttpResponse:
    """Make a draw, or cancel it. Leads back to the screen."""
    found, now = draw_of(office.network, lot_id), timezone.now()
    action = request.POST.get("action", "")

    try:
        if action == "draw":
            value = request.POST.get("value", "")[:300]
            draw_lots(draw=found, value=value, actor=office.actor, now=now)
        elif action == "cancel":
            cancel_draw(draw=found, actor=office.actor, now=now)
        messages.success(request, _("Done."))
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
    return redirect("office:draws", office.network.slug)


def _screen(request: HttpRequest, office: Office, form: DrawForm) -> HttpResponse:
    def address(key: int) -> str:
        return reverse("office:draw_step", args=[office.network.slug, key])

    rows = draw_rows(office.network, ZoneInfo(settings.TIME_ZONE), timezone.now(), address)
    return page(request, office, "draws", form=form, rows=rows)
