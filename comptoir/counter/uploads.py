"""The test bench: a shop uploads a till's file, a job reads it, a preview shows its effect."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.core import limits
from comptoir.core.errors import DomainError, Invalid, NotFound
from comptoir.core.text import read_moment
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.shops.models import Shop
from comptoir.stock.arrivals import uploads
from comptoir.stock.formats import FILES, table
from comptoir.stock.formats.columns import NAMES
from comptoir.stock.models import ReportMode, Upload, UploadState
from comptoir.ui.bodies import takes_files

UPLOADS_PER_HOUR = 60
FORM_BYTES = 100_000
"""What may come around the file: the form's other fields, and the marks between them."""
_TOO_MANY = gettext_lazy("That is many files in an hour: decide about some of them first.")


@takes_files(uploads.LARGEST_BYTES + FORM_BYTES)
@require_http_methods(["GET", "POST"])
@at_the_desk
def bench(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show where to drop a file; take one, keep it for a preview, and lead to its progress."""
    if request.method == "GET":
        return page(request, desk, "bench", uploads=uploads.recent(shop=desk.shop), **_choices())
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        upload = _begin(request, desk)
    except DomainError as refusal:
        if is_script:
            return JsonResponse({"message": str(refusal)}, status=400)
        messages.warning(request, str(refusal))
        return redirect("counter:bench", desk.shop.slug)
    url = reverse("counter:upload", args=[desk.shop.slug, upload.pk])
    return JsonResponse({"url": url}) if is_script else redirect(url)


@require_GET
@at_the_desk
def upload(request: HttpRequest, desk: Desk, upload_id: int) -> HttpResponse:
    """Show how far a file is read, or ask what its columns are; once read, lead to its report."""
    found = _upload(desk, upload_id)
    if found.state == UploadState.READY and found.report_id is not None:
        return redirect("counter:report", desk.shop.slug, found.report_id)
    return page(
        request,
        desk,
        "upload",
        upload=found,
        percent=_percent(found),
        columns=_columns(found) if found.state == UploadState.ASKING else [],
        **_choices(),
    )


@require_GET
@at_the_desk
def progress(request: HttpRequest, desk: Desk, upload_id: int) -> HttpResponse:  # noqa: ARG001
    """Tell a script how far a file is read."""
    found = _upload(desk, upload_id)
    is_reading = found.state in (UploadState.WAITING, UploadState.READING)
    return JsonResponse({"percent": _percent(found), "done": not is_reading})


@require_POST
@at_the_desk
def stop(request: HttpRequest, desk: Desk, upload_id: int) -> HttpResponse:
    """Stop reading a file and forget it. Leads back to the bench."""
    found = _upload(desk, upload_id)
    attempt(request, lambda: uploads.stop(found, actor=desk.actor))
    messages.success(request, _("Stopped: the file is forgotten, nothing has changed."))
    return redirect("counter:bench", desk.shop.slug)


@require_POST
@at_the_desk
def again(request: HttpRequest, desk: Desk, upload_id: int) -> HttpResponse:
    """Read a file again, as another format or kind. Leads to its progress."""
    found = _upload(desk, upload_id)
    said = _said(request, desk.shop)
    if attempt(request, lambda: uploads.read_again(found, actor=desk.actor, **said)) is None:
        return redirect("counter:bench", desk.shop.slug)
    return redirect("counter:upload", desk.shop.slug, found.pk)


@require_POST
@at_the_desk
def columns(request: HttpRequest, desk: Desk, upload_id: int) -> HttpResponse:
    """Remember which column is what, and read the file; or forget that and ask again."""
    found = _upload(desk, upload_id)
    if request.POST.get("ask"):
        attempt(request, lambda: uploads.ask_columns(found, actor=desk.actor))
    else:
        asked = (*NAMES, table.SHEET)
        named = {ours: request.POST.get(f"column-{ours}", "")[:200] for ours in asked}
        attempt(request, lambda: uploads.name_columns(found, named, actor=desk.actor))
    return redirect("counter:upload", desk.shop.slug, found.pk)


@require_GET
@at_the_desk
def formats(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the ways in which a till can report, and the formats that we read."""
    return page(request, desk, "formats", formats=FILES.values())


def _begin(request: HttpRequest, desk: Desk) -> Upload:
    who = str(desk.actor.id)
    limits.count(limits.Limit("upload", UPLOADS_PER_HOUR, 3600, _TOO_MANY), who)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.name:
        raise Invalid("no_file", _("Choose a file first."))
    return uploads.begin(
        shop=desk.shop,
        actor=desk.actor,
        file_name=file.name,
        chunks=file.chunks(),
        written=_written(request.POST.get("written", "")),
        **_said(request, desk.shop),
    )


def _said(request: HttpRequest, shop: Shop) -> dict[str, Any]:
    """Return what somebody chose; what is not one of the choices is found out instead."""
    format = request.POST.get("format", "")
    mode = request.POST.get("mode", "")
    return {
        "format": format if format in FILES else "",
        "mode": mode if mode in ReportMode.values else "",
        "as_of": read_moment(request.POST.get("as_of", ""), ZoneInfo(shop.time_zone)),
    }


def _written(milliseconds: str) -> datetime | None:
    """Return the moment that a browser knows of a file, as far as it can be one."""
    if not milliseconds.isdecimal() or len(milliseconds) > 14:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _percent(upload: Upload) -> int:
    return min(100, upload.read_bytes * 100 // upload.size) if upload.size else 0


def _columns(upload: Upload) -> list[dict[str, Any]]:
    """Return our columns, each with the table's and which of them it seems to be."""
    names = {
        "ean": _("EAN"),
        "quantity": _("Copies"),
        "price": _("Price"),
        "condition": _("Condition"),
        "title": _("Title"),
        "item": _("The till's own reference"),
    }
    guessed = upload.columns.get("columns", {})
    return [
        {"ours": ours, "name": names[ours], "guessed": guessed.get(ours, "")}
        for ours in NAMES
        if ours in names
    ]


def _choices() -> dict[str, Any]:
    return {"formats": FILES.values()}


def _upload(desk: Desk, upload_id: int) -> Upload:
    mine = Upload.objects.visible_to(desk.actor).filter(shop=desk.shop)
    found = mine.filter(pk=upload_id).select_related("report").first()
    if found is None:
        raise NotFound("no_such_trial", _("There is no such file: it was applied or forgotten."))
    return found
