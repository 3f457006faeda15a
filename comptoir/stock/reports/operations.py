"""Tellings: what a till said of its stock, applied whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.db import run as execute
from comptoir.core.errors import Conflict, Invalid
from comptoir.shops.models import Shop
from comptoir.stock.errors import AlreadyTold
from comptoir.stock.formats.lines import Covers, TakenLine, TellingMode
from comptoir.stock.reports import copies as copies_told
from comptoir.stock.reports import intake, reconcile, sales
from comptoir.stock.reports.intake import Received
from comptoir.stock.reports.models import Feed, FeedRun, RunReason, RunStatus
from comptoir.stock.reports.reconcile import Outcome, Telling
from comptoir.stock.shelf.locks import lock_alone
from comptoir.stock.shelf.models import FEED_MARK
from comptoir.stock.shelf.moments import moment_of

EMPTIES_SHARE = 0.40
EMPTIES_FROM = 20
REFUSALS_SHARE = 0.05
OPEN = (RunStatus.QUARANTINED, RunStatus.PREVIEWED)
"""Runs whose lines are kept until somebody decides."""


class Saying(TypedDict):
    """What a till says, and how it came to us (see `apply_telling`)."""

    mode: TellingMode | str
    as_of: datetime | None
    lines: Iterable[TakenLine]
    actor: Actor
    file_name: NotRequired[str]
    covers: NotRequired[Covers | str]
    shop_code: NotRequired[str]
    key: NotRequired[str]
    digest: NotRequired[str]


def apply_telling(*, shop: Shop, format: str, **said: Unpack[Saying]) -> FeedRun:
    """Apply what a till says it had at a moment, whole or not at all, and return the run.

    What is absent from a snapshot is zero, within what it `covers` (a Tite-Live file speaks of new
    copies only); what is absent from a delta is unchanged. Of sales the quantities were sold up to
    the moment (`stock.reports.sales`). Per offer, a telling older than what is known changes
    nothing. A snapshot that would empty more than 40 % of at least 20 offers, or has more than 5 %
    of its lines refused, is quarantined: kept, not applied (`apply_quarantined`). Lines are
    streamed before the transaction, and may raise: then nothing has happened. `as_of`: see
    `clocks.moment_of`. `shop_code`: what the file calls the shop (`Feed`). A `key` that the feed
    has heard already changes nothing: the run of the first time is returned; with another `digest`
    of its content than then it raises `Invalid` (`idempotency_key_reused`).
    """
    with receive(shop=shop, **said) as (run, received):
        return _hear(run, shop, format, received)


@contextmanager
def receive(
    *,
    shop: Shop,
    mode: TellingMode | str,
    as_of: datetime | None,
    lines: Iterable[TakenLine],
    actor: Actor,
    file_name: str = "",
    covers: Covers | str = Covers.ALL,
    shop_code: str = "",
    key: str = "",
    digest: str = "",
) -> Iterator[tuple[FeedRun, Received]]:
    """Read what a till says, then give it with its run, unsaved, in a transaction of their own.

    Raises `BadMoment`, and what reading the lines raises.
    """
    run = FeedRun(
        mode=TellingMode(mode),
        covers=Covers(covers),
        file_name=file_name[:200],
        shop_code=shop_code,
        key=key,
        digest=digest,
        as_of=moment_of(as_of, shop),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
    )
    of_copies = run.covers == Covers.COPIES
    with intake.receive(lines, of_copies=of_copies) as received, transaction.atomic():
        yield run, received


def _hear(run: FeedRun, shop: Shop, format: str, received: Received) -> FeedRun:
    clock = lock_alone(shop.pk)
    run.feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
    telling = telling_of(run, shop, clock)
    if run.key and (heard := find_heard(run)):
        return _same(heard, run)
    count_in(run, received)
    if received.refused and not received.taken:
        return close(run, RunStatus.REFUSED, RunReason.NOTHING)
    if run.mode == TellingMode.SNAPSHOT and is_outdated(telling):
        return close(run, RunStatus.OUTDATED, RunReason.OUTDATED)
    bring_in(run, telling, received)
    if run.mode == TellingMode.SALES:
        return _sell(run, telling)
    return _take(run, telling, received)


def bring_in(run: FeedRun, telling: Telling, received: Received) -> None:
    """Bring the lines into the temporary tables, those of one-off copies with their titles."""
    intake.bring_in(received)
    if telling.of_copies:
        run.unknown_count = copies_told.find_products(telling.copy_prefix)


def find_heard(run: FeedRun) -> FeedRun | None:
    """Return what the feed has already heard by this run's key; what was only looked at is not."""
    same = run.feed.runs.filter(key=run.key).exclude(pk=run.pk)
    return same.exclude(status=RunStatus.PREVIEWED).first()


