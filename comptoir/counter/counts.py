"""Stock counts by scanning: scans, differences, what to correct in the till, and the demand."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.catalogue.models import TILL_SOURCE, Product, own_ref
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.identifiers import read_key
from comptoir.core.sheet import open_sheet
from comptoir.counter.scan import read_quantity, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.stock.counts.corrections import corrections_of, tick_off
from comptoir.stock.counts.operations import (
    MOST_SCANS,
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
from comptoir.stock.models import Condition, CountedTitle, CountOutcome, CountStatus, StockCount
from comptoir.stock.shelf.demand import unmet_demand
from comptoir.stock.tasks import apply_count

PAST_SHOWN = 10
RECENT_SHOWN = 12
CORRECTIONS_SHOWN = 200
CORRECTED = (
    *(pgettext_lazy("column", "EAN or number"), pgettext_lazy("column", "Title")),
    *(pgettext_lazy("column", "By whom"), pgettext_lazy("column", "Condition")),
    *(pgettext_lazy("column", "Correction of the till"), pgettext_lazy("column", "Since")),
)
"""The columns of the file of what is to be corrected in the till."""
AT_ONCE = 3
"""So many steps of a count are applied before the page answers; a job does the rest."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a count has so far. `recent`: the titles scanned last, with their products."""

    titles: int
    copies: int
    recent: list[tuple[CountedTitle, Product | None]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is applied, and what came of its titles."""

    total: int
    left: int
    outcomes: list[tuple[str, int]]


@require_http_methods(["GET", "POST"])
@at_the_desk
def counts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's counts, those in progress first; start one."""
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
    past = found.exclude(status__in=[CountStatus.OPEN, CountStatus.APPLYING])[:PAST_SHOWN]
    return page(request, desk, "counts", live=live, past=past)


@require_GET
@at_the_desk
def count(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Show one count: its scans while it is open, then how far it is applied."""
    session = _session(desk, count_id)
    if session.status != CountStatus.OPEN:
        return page(request, desk, "count_done", session=session, progress=_progress_of(session))
    if request.headers.get("X-Fragment"):
        return _fragment(request, desk, session, [])
    return page(request, desk, "count", session=session, tally=tally_of(session), key=uuid4().hex)


@require_POST
@at_the_desk
def scans(request: HttpRequest, desk: Desk, count_id: int) -> HttpResponse:
    """Add scans to a count: those that a screen queued, or the one of the plain form.

    Answers a screen 409 when the count is closed, with the scans that it had taken before, and 400
    when what it sent is no list of scans.
    """
    session = _session(desk, count_id)
    queued = "scans" in request.POST
    found: list[Scan] = []
    try:
        found = _read_scans(request.POST)
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
    """Show where a count differs from what was expected, before anything changes."""
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
    """Apply a count: a small one at once, the rest of a large one by a job. Leads to the count."""
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
    """Discard a count: the stock stays as it is. Leads back to the counts."""
    session = _session(desk, count_id)
    if attempt(request, lambda: discard_count(session=session, actor=desk.actor)):
        messages.success(request, _("The count is given up: nothing has changed."))
    return redirect("counter:counts", desk.shop.slug)


@require_http_methods(["GET", "POST"])
@at_the_desk
def corrections(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what to correct in the till; tick off a line that was corrected."""
    if request.method == "POST":
        offer_id, newest = (
            read_key(request.POST.get(name, "")) or 0 for name in ("offer", "newest")
        )
        tick_off(shop=desk.shop, offer_id=offer_id, newest=newest, actor=desk.actor)
        return redirect("counter:corrections", desk.shop.slug)
    found = list(corrections_of(desk.shop, desk.actor))
    shown = [(each, Condition(each.condition).label) for each in found[:CORRECTIONS_SHOWN]]
    return page(request, desk, "corrections", corrections=shown, total=len(found))


@require_GET
@at_the_desk
def corrections_csv(request: HttpRequest, desk: Desk) -> HttpResponse:  # noqa: ARG001
    """Give all that is to be corrected in the till, as a CSV for a French spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    with open_sheet(response) as write:
        write([str(heading) for heading in CORRECTED])
        for each in corrections_of(desk.shop, desk.actor):
            since = timezone.localtime(each.last).strftime("%Y-%m-%d %H:%M")
            condition = str(Condition(each.condition).label)
            write([each.ean, each.title, each.byline, condition, each.delta, since])
    name = f"caisse-{desk.shop.slug}-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@at_the_desk
def demand(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the titles that readers often ask for and that this shop does not have."""
    return page(request, desk, "demand", demand=unmet_demand(desk.shop))


def tally_of(session: StockCount) -> Tally:
    """Return what a count has so far. Three queries, whatever was counted."""
    scanned = session.titles.filter(scanned=True)
    sums = scanned.aggregate(titles=Count("pk"), copies=Sum("copies", default=0))
    latest = list(scanned.order_by("-last_at", "-pk")[:RECENT_SHOWN])
    numbers = [title.ean for title in latest]
    own = Q(source=TILL_SOURCE, source_ref__in=[own_ref(session.shop_id, n) for n in numbers])
    products = {
        product.number: product for product in Product.objects.filter(Q(ean__in=numbers) | own)
    }
    return Tally(
        titles=sums["titles"],
        copies=sums["copies"],
        recent=[(title, products.get(title.ean)) for title in latest],
    )


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


def _progress_of(session: StockCount) -> Progress:
    """Return how far a count is applied."""
    counted = session.titles.order_by().values_list("outcome").annotate(Count("pk"))
    found: dict[str, int] = dict(counted)
    outcomes = [
        (str(CountOutcome(value).label), found[value])
        for value in CountOutcome.values
        if value in found
    ]
    return Progress(sum(found.values()), found.get("", 0), outcomes)


def _read_scans(sent: QueryDict) -> list[Scan]:
    """Return the scans that a screen sent: a list in JSON, or the fields of the plain form.

    Raises `Invalid` (`bad_scans`, `bad_quantity`).
    """
    if "scans" in sent:
        return _listed(str(sent["scans"]))
    typed, change = sent.get("number", "").strip(), sent.get("change", "")
    typed = "" if change == "-1" else typed
    return [
        Scan(
            key=sent.get("key", ""),
            code=read_scan(sent.get("code", ""))[:100],
            change=-1 if change == "-1" else 1,
            number=read_quantity(typed, least=0) if typed or change == "0" else None,
        )
    ]


def _listed(text: str) -> list[Scan]:
    try:
        found = json.loads(text)
        if not isinstance(found, list) or len(found) > MOST_SCANS:
            raise ValueError
        return [_one(each) for each in found]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        message = gettext_lazy("What this screen sent cannot be read: reload the page.")
        raise Invalid("bad_scans", message) from None


def _one(each: dict[str, object]) -> Scan:
    number = each.get("number")
    age = each.get("age_ms", 0)
    if not isinstance(age, int | float) or not isinstance(number, int | None):
        raise TypeError
    return Scan(
        key=str(each["key"])[:100],
        code=read_scan(str(each["code"]))[:100],
        change=-1 if each.get("change") == -1 else 1,
        number=number,
        age=timedelta(milliseconds=min(max(age, 0), 10**10)),
    )
