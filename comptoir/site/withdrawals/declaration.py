"""Lines and copies are ticked, then the withdrawal is confirmed: two steps, without an account or
JavaScript. Words: code de la consommation, as ordonnance 2026-2 has them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import Conflict, NotFound
from comptoir.orders.errors import damaged_link
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.site.orders import private
from comptoir.withdrawals.operations import declare
from comptoir.withdrawals.reads import Item, items_of, period, today_of, withdrawals_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, token: str) -> HttpResponse:
    """Show what of an order may be withdrawn from, or take the declaration."""
    return answer(request, order_of(token))


def order_of(token: str) -> Order:
    """Return the order of a link. Raises `NotFound` (`damaged_link`)."""
    try:
        return order_by_token(token)
    except NotFound:
        raise damaged_link() from None


def answer(request: HttpRequest, order: Order, *, asked_at: datetime | None = None) -> HttpResponse:
    """Answer a step of a withdrawal from an order: what is ticked, what is to be confirmed, or the
    way to the receipt."""
    items = items_of(order)
    if request.method != "POST":
        return _page(request, order, items, asked_at)
    wanted = _ticked(request, items)
    if not wanted:
        told = _("Tick what you withdraw from.")
        return _page(request, order, items, asked_at, refusal=told, status=400)
    if request.POST.get("action") != "confirm":
        return _page(request, order, items, asked_at, wanted=wanted)
    try:
        made = declare(token=order.token, quantities=wanted, actor=READER, asked_at=asked_at)
    except Conflict as refusal:
        refreshed = items_of(order)
        return _page(request, order, refreshed, asked_at, refusal=str(refusal), status=409)
    page = reverse("site:withdrawal_receipt", args=[order.token, made.pk])
    return private(HttpResponseRedirect(page, status=303))


def _ticked(request: HttpRequest, items: list[Item]) -> dict[int, int]:
    """Return how many copies of which line are ticked; a line that is ticked without a number is
    meant whole."""
    found = {}
    for item in items:
        key = item.line.pk
        if request.POST.get(f"line-{key}"):
            typed = request.POST.get(f"copies-{key}", "")
            many = int(typed) if typed.isdecimal() and len(typed) < 5 else item.quantity
            found[key] = min(max(many, 1), item.quantity)
    return found


def _page(
    request: HttpRequest,
    order: Order,
    items: list[Item],
    asked_at: datetime | None,
    *,
    wanted: Mapping[int, int] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    known = period(order)
    day = today_of(order.shop, asked_at or timezone.now())
    context: dict[str, Any] = {
        "order": order,
        "shop": order.shop,
        "items": items,
        "chosen": [(item, wanted[item.line.pk]) for item in items if item.line.pk in wanted]
        if wanted
        else [],
        "period": known,
        "is_open": known.is_open(day),
        "earlier": withdrawals_of(order),
        "here": request.path,
        "refusal": refusal,
    }
    return private(render(request, "site/withdrawals/withdrawal.html", context, status=status))
