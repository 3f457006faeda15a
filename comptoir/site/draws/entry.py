"""The page of an entry of a draw: confirmed, left, and what it has won taken, by one button each.
Reading the link does none of it: mail scanners read."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, NotFound
from comptoir.draws.models import DrawEntry, EntryState, Phase
from comptoir.draws.operations import confirm_entry, leave, may_leave, take
from comptoir.draws.reads import entry_by_token
from comptoir.releases.phrases import moment
from comptoir.shops.doors.fields import read_slot
from comptoir.site import person
from comptoir.site.doors.fields import days_of_slots
from comptoir.site.orders import private


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, entry_token: str) -> HttpResponse:
    """Show an entry; take the copy that it has won, or leave the draw."""
    found, now = entry_by_token(entry_token), timezone.now()
    if request.method != "POST":
        return _page(request, found)
    try:
        if request.POST.get("action") == "leave":
            leave(token=entry_token, now=now)
            return _to(reverse("site:draw", args=[found.draw_id]))
        slot = read_slot(request.POST.get("slot", ""))
        order = take(token=entry_token, now=now, slot=slot)
    except NotFound:
        raise
    except Conflict as refusal:
        return _page(request, entry_by_token(entry_token), 409, str(refusal.message))
    return _to(reverse("site:order", args=[order.token]))


@never_cache
@require_POST
def confirm(request: HttpRequest, entry_token: str) -> HttpResponse:
    """Confirm an entry. The browser whose reader does so is marked, as by the link of a
    reservation; it is asked below their address, where it shows whose it is already."""
    found = entry_by_token(entry_token)
    try:
        confirmed = confirm_entry(
            token=entry_token, marked_key=person.marked_key(request), now=timezone.now()
        )
    except Conflict as refusal:
        return _page(request, found, 409, str(refusal.message))
    response = _to(reverse("site:draw_entry", args=[entry_token]))
    person.mark(response, confirmed.email)
    return response


def _page(
    request: HttpRequest, found: DrawEntry, status: int = 200, refusal: str = ""
) -> HttpResponse:
    draw, shop, now = found.draw, found.lot.where, timezone.now()
    zone = ZoneInfo(shop.time_zone)
    context = {
        "entry": found,
        "state": found.state,
        "draw": draw,
        "shop": shop,
        "may_leave": may_leave(found, draw),
        "is_listed": draw.phase is not Phase.OPEN,
        "may_take": found.state == EntryState.OFFERED
        and found.offered_until is not None
        and now < found.offered_until,
        "is_closed": not draw.takes_entries(now),
        "is_over": draw.phase is Phase.OVER,
        "is_called_off": draw.phase is Phase.CANCELLED,
        "closes": moment(draw.closes_at, zone, now),
        "known": moment(draw.known_at, zone, now) if draw.known_at else "",
        "is_known": draw.known_at is not None and now >= draw.known_at,
        "until": moment(found.offered_until, zone, now) if found.offered_until else "",
        "slots": days_of_slots(shop, now),
        "refusal": refusal,
    }
    return private(render(request, "site/draw_entry.html", context, status=status))


def _to(address: str) -> HttpResponse:
    return private(HttpResponseRedirect(address, status=303))
