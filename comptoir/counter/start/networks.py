"""The networks of a shop: which it belongs to, which invite it, which it may ask, and leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import NotFound
from comptoir.core.identifiers import read_key
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.networks.models import Network
from comptoir.shops.models import Membership
from comptoir.shops.operations import ask_network, decline_offer, leave_network
from comptoir.shops.requests.models import Side


@require_http_methods(["GET", "POST"])
@at_the_desk
def networks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's networks; its owner joins one, answers an invitation, or leaves."""
    if request.method == "POST":
        _act(request, desk)
        return redirect("counter:networks", desk.shop.slug)
    mine = desk.shop.memberships.select_related("network").order_by("network__name", "pk")
    offers = list(desk.shop.offers_to_join.select_related("network").order_by("offered_at"))
    taken = {each.network_id for each in mine} | {each.network_id for each in offers}
    context = {
        "memberships": mine,
        "invited": [each for each in offers if each.side == Side.NETWORK],
        "asked": [each for each in offers if each.side == Side.SHOP],
        "others": Network.objects.exclude(pk__in=taken).order_by("name", "pk"),
    }
    return page(request, desk, "networks", **context)


def _act(request: HttpRequest, desk: Desk) -> None:
    """Do what was tapped, and say on the next page what came of it."""
    action = request.POST.get("action", "")
    if action == "decline":
        key = read_key(request.POST.get("offer", "")) or 0
        if not desk.shop.offers_to_join.filter(pk=key).exists():
            raise NotFound("no_such_offer", _("This is no longer offered."))
        decline_offer(offer_id=key, actor=desk.actor)
        messages.success(request, _("Nothing is offered any more."))
        return
    network = Network.objects.filter(slug=request.POST.get("network", "")[:80]).first()
    if network is None:
        messages.warning(request, _("Choose a network."))
        return
    shop, actor = desk.shop, desk.actor
    if action == "leave":
        leave_network(shop=shop, network=network, actor=actor)
        told = _("%(shop)s has left %(network)s.")
    else:
        made = attempt(request, lambda: ask_network(shop=shop, network=network, actor=actor))
        if made is None:
            return
        told = _("%(network)s is asked: one of its coordinators answers.")
        if isinstance(made, Membership):
            told = _("%(shop)s belongs to %(network)s from now on.")
    messages.success(request, told % {"shop": shop, "network": network})
