"""What may be done with a till's report: taken, previewed, applied after a check, discarded.

A report is applied whole or not at all. Its lines are read before the transaction; then the shop's
clock is locked alone, the offers in primary-key order (docs/locking.md), and everything is written
by a handful of set-based statements.
"""

from dataclasses import replace
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.models import acted_by
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict, Invalid
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.errors import AlreadyReported
from comptoir.stock.formats.lines import Covers, ReportMode
from comptoir.stock.reports import copies, feeds, intake, issues, reconcile, sales, verdict
from comptoir.stock.reports.intake import Incoming, Received
from comptoir.stock.reports.models import OPEN, Report, ReportReason, ReportStatus
from comptoir.stock.reports.reconcile import Outcome, Reckoning
from comptoir.stock.shelf.locks import lock_alone, read_clock
from comptoir.stock.shelf.moments import moment_of


def take_report(incoming: Incoming) -> Report:
    """Apply what a till says it had at a moment, whole or not at all, and return the report.

    What is absent from a snapshot is zero, within what it `covers`; what is absent from a delta is
    unchanged; of sales the quantities were sold up to the moment (`stock.reports.sales`). Per
    offer, a report older than what is known changes nothing. A snapshot that would empty more than
    40 % of at least 20 offers, or has more than 5 % of its lines refused, is quarantined: its lines
    are kept, for `apply_report`. A `key` that the feed has heard changes nothing: the first report
    is returned.

    Guard: `REPORT_STOCK`. Locks: the shop's clock alone, then the offers by primary key. Writes:
    the report, its feed, offers, movements, the clock, or kept lines. Announces: the offers that
    changed and the products that crossed zero. Raises `NotFound`, `BadMoment`, `Invalid`
    (`idempotency_key_reused`: the key came with another `digest`), and what reading the lines
    raises: then no stock has changed.
    """
    incoming = _guarded(incoming)
    report = _new_report(incoming)
    with intake.spooled(incoming) as received, transaction.atomic():
        return _take_in(report, incoming, received)


def preview_report(incoming: Incoming) -> Report:
    """Keep what a till says as a report to be looked at, and change no stock.

    Its `reason` is why it would not simply be applied, if it would not. Its lines are kept for
    `apply_report`, unless none can be read: it is then refused, as if taken.

    Guard: `REPORT_STOCK`. Locks nothing: the stock is read as it is. Writes: the report, its feed,
    kept lines. Announces nothing. Raises `NotFound`, `BadMoment`, `Conflict` (`already_told`) when
    the feed has heard its key, and what reading the lines raises.
    """
    incoming = _guarded(incoming)
    report = _new_report(incoming)
    with intake.spooled(incoming) as received, transaction.atomic():
        return _keep_preview(report, incoming, received)


class Applied(NamedTuple):
    """A report that was applied; `moved`: the stock had moved since it was looked at."""

    report: Report
    moved: bool


@transaction.atomic
def apply_report(*, report: Report, actor: Actor, seen: str = "") -> Applied:
    """Apply a report that was held back or previewed, worked out again on the stock as it is.

    `seen` is the `Preview.digest` of what somebody looked at; empty, nothing is compared. The file
    that was uploaded for it is forgotten. A previewed snapshot that is older than what has been
    reported since, and a delta or sales of which every title has been reported since, are closed as
    outdated, as they would be if taken now.

    Guard: `DECIDE_REPORT`. Locks: the shop's clock alone, the report, the offers by primary key.
    Writes and announces as `take_report`. Raises `NotFound`, `Conflict` (`not_quarantined`: a newer
    snapshot of the same copies has discarded it, or somebody decided; `already_told`: the feed has
    heard its key meanwhile).
    """
    shop = in_scope(report.feed.shop, actor, Verb.DECIDE_REPORT)
    clock = lock_alone(shop.pk)
    report = _undecided(report)
    if report.key and _earlier(report):
        raise AlreadyReported(report.key)
    intake.prepare()
    intake.take_kept(report.pk)
    reckoning = verdict.reckoning_of(report, shop, clock)
    _decide(report, actor)
    if verdict.is_outdated(reckoning):
        close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)
        contest(shop.pk)
        return Applied(report, moved=False)
    outcome = verdict.weigh(reckoning, lines=report.line_count, repeats=True)
    if reckoning.of_copies:
        outcome = replace(outcome, unknown=report.unknown_count)
    if verdict.is_overtaken(reckoning, outcome):
        _close_overtaken(report, outcome)
        return Applied(report, moved=False)
    _write(report, reckoning, outcome)
    return Applied(report, bool(seen) and verdict.digest() != seen)


