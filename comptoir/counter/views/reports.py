"""What the till has told: what it did, or would do; one click applies or discards what waits."""

from tempfile import SpooledTemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.errors import NotFound
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.verdicts import is_open, read_verdict
from comptoir.counter.views.answers import attempt, page
from comptoir.stock.arrivals import uploads
from comptoir.stock.arrivals.articles import unknown_articles
from comptoir.stock.arrivals.silence import retire_feed
from comptoir.stock.formats import FILES
from comptoir.stock.models import Feed, Report, ReportStatus, UploadState
from comptoir.stock.reports.operations import apply_report, discard_report
from comptoir.stock.reports.summary import write_csv
from comptoir.stock.shelf.track_record import track_record_of

RUNS_SHOWN = 30
SPOOLED_BYTES = 2 * 1024 * 1024


@require_GET
@at_the_desk
def reports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the last reports, those held back first, and the uploads that nobody decided."""
    mine = (
        Report.objects.visible_to(desk.actor)
        .filter(feed__shop=desk.shop)
        .select_related("feed")
        .defer("refusals")
    )
    held = mine.filter(status=ReportStatus.QUARANTINED).order_by("-pk")
    tried = [each for each in uploads.recent(shop=desk.shop) if each.state != UploadState.FAILED]
    told = mine.exclude(status=ReportStatus.PREVIEWED).order_by("-pk")[:RUNS_SHOWN]
    record = track_record_of(desk.shop)
    return page(request, desk, "reports", held=held, reports=told, uploads=tried, record=record)


@require_GET
@at_the_desk
def report(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponse:
    """Show one report: what it did, or would do to the stock as it is now, title by title."""
    found = _run(desk, report_id)
    number = request.GET.get("page", "")
    verdict = read_verdict(
        found,
        shown=request.GET.get("voir", ""),
        page=int(number) if number.isdecimal() and len(number) < 7 else 1,
    )
    return page(
        request,
        desk,
        "report",
        report=found,
        verdict=verdict,
        is_open=is_open(found),
        upload=getattr(found, "upload", None),
        formats=FILES.values(),
        unnamed=unknown_articles(desk.shop, found.feed.format).count(),
    )


@require_GET
@at_the_desk
def report_csv(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Give the whole report of one report as CSV."""
    found = _run(desk, report_id)
    # Gone when the answer has been sent, or the sender has gone.
    file = SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115
    write_csv(found, file)
    file.seek(0)
    stem = slugify(found.file_name.rpartition(".")[0] or found.file_name) or "stock"
    name = f"{stem}-{found.pk}.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv")


@require_POST
@at_the_desk
def apply(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponse:
    """Apply a report that waits; say so when the stock moved since it was looked at."""
    found = _run(desk, report_id)
    seen = request.POST.get("seen", "")[:100]
    done = attempt(request, lambda: apply_report(report=found, actor=desk.actor, seen=seen))
    if done is None:
        return redirect("counter:reports", desk.shop.slug)
    if done.report.status == ReportStatus.OUTDATED:
        messages.warning(request, _("Something newer is already known: nothing has changed."))
    elif done.moved:
        messages.warning(
            request,
            _("Applied. The stock had moved meanwhile: it was worked out again, see below."),
        )
    else:
        messages.success(request, _("Applied: the stock is up to date."))
    return redirect("counter:report", desk.shop.slug, found.pk)


@require_POST
@at_the_desk
def discard(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponse:
    """Discard a report that waits: the stock stays as it was."""
    found = _run(desk, report_id)
    if attempt(request, lambda: discard_report(report=found, actor=desk.actor)) is not None:
        messages.success(request, _("Discarded: nothing has changed."))
    return redirect("counter:reports", desk.shop.slug)


@require_POST
@at_the_desk
def retire(request: HttpRequest, desk: Desk, feed_id: int) -> HttpResponse:
    """“This till is no longer used”: nobody waits for it."""
    feeds = Feed.objects.filter(shop=desk.shop, pk=feed_id)
    key = feeds.values_list("pk", flat=True).first() or 0
    retire_feed(feed_id=key, actor=desk.actor, now=timezone.now())
    messages.success(request, _("Noted: this till is no longer waited for."))
    return redirect("counter:reports", desk.shop.slug)


def _run(desk: Desk, report_id: int) -> Report:
    mine = Report.objects.visible_to(desk.actor).filter(feed__shop=desk.shop)
    found = mine.filter(pk=report_id).select_related("feed__shop", "upload").first()
    if found is None:
        raise NotFound("no_such_run", _("There is no such telling."))
    return found
