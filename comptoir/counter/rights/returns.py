"""The screen “Withdrawals” of a shop: what readers give back, until it is paid back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.withdrawals.operations import receive
from comptoir.withdrawals.reads import ended_lately, followed


@require_safe
@at_the_desk
def withdrawals(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is to come back, and what ended."""
    context = {
        "rows": followed(desk.shop, actor=desk.actor),
        "ended": ended_lately(desk.shop, actor=desk.actor),
    }
    return page(request, desk, "withdrawals", **context)


@require_POST
@at_the_desk
def received(request: HttpRequest, desk: Desk, withdrawn_id: int) -> HttpResponse:
    """Note that copies are back, or that the shop keeps unsealed ones out."""
    typed = request.POST.get("copies", "1")
    made = attempt(
        request,
        lambda: receive(
            withdrawn_id=withdrawn_id,
            quantity=int(typed) if typed.isdecimal() and len(typed) < 5 else 0,
            actor=desk.actor,
            unsealed=request.POST.get("state") == "unsealed",
        ),
    )
    if made is not None:
        messages.success(request, _("Noted: what was paid goes back by itself."))
    return redirect("counter:withdrawals", desk.shop.slug)
