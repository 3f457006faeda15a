"""The screen “Release days”: what is announced, and the form that announces it."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.errors import Conflict, Invalid
from comptoir.releases.form import ReleaseForm
from comptoir.releases.models import Release
from comptoir.releases.operations import announce, change, restore, withdraw
from comptoir.releases.operations.announce import release_of
from comptoir.releases.reads import release_rows
from comptoir.ui.releases.front import Front


def releases(front: Front, key: int | None = None) -> HttpResponse:
    """Show what is announced and the form; announce a release, or change the one of a key."""
    known = release_of(front.of, key) if key else None
    if front.request.method != "POST":
        return _screen(front, ReleaseForm(front.zone, release=known), known)
    form, now = ReleaseForm(front.zone, front.request.POST), timezone.now()
    if not form.is_valid():
        return _screen(front, form, known)
    try:
        if known:
            change(release=known, request=form.request, actor=front.actor, now=now)
        else:
            announce(of=front.of, request=form.request, actor=front.actor, now=now)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _screen(front, form, known)
    messages.success(front.request, _("Saved: readers see it now."))
    return front.to("releases")


def ended(front: Front, key: int) -> HttpResponse:
    """Take a release back, or put it back, by one tap. Leads back to the screen."""
    found = release_of(front.of, key)
    if front.request.POST.get("action") == "restore":
        restore(release=found, actor=front.actor)
    else:
        withdraw(release=found, actor=front.actor, now=timezone.now())
    messages.success(front.request, _("Done."))
    return front.to("releases")


def _screen(front: Front, form: ReleaseForm, known: Release | None) -> HttpResponse:
    rows = release_rows(front.of, front.zone, timezone.now(), front.address)
    action = front.address("release", known.pk) if known else front.address("releases")
    return front.screen("releases", form=form, known=known, rows=rows, action=action)
