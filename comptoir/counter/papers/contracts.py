"""The screen “Filed contracts” of a shop's owner, and one of them as a file that anybody can
read."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comptoir.contracts.operations import hand_out
from comptoir.contracts.reads import LATEST, filed
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page

LONGEST = 20


@require_safe
@at_the_desk
def contracts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what is filed, or what bears a number; nobody's name stands here."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    found = filed(desk.shop, actor=desk.actor, code=asked)
    more = len(found) == LATEST
    return page(request, desk, "contracts", found=found, asked=asked, more=more, most=LATEST)


@require_safe
@at_the_desk
def contract(request: HttpRequest, desk: Desk, contract_id: int) -> HttpResponse:  # noqa: ARG001
    """Give a contract with its buyer, as a page that needs nothing else; that it was is noted."""
    found = hand_out(shop=desk.shop, contract_id=contract_id, actor=desk.actor)
    said = {"contract": found, "language": get_language() or "fr", "now": timezone.now()}
    response = HttpResponse(render_to_string("counter/contract_file.html", said))
    name = f"contrat-{found.code}-{timezone.localdate(found.concluded_at)}.html"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
