"""Counting what became of reservations, by shop and day: as orders change, or all of them anew.

A day is counted from its orders as they are, so that to count it again changes nothing: the job may
run twice, late, or miss days. Turns (`Space.FIGURES`) keep two counts from each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.core.db import fetch
from comptoir.core.locks import Space, lock
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import KEPT_SECONDS, Position, head, read_after
from comptoir.figures.facts import SETTLED_DAYS, Fact, facts, settled_until, step_of
from comptoir.figures.models import Followed, Tally, YearSums
from comptoir.figures.operations.spans import follow_memberships
from comptoir.figures.publication import concealed
from comptoir.figures.reads import count_year, pack, years_of
from comptoir.networks.models import Network
from comptoir.orders.operations.rows import copy_rows
from comptoir.shops.hours import time_open
from comptoir.shops.models import Shop

BATCH = 5000
"""How many announcements one transaction counts."""
DAYS = 200
"""How many days of a shop one transaction counts anew."""
_LATE = timedelta(seconds=KEPT_SECONDS) - timedelta(hours=6)

ShopDay = tuple[int, date]
_Key = tuple[int, date, int | None, str]
_DAY = "(o.placed_at AT TIME ZONE s.time_zone)::date"
# An order that went over to another shop has left the one that its history names.
_CHANGED = f"""
SELECT o.shop_id, {_DAY} FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
JOIN shops_shop s ON s.id = o.shop_id WHERE {{which}}
UNION SELECT s.id, {_DAY} FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
JOIN shops_shop s ON s.id = (e.data->>'before')::bigint
WHERE {{which}} AND e.kind = 'shop_moved'
"""  # noqa: S608


@dataclass
class _Counts:
    """A tally that is being counted."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    answers: list[int] = field(default_factory=list)
    set_asides: list[int] = field(default_factory=list)


def follow() -> int:
    """Count the days of which an order changed since the last time; return how many days.

    The first time everything is counted. After more than two days of absence the outbox has
    forgotten, and the orders' own history says what changed. Memberships are noted with it.

    Guard: none, a job's own. Locks: the turn (`FIGURES`), a batch a transaction. Writes: tallies,
    spans, sums of years, how far it came. Announces nothing.
    """
    follow_memberships(today=timezone.localdate())
    if not Followed.objects.exists():
        return rebuild()
    total, read = 0, BATCH
    while read == BATCH:
        days, read = _follow_batch()
        total += days
    add_up()
    return total


def rebuild() -> int:
    """Count every day of every shop anew; return how many days.

    It comes to what counting by and by comes to, but for two things: opening time is measured by
    the hours that shops have now, and whether readers were new stays as it was counted while that
    could be told. What was counted of orders that were deleted since with their shop stays.

    Guard: the command line's, or a job's own. Locks: the turn (`FIGURES`), `DAYS` days of a shop a
    transaction. Writes: tallies, how far it came. Announces nothing.
    """
    follow_memberships(today=timezone.localdate())
    # What changes while this runs is announced behind this place, and counted by the next job.
    place = head()
    total = 0
    for shop in Shop.objects.order_by("pk"):
        days = _days_of(shop)
        for start in range(0, len(days), DAYS):
            recount([(shop.pk, day) for day in days[start : start + DAYS]])
        total += len(days)
    with transaction.atomic():
        lock(Space.FIGURES)
        _note_place(place)
    add_up()
    return total


def recount_unsettled() -> int:
    """Count the days anew of which the readers are not settled yet, whatever was announced; return
    how many. Guard, locks, writes: as `rebuild`."""
    first = timezone.localdate() - timedelta(days=SETTLED_DAYS)
    shops = Shop.objects.filter(orders__placed_at__gte=timezone.now() - timedelta(SETTLED_DAYS + 1))
    keys = sorted(set(shops.values_list("pk", flat=True)))
    days = [
        (key, first + timedelta(days=ahead)) for key in keys for ahead in range(SETTLED_DAYS + 2)
    ]
    for start in range(0, len(days), DAYS):
        recount(days[start : start + DAYS])
    add_up()
    return len(days)


@transaction.atomic
def add_up() -> None:
    """Add up the years of which a tally has changed, for each network, and work out what is hidden
    of them.

    Guard: none, a step of the verbs above. Locks: the turn (`FIGURES`). Writes: the sums of years
    that are missing. Announces nothing.
    """
    lock(Space.FIGURES)
    known = set(YearSums.objects.values_list("network_id", "year"))
    for network in Network.objects.order_by("pk"):
        for year in years_of(network=network):
            if (network.pk, year) not in known:
                counted = count_year(network, year)
                YearSums.objects.create(
                    network=network,
                    year=year,
                    counted=pack(counted),
                    concealed=concealed(counted),
                )


