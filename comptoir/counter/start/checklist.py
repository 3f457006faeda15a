"""The first steps: what lies between a shop that has just come and its first reservation.

Each is ticked by what is so, never by a tap: whoever connects a till elsewhere finds it ticked.
"""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.core.errors import Message
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.orders.models import OrderStatus
from comptoir.orders.operations.trials.order import place_trial
from comptoir.search.query import search
from comptoir.search.reader import IndexMissing
from comptoir.search.requests import SearchRequest
from comptoir.shops.models import Shop
from comptoir.shops.operations.people import hide_first_steps
from comptoir.shops.places import Point
from comptoir.stock.models import OfferStanding, Report, ReportStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its word, what it is, whether it is done, where it is done, and whether it is the
    first that is not."""

    word: str
    label: Message
    hint: Message
    done: bool
    url: str
    action: Message
    is_next: bool = False


def steps_on_board(desk: Desk) -> list[Step]:
    """Return the steps that the board shows to this person: none once one reservation was handed
    over, for then all of it works. One query for who is shown them, none for others."""
    if not desk.shows_first_steps or _has_collected(desk.shop):
        return []
    return steps_of(desk.shop, brief=True)


def steps_of(shop: Shop, *, brief: bool = False) -> list[Step]:
    """Return the steps of a shop in their order, with what is done of each; `brief` searches for no
    title before the till has reported."""
    reports = Report.objects.filter(feed__shop=shop, status=ReportStatus.APPLIED).exists()
    title = _found_title(shop) if reports or not brief else ""
    steps = [
        Step(
            "hours",
            _("Say when you are open"),
            _("Readers come by these hours, and what is kept for them is kept by them."),
            bool(shop.opening_hours),
            reverse("counter:settings", args=[shop.slug]) + "#policy-title",
            _("Write the hours"),
        ),
        Step(
            "till",
            _("Connect the till"),
            _("A file that it exports is enough to begin; later it reports by itself."),
            reports,
            reverse("counter:reports", args=[shop.slug]),
            _("Bring the stock in"),
        ),
        Step(
            "title",
            _("Find one of your titles"),
            _("As a reader does: by the search of the site."),
            bool(title),
            f"{reverse('site:search')}?q={title or _any_ean(shop)}",
            _("Search for it"),
        ),
        Step(
            "order",
            _("Try one reservation"),
            _(
                "With your own address: you set it aside and hand it over on this board. It holds"
                " one copy for half an hour at most, then the copy is free again."
            ),
            _has_collected(shop),
            "",
            _("Try a reservation"),
        ),
    ]
    upcoming = next((step for step in steps if not step.done), None)
    return [replace(step, is_next=step is upcoming) for step in steps]


@require_GET
@at_the_desk
def checklist(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the first steps as a page of their own."""
    trial = desk.shop.orders.filter(trial=True).open().first()
    return page(request, desk, "first_steps", steps=steps_of(desk.shop), trial=trial)


@require_http_methods(["GET", "POST"])
@at_the_desk
def trial(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Place a reservation to try it with, and lead to it."""
    if request.method == "POST":
        placed = attempt(request, lambda: place_trial(shop=desk.shop, actor=desk.actor))
        if placed is not None:
            told = _("Here it is, as any reservation comes. Set it aside, then hand it over.")
            messages.success(request, told)
            return redirect("counter:order", desk.shop.slug, placed.pk)
    return redirect("counter:first_steps", desk.shop.slug)


@require_http_methods(["GET", "POST"])
@at_the_desk
def hidden(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Hide the first steps from one's own board, or have them back."""
    if request.method != "POST":
        return redirect("counter:first_steps", desk.shop.slug)
    away = request.POST.get("action") != "show"
    hide_first_steps(shop=desk.shop, hidden=away, actor=desk.actor)
    return redirect("counter:tasks" if away else "counter:first_steps", desk.shop.slug)


def _has_collected(shop: Shop) -> bool:
    return shop.orders.filter(status=OrderStatus.COLLECTED).exists()


def _any_ean(shop: Shop) -> str:
    on_shelf = OfferStanding.objects.filter(shop=shop, available__gt=0, ean__isnull=False)
    return on_shelf.values_list("ean", flat=True).order_by("-offer_id").first() or ""


def _found_title(shop: Shop) -> str:
    """Return the EAN of a title that readers find and that the shop has, "" where none is found."""
    ean = _any_ean(shop)
    if not ean or shop.paused_at is not None:
        return ""
    here = Point(shop.latitude, shop.longitude)
    try:
        found = search(SearchRequest(text=ean, near=here, in_stock=True, limit=3))
    except IndexMissing:
        return ""
    shown = (offer.shop.pk for hit in found.hits for offer in hit.nearest.offers)
    return ean if shop.pk in shown else ""
