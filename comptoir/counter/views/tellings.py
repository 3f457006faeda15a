"""What the till has told, and what was held back: one click applies or discards it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.errors import NotFound
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.stock.models import Feed, FeedRun, RunStatus
from comptoir.stock.record import record_of
from comptoir.stock.silence import retire_feed
from comptoir.stock.tellings import apply_quarantined, discard_quarantined

RUNS_SHOWN = 30
REFUSALS_SHOWN = 100


@require_GET
@at_the_desk
def runs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the last tellings, those held back first."""
    mine = (
        FeedRun.objects.visible_to(desk.actor)
        .filter(feed__shop=desk.shop)
        .select_related("feed")
        .defer("refusals")
    )
    held = mine.filter(status=RunStatus.QUARANTINED).order_by("-pk")
    return page(
        request,
        desk,
        "runs",
        held=held,
        runs=mine.order_by("-pk")[:RUNS_SHOWN],
        record=record_of(desk.shop),
    )


@require_GET
@at_the_desk
def run(request: HttpRequest, desk: Desk, run_id: int) -> HttpResponse:
    """Show one telling: what was taken, what was refused and why."""
    found = _run(desk, run_id)
    return page(request, desk, "run", run=found, refusals=found.refusals[:REFUSALS_SHOWN])


@require_POST
@at_the_desk
def apply(request: HttpRequest, desk: Desk, run_id: int) -> HttpResponse:
    """Apply a telling that was held back."""
    return _decide(request, desk, run_id, apply_quarantined, _("Applied: the stock is up to date."))


@require_POST
@at_the_desk
def discard(request: HttpRequest, desk: Desk, run_id: int) -> HttpResponse:
    """Discard a telling that was held back: the stock stays as it was."""
    return _decide(request, desk, run_id, discard_quarantined, _("Discarded: nothing has changed."))


@require_POST
@at_the_desk
def retire(request: HttpRequest, desk: Desk, feed_id: int) -> HttpResponse:
    """“This till is no longer used”: nobody waits for it."""
    feeds = Feed.objects.filter(shop=desk.shop, pk=feed_id)
    key = feeds.values_list("pk", flat=True).first() or 0
    retire_feed(feed_id=key, actor=desk.actor, now=timezone.now())
    messages.success(request, _("Noted: this till is no longer waited for."))
    return redirect("counter:runs", desk.shop.slug)


def _decide(
    request: HttpRequest, desk: Desk, run_id: int, verb: Callable[..., FeedRun], done: str
) -> HttpResponse:
    found = _run(desk, run_id)
    if attempt(request, lambda: verb(run=found, actor=desk.actor)) is not None:
        messages.success(request, done)
    return redirect("counter:runs", desk.shop.slug)


def _run(desk: Desk, run_id: int) -> FeedRun:
    mine = FeedRun.objects.visible_to(desk.actor).filter(feed__shop=desk.shop)
    found = mine.filter(pk=run_id).select_related("feed").first()
    if found is None:
        raise NotFound("no_such_run", _("There is no such telling."))
    return found
