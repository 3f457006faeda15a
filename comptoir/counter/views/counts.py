"""Counting by scanning, at the counter: scans, differences, and what the till is corrected for."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.identifiers import read_key
from comptoir.core.sheet import open_sheet
from comptoir.counter.counts import progress_of, read_scans, tally_of
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.stock.counts.corrections import Correction, corrections_of, tick_off
from comptoir.stock.counts.operations import (
    RefusedScan,
    Scan,
    differences,
    discard_count,
    rest_of,
    start_count,
    take_scans,
    taken_keys,
)
from comptoir.stock.counts.steps import STEP, apply_some, begin_applying
from comptoir.stock.models import Condition, CountStatus, StockCount
from comptoir.stock.shelf.demand import unmet_demand
from comptoir.stock.tasks import apply_count

PAST = 10
AT_ONCE = 3
"""So many steps of a count are applied before the page answers; a job does the rest."""
SHOWN_CORRECTIONS = 200


@require_http_methods(["GET", "POST"])
@at_the_desk
def counts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the counts; begin one."""
    if request.method == "POST":
        whole = request.POST.get("whole") == "yes"
        name = _("The whole shop") if whole else request.POST.get("name", "")
        begun = attempt(
            request,
            lambda: start_count(shop=desk.shop, name=name, whole=whole, actor=desk.actor),
        )
        if begun is None:
            return redirect("counter:counts", desk.shop.slug)
        return redirect("counter:count", desk.shop.slug, begun.pk)
    found = StockCount.objects.visible_to(desk.actor).filter(shop=desk.shop).order_by("-pk")
    live = found.filter(status__in=[CountStatus.OPEN, CountStatus.APPLYING])
    past = found.exclude(status__in=[CountStatus.OPEN, CountStatus.APPLYING])[:PAST]
    return page(request, desk, "counts", live=live, past=past)


@require_GET
@at_the_desk
def count(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Show one count: its scans while it is open, then what came of it."""
    session = _session(desk, count_id)
    if session.status != CountStatus.OPEN:
        return page(request, desk, "count_done", session=session, progress=progress_of(session))
    if request.headers.get("X-Fragment"):
        return _fragment(request, desk, session, [])
    return page(request, desk, "count", session=session, tally=tally_of(session), key=uuid4().hex)


@require_POST
@at_the_desk
def scans(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Take scans: those that a screen queued, or the one of the plain form.

    To a screen, 409 says that the count is closed, and which of its scans it had taken before; 400
    that what it sent is no list of scans.
    """
    session = _session(desk, count_id)
    queued = "scans" in request.POST
    found: list[Scan] = []
    try:
        found = read_scans(request.POST)
        refused = take_scans(session=session, scans=found, actor=desk.actor)
    except (Conflict, Invalid) as error:
        if queued:
            status = 409 if isinstance(error, Conflict) else 400
            taken = taken_keys(session, [scan.key for scan in found])
            return JsonResponse({"message": str(error), "taken": taken}, status=status)
        messages.warning(request, str(error))
        return redirect("counter:count", desk.shop.slug, session.pk)
    if queued:
        return _fragment(request, desk, session, refused)
    for each in refused:
        messages.warning(request, each.why)
    return redirect("counter:count", desk.shop.slug, session.pk)


@require_GET
@at_the_desk
def count_differences(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Show what the count found otherwise than expected, before anything changes."""
    session = _session(desk, count_id)
    if session.status != CountStatus.OPEN:
        return redirect("counter:count", desk.shop.slug, session.pk)
    found = differences(session)
    return page(
        request,
        desk,
        "count_differences",
        session=session,
        tally=tally_of(session),
        missing=[each for each in found if each.missing > 0],
        more=[each for each in found if each.missing < 0],
        same=[each for each in found if each.missing == 0],
        rest=rest_of(session) if session.whole else None,
    )


@require_POST
@at_the_desk
def count_apply(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Apply a count: a small one at once, the rest of a large one by a job."""
    session = _session(desk, count_id)
    zero_rest = request.POST.get("rest") == "zero"
    done = attempt(
        request,
        lambda: begin_applying(session=session, zero_rest=zero_rest, actor=desk.actor),
    )
    if done is not None:
        left = STEP
        for _step in range(AT_ONCE):
            left = apply_some(session.pk) if left else 0
        if left:
            apply_count.defer(session_id=session.pk)
    return redirect("counter:count", desk.shop.slug, session.pk)


@require_POST
@at_the_desk
def count_discard(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Give a count up."""
    session = _session(desk, count_id)
    if attempt(request, lambda: discard_count(session=session, actor=desk.actor)):
        messages.success(request, _("The count is given up: nothing has changed."))
    return redirect("counter:counts", desk.shop.slug)


@require_http_methods(["GET", "POST"])
@at_the_desk
def corrections(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what the till is to be corrected for; tick off what was."""
    if request.method == "POST":
        offer_id, newest = (_number(request.POST.get(name, "")) for name in ("offer", "newest"))
        tick_off(shop=desk.shop, offer_id=offer_id, newest=newest, actor=desk.actor)
        return redirect("counter:corrections", desk.shop.slug)
    found = list(corrections_of(desk.shop, desk.actor))
    shown = [_shown(each) for each in found[:SHOWN_CORRECTIONS]]
    return page(request, desk, "corrections", corrections=shown, total=len(found))


@require_GET
@at_the_desk
def corrections_csv(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001
    """Give all that the till is to be corrected for, as a CSV for a French spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    with open_sheet(response) as write:
        write(["ean", "title", "byline", "condition", "correction", "since"])
        for each in corrections_of(desk.shop, desk.actor):
            since = timezone.localtime(each.last).strftime("%Y-%m-%d %H:%M")
            write([each.ean, each.title, each.byline, each.condition, each.delta, since])
    name = f"caisse-{desk.shop.slug}-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@at_the_desk
def asked(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what readers often ask for and this shop has none of."""
    return page(request, desk, "asked", asked=unmet_demand(desk.shop))


def _session(desk: Desk, count_id: int) -> StockCount:
    visible = StockCount.objects.visible_to(desk.actor)
    found = visible.filter(shop=desk.shop, pk=count_id).first()
    if found is None:
        raise NotFound("no_such_count", _("There is no such count."))
    return found


def _fragment(
    request: HttpRequest, desk: Desk, session: StockCount, refused: list[RefusedScan]
) -> HttpResponse:
    context = {"shop": desk.shop, "session": session, "tally": tally_of(session)}
    return render(request, "counter/count_tally.html", context | {"refused": refused})


def _shown(each: Correction) -> dict[str, object]:
    return {"what": each, "condition": Condition(each.condition).label}


def _number(text: str) -> int:
    return read_key(text) or 0