@transaction.atomic
def discard_report(*, report: Report, actor: Actor) -> Report:
    """Give up a report that was held back or previewed: its lines are forgotten, it stays.

    The file that was uploaded for it is forgotten too. Guard: `DECIDE_REPORT`. Locks: the shop's
    clock alone, the report. Announces nothing. Raises `NotFound`, `Conflict` (`not_quarantined`).
    """
    shop = in_scope(report.feed.shop, actor, Verb.DECIDE_REPORT)
    lock_alone(shop.pk)
    report = _discard(_undecided(report), actor)
    contest(shop.pk)
    return report


def contest(shop_id: int) -> None:
    """Note on the shop's clock, which the caller holds, the newest snapshot that is held back."""
    execute(
        "UPDATE stock_shopclock c SET contested_at = held.as_of FROM"
        " (SELECT max(r.as_of) AS as_of FROM stock_feedrun r JOIN stock_feed f ON f.id = r.feed_id"
        " WHERE f.shop_id = %(shop)s AND r.status = 'quarantined' AND r.covers <> 'copies') held"
        " WHERE c.shop_id = %(shop)s AND c.contested_at IS DISTINCT FROM held.as_of",
        {"shop": shop_id},
    )


def close(report: Report, status: ReportStatus, reason: ReportReason | None) -> Report:
    """Save a report that changes nothing (now)."""
    report.status = status
    report.reason = reason or ""
    report.save()
    return report


def _guarded(incoming: Incoming) -> Incoming:
    shop = in_scope(incoming.shop, incoming.actor, Verb.REPORT_STOCK)
    return replace(incoming, shop=shop)


def _new_report(incoming: Incoming) -> Report:
    """Return the report of what comes in, unsaved. Its moment is fixed before its lines are read.

    Raises `BadMoment`.
    """
    return Report(
        mode=ReportMode(incoming.mode),
        covers=Covers(incoming.covers),
        file_name=incoming.file_name[:200],
        shop_code=incoming.shop_code,
        key=incoming.key,
        digest=incoming.digest,
        as_of=moment_of(incoming.as_of, incoming.shop),
        **acted_by(incoming.actor),
    )


def _take_in(report: Report, incoming: Incoming, received: Received) -> Report:
    shop = incoming.shop
    clock = lock_alone(shop.pk)
    report.feed = feeds.feed_of(shop, incoming.format)
    _count_in(report, received)
    reckoning = verdict.reckoning_of(report, shop, clock)
    if report.key and (earlier := _earlier(report)):
        return _same(earlier, report)
    if received.says_nothing:
        return close(report, ReportStatus.REFUSED, ReportReason.NOTHING)
    if verdict.is_outdated(reckoning):
        return close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)
    outcome = _weigh(reckoning, received)
    if why := verdict.find_suspicion(reckoning, received, outcome):
        return _hold_back(report, outcome, why)
    if verdict.is_overtaken(reckoning, outcome):
        return _close_overtaken(report, outcome)
    return _write(report, reckoning, outcome, tells_issues=bool(received.issues))


def _keep_preview(report: Report, incoming: Incoming, received: Received) -> Report:
    shop = incoming.shop
    report.feed = feeds.feed_of(shop, incoming.format)
    if report.key and _earlier(report):
        raise AlreadyReported(report.key)
    _count_in(report, received)
    if received.says_nothing:
        return close(report, ReportStatus.REFUSED, ReportReason.NOTHING)
    reckoning = verdict.reckoning_of(report, shop, read_clock(shop.pk), preview=True)
    outcome = _weigh(reckoning, received)
    _note(report, outcome)
    why = verdict.find_suspicion(reckoning, received, outcome)
    if verdict.is_outdated(reckoning) or verdict.is_overtaken(reckoning, outcome):
        why = ReportReason.OUTDATED
    close(report, ReportStatus.PREVIEWED, why)
    intake.keep(report.pk)
    return report


def _earlier(report: Report) -> Report | None:
    """Return what the feed has already heard by this report's key; what was previewed is not."""
    same = report.feed.reports.filter(key=report.key).exclude(pk=report.pk)
    return same.exclude(status=ReportStatus.PREVIEWED).first()


def _same(earlier: Report, report: Report) -> Report:
    """Return what was heard under this key, if this is the same report."""
    if earlier.digest and report.digest and earlier.digest != report.digest:
        message = _("This key has already come with another file: choose a new one for each.")
        raise Invalid("idempotency_key_reused", message, run=earlier.pk)
    return earlier


def _count_in(report: Report, received: Received) -> None:
    report.line_count, report.refused_count = received.lines, received.refused
    report.refusals = received.refusals
    report.remark_count, report.remarks = received.remarked, received.remarks


