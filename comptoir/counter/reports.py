"""A till's reports: what each did, or would do; one click applies or discards one that waits."""

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.errors import Message, NotFound
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.stock.arrivals import uploads
from comptoir.stock.arrivals.articles import unknown_articles
from comptoir.stock.arrivals.silence import retire_feed
from comptoir.stock.formats import FILES
from comptoir.stock.models import Report, ReportStatus, UploadState
from comptoir.stock.reports.models import SAID
from comptoir.stock.reports.operations import OPEN, apply_report, discard_report
from comptoir.stock.reports.preview import Kind, Row, open_preview
from comptoir.stock.reports.summary import write_csv
from comptoir.stock.shelf.track_record import track_record_of

REPORTS_SHOWN = 30
TITLES_SHOWN = 50
SPOOLED_BYTES = 2 * 1024 * 1024
REFUSED, REMARKED = "refused", "remarks"
# What is a mistake, or may be one, comes before what is as it should be.
_CONCERNS = (Kind.SHORT, REFUSED, REMARKED, Kind.PRICES, Kind.UNKNOWN)
_COUNTED: dict[str, Any] = {
    REFUSED: ngettext_lazy("line refused", "lines refused"),
    REMARKED: ngettext_lazy("remark", "remarks"),
    Kind.SHORT: ngettext_lazy("reserved, and not there", "reserved, and not there"),
    Kind.VANISHES: ngettext_lazy("vanishes", "vanish"),
    Kind.APPEARS: ngettext_lazy("appears", "appear"),
    Kind.FALLS: ngettext_lazy("falls", "fall"),
    Kind.RISES: ngettext_lazy("rises", "rise"),
    Kind.REPRICED: ngettext_lazy("changes its price", "change their price"),
    Kind.PRICES: ngettext_lazy("not at the publisher's price", "not at the publisher's price"),
    Kind.UNKNOWN: ngettext_lazy("unknown to the catalogue", "unknown to the catalogue"),
}
"""What follows so many titles, or lines."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of what a report does, with how many there are."""

    word: str
    label: Message
    count: int
    is_concern: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one report does: computed against the stock as it is while it waits, then read in the
    ledger.

    `said` are the refused lines, or the remarks, that are shown. `seen` is a digest that the page
    sends back when somebody applies what it shows.
    """

    tiles: list[Tile]
    shown: str
    title: Message
    rows: list[Row]
    said: list[list[object]]
    page: int
    pages: int
    seen: str

    @property
    def vanishing(self) -> int:
        """How many titles go to zero, or would."""
        return next((tile.count for tile in self.tiles if tile.word == Kind.VANISHES), 0)

    @property
    def is_empty(self) -> bool:
        """Whether the report did, or would do, nothing at all."""
        return not any(tile.count for tile in self.tiles)


@require_GET
@at_the_desk
def reports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the last reports, those held back first, and the uploads that nobody has decided."""
    mine = (
        Report.objects.visible_to(desk.actor)
        .filter(feed__shop=desk.shop)
        .select_related("feed")
        .defer(*SAID)
    )
    held = mine.filter(status=ReportStatus.QUARANTINED).order_by("-pk")
    undecided = [
        each for each in uploads.recent(shop=desk.shop) if each.state != UploadState.FAILED
    ]
    latest = mine.exclude(status=ReportStatus.PREVIEWED).order_by("-pk")[:REPORTS_SHOWN]
    return page(
        request,
        desk,
        "reports",
        held=held,
        reports=latest,
        uploads=undecided,
        track_record=track_record_of(desk.shop),
    )


@require_GET
@at_the_desk
def report(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponse:
    """Show one report: what it did, or would do to the stock as it is now, title by title."""
    found = _report(desk, report_id)
    number = request.GET.get("page", "")
    verdict = _read_verdict(
        found,
        shown=request.GET.get("voir", ""),
        number=int(number) if number.isdecimal() and len(number) < 7 else 1,
    )
    return page(
        request,
        desk,
        "report",
        report=found,
        verdict=verdict,
        is_open=found.status in OPEN,
        upload=getattr(found, "upload", None),
        formats=FILES.values(),
        unnamed=unknown_articles(desk.shop, found.feed.format).count(),
    )


@require_GET
@at_the_desk
def report_csv(request: HttpRequest, desk: Desk, report_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Give all that a report did, or would do, as CSV."""
    found = _report(desk, report_id)
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
    """Apply a report that waits; its page then tells whether the stock moved since it was shown."""
    found = _report(desk, report_id)
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
    """Discard a report that waits: the stock stays as it is. Leads back to the reports."""
    found = _report(desk, report_id)
    if attempt(request, lambda: discard_report(report=found, actor=desk.actor)) is not None:
        messages.success(request, _("Discarded: nothing has changed."))
    return redirect("counter:reports", desk.shop.slug)


@require_POST
@at_the_desk
def retire(request: HttpRequest, desk: Desk, feed_id: int) -> HttpResponse:
    """“This till is no longer used”: nobody waits for it. Leads back to the reports."""
    retire_feed(shop=desk.shop, feed_id=feed_id, actor=desk.actor, now=timezone.now())
    messages.success(request, _("Noted: this till is no longer waited for."))
    return redirect("counter:reports", desk.shop.slug)


def _report(desk: Desk, report_id: int) -> Report:
    mine = Report.objects.visible_to(desk.actor).filter(feed__shop=desk.shop)
    found = mine.filter(pk=report_id).select_related("feed__shop", "upload").first()
    if found is None:
        raise NotFound("no_such_run", _("There is no such telling."))
    return found


def _read_verdict(report: Report, *, shown: str, number: int) -> Verdict:
    """Return what a report does; `shown` is a kind, else the first kind that has titles."""
    with open_preview(report) as preview:
        counts: dict[str, int] = {kind.value: count for kind, count in preview.counts().items()}
        counts[REFUSED], counts[REMARKED] = report.refused_count, report.remark_count
        words = [*_CONCERNS, *(kind for kind in Kind if kind not in _CONCERNS)]
        if report.status not in OPEN:
            words = [word for word in words if word not in (Kind.SHORT, Kind.REPRICED)]
        if shown not in words:
            shown = next((word for word in words if counts[word]), words[0])
        said = {REFUSED: report.refusals, REMARKED: report.remarks}.get(shown)
        listed = counts[shown] if said is None else len(said)
        pages = max(1, -(-listed // TITLES_SHOWN))
        number = min(max(1, number), pages)
        start = (number - 1) * TITLES_SHOWN
        rows = preview.rows(Kind(shown), start=start, most=TITLES_SHOWN) if said is None else []
        seen = preview.digest
    return Verdict(
        tiles=[
            Tile(
                word, _COUNTED[word] % counts[word], counts[word], word in _CONCERNS, word == shown
            )
            for word in words
        ],
        shown=shown,
        title=_COUNTED[shown] % counts[shown],
        rows=rows,
        said=(said or [])[start : start + TITLES_SHOWN],
        page=number,
        pages=pages,
        seen=seen,
    )
