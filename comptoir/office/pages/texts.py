"""The lists of a network's pages and news: what readers see and what is a draft; put in order,
withdrawn, deleted."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.errors import Conflict, Invalid
from comptoir.networks.models import Publication
from comptoir.networks.operations.pages.publications import (
    delete_draft,
    move_page,
    withdraw_publication,
)
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.pages.models import PublicationKind, Version
from comptoir.office.scope import Office, at_the_office, page

SHOWN = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A page or a news item with its newest title and what readers see of it: `draft`, `coming`,
    `shown` or `over`; `newer`: a draft lies upon what they see."""

    text: Publication
    title: str
    state: str
    newer: bool


@require_safe
@at_the_office(NetworkVerb.WRITE_PAGES)
def pages(request: HttpRequest, office: Office) -> HttpResponse:
    """List the pages in their order."""
    return _list(request, office, PublicationKind.PAGE, "place", "pk")


@require_safe
@at_the_office(NetworkVerb.WRITE_PAGES)
def news(request: HttpRequest, office: Office) -> HttpResponse:
    """List the news, the newest first."""
    return _list(request, office, PublicationKind.NEWS, "-changed_at", "-pk")


@require_POST
@at_the_office(NetworkVerb.WRITE_PAGES)
def moved(request: HttpRequest, office: Office, publication_id: int) -> HttpResponse:
    """Move a page one place up or down."""
    up = request.POST.get("sens") != "bas"
    move_page(network=office.network, publication_id=publication_id, up=up, actor=office.actor)
    return redirect(list_of(office, text_of(office, publication_id)))


@require_POST
@at_the_office(NetworkVerb.WRITE_PAGES)
def withdrawn(request: HttpRequest, office: Office, publication_id: int) -> HttpResponse:
    """Have readers see a text no more."""
    found = withdraw_publication(
        network=office.network,
        publication_id=publication_id,
        actor=office.actor,
        now=timezone.now(),
    )
    messages.success(request, _("Withdrawn: it is a draft, and nobody sees it."))
    return redirect(list_of(office, found))


@require_POST
@at_the_office(NetworkVerb.WRITE_PAGES)
def deleted(request: HttpRequest, office: Office, publication_id: int) -> HttpResponse:
    """Delete a draft with its history."""
    found = text_of(office, publication_id)
    attempt(
        request,
        lambda: delete_draft(
            network=office.network, publication_id=publication_id, actor=office.actor
        ),
        _("Deleted."),
    )
    return redirect(list_of(office, found))


def attempt(request: HttpRequest, verb: Callable[[], object], done: str) -> bool:
    """Run a verb; the next page tells that it is done, or what it refuses. Returns whether it was
    done."""
    try:
        verb()
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def text_of(office: Office, publication_id: int) -> Publication:
    """Return a page or a news item of this network. Raises `Http404`."""
    found = office.network.publications.filter(pk=publication_id).first()
    if found is None:
        raise Http404
    return found


def list_of(office: Office, text: Publication) -> str:
    """Return the address of the list in which a text stands."""
    name = "pages" if text.kind == PublicationKind.PAGE else "news"
    return reverse(f"office:{name}", args=[office.network.slug])


def _list(request: HttpRequest, office: Office, kind: PublicationKind, *order: str) -> HttpResponse:
    found = list(office.network.publications.filter(kind=kind).order_by(*order)[:SHOWN])
    versions = Version.objects.filter(publication__in=found).only(
        "publication_id", "number", "title"
    )
    titles = {(each.publication_id, each.number): each.title for each in versions}
    rows = [
        Row(text, titles[text.pk, text.latest], _state(text), 0 < text.shown < text.latest)
        for text in found
    ]
    return page(request, office, "pages/list", rows=rows, kind=kind.value)


def _state(text: Publication) -> str:
    now = timezone.now()
    if not text.shown or text.appears_at is None:
        return "draft"
    if text.appears_at > now:
        return "coming"
    return "over" if text.ends_at and text.ends_at <= now else "shown"
