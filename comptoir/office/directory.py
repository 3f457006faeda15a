"""A network's directory as a file: fetched, and sent back with corrections."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.archives.operations import drafts
from comptoir.core import limits
from comptoir.core.errors import Conflict, Invalid, Message
from comptoir.core.identifiers import read_key
from comptoir.core.sheet import write_sheet
from comptoir.core.table import plain_name
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.shops.models import Shop
from comptoir.shops.operations.notes import ImportSummary, Note
from comptoir.shops.page.words import LABELS
from comptoir.shops.table import COLUMNS, write_row
from comptoir.ui.bodies import takes_files

FORM_BYTES = 100_000
PER_HOUR = 60
_TOO_MANY = gettext_lazy("That is many files in an hour: look at the last one first.")
_CALLED: Mapping[str, Message] = {
    **LABELS,
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("Town"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "time_zone": gettext_lazy("Time zone"),
    "service_details": gettext_lazy("How services are used"),
}
"""What the columns of the file are called on the page."""


@takes_files(drafts.LARGEST_BYTES + FORM_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.KEEP_DIRECTORY)
def directory(request: HttpRequest, office: Office) -> HttpResponse:
    """Show how the directory is fetched and corrected; take a file, and lead to what it would
    do."""
    if request.method != "POST":
        members = Shop.objects.of_network().filter(memberships__network=office.network).count()
        return page(request, office, "directory", members=members)
    try:
        limits.count(limits.Limit("directory", PER_HOUR, 3600, _TOO_MANY), str(office.actor.id))
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile) or not file.name:
            raise Invalid("no_file", _("Choose a file first."))
        content = file.read(drafts.LARGEST_BYTES + 1)
        drafts.send(
            network=office.network, actor=office.actor, file_name=file.name, content=content
        )
    except (Conflict, Invalid, limits.TooMany) as refusal:
        messages.warning(request, str(refusal))
        return redirect("office:directory", office.network.slug)
    return redirect("office:draft", office.network.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.KEEP_DIRECTORY)
def draft(request: HttpRequest, office: Office) -> HttpResponse:
    """Show what the file would do; apply it, or forget it."""
    network, actor = office.network, office.actor
    try:
        if request.method != "POST":
            found, summary = drafts.look(network=network, actor=actor)
            return page(request, office, "draft", draft=found, summary=_shown(summary))
        looked_at = read_key(request.POST.get("draft", "")) or 0
        if "forget" in request.POST:
            drafts.forget(network=network, draft_id=looked_at, actor=actor)
            messages.success(request, _("The file is forgotten: nothing has changed."))
        else:
            done = drafts.apply(network=network, draft_id=looked_at, actor=actor)
            messages.success(request, _said(done.changed))
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
        if refusal.code == "other_draft":
            return redirect("office:draft", network.slug)
    return redirect("office:directory", office.network.slug)


@require_GET
@at_the_office(NetworkVerb.KEEP_DIRECTORY)
def fetched(request: HttpRequest, office: Office) -> HttpResponse:  # noqa: ARG001
    """Send the members as the table that this page, and `comptoir shops import`, read."""
    members = Shop.objects.of_network().filter(memberships__network=office.network)
    lists = ("services", "specialities", "memberships__network")
    shops = members.prefetch_related(*lists).order_by("name", "pk")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"annuaire-{office.network.slug}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    write_sheet(response, chain([map(_heading, COLUMNS)], map(write_row, shops)))
    return response


def _heading(column: str) -> str:
    """Return what a column of the file is called: a word for people, and behind it our own
    (`shops.sheet.headings.own_name`), unless they are one."""
    called = str(_CALLED.get(column, column))
    return column if plain_name(called) == column else f"{called} ({column})"


def _said(count: int) -> str:
    told = ngettext("%(n)d shop has changed.", "%(n)d shops have changed.", count)
    return told % {"n": count}


def _shown(summary: ImportSummary) -> ImportSummary:
    """Return what the file would do, its columns by their names on this page."""

    def called(notes: list[Note]) -> list[Note]:
        return [each._replace(column=str(_CALLED.get(each.column, each.column))) for each in notes]

    return replace(
        summary,
        first_changes=called(summary.first_changes),
        first_kept_out=called(summary.first_kept_out),
        first_refusals=called(summary.first_refusals),
        first_left_out=called(summary.first_left_out),
        first_remarks=called(summary.first_remarks),
    )
