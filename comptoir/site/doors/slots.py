"""The page on which a reader chooses the slot of a reservation, or moves it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import DomainError, NotFound
from comptoir.orders import operations
from comptoir.orders.errors import damaged_link
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.shops.doors.fields import read_slot
from comptoir.shops.doors.phrases import slot_in_words
from comptoir.site.doors.banners import banner_of
from comptoir.site.doors.fields import days_of_slots
from comptoir.site.orders import private


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Show the slots of the shop of a reservation, or give it the one that was chosen."""
    try:
        found = order_by_token(token)
    except NotFound:
        raise damaged_link() from None
    if request.method != "POST":
        return _page(request, found)
    slot = read_slot(request.POST.get("slot", ""))
    now = timezone.now()
    if slot is None:
        return _page(request, found, _("Choose a time."), status=400)
    try:
        order = operations.choose_slot(slot=slot, actor=READER, now=now, token=token)
    except DomainError as refusal:
        return _page(request, found, str(refusal), status=409)
    when = slot_in_words(order.slot_at, order.slot_until, ZoneInfo(order.shop.time_zone))
    messages.success(request, _("You are expected at the door: %(when)s.") % {"when": when})
    return private(HttpResponseRedirect(reverse("site:order", args=[token]), status=303))


def _page(
    request: HttpRequest, order: Order, refusal: str = "", *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    days = None if order.ended_at else days_of_slots(order.shop, now, order.slot_at)
    context = {
        "order": order,
        "shop": order.shop,
        "banner": banner_of(order.shop, now),
        "slots": days,
        "refusal": refusal,
    }
    return private(render(request, "site/order_slot.html", context, status=status))
