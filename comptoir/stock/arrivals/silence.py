"""Tills that fall silent: when it is too long, who gets a mail, and when they report again.

How long is too long follows from the feed's own rhythm, counted in the time for which the shop was
open: a shop that is shut on Sunday and Monday is not silent, nor is one on holiday. Its offers
become less sure by themselves, for their figures grow old; here people are notified.

Two jobs may do this at the same time: a feed has one open silence (`stock_silence_once`), and
whoever writes its row writes the mail with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.db import execute, fetch
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import format_phone
from comptoir.core.locks import Space, lock
from comptoir.core.words import day_and_time
from comptoir.notifications.operations import Draft, queue, register
from comptoir.shops.hours import time_open
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.models import FeedSilence
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports.models import Feed, Report, ReportStatus
from comptoir.stock.shelf.locks import lock_shared

REMEMBERED = 20
FEWEST = 3
UNKNOWN_RHYTHM = timedelta(hours=15)
TIMES_USUAL = 1.5
TIMES_LONG = 1.25
NETWORK_EVERY = timedelta(days=1)

REPORTED = (ReportStatus.APPLIED, ReportStatus.QUARANTINED, ReportStatus.DISCARDED)
"""The reports that end a silence: a file that cannot be read, or an old one sent again, has nothing
new of the shelf."""

# A retired feed is waited for again once it has reported since it was retired.
_REPORTED = """
SELECT f.id, ARRAY(SELECT r.received_at FROM stock_feedrun r
                   WHERE r.feed_id = f.id AND r.status = ANY(%(reported)s)
                   ORDER BY r.received_at DESC LIMIT %(most)s)
FROM stock_feed f JOIN shops_shop s ON s.id = f.shop_id
WHERE s.paused_at IS NULL AND (%(feed)s::bigint IS NULL OR f.id = %(feed)s)
  AND (f.retired_at IS NULL OR f.retired_at < (
      SELECT max(r.received_at) FROM stock_feedrun r
      WHERE r.feed_id = f.id AND r.status = ANY(%(reported)s)))
