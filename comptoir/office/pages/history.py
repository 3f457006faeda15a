"""The history of a page or a news item: who wrote each version when, and the way back to one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.accounts.names import with_names
from comptoir.core.identifiers import read_key
from comptoir.networks.operations.pages.publications import restore_version
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.pages.reads import article
from comptoir.office.pages.texts import text_of
from comptoir.office.scope import Office, at_the_office, page

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def history(request: HttpRequest, office: Office, publication_id: int) -> HttpResponse:
    """List the versions of a text, one of them as readers saw it; a tap puts one back."""
    found = text_of(office, publication_id)
    if request.method == "POST":
        restore_version(
            network=office.network,
            publication_id=found.pk,
            number=read_key(request.POST.get("version", "")) or found.latest,
            actor=office.actor,
            now=timezone.now(),
        )
        messages.success(request, _("The earlier version is the newest again."))
        return redirect("office:text_history", office.network.slug, found.pk)
    versions = list(found.versions.order_by("-number")[:SHOWN])
    asked = read_key(request.GET.get("version", ""))
    chosen = next((each for each in versions if each.number == asked), None)
    return page(
        request,
        office,
        "pages/history",
        text=found,
        title=versions[0].title,
        versions=with_names(versions),
        chosen=chosen,
        article=article(chosen) if chosen else None,
        news=found.kind == "news",
        screen_of=found.kind,
    )