@transaction.atomic
def recount(days: Sequence[ShopDay]) -> None:
    """Count days of shops from their orders as they are now.

    Guard: none, a step of the verbs above. Locks: the turn (`FIGURES`). Writes: the tallies of
    these days. Announces nothing.
    """
    lock(Space.FIGURES)
    shops = Shop.objects.prefetch_related("closures").in_bulk({shop for shop, _day in days})
    found: dict[_Key, _Counts] = defaultdict(_Counts)
    for fact in facts(days):
        _add(found[fact.shop_id, fact.day, fact.network_id, fact.channel], fact, shops)
    days = _but_erased(days, shops, found)
    _keep_settled(days, found)
    Tally.objects.filter(_of(days)).delete()
    YearSums.objects.filter(year__in={day.year for _shop, day in days}).delete()
    columns = ["shop_id", "day", "network_id", "channel", *_SUMS, "answers", "set_asides"]
    copy_rows(
        "figures_tally",
        columns,
        (
            [*key, *(its.sums[name] for name in _SUMS), sorted(its.answers), sorted(its.set_asides)]
            for key, its in found.items()
        ),
    )


_SUMS = (
    *("placed", "unconfirmed", "collected", "not_found", "cancelled", "expired", "open"),
    *("copies", "cents", "unanswered", "told", "newcomers"),
)


def _add(counts: _Counts, fact: Fact, shops: dict[int, Shop]) -> None:
    sums, shop = counts.sums, shops[fact.shop_id]
    sums["placed"] += 1
    sums[fact.outcome] += 1
    sums["copies"] += fact.copies
    sums["cents"] += fact.cents
    sums["unanswered"] += fact.unanswered
    sums["told"] += fact.newcomer is not None
    sums["newcomers"] += bool(fact.newcomer)
    for at, steps in (
        (fact.answered_at, counts.answers),
        (fact.set_aside_at, counts.set_asides),
    ):
        if at is not None:
            steps.append(_step(shop, fact.begins_at, at))


def _step(shop: Shop, start: datetime, end: datetime) -> int:
    return step_of(time_open(shop, min(start, end), end))


def _but_erased(
    days: Sequence[ShopDay], shops: dict[int, Shop], found: Iterable[_Key]
) -> list[ShopDay]:
    """Return the days without those of which no order is left because their shop was erased: these
    stay as they were counted."""
    there = {(shop, day) for shop, day, _network, _channel in found}
    return [
        (key, day)
        for key, day in days
        if (key, day) in there
        or (key in shops and (shops[key].ended_at is None or shops[key].merged_into_id is not None))
    ]


def _keep_settled(days: Sequence[ShopDay], found: dict[_Key, _Counts]) -> None:
    """Take over whether readers were new, of the days of which that is settled."""
    until = settled_until()
    old = [(shop, day) for shop, day in days if day <= until]
    if not old:
        return
    for row in Tally.objects.filter(_of(old), told__gt=0):
        sums = found[row.shop_id, row.day, row.network_id, row.channel].sums
        sums["told"], sums["newcomers"] = row.told, row.newcomers


def _of(days: Iterable[ShopDay]) -> Q:
    by_shop: dict[int, list[date]] = defaultdict(list)
    for shop, day in days:
        by_shop[shop].append(day)
    found = Q(pk__in=[])
    for shop, its in by_shop.items():
        found |= Q(shop_id=shop, day__in=its)
    return found


@transaction.atomic
def _follow_batch() -> tuple[int, int]:
    """Count what the next announcements are about; return how many days and announcements."""
    lock(Space.FIGURES)
    followed = Followed.objects.get()
    if timezone.now() - followed.moved_at > _LATE:
        place = head()
        since = followed.moved_at - timedelta(hours=1)
        days = _changed("e.happened_at > %(since)s", since=since)
        read = 0
    else:
        after = Position(followed.xid, followed.entry)
        entries, place = read_after(after, BATCH, [OutboxEntry.Topic.ORDER])
        read = len(entries)
        days = _changed("e.id = ANY(%(keys)s)", keys=[key for _topic, key in entries])
    if days:
        recount(days)
    _note_place(place)
    return len(days), read


def _changed(which: str, **params: object) -> list[ShopDay]:
    return [(shop, day) for shop, day in fetch(_CHANGED.format(which=which), params)]


def _note_place(place: Position) -> None:
    known = {"xid": place.xid, "entry": place.id, "moved_at": timezone.now()}
    if not Followed.objects.update(**known):
        Followed.objects.create(**known)


def _days_of(shop: Shop) -> list[date]:
    """Return the days on which a shop has orders, or had, by its own clock."""
    sql = (
        f"SELECT {_DAY} AS day FROM orders_order o JOIN shops_shop s ON s.id = o.shop_id"  # noqa: S608
        " WHERE o.shop_id = %(shop)s UNION SELECT day FROM figures_tally WHERE shop_id = %(shop)s"
        " ORDER BY day"
    )
    return [day for (day,) in fetch(sql, {"shop": shop.pk})]
