"""The first pages of the office: whose it is, and how the network stands."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.accounts.models import User
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, factor_first, page
from comptoir.oversight.quality import quality_of
from comptoir.shops.models import Shop
from comptoir.shops.operations.doors import doors_to_come
from comptoir.shops.requests.models import RequestState, Side


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send who works for one network to its office; let who works for several choose."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    networks = list(Network.objects.visible_to(request.user.actor).order_by("name", "pk"))
    if len(networks) == 1 and not request.user.is_superuser:
        return redirect("office:overview", networks[0].slug)
    inside = networks or request.user.is_superuser
    if inside and (led := factor_first(request, request.user, request.path)):
        return led
    return render(request, "office/choose.html", {"networks": networks})


@require_safe
@at_the_office(NetworkVerb.READ_OFFICE)
def overview(request: HttpRequest, office: Office) -> HttpResponse:
    """Show how many shops the network has, and lead to what waits for somebody."""
    now = timezone.now()
    members = Shop.objects.of_network().filter(memberships__network=office.network)
    context = {
        "members": members.count(),
        "hidden": members.exclude(paused_at=None).count(),
        "faulty": len(quality_of(office.network, actor=office.actor, now=now)),
        "doors": doors_to_come(office.network, now),
        "waiting": 0,
    }
    if office.may(NetworkVerb.TAKE_MEMBERS):
        asked = office.network.requests.filter(state=RequestState.CONFIRMED).count()
        offers = office.network.offers_to_join.filter(side=Side.SHOP).count()
        context["waiting"] = asked + offers
    return page(request, office, "overview", **context)
