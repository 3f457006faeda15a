"""The screen “Release days” of a network: what is announced, and the form that announces it."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.releases.form import ReleaseForm
from comptoir.releases.models import Release
from comptoir.releases.operations import announce, change, restore, withdraw
from comptoir.releases.operations.announce import release_of
from comptoir.releases.reads import release_rows


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.SET_RELEASES)
def releases(request: HttpRequest, office: Office, day_id: int | None = None) -> HttpResponse:
    """Show what is announced and the form; announce a release, or change one."""
    zone, now = ZoneInfo(settings.TIME_ZONE), timezone.now()
    known = release_of(office.network, day_id) if day_id else None
    if request.method != "POST":
        return _screen(request, office, ReleaseForm(zone, release=known), known)
    form = ReleaseForm(zone, request.POST)
    if not form.is_valid():
        return _screen(request, office, form, known)
    try:
        if known:
            change(release=known, request=form.request, actor=office.actor, now=now)
        else:
            announce(of=office.network, request=form.request, actor=office.actor, now=now)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(request, office, form, known)
    messages.success(request, _("Saved: readers see it now."))
    return redirect("office:releases", office.network.slug)


@require_POST
@at_the_office(NetworkVerb.SET_RELEASES)
def ended(request: HttpRequest, office: Office, day_id: int) -> HttpResponse:
    """Take a release back, or put it back, by one tap. Leads back to the screen."""
    found = release_of(office.network, day_id)
    if request.POST.get("action") == "restore":
        restore(release=found, actor=office.actor)
    else:
        withdraw(release=found, actor=office.actor, now=timezone.now())
    messages.success(request, _("Done."))
    return redirect("office:releases", office.network.slug)


def _screen(
    request: HttpRequest, office: Office, form: ReleaseForm, known: Release | None
) -> HttpResponse:
    def address(name: str, key: int) -> str:
        return reverse(f"office:{name}", args=[office.network.slug, key])

    rows = release_rows(office.network, ZoneInfo(settings.TIME_ZONE), timezone.now(), address)
    return page(request, office, "releases", form=form, known=known, rows=rows)