def _weigh(reckoning: Reckoning, received: Received) -> Outcome:
    """Bring the lines into the temporary tables and work out what they do."""
    intake.bring_in(received)
    shop_id = reckoning.shop.pk
    stubs = copies.find_products(reckoning.copy_prefix, shop_id) if reckoning.of_copies else 0
    outcome = verdict.weigh(reckoning, lines=received.lines, repeats=received.repeats)
    return replace(outcome, unknown=outcome.unknown + stubs)


def _note(report: Report, outcome: Outcome) -> None:
    report.changed_count, report.emptied_count = outcome.changed, outcome.emptied
    report.overtaken_count, report.unknown_count = outcome.overtaken, outcome.unknown


def _close_overtaken(report: Report, outcome: Outcome) -> Report:
    _note(report, replace(outcome, changed=0, emptied=0))
    return close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)


def _hold_back(report: Report, outcome: Outcome, why: ReportReason) -> Report:
    _note(report, replace(outcome, overtaken=0))
    close(report, ReportStatus.QUARANTINED, why)
    intake.keep(report.pk)
    _discard_older(report)
    return report


def _write(
    report: Report, reckoning: Reckoning, outcome: Outcome, *, tells_issues: bool = True
) -> Report:
    """Write what was worked out: the stock in the name of the report, and what the feed knows.

    `tells_issues`: the report may tell which issues of magazines there are.
    """
    _note(report, outcome)
    report.status = ReportStatus.APPLIED
    # First, for the movements name it.
    report.save()
    if reckoning.mode == ReportMode.SALES:
        sales.write(reckoning, report.pk)
    else:
        _write_figures(report, reckoning)
        if tells_issues:
            issues.write(reckoning)
    feeds.learn_code(report)
    if reckoning.mode == ReportMode.SNAPSHOT:
        _discard_older(report)
    return report


def _write_figures(report: Report, reckoning: Reckoning) -> None:
    appeared = reconcile.write(reckoning, report.pk)
    if reckoning.of_copies:
        copies.describe(reckoning)
    if appeared:
        report.appeared_count = appeared
        report.changed_count += appeared
        report.save(update_fields=["appeared_count", "changed_count"])


def _discard_older(report: Report) -> None:
    """Give up, as the system, what was held back and of which this snapshot tells something newer.

    Nobody need click for their lines to go; the reports stay in history. The clock, which the
    caller holds, is the lock: whoever decides one of them waits for it. What is held back then is
    noted on it.
    """
    if not _is_contested(report.feed.shop_id):
        return
    before = Q(as_of__lt=report.as_of) | Q(as_of=report.as_of, pk__lt=report.pk)
    older = Report.objects.filter(
        before, feed__shop=report.feed.shop_id, status=ReportStatus.QUARANTINED
    )
    if report.covers == Covers.COPIES:
        older = older.filter(covers=Covers.COPIES, feed=report.feed_id)
    elif report.covers == Covers.NEW:
        older = older.filter(covers=Covers.NEW)
    else:
        older = older.exclude(covers=Covers.COPIES)
    for each in older:
        _discard(each, SYSTEM)
    contest(report.feed.shop_id)


def _is_contested(shop_id: int) -> bool:
    """Return whether something is held back in a shop, or its clock says so; rarely anything is."""
    return fetch(
        "SELECT contested_at IS NOT NULL OR EXISTS (SELECT FROM stock_feedrun r"
        " JOIN stock_feed f ON f.id = r.feed_id"
        " WHERE f.shop_id = c.shop_id AND r.status = 'quarantined')"
        " FROM stock_shopclock c WHERE c.shop_id = %s",
        [shop_id],
    ) == [(True,)]


def _discard(report: Report, actor: Actor) -> Report:
    report.kept_lines.all().delete()
    if report.status == ReportStatus.PREVIEWED:
        report.key = ""
    _decide(report, actor)
    why = ReportReason(report.reason) if report.reason else None
    return close(report, ReportStatus.DISCARDED, why)


def _decide(report: Report, actor: Actor) -> None:
    """Note who decides, and forget the file that was uploaded: nobody will read it again."""
    report.decided_kind, report.decided_id = actor.kind.value, actor.id
    report.decided_at = timezone.now()
    # The upload is a room above: only its relation is known here.
    upload = getattr(report, "upload", None)
    if upload is not None:
        upload.delete()


def _undecided(report: Report) -> Report:
    """Return the report as it is, under lock. Raises `Conflict` (`not_quarantined`)."""
    found = Report.objects.select_for_update().get(pk=report.pk)
    if found.status not in OPEN:
        raise Conflict(
            "not_quarantined",
            _("This telling is not held back (any more): there is nothing to decide."),
            run=report.pk,
            status=found.status,
        )
    return found