ORDER BY f.id
"""


# Step by step:
#   gaps     the intervals between the last snapshots of each feed;
#   rhythms  the median interval of each feed, in seconds;
#   usual    that of the feed of the shop that reports most often, in minutes.
_RHYTHM = """
WITH gaps AS (
    SELECT f.shop_id, f.id,
           r.received_at - lag(r.received_at) OVER (PARTITION BY f.id ORDER BY r.received_at) AS gap
    FROM stock_feed f CROSS JOIN LATERAL (
        SELECT received_at FROM stock_feedrun
        WHERE feed_id = f.id AND status = %(applied)s AND mode = %(snapshot)s AND covers <> 'copies'
        ORDER BY received_at DESC LIMIT %(most)s
    ) r
), rhythms AS (
    SELECT shop_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM gap)) AS seconds
    FROM gaps WHERE gap IS NOT NULL GROUP BY shop_id, id HAVING count(*) >= %(fewest)s
), usual AS (
    SELECT shop_id, ceil(min(seconds) / 60)::int AS minutes FROM rhythms GROUP BY shop_id
)
INSERT INTO stock_shoprecord AS k (shop_id, told_every, as_of)
SELECT shop_id, minutes, %(now)s FROM usual ORDER BY shop_id
ON CONFLICT (shop_id) DO UPDATE SET told_every = excluded.told_every, as_of = excluded.as_of
WHERE k.told_every IS DISTINCT FROM excluded.told_every
"""


@dataclass(frozen=True, slots=True)
class Noticed:
    """How many silences began and ended since the tills were last checked."""

    began: int
    ended: int


def patience(shop: Shop, moments: Sequence[datetime]) -> timedelta:
    """Return for how much opening time a feed may be silent, by when it reported (newest first).

    One and a half times its median interval; one and a quarter of the interval that nine in ten do
    not pass, for those that are irregular; never less than `COMPTOIR_SILENT_AFTER_HOURS`. A feed
    that has reported fewer than four times has `UNKNOWN_RHYTHM`.
    """
    least = timedelta(hours=settings.SILENT_AFTER_HOURS)
    closures = list(shop.closures.all())
    intervals = sorted(
        time_open(shop, before, after, closures=closures) for after, before in pairwise(moments)
    )
    if len(intervals) < FEWEST:
        return max(least, UNKNOWN_RHYTHM)
    seconds = [interval.total_seconds() for interval in intervals]
    usual = timedelta(seconds=TIMES_USUAL * median(seconds))
    long = timedelta(seconds=TIMES_LONG * seconds[round(0.9 * (len(seconds) - 1))])
    return max(least, usual, long)


def is_silent(shop: Shop, moments: Sequence[datetime], now: datetime) -> bool:
    """Return whether a feed that reported at these moments (newest first) is silent too long.

    One that never reported is not silent: it has not begun.
    """
    if not moments or now - moments[0] < timedelta(hours=settings.SILENT_AFTER_HOURS):
        return False
    return time_open(shop, moments[0], now) > patience(shop, moments)


def notice(*, now: datetime) -> Noticed:
    """Check every till: note the silences that began or ended, and write to each shop once.

    Guard: none, the system's own. Locks: the shop's clock shared, for a silence that begins.
    Writes: silences and mails, each in its own transaction, so that a job that was stopped can be
    repeated. Announces nothing.
    """
    ended = sum(_end(silence, now) for silence in _over())
    shops = Shop.objects.prefetch_related("closures").in_bulk()
    feeds = Feed.objects.in_bulk()
    began = 0
    for key, moments in _reported():
        feed = feeds.get(key)
        if feed and feed.shop_id in shops and is_silent(shops[feed.shop_id], moments, now):
            began += _begin(feed, shops[feed.shop_id], now)
    return Noticed(began, ended)


@transaction.atomic
def remember_rhythms(*, now: datetime) -> int:
    """Note how often the tills of all shops usually report their whole stock.

    Returns how many of these changed. It is the median of a feed's last twenty intervals, in
    minutes, of the feed that reports most often. Deltas and sales do not count: they leave most
    figures as old as they were.

    Guard: none, the system's own. Locks: the track records written, by shop. Announces nothing.
    """
    return execute(
        _RHYTHM,
        {
            "applied": ReportStatus.APPLIED.value,
            "snapshot": ReportMode.SNAPSHOT.value,
            "most": REMEMBERED + 1,
            "fewest": FEWEST,
            "now": now,
        },
    )


@transaction.atomic
def tell_network(*, now: datetime) -> int:
    """Write to the network of the shops that stay silent, at most once a day; return how many.

    That is after `COMPTOIR_NETWORK_AFTER_HOURS` of opening time since the silence was noticed, and
    only when one is new on the list. Without `COMPTOIR_NETWORK_EMAIL` no mail is written.

    Guard: none, the system's own. Locks: the turn of that mail. Writes: the mail, and on each new
    silence when the network got it. Announces nothing.
    """
    if not settings.NETWORK_EMAIL:
        return 0
    # "At most once a day" is a rule over all rows: none of them could be its lock.
    lock(Space.NETWORK_MAIL)
    last = FeedSilence.objects.aggregate(last=Max("network_told_at"))["last"]
    if last is not None and last > now - NETWORK_EVERY:
        return 0
    due = [silence for silence in silences() if _is_long(silence, now)]
    new = [silence.pk for silence in due if silence.network_told_at is None]
    if not new:
        return 0
    queue(
        [
            Draft(
                to=settings.NETWORK_EMAIL,
                language=settings.LANGUAGE_CODE,
                template="feeds_silent",
                context={"silences": [silence.pk for silence in due]},
                about="network",
            )
        ]
    )
    FeedSilence.objects.filter(pk__in=new).update(network_told_at=now)
    return len(due)


@transaction.atomic
def retire_feed(*, shop: Shop, feed_id: int, actor: Actor, now: datetime) -> Feed:
    """Record that a shop's till was replaced: its silence is no longer noticed.

    When it reports again, it is waited for again.

    Guard: `RETIRE_TILL`. Locks nothing but the rows written. Writes: the feed, with who retired it
    and when; the end of its silence. Announces nothing. Raises `NotFound` (also `no_such_feed`).
    """
    shop = in_scope(shop, actor, Verb.RETIRE_TILL)
    feed = Feed.objects.filter(pk=feed_id, shop=shop).first()
    if feed is None:
        raise NotFound("no_such_feed", _("There is no such till."), feed=feed_id)
    Feed.objects.filter(pk=feed.pk).update(retired_at=now, arranged_at=now, **acted_by(actor))
    FeedSilence.objects.filter(feed=feed, ended_at=None).update(ended_at=now)
    feed.retired_at = now
    return feed


# A counter's every page asks, and hardly ever is there one.
_SILENT = (
    "SELECT 1 FROM stock_feedsilence s JOIN stock_feed f ON f.id = s.feed_id"
    " WHERE f.shop_id = %s AND s.ended_at IS NULL LIMIT 1"
)


def silences(shop: Shop | None = None) -> list[FeedSilence]:
    """Return the silences that last, of one shop or of all, the longest first.

    One whose feed has reported since is over, though no job has noted it yet.
    """
    if shop is not None and not fetch(_SILENT, [shop.pk]):
        return []
    lasting = _lasting().exclude(Exists(_since()))
    if shop is not None:
        lasting = lasting.filter(feed__shop=shop)
    return list(lasting.order_by("heard_at", "pk"))


def _lasting() -> QuerySet[FeedSilence]:
    return (
        FeedSilence.objects.filter(ended_at=None)
        .select_related("feed__shop")
        .prefetch_related("feed__shop__closures")
    )


def _since() -> QuerySet[Report]:
    """Return the reports by which a silence ended."""
    return Report.objects.filter(
        feed=OuterRef("feed"), received_at__gt=OuterRef("heard_at"), status__in=REPORTED
    )


def _over() -> list[FeedSilence]:
    reported = _lasting().filter(Exists(_since()))
    paused = _lasting().filter(feed__shop__paused_at__isnull=False)
    return [*reported, *paused.exclude(Exists(_since()))]


def _reported(feed: Feed | None = None) -> list[tuple[int, list[datetime]]]:
    """Return when each feed in use reported, newest first, as far as its rhythm needs it."""
    return [
        (key, moments)
        for key, moments in fetch(
            _REPORTED,
            {
                "reported": [status.value for status in REPORTED],
                "most": REMEMBERED + 1,
                "feed": feed.pk if feed else None,
            },
        )
    ]


@transaction.atomic
def _begin(feed: Feed, shop: Shop, now: datetime) -> bool:
    """Note a silence and write to the shop, unless it is noted already or just ended."""
    # A report that is being applied is waited for, then the feed is read again: otherwise the mail
    # would say that a till is silent which has just reported.
    lock_shared(shop.pk)
    moments = next((moments for _key, moments in _reported(feed)), [])
    if not is_silent(shop, moments, now):
        return False
    # Of two jobs at once the later inserts nothing, and then writes no mail either.
    written = fetch(
        "INSERT INTO stock_feedsilence (feed_id, heard_at, noticed_at, shop_told)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        [feed.pk, moments[0], now, bool(shop.email)],
    )
    if written:
        _mail(shop, "feed_silent", written[0][0])
    return bool(written)


@transaction.atomic
def _end(silence: FeedSilence, now: datetime) -> bool:
    """End a silence, once; write to a shop that got a mail about it, unless it is paused."""
    lasting = FeedSilence.objects.filter(pk=silence.pk, ended_at=None)
    if not lasting.update(ended_at=now):
        return False
    shop = silence.feed.shop
    if silence.shop_told and shop.paused_at is None:
        _mail(shop, "feed_speaks", silence.pk)
    return True


def _mail(shop: Shop, template: str, silence_id: int) -> None:
    if shop.email:
        queue(
            [
                Draft(
                    to=shop.email,
                    language=settings.LANGUAGE_CODE,
                    template=template,
                    context={"silence": silence_id},
                    about=f"shop:{shop.pk}",
                )
            ]
        )


def _is_long(silence: FeedSilence, now: datetime) -> bool:
    limit = timedelta(hours=settings.NETWORK_AFTER_HOURS)
    return time_open(silence.feed.shop, silence.noticed_at, now) >= limit


def register_mails() -> None:
    """Register the builder of each template of this package."""
    register("feed_silent", _one)
    register("feed_speaks", _one)
    register("feeds_silent", _several)


def _one(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mails about one silence show; `asked` holds its key."""
    return _described(FeedSilence.objects.select_related("feed__shop").get(pk=asked["silence"]))


def _several(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the network's mail shows; `asked` holds the keys of the silences."""
    found = FeedSilence.objects.filter(pk__in=asked["silences"]).select_related("feed__shop")
    return {"silences": [_described(silence) for silence in found.order_by("heard_at", "pk")]}


def _described(silence: FeedSilence) -> dict[str, Any]:
    feed, shop = silence.feed, silence.feed.shop
    return {
        "shop": shop,
        "till": feed.format_name,
        "is_file": feed.is_file,
        "heard": day_and_time(silence.heard_at, ZoneInfo(shop.time_zone)),
        "phone": format_phone(shop.phone),
        "url": settings.BASE_URL + reverse("counter:reports", args=[shop.slug]),
        "limit_hours": settings.HIDE_STOCK_AFTER_HOURS,
    }
