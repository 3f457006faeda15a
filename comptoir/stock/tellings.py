"""Tellings: what a till said of its stock, applied whole or not at all."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict
from comptoir.shops.models import Shop
from comptoir.stock import intake, reconcile
from comptoir.stock.clocks import lock_alone, moment_of
from comptoir.stock.feeds.lines import Line
from comptoir.stock.intake import Received
from comptoir.stock.models import (
    Covers,
    Feed,
    FeedFormat,
    FeedRun,
    RunReason,
    RunStatus,
    TellingMode,
)
from comptoir.stock.reconcile import Outcome, Telling

EMPTIES_SHARE = 0.40
EMPTIES_FROM = 20
REFUSALS_SHARE = 0.05


@transaction.atomic
def apply_telling(
    *,
    shop: Shop,
    format: FeedFormat | str,
    mode: TellingMode | str,
    as_of: datetime | None,
    lines: Iterable[Line],
    actor: Actor,
    file_name: str = "",
    covers: Covers | str | None = None,
) -> FeedRun:
    """Apply what a till says it had at a moment, whole or not at all, and return the run.

    What is absent from a snapshot is zero, within what it `covers` (a Tite-Live file speaks of new
    copies only); what is absent from a delta is unchanged. Per offer, a telling older than what is
    known changes nothing. A snapshot that would empty more than 40 % of at least 20 offers, or has
    more than 5 % of its lines refused, is quarantined: kept, not applied (`apply_quarantined`).
    Lines are streamed and may raise: then nothing has happened. `as_of`: see `clocks.moment_of`.
    """
    moment = moment_of(as_of, shop)
    intake.prepare()
    received = intake.receive(lines)
    clock = lock_alone(shop.pk)
    feed, _made = Feed.objects.get_or_create(shop=shop, format=FeedFormat(format))
    run = FeedRun(
        feed=feed,
        mode=TellingMode(mode),
        covers=Covers(covers) if covers else _coverage(feed),
        file_name=file_name[:200],
        as_of=moment,
        status=RunStatus.APPLIED,
        line_count=received.lines,
        refused_count=received.refused,
        refusals=received.refusals,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
    )
    if received.refused and not received.taken:
        return _closed(run, RunStatus.REFUSED, RunReason.NOTHING)
    if run.mode == TellingMode.SNAPSHOT and _is_outdated(run, clock):
        return _closed(run, RunStatus.OUTDATED, RunReason.OUTDATED)
    return _take(run, _telling(run, shop, clock), received)


@transaction.atomic
def apply_quarantined(run: FeedRun, actor: Actor) -> FeedRun:
    """Apply a quarantined run after all, as it was said, by whoever checked it.

    Raises `Conflict`: `not_quarantined` when it is not (or no longer) held back, `overtaken` when
    something newer has been told since.
    """
    shop = run.feed.shop
    clock = lock_alone(shop.pk)
    run = _quarantined(run)
    if _is_outdated(run, clock):
        raise Conflict(
            "overtaken", _("A newer telling has been applied since: discard this one."), run=run.pk
        )
    intake.prepare()
    intake.take_kept(run.pk)
    telling = _telling(run, shop, clock)
    run.unknown_count = reconcile.find_offers(telling, repeats=True)
    return _write(_decided(run, actor), telling, reconcile.compute(telling))


@transaction.atomic
def discard_quarantined(run: FeedRun, actor: Actor) -> FeedRun:
    """Give a quarantined run up: its lines are forgotten, the run stays in history.

    Raises `Conflict` (`not_quarantined`) when it is not held back.
    """
    lock_alone(run.feed.shop_id)
    run = _decided(_quarantined(run), actor)
    run.kept_lines.all().delete()
    return _closed(run, RunStatus.DISCARDED, RunReason(run.reason))


def _take(run: FeedRun, telling: Telling, received: Received) -> FeedRun:
    run.unknown_count = reconcile.find_offers(telling, repeats=received.repeats)
    outcome = reconcile.compute(telling)
    if telling.mode == TellingMode.SNAPSHOT and (why := _suspicion(telling, received, outcome)):
        run.changed_count, run.emptied_count = outcome.changed, outcome.emptied
        run = _closed(run, RunStatus.QUARANTINED, why)
        intake.keep(run.pk)
        return run
    nothing_left = telling.mode == TellingMode.DELTA and outcome.overtaken == outcome.told
    if outcome.overtaken and nothing_left:
        run.overtaken_count = outcome.overtaken
        return _closed(run, RunStatus.OUTDATED, RunReason.OUTDATED)
    return _write(run, telling, outcome)


def _suspicion(telling: Telling, received: Received, outcome: Outcome) -> RunReason | None:
    if received.refused > REFUSALS_SHARE * received.lines:
        return RunReason.REFUSALS
    if not outcome.emptied:
        return None
    if not received.lines:
        return RunReason.EMPTIES
    if outcome.emptied <= EMPTIES_SHARE * EMPTIES_FROM:
        return None
    had = reconcile.in_stock(telling)
    if had >= EMPTIES_FROM and outcome.emptied > EMPTIES_SHARE * had:
        return RunReason.EMPTIES
    return None


def _write(run: FeedRun, telling: Telling, outcome: Outcome) -> FeedRun:
    run.status = RunStatus.APPLIED
    run.changed_count = outcome.changed
    run.emptied_count = outcome.emptied
    run.overtaken_count = outcome.overtaken
    run.save()
    if appeared := reconcile.write(telling, run.pk):
        run.appeared_count = appeared
        run.save(update_fields=["appeared_count"])
    Feed.objects.filter(pk=run.feed_id).exclude(as_of__gt=run.as_of).update(as_of=run.as_of)
    return run


def _closed(run: FeedRun, status: RunStatus, reason: RunReason) -> FeedRun:
    run.status = status
    run.reason = reason
    run.save()
    return run


def _decided(run: FeedRun, actor: Actor) -> FeedRun:
    run.decided_kind, run.decided_id = actor.kind.value, actor.id
    run.decided_at = timezone.now()
    return run


def _quarantined(run: FeedRun) -> FeedRun:
    found = FeedRun.objects.select_for_update().get(pk=run.pk)
    if found.status != RunStatus.QUARANTINED:
        raise Conflict(
            "not_quarantined",
            _("This telling is not held back (any more): there is nothing to decide."),
            run=run.pk,
            status=found.status,
        )
    return found


def _is_outdated(run: FeedRun, clock: tuple[datetime | None, datetime | None]) -> bool:
    """Return whether every offer the run speaks of has been told of since."""
    spoken = clock if run.covers == Covers.ALL else clock[:1]
    return all(moment is not None and run.as_of < moment for moment in spoken)


def _coverage(feed: Feed) -> Covers:
    return Covers.NEW if feed.format == FeedFormat.ASC else Covers.ALL


def _telling(run: FeedRun, shop: Shop, clock: tuple[datetime | None, datetime | None]) -> Telling:
    return Telling(
        shop=shop,
        feed_id=run.feed_id,
        mode=TellingMode(run.mode),
        covers=Covers(run.covers),
        as_of=run.as_of,
        new_as_of=clock[0],
        used_as_of=clock[1],
    )
