"""The screen “Draws”: how each stands, and the form that opens one."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.errors import Conflict, Invalid
from comptoir.draws.form import DrawForm
from comptoir.draws.models import Draw
from comptoir.draws.operations import add_lot, cancel_draw, draw_lots, open_draw
from comptoir.draws.reads import draw_of, draw_rows, draws_of
from comptoir.shops.models import Shop
from comptoir.ui.releases.front import Front


def draws(front: Front) -> HttpResponse:
    """Show the draws and the form; open one."""
    blank = partial(DrawForm, front.zone, own=isinstance(front.of, Shop))
    if front.request.method != "POST":
        return _screen(front, blank())
    form = blank(front.request.POST)
    if not form.is_valid():
        return _screen(front, form)
    try:
        open_draw(of=front.of, request=form.request, actor=front.actor, now=timezone.now())
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(front, form)
    messages.success(front.request, _("The draw is open: its page is public."))
    return front.to("draws")


def step(front: Front, key: int) -> HttpResponse:
    """Put copies of the shop into a draw, make it, or cancel it. Leads back to the screen, at the
    page where it was pressed."""
    found = draw_of(front.of, key)
    try:
        _take(front, found, front.request.POST.get("action", ""))
        messages.success(front.request, _("Done."))
    except (Conflict, Invalid) as refusal:
        messages.warning(front.request, str(refusal))
    return front.to("draws", front.request.GET.get("page", ""))


def _take(front: Front, draw: Draw, action: str) -> None:
    sent, now = front.request.POST, timezone.now()
    if action == "join" and isinstance(front.of, Shop):
        copies = sent.get("copies", "")
        number = int(copies) if copies.isdecimal() and len(copies) < 6 else 0
        add_lot(draw=draw, shop=front.of, copies=number, actor=front.actor)
    elif action == "draw":
        draw_lots(draw=draw, value=sent.get("value", "")[:300], actor=front.actor, now=now)
    elif action == "cancel":
        cancel_draw(draw=draw, actor=front.actor, now=now)


def _screen(front: Front, form: DrawForm) -> HttpResponse:
    pages = draws_of(front.of, front.request.GET.get("page", ""))
    step_at = partial(front.address, "draw_step")
    rows = draw_rows(front.of, list(pages), front.zone, timezone.now(), step_at)
    return front.screen("draws", form=form, rows=rows, pages=pages)
