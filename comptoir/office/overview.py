"""The first pages of the office: whose it is, and how the network stands."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.accounts.models import User
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.shops.models import Shop


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send who works for one network to its office; let who works for several choose."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    networks = list(Network.objects.visible_to(request.user.actor).order_by("name", "pk"))
    if len(networks) == 1 and not request.user.is_superuser:
        return redirect("office:overview", networks[0].slug)
    return render(request, "office/choose.html", {"networks": networks})


@require_safe
@at_the_office(NetworkVerb.READ_OFFICE)
def overview(request: HttpRequest, office: Office) -> HttpResponse:
    """Show how many shops the network has, and lead to what there is to do."""
    members = Shop.objects.of_network().filter(memberships__network=office.network)
    context = {"members": members.count(), "hidden": members.exclude(paused_at=None).count()}
    return page(request, office, "overview", **context)
