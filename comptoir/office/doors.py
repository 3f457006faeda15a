"""The screen “Closed doors” of a network: the switch for all its shops, and how far orders are."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import DomainError
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.orders.operations import close_doors, open_doors
from comptoir.orders.reads import door_runs
from comptoir.shops.doors.form import DoorsForm
from comptoir.shops.doors.phrases import preview
from comptoir.shops.models import Shop
from comptoir.shops.operations.doors import check_doors, doors_of, doors_to_come


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.CLOSE_DOORS)
def doors(request: HttpRequest, office: Office) -> HttpResponse:
    """Show what holds and the switch; close all doors, or show what readers will see first."""
    zone, now = ZoneInfo(settings.TIME_ZONE), timezone.now()
    if request.method != "POST":
        return _screen(request, office, DoorsForm(zone))
    form = DoorsForm(zone, request.POST)
    if not form.is_valid():
        return _screen(request, office, form)
    try:
        door = check_doors(form.request, now)._replace(network=office.network.name)
        if "preview" in request.POST:
            return _screen(request, office, form, preview=preview(door, zone, now))
        close_doors(of=office.network, request=form.request, actor=office.actor, now=now)
    except DomainError as refusal:
        form.refuse(refusal)
        return _screen(request, office, form)
    messages.success(
        request, _("The doors are closed: readers see it now. The deadlines are being moved.")
    )
    return redirect("office:doors", office.network.slug)


@require_POST
@at_the_office(NetworkVerb.CLOSE_DOORS)
def opened(request: HttpRequest, office: Office, closing_id: int) -> HttpResponse:
    """End a closing by one tap. Leads back to the screen."""
    found = doors_of(office.network, closing_id)
    open_doors(doors=found, actor=office.actor, now=timezone.now())
    messages.success(request, _("The doors are open again; each shop is as it was before."))
    return redirect("office:doors", office.network.slug)


def _screen(
    request: HttpRequest, office: Office, form: DoorsForm, *, preview: str = ""
) -> HttpResponse:
    members = Shop.objects.of_network().filter(memberships__network=office.network)
    silent = members.filter(opening_hours="", door_spans=None).order_by("name")
    live = doors_to_come(office.network, timezone.now())
    context = {
        "form": form,
        "preview": preview,
        "live": live,
        "runs": door_runs(office.network),
        "members": members.count(),
        "silent": list(silent[:20]),
        "silent_count": silent.count(),
        "zone": settings.TIME_ZONE,
    }
    return page(request, office, "doors", **context)
