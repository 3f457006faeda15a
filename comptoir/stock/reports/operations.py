"""Reports: what a till said of its stock, applied whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.models import acted_by
from comptoir.core.db import execute
from comptoir.core.errors import Conflict, Invalid
from comptoir.shops.models import Shop
from comptoir.stock.errors import AlreadyReported
from comptoir.stock.formats.lines import Covers, ReportMode, TakenLine
from comptoir.stock.reports import copies as report_copies
from comptoir.stock.reports import intake, reconcile, sales
from comptoir.stock.reports.intake import Received
from comptoir.stock.reports.models import Feed, Report, ReportReason, ReportStatus
from comptoir.stock.reports.reconcile import Outcome, Reckoning
from comptoir.stock.shelf.locks import lock_alone
from comptoir.stock.shelf.models import FEED_MARK
from comptoir.stock.shelf.moments import moment_of

EMPTIES_SHARE = 0.40
EMPTIES_FROM = 20
REFUSALS_SHARE = 0.05
OPEN = (ReportStatus.QUARANTINED, ReportStatus.PREVIEWED)
"""Reports whose lines are kept until somebody decides."""


class Saying(TypedDict):
    """What a till says, and how it came to us (see `take_report`)."""

    mode: ReportMode | str
    as_of: datetime | None
    lines: Iterable[TakenLine]
    actor: Actor
    file_name: NotRequired[str]
    covers: NotRequired[Covers | str]
    shop_code: NotRequired[str]
    key: NotRequired[str]
    digest: NotRequired[str]


def take_report(*, shop: Shop, format: str, **said: Unpack[Saying]) -> Report:
    """Apply what a till says it had at a moment, whole or not at all, and return the report.

    What is absent from a snapshot is zero, within what it `covers` (a Tite-Live file speaks of new
    copies only); what is absent from a delta is unchanged. Of sales the quantities were sold up to
    the moment (`stock.reports.sales`). Per offer, a report older than what is known changes
    nothing. A snapshot that would empty more than 40 % of at least 20 offers, or has more than 5 %
    of its lines refused, is quarantined: kept, not applied (`apply_report`). Lines are
    streamed before the transaction, and may raise: then nothing has happened. `as_of`: see
    `clocks.moment_of`. `shop_code`: what the file calls the shop (`Feed`). A `key` that the feed
    has heard already changes nothing: the report of the first time is returned; with another
    `digest` of its content than then it raises `Invalid` (`idempotency_key_reused`).
    """
    with receive(shop=shop, **said) as (report, received):
        return _hear(report, shop, format, received)


@contextmanager
def receive(
    *,
    shop: Shop,
    mode: ReportMode | str,
    as_of: datetime | None,
    lines: Iterable[TakenLine],
    actor: Actor,
    file_name: str = "",
    covers: Covers | str = Covers.ALL,
    shop_code: str = "",
    key: str = "",
    digest: str = "",
) -> Iterator[tuple[Report, Received]]:
    """Read what a till says, then give it with its report, unsaved, in a transaction of their own.

    Raises `BadMoment`, and what reading the lines raises.
    """
    report = Report(
        mode=ReportMode(mode),
        covers=Covers(covers),
        file_name=file_name[:200],
        shop_code=shop_code,
        key=key,
        digest=digest,
        as_of=moment_of(as_of, shop),
        **acted_by(actor),
    )
    of_copies = report.covers == Covers.COPIES
    with intake.receive(lines, of_copies=of_copies) as received, transaction.atomic():
        yield report, received


def _hear(report: Report, shop: Shop, format: str, received: Received) -> Report:
    clock = lock_alone(shop.pk)
    report.feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
    reckoning = reckoning_of(report, shop, clock)
    if report.key and (heard := find_earlier(report)):
        return _same(heard, report)
    count_in(report, received)
    if received.refused and not received.taken:
        return close(report, ReportStatus.REFUSED, ReportReason.NOTHING)
    if report.mode == ReportMode.SNAPSHOT and is_outdated(reckoning):
        return close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)
    bring_in(report, reckoning, received)
    if report.mode == ReportMode.SALES:
        return _sell(report, reckoning)
    return _take(report, reckoning, received)


def bring_in(report: Report, reckoning: Reckoning, received: Received) -> None:
    """Bring the lines into the temporary tables, those of one-off copies with their titles."""
    intake.bring_in(received)
    if reckoning.of_copies:
        report.unknown_count = report_copies.find_products(reckoning.copy_prefix)


def find_earlier(report: Report) -> Report | None:
    """Return what the feed has already heard by this report's key; what was only looked at is
    not."""
    same = report.feed.reports.filter(key=report.key).exclude(pk=report.pk)
    return same.exclude(status=ReportStatus.PREVIEWED).first()


def count_in(report: Report, received: Received) -> None:
    """Note on a report what came in with it."""
    report.line_count, report.refused_count = received.lines, received.refused
    report.refusals = received.refusals


def _same(heard: Report, report: Report) -> Report:
    """Return what was heard under this key, if this is the same report."""
    if heard.digest and report.digest and heard.digest != report.digest:
        message = _("This key has already come with another file: choose a new one for each.")
        raise Invalid("idempotency_key_reused", message, run=heard.pk)
    return heard


@transaction.atomic
def apply_report(report: Report, actor: Actor) -> Report:
    """Apply a report that was held back or previewed, as it was said, by whoever checked it.

    Raises `Conflict` (`not_quarantined`) when it is not, or no longer, held back: a newer snapshot
    of the same copies, applied or held back in its turn, discards it. A previewed one that is older
    than what has been told since is closed as outdated; one whose key the feed has heard meanwhile
    raises `Conflict` (`already_told`).
    """
    shop = report.feed.shop
    clock = lock_alone(shop.pk)
    report = _quarantined(report)
    if report.key and find_earlier(report):
        raise AlreadyReported(report.key)
    intake.prepare()
    intake.take_kept(report.pk)
    reckoning = reckoning_of(report, shop, clock)
    if report.mode == ReportMode.SALES:
        return _sell(_decided(report, actor), reckoning)
    if report.mode == ReportMode.SNAPSHOT and is_outdated(reckoning):
        report = close(_decided(report, actor), ReportStatus.OUTDATED, ReportReason.OUTDATED)
        contest(shop.pk)
        return report
    found = reconcile.find_offers(reckoning, lines=report.line_count, repeats=True)
    report.unknown_count = report.unknown_count if reckoning.of_copies else found
    return _write(_decided(report, actor), reckoning, reconcile.compute(reckoning))


@transaction.atomic
def discard_report(report: Report, actor: Actor) -> Report:
    """Give up a report that was held back or previewed: its lines are forgotten, the report stays.

    Raises `Conflict` (`not_quarantined`) when it is not held back.
    """
    shop_id = report.feed.shop_id
    lock_alone(shop_id)
    report = _discard(_quarantined(report), actor)
    contest(shop_id)
    return report


def _take(report: Report, reckoning: Reckoning, received: Received) -> Report:
    report.unknown_count += reconcile.find_offers(
        reckoning, lines=received.lines, repeats=received.repeats
    )
    outcome = reconcile.compute(reckoning)
    if reckoning.mode == ReportMode.SNAPSHOT and (
        why := find_suspicion(reckoning, received, outcome)
    ):
        report.changed_count, report.emptied_count = outcome.changed, outcome.emptied
        report = close(report, ReportStatus.QUARANTINED, why)
        intake.keep(report.pk)
        _discard_older(report)
        contest(reckoning.shop.pk)
        return report
    nothing_left = reckoning.mode == ReportMode.DELTA and outcome.overtaken == outcome.told
    if outcome.overtaken and nothing_left:
        report.overtaken_count = outcome.overtaken
        return close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)
    return _write(report, reckoning, outcome)


def _sell(report: Report, reckoning: Reckoning) -> Report:
    outcome, report.unknown_count = sales.find(reckoning)
    report.overtaken_count = outcome.overtaken
    if outcome.overtaken and outcome.overtaken == outcome.told:
        return close(report, ReportStatus.OUTDATED, ReportReason.OUTDATED)
    report.changed_count, report.emptied_count = outcome.changed, outcome.emptied
    report.status = ReportStatus.APPLIED
    report.save()
    sales.write(reckoning, report.pk)
    heard(report)
    return report


def find_suspicion(
    reckoning: Reckoning, received: Received, outcome: Outcome
) -> ReportReason | None:
    """Return why a snapshot is held back, or None."""
    # A bookshop sells mugs too: what the till calls them says nothing against its file.
    if received.refused - received.unnamed > REFUSALS_SHARE * received.lines:
        return ReportReason.REFUSALS
    if not outcome.emptied:
        return None
    if not received.lines:
        return ReportReason.EMPTIES
    if outcome.emptied <= EMPTIES_SHARE * EMPTIES_FROM:
        return None
    had = reconcile.in_stock(reckoning)
    if had >= EMPTIES_FROM and outcome.emptied > EMPTIES_SHARE * had:
        return ReportReason.EMPTIES
    return None


def _write(report: Report, reckoning: Reckoning, outcome: Outcome) -> Report:
    report.status = ReportStatus.APPLIED
    report.changed_count = outcome.changed
    report.emptied_count = outcome.emptied
    report.overtaken_count = outcome.overtaken
    report.save()
    appeared = reconcile.write(reckoning, report.pk)
    if reckoning.of_copies:
        report_copies.describe(reckoning)
    if appeared:
        report.appeared_count = appeared
        report.changed_count += appeared
        report.save(update_fields=["appeared_count", "changed_count"])
    heard(report)
    if reckoning.mode == ReportMode.SNAPSHOT:
        _discard_older(report)
        contest(reckoning.shop.pk)
    return report


def heard(report: Report) -> None:
    """Have the feed know of a report that was applied: its moment, and what it calls the shop."""
    feeds = Feed.objects.filter(pk=report.feed_id)
    feeds.exclude(as_of__gt=report.as_of).update(as_of=report.as_of)
    if report.mode != ReportMode.SNAPSHOT:
        feeds.exclude(changes_as_of__gt=report.as_of).update(changes_as_of=report.as_of)
    if report.shop_code and not report.feed.shop_code:
        feeds.filter(shop_code="").update(shop_code=report.shop_code)


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


def _decided(report: Report, actor: Actor) -> Report:
    report.decided_kind, report.decided_id = actor.kind.value, actor.id
    report.decided_at = timezone.now()
    return report


def _discard_older(report: Report) -> None:
    """Give up, as the system, what was held back and of which this snapshot tells something newer.

    Nobody need click for their lines to go; the reports stay in history.
    """
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


def _discard(report: Report, actor: Actor) -> Report:
    report.kept_lines.all().delete()
    if report.status == ReportStatus.PREVIEWED:
        report.key = ""
    why = ReportReason(report.reason) if report.reason else None
    return close(_decided(report, actor), ReportStatus.DISCARDED, why)


def _quarantined(report: Report) -> Report:
    found = Report.objects.select_for_update().get(pk=report.pk)
    if found.status not in OPEN:
        raise Conflict(
            "not_quarantined",
            _("This telling is not held back (any more): there is nothing to decide."),
            run=report.pk,
            status=found.status,
        )
    return found


def is_outdated(reckoning: Reckoning) -> bool:
    """Return whether every offer that a snapshot speaks of has been told of since."""
    spoken = {
        Covers.NEW: (reckoning.new_as_of,),
        Covers.ALL: (reckoning.new_as_of, reckoning.used_as_of),
        Covers.COPIES: (reckoning.copies_as_of,),
    }[reckoning.covers]
    return all(moment is not None and reckoning.as_of < moment for moment in spoken)


def reckoning_of(
    report: Report,
    shop: Shop,
    clock: tuple[datetime | None, datetime | None],
    *,
    look: bool = False,
) -> Reckoning:
    """Return what the statements of `reconcile` need of a report; `look`: to change nothing."""
    of_copies = report.covers == Covers.COPIES
    return Reckoning(
        shop=shop,
        feed_id=report.feed_id,
        mode=ReportMode(report.mode),
        covers=Covers(report.covers),
        as_of=report.as_of,
        new_as_of=clock[0],
        used_as_of=clock[1],
        copies_as_of=report_copies.clock_of_feed(report.feed_id) if of_copies else None,
        copy_prefix=f"{report.feed.format}{FEED_MARK}" if of_copies else "",
        look=look,
    )
