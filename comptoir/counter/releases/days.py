"""The screen “Release days” of a shop: what is announced, and the form that announces it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.releases.form import ReleaseForm
from comptoir.releases.models import Release
from comptoir.releases.operations import announce, change, restore, withdraw
from comptoir.releases.operations.announce import release_of
from comptoir.releases.reads import release_rows


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def releases(request: HttpRequest, desk: Desk, release_id: int | None = None) -> HttpResponse:
    """Show what is announced and the form; announce a release, or change one."""
    zone, now = ZoneInfo(desk.shop.time_zone), timezone.now()
    known = release_of(desk.shop, release_id) if release_id else None
    if request.method != "POST":
        return _screen(request, desk, ReleaseForm(zone, release=known), known)
    form = ReleaseForm(zone, request.POST)
    if not form.is_valid():
        return _screen(request, desk, form, known)
    try:
        if known:
            change(release=known, request=form.request, actor=desk.actor, now=now)
        else:
            announce(of=desk.shop, request=form.request, actor=desk.actor, now=now)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(request, desk, form, known)
    messages.success(request, _("Saved: readers see it now."))
    return redirect("counter:releases", desk.shop.slug)


@require_POST
@at_the_desk
def ended(request: HttpRequest, desk: Desk, release_id: int) -> HttpResponse:
    """Take a release back, or put it back, by one tap. Leads back to the screen."""
    found = release_of(desk.shop, release_id)
    if request.POST.get("action") == "restore":
        restore(release=found, actor=desk.actor)
    else:
        withdraw(release=found, actor=desk.actor, now=timezone.now())
    messages.success(request, _("Done."))
    return redirect("counter:releases", desk.shop.slug)


def _screen(
    request: HttpRequest, desk: Desk, form: ReleaseForm, known: Release | None
) -> HttpResponse:
    def address(name: str, key: int) -> str:
        return reverse(f"counter:{name}", args=[desk.shop.slug, key])

    rows = release_rows(desk.shop, ZoneInfo(desk.shop.time_zone), timezone.now(), address)
    return page(request, desk, "releases", form=form, known=known, rows=rows)
