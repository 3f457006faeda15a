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
    typed, state = request.POST.get("copies", "1"), request.POST.get("state")
    made = attempt(
        request,
        lambda: receive(
            withdrawn_id=withdrawn_id,
            quantity=int(typed) if typed.isdecimal() and len(typed) < 5 else 0,
            actor=desk.actor,
            unsealed=state == "unsealed",
        ),
    )
    if made is not None:
        messages.success(request, _told(state))
    return redirect("counter:withdrawals", desk.shop.slug)


def _told(state: str | None) -> str:
    """Return what is said after the press of a button. A copy that had left was taken out of the
    till, whose stock this never writes; one that is still here was not."""
    if state == "unsealed":
        return _("Noted: it is not paid back.")
    if state == "here":
        return _("Noted: what was paid goes back by itself.")
    return _(
        "Noted: what was paid goes back by itself. Once the copy is there and good to sell, put it"
        " back on the shelf and into the stock of your till."
    )