def count_in(run: FeedRun, received: Received) -> None:
    """Note on a run what came in with it."""
    run.line_count, run.refused_count = received.lines, received.refused
    run.refusals = received.refusals


def _same(heard: FeedRun, run: FeedRun) -> FeedRun:
    """Return what was heard under this key, if this is the same telling."""
    if heard.digest and run.digest and heard.digest != run.digest:
        message = _("This key has already come with another file: choose a new one for each.")
        raise Invalid("idempotency_key_reused", message, run=heard.pk)
    return heard


@transaction.atomic
def apply_quarantined(run: FeedRun, actor: Actor) -> FeedRun:
    """Apply a run that was held back or previewed, as it was said, by whoever checked it.

    Raises `Conflict` (`not_quarantined`) when it is not, or no longer, held back: a newer snapshot
    of the same copies, applied or held back in its turn, discards it. A previewed one that is older
    than what has been told since is closed as outdated; one whose key the feed has heard meanwhile
    raises `Conflict` (`already_told`).
    """
    shop = run.feed.shop
    clock = lock_alone(shop.pk)
    run = _quarantined(run)
    if run.key and find_heard(run):
        raise AlreadyTold(run.key)
    intake.prepare()
    intake.take_kept(run.pk)
    telling = telling_of(run, shop, clock)
    if run.mode == TellingMode.SALES:
        return _sell(_decided(run, actor), telling)
    if run.mode == TellingMode.SNAPSHOT and is_outdated(telling):
        run = close(_decided(run, actor), RunStatus.OUTDATED, RunReason.OUTDATED)
        contest(shop.pk)
        return run
    found = reconcile.find_offers(telling, lines=run.line_count, repeats=True)
    run.unknown_count = run.unknown_count if telling.of_copies else found
    return _write(_decided(run, actor), telling, reconcile.compute(telling))


@transaction.atomic
def discard_quarantined(run: FeedRun, actor: Actor) -> FeedRun:
    """Give up a run that was held back or previewed: its lines are forgotten, the run stays.

    Raises `Conflict` (`not_quarantined`) when it is not held back.
    """
    shop_id = run.feed.shop_id
    lock_alone(shop_id)
    run = _discard(_quarantined(run), actor)
    contest(shop_id)
    return run


def _take(run: FeedRun, telling: Telling, received: Received) -> FeedRun:
    run.unknown_count += reconcile.find_offers(
        telling, lines=received.lines, repeats=received.repeats
    )
    outcome = reconcile.compute(telling)
    if telling.mode == TellingMode.SNAPSHOT and (why := find_suspicion(telling, received, outcome)):
        run.changed_count, run.emptied_count = outcome.changed, outcome.emptied
        run = close(run, RunStatus.QUARANTINED, why)
        intake.keep(run.pk)
        _discard_older(run)
        contest(telling.shop.pk)
        return run
    nothing_left = telling.mode == TellingMode.DELTA and outcome.overtaken == outcome.told
    if outcome.overtaken and nothing_left:
        run.overtaken_count = outcome.overtaken
        return close(run, RunStatus.OUTDATED, RunReason.OUTDATED)
    return _write(run, telling, outcome)


def _sell(run: FeedRun, telling: Telling) -> FeedRun:
    outcome, run.unknown_count = sales.find(telling)
    run.overtaken_count = outcome.overtaken
    if outcome.overtaken and outcome.overtaken == outcome.told:
        return close(run, RunStatus.OUTDATED, RunReason.OUTDATED)
    run.changed_count, run.emptied_count = outcome.changed, outcome.emptied
    run.status = RunStatus.APPLIED
    run.save()
    sales.write(telling, run.pk)
    heard(run)
    return run


def find_suspicion(telling: Telling, received: Received, outcome: Outcome) -> RunReason | None:
    """Return why a snapshot is held back, or None."""
    # A bookshop sells mugs too: what the till calls them says nothing against its file.
    if received.refused - received.unnamed > REFUSALS_SHARE * received.lines:
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
    appeared = reconcile.write(telling, run.pk)
    if telling.of_copies:
        copies_told.describe(telling)
    if appeared:
        run.appeared_count = appeared
        run.changed_count += appeared
        run.save(update_fields=["appeared_count", "changed_count"])
    heard(run)
    if telling.mode == TellingMode.SNAPSHOT:
        _discard_older(run)
        contest(telling.shop.pk)
    return run


