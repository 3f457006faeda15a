"""The screen “Parcels” of a shop: what it asks for them, from which day on."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import DomainError, Invalid
from comptoir.counter.parcels.bands import Typed, filled, read, sent
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.quotes.conflicts import SHOWN, open_conflicts
from comptoir.quotes.errors import no_such_tariff
from comptoir.quotes.operations import TariffSaid, remove_tariff, write_tariff
from comptoir.quotes.places import Zone
from comptoir.quotes.reads import tariff_on, tariffs_to_come
from comptoir.quotes.rules import collected_discount


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def parcels(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what parcels cost and the books in doubt; write the prices, or end posting."""
    if request.method != "POST":
        return _screen(request, desk)
    typed = sent(request.POST)
    if "more" in request.POST:
        return _screen(request, desk, typed)
    now = timezone.now()
    try:
        said = read(typed)
        if "nothing" in request.POST:
            said = TariffSaid(since=said.since, bands=[])
        write_tariff(shop=desk.shop, said=said, actor=desk.actor, now=now)
    except Invalid as refusal:
        return _screen(request, desk, typed, refusal)
    messages.success(request, _("Saved: baskets are reckoned by it from that day on."))
    return redirect("counter:parcels", desk.shop.slug)


@require_POST
@at_the_desk
def removed(request: HttpRequest, desk: Desk, tariff_id: int) -> HttpResponse:
    """Take prices of a day to come back."""
    now = timezone.now()
    if not desk.shop.tariffs.filter(pk=tariff_id).exists():
        raise no_such_tariff(tariff_id)
    attempt(
        request,
        lambda: remove_tariff(shop=desk.shop, tariff_id=tariff_id, actor=desk.actor, now=now),
    )
    return redirect("counter:parcels", desk.shop.slug)


def _screen(
    request: HttpRequest,
    desk: Desk,
    typed: Typed | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    today = timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone))
    tariff = tariff_on(desk.shop, today)
    less = collected_discount(today) if tariff and tariff.till_discounts else 0
    found = open_conflicts(desk.shop, less=less)
    context: dict[str, Any] = {
        "form": typed or filled(tariff, today),
        "refusal": refusal,
        "wrong_row": refusal.data.get("place") if refusal else None,
        "wrong_column": refusal.data.get("column") if refusal else None,
        "tariff": tariff,
        "bands": list(tariff.bands.all()) if tariff else [],
        "to_come": tariffs_to_come(desk.shop, today),
        "zones": Zone.choices,
        "today": today,
        "conflicts": found,
        "more_conflicts": len(found) == SHOWN,
    }
    return page(request, desk, "parcels", **context)
