"""Requests to join: seen with all that is known of them, opened with one tap or declined; and
shops of the installation that join, are invited, or are asked about."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.identifiers import read_key
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_installation, at_the_office, page
from comptoir.shops.likeness import Sameness
from comptoir.shops.models import JoinRequest, MembershipOffer, Shop
from comptoir.shops.operations import decline_offer, invite_shop
from comptoir.shops.operations.requests import decline_request, open_request
from comptoir.shops.operations.requests.proof import siret_of
from comptoir.shops.phrases import understood
from comptoir.shops.requests.models import Side
from comptoir.shops.requests.reads import alike, others_for, requests_of

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One request, with the shops of the directory that it may be about and how many others want
    the same one. `sure` says that one of them is it in all likelihood."""

    request: JoinRequest
    alike: list[tuple[Shop, Sameness]]
    rivals: int

    @property
    def siret(self) -> str:
        """The SIRET that was given, or that the directory has."""
        return siret_of(self.request)

    @property
    def week(self) -> list[tuple[str, str]]:
        """The seven days to come by the hours that were given, in words."""
        entry = self.request.entry
        where = entry.get("postcode") or (self.request.shop.postcode if self.request.shop else "")
        hours = entry.get("opening_hours", "")
        return understood(hours, postcode=where, today=timezone.localdate()).week

    @property
    def sure(self) -> bool:
        """Whether a shop of the directory is this one in all likelihood."""
        return any(sameness is Sameness.SURE for _shop, sameness in self.alike)


@require_safe
@at_the_office(NetworkVerb.TAKE_MEMBERS)
def requests(request: HttpRequest, office: Office) -> HttpResponse:
    """Show what waits for the network's answer, and find shops to invite."""
    offers = MembershipOffer.objects.filter(network=office.network).select_related("shop")
    context = {
        "rows": _rows(office.network, request),
        "asking": offers.filter(side=Side.SHOP).order_by("offered_at"),
        "invited": offers.filter(side=Side.NETWORK).order_by("offered_at"),
        "q": request.GET.get("q", "")[:80],
        "found": _found(office.network, request.GET.get("q", "")),
    }
    return page(request, office, "requests", **context)


@require_http_methods(["GET", "POST"])
@at_the_office(NetworkVerb.TAKE_MEMBERS)
def answer(request: HttpRequest, office: Office, request_id: int) -> HttpResponse:
    """Open one request, or decline it with a reason."""
    if not office.network.requests.filter(pk=request_id).exists():
        raise NotFound("no_such_request", _("There is no such request."))
    if request.method == "POST":
        _answer(request, request_id)
    return redirect("office:requests", office.network.slug)


@require_http_methods(["GET", "POST"])
@at_the_office(NetworkVerb.TAKE_MEMBERS)
def offer(request: HttpRequest, office: Office, membership_id: int) -> HttpResponse:
    """Accept that a shop of the installation joins, decline it, or take an invitation back."""
    found = MembershipOffer.objects.filter(pk=membership_id, network=office.network)
    known = found.select_related("shop").first()
    if known is None:
        raise NotFound("no_such_offer", _("This is no longer offered."))
    if request.method == "POST" and request.POST.get("action") == "accept":
        _invite(request, office, known.shop)
    elif request.method == "POST":
        decline_offer(offer_id=membership_id, actor=office.actor)
        messages.success(
            request, _("Nothing is offered to %(shop)s any more.") % {"shop": known.shop}
        )
    return redirect("office:requests", office.network.slug)


@require_http_methods(["GET", "POST"])
@at_the_office(NetworkVerb.TAKE_MEMBERS)
def invite(request: HttpRequest, office: Office) -> HttpResponse:
    """Invite a shop of the installation to become a member."""
    if request.method == "POST":
        shop = Shop.objects.of_network().filter(slug=request.POST.get("shop", "")[:80]).first()
        if shop is None:
            messages.warning(request, _("There is no such shop."))
        else:
            _invite(request, office, shop)
    return redirect("office:requests", office.network.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_installation
def unaddressed(request: HttpRequest, _operator: User) -> HttpResponse:
    """Show to who runs the installation the requests that name no network, and answer them."""
    if request.method == "POST":
        _answer(request, read_key(request.POST.get("request", "")) or 0)
        return redirect("office:unaddressed")
    return render(request, "office/unaddressed.html", {"rows": _rows(None, request)})


def _rows(network: Network | None, request: HttpRequest) -> list[Row]:
    assert isinstance(request.user, User)
    asked = requests_of(network, actor=request.user.actor)
    return [
        Row(each, alike(each), others_for(each)) if each.is_pending else Row(each, [], 0)
        for each in asked
    ]


def _found(network: Network, text: str) -> list[Shop]:
    """Return the shops of a name or a town that are not members yet."""
    words = text.strip()[:80]
    if not words:
        return []
    shops = Shop.objects.of_network().exclude(memberships__network=network)
    called = shops.filter(Q(name__icontains=words) | Q(city__icontains=words))
    return list(called.order_by("name", "pk")[:MOST_FOUND])


def _answer(request: HttpRequest, request_id: int) -> None:
    """Open or decline a request, and say on the next page what came of it."""
    assert isinstance(request.user, User)
    try:
        if request.POST.get("action") == "open":
            chosen = read_key(request.POST.get("shop", ""))
            done = open_request(request_id=request_id, shop_id=chosen, actor=request.user.actor)
            told = _("%(shop)s is open: %(name)s is invited to it by mail.")
            messages.success(request, told % {"shop": done.shop, "name": done.asker_name})
        else:
            reason = request.POST.get("reason", "")
            done = decline_request(request_id=request_id, reason=reason, actor=request.user.actor)
            told = _("The request for %(shop)s is declined: %(name)s reads why.")
            messages.success(request, told % {"shop": done.called, "name": done.asker_name})
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))


def _invite(request: HttpRequest, office: Office, shop: Shop) -> None:
    try:
        made = invite_shop(shop=shop, network=office.network, actor=office.actor)
    except Conflict as refusal:
        messages.warning(request, str(refusal))
        return
    told = _("%(shop)s is invited: it decides at its counter.")
    if not isinstance(made, MembershipOffer):
        told = _("%(shop)s is a member from now on.")
    messages.success(request, told % {"shop": shop})