def heard(run: FeedRun) -> None:
    """Have the feed know of a telling that was applied: its moment, and what it calls the shop."""
    feeds = Feed.objects.filter(pk=run.feed_id)
    feeds.exclude(as_of__gt=run.as_of).update(as_of=run.as_of)
    if run.mode != TellingMode.SNAPSHOT:
        feeds.exclude(changes_as_of__gt=run.as_of).update(changes_as_of=run.as_of)
    if run.shop_code and not run.feed.shop_code:
        feeds.filter(shop_code="").update(shop_code=run.shop_code)


def contest(shop_id: int) -> None:
    """Note on the shop's clock, which the caller holds, the newest snapshot that is held back."""
    execute(
        "UPDATE stock_shopclock c SET contested_at = held.as_of FROM"
        " (SELECT max(r.as_of) AS as_of FROM stock_feedrun r JOIN stock_feed f ON f.id = r.feed_id"
        " WHERE f.shop_id = %(shop)s AND r.status = 'quarantined' AND r.covers <> 'copies') held"
        " WHERE c.shop_id = %(shop)s AND c.contested_at IS DISTINCT FROM held.as_of",
        {"shop": shop_id},
    )


def close(run: FeedRun, status: RunStatus, reason: RunReason | None) -> FeedRun:
    """Save a run that changes nothing (now)."""
    run.status = status
    run.reason = reason or ""
    run.save()
    return run


def _decided(run: FeedRun, actor: Actor) -> FeedRun:
    run.decided_kind, run.decided_id = actor.kind.value, actor.id
    run.decided_at = timezone.now()
    return run


def _discard_older(run: FeedRun) -> None:
    """Give up, as the system, what was held back and of which this snapshot tells something newer.

    Nobody need click for their lines to go; the runs stay in history.
    """
    before = Q(as_of__lt=run.as_of) | Q(as_of=run.as_of, pk__lt=run.pk)
    older = FeedRun.objects.filter(
        before, feed__shop=run.feed.shop_id, status=RunStatus.QUARANTINED
    )
    if run.covers == Covers.COPIES:
        older = older.filter(covers=Covers.COPIES, feed=run.feed_id)
    elif run.covers == Covers.NEW:
        older = older.filter(covers=Covers.NEW)
    else:
        older = older.exclude(covers=Covers.COPIES)
    for each in older:
        _discard(each, SYSTEM)


def _discard(run: FeedRun, actor: Actor) -> FeedRun:
    run.kept_lines.all().delete()
    if run.status == RunStatus.PREVIEWED:
        run.key = ""
    why = RunReason(run.reason) if run.reason else None
    return close(_decided(run, actor), RunStatus.DISCARDED, why)


def _quarantined(run: FeedRun) -> FeedRun:
    found = FeedRun.objects.select_for_update().get(pk=run.pk)
    if found.status not in OPEN:
        raise Conflict(
            "not_quarantined",
            _("This telling is not held back (any more): there is nothing to decide."),
            run=run.pk,
            status=found.status,
        )
    return found


def is_outdated(telling: Telling) -> bool:
    """Return whether every offer that a snapshot speaks of has been told of since."""
    spoken = {
        Covers.NEW: (telling.new_as_of,),
        Covers.ALL: (telling.new_as_of, telling.used_as_of),
        Covers.COPIES: (telling.copies_as_of,),
    }[telling.covers]
    return all(moment is not None and telling.as_of < moment for moment in spoken)


def telling_of(
    run: FeedRun,
    shop: Shop,
    clock: tuple[datetime | None, datetime | None],
    *,
    look: bool = False,
) -> Telling:
    """Return what the statements of `reconcile` need of a run; `look`: to change nothing."""
    of_copies = run.covers == Covers.COPIES
    return Telling(
        shop=shop,
        feed_id=run.feed_id,
        mode=TellingMode(run.mode),
        covers=Covers(run.covers),
        as_of=run.as_of,
        new_as_of=clock[0],
        used_as_of=clock[1],
        copies_as_of=copies_told.clock_of_feed(run.feed_id) if of_copies else None,
        copy_prefix=f"{run.feed.format}{FEED_MARK}" if of_copies else "",
        look=look,
    )
