"""The page of a draw: its rules, its proof, the form to enter it; and what anybody checks it by."""

import inspect
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.errors import Conflict, Faults
from comptoir.core.limits import Limit, client_address, client_network, count_read
from comptoir.draws import fairness
from comptoir.draws.models import EntryState, Phase
from comptoir.draws.operations import EntryRequest
from comptoir.draws.operations import enter as enter_draw
from comptoir.draws.reads import clock_of, lots_of, public_draw, published
from comptoir.releases.phrases import moment
from comptoir.site import person
from comptoir.site.orders import private
from comptoir.ui.answers import tagged

DATA_PER_ADDRESS = Limit("draw_data", 60, 60)
FIELDS = ("name", "email", "lot")


@never_cache
@require_safe
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Show a draw. Its form is sent to `site:draw_enter`, below the address of reservations: there
    the browser shows the mark of who confirmed an address (`site.person`)."""
    return _page(request, draw_id, {"lot": request.GET.get("lot", "")[:20]})


@never_cache
@require_POST
def enter(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Enter a draw, or show the form again with what is wrong. A person is in it once: a second
    sending leads to the same entry."""
    if request.POST.get("website"):
        return HttpResponseRedirect(reverse("site:home"), status=303)
    found = public_draw(draw_id)
    typed = {name: request.POST.get(name, "")[:300] for name in FIELDS}
    asked = EntryRequest(
        draw_id=found.pk,
        lot_id=int(typed["lot"]) if typed["lot"].isdecimal() and len(typed["lot"]) < 18 else 0,
        name=typed["name"],
        email=typed["email"],
        language=get_language() or "fr",
        marked_key=person.marked_key(request),
        address=client_address(request),
    )
    try:
        entry = enter_draw(asked, now=timezone.now())
    except Faults as wrong:
        errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
        return _page(request, draw_id, typed, 400, errors=errors)
    except Conflict as refusal:
        return _page(request, draw_id, typed, 409, refusal=str(refusal.message))
    marked = asked.marked_key and entry.key == asked.marked_key
    if marked and entry.state != EntryState.ASKED:
        return private(
            HttpResponseRedirect(reverse("site:draw_entry", args=[entry.token]), status=303)
        )
    # The same for all addresses, whether one is in the draw or not: nobody learns who is.
    return private(_page(request, draw_id, typed, asked=typed["email"]))


@require_safe
def data(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Answer all that a draw publishes, as the script checks it. Its list is long, and made anew
    for each: an address asks `DATA_PER_ADDRESS` times. Raises `TooMany`."""
    count_read(DATA_PER_ADDRESS, f"address:{client_network(request).address}")
    found = public_draw(draw_id)
    response = JsonResponse(published(found), json_dumps_params={"indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=30"
    return tagged(request, response)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Answer the script that checks a draw, as it runs here: it needs Python and nothing else."""
    response = HttpResponse(inspect.getsource(fairness), "text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="fairness.py"'
    return tagged(request, response)


def _page(
    request: HttpRequest,
    draw_id: int,
    typed: dict[str, str],
    status: int = 200,
    **said: Any,  # noqa: ANN401
) -> HttpResponse:
    found, now = public_draw(draw_id), timezone.now()
    lots = lots_of(found)
    zone = clock_of(found)
    drawn = found.phase in (Phase.DRAWN, Phase.OVER)
    context = {
        "draw": found,
        "phase": found.phase.value,
        "is_open": found.takes_entries(now) and bool(lots),
        # Between the close and the job that freezes the list, and after it.
        "is_closed": now >= found.closes_at,
        "is_known": found.known_at is not None and now >= found.known_at,
        "is_void": found.is_void,
        "lots": lots,
        "copies": sum(lot.copies for lot in lots),
        "closes": moment(found.closes_at, zone, now),
        "known": moment(found.known_at, zone, now) if found.known_at else "",
        "until": moment(found.until, zone, now),
        "count": found.entries.exclude(state=EntryState.ASKED).count(),
        "seed": bytes(found.seed).hex() if drawn else "",
        "typed": typed,
        **said,
    }
    return render(request, "site/draw.html", context, status=status)
