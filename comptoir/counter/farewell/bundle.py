"""All that is the shop's, as one file: asked for, made, fetched; and what leads to its end."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.archives.operations import bundles
from comptoir.archives.reads import leave_of
from comptoir.core import limits
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page

PER_HOUR = 12
_TOO_MANY = _("That is often in an hour: fetch the export that you have.")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def farewell(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's export and how it ends; ask for an export, or stop it."""
    if request.method == "POST":
        attempt(request, lambda: _do(request, desk))
        return redirect("counter:farewell", desk.shop.slug)
    return page(
        request,
        desk,
        "farewell",
        leave=leave_of(desk.shop, desk.actor),
        erase_days=settings.ERASE_AFTER_DAYS,
    )


@require_GET
@at_the_desk
def progress(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001
    """Tell a script how far the export is made."""
    bundle = leave_of(desk.shop, desk.actor).bundle
    is_under_way = bundle is not None and bundle.is_under_way
    return JsonResponse({"percent": bundle.percent if bundle else 0, "done": not is_under_way})


@require_GET
@at_the_desk
def fetched(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the export, piece by piece."""
    found = attempt(request, lambda: bundles.fetch(shop=desk.shop, actor=desk.actor))
    if found is None:
        return redirect("counter:farewell", desk.shop.slug)
    bundle, pieces = found
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Length"] = bundle.size
    name = f"{desk.shop.slug}-{bundle.asked_at:%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _do(request: HttpRequest, desk: Desk) -> bool:
    if "stop" in request.POST:
        bundles.stop(shop=desk.shop, actor=desk.actor)
        return True
    limits.count(limits.Limit("export", PER_HOUR, 3600, _TOO_MANY), str(desk.actor.id))
    bundles.ask(shop=desk.shop, actor=desk.actor)
    return True
