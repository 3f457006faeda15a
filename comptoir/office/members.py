"""The shops of the network: which they are, since when, how each stands."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.portal import portal_of, shown_as, site_address
from comptoir.office.scope import Office, at_the_office, page
from comptoir.shops.models import Membership
from comptoir.shops.operations.memberships import leave_network
from comptoir.ui.addresses import address

SHOWN = 100
STATES = {
    "open": Q(shop__paused_at=None),
    "hidden": Q(shop__paused_at__isnull=False, shop__ended_at=None),
    "left": Q(shop__ended_at__isnull=False),
}
"""How a shop may stand: shown to the public, hidden for now, gone for good."""
ORDERS = {
    "town": ("shop__city", "shop__name", "pk"),
    "name": ("shop__name", "pk"),
    "newest": ("-since", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A member, and where the network's site shows it ("" where nobody sees it)."""

    membership: Membership
    page: str


@require_safe
@at_the_office(NetworkVerb.READ_OFFICE)
def members(request: HttpRequest, office: Office) -> HttpResponse:
    """List the members that match what is typed, by town, name or when they came."""
    q = request.GET.get("q", "")[:100]
    state, order = request.GET.get("state", ""), request.GET.get("order", "town")
    all_of_them = Membership.objects.filter(network=office.network)
    found = all_of_them.select_related("shop").order_by(*ORDERS.get(order, ORDERS["town"]))
    for word in q.split()[:6]:
        found = found.filter(
            Q(shop__name__icontains=word)
            | Q(shop__city__icontains=word)
            | Q(shop__postcode__startswith=word)
        )
    if state in STATES:
        found = found.filter(STATES[state])
    pages = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    with shown_as(portal_of(office.network)):
        rows = [Row(each, "" if each.shop.paused_at else _page(each)) for each in pages]
    context = {"rows": rows, "pages": pages, "q": q, "state": state, "order": order}
    return page(request, office, "members", total=all_of_them.count(), **context)


def _page(member: Membership) -> str:
    return site_address() + address("site:shop", member.shop.slug)


@require_POST
@at_the_office(NetworkVerb.TAKE_MEMBERS)
def leave(request: HttpRequest, office: Office, member_id: int) -> HttpResponse:
    """Have a shop belong to the network no more; it stays in the directory of the installation."""
    found = office.network.memberships.filter(pk=member_id).select_related("shop").first()
    if found is not None:
        leave_network(shop=found.shop, network=office.network, actor=office.actor)
        told = _("%(shop)s belongs to the network no more.")
        messages.success(request, told % {"shop": found.shop.name})
    return redirect("office:members", office.network.slug)
