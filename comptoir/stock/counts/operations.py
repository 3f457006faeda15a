"""Counting by scanning while sales go on: a session, its scans, and what it changes.

Each title's count has its own moment, that of its last scan: what moves here afterwards is applied
on top (`ledger.set_count`). A copy that left between a title's first and last scan may be among
those scanned, or not: the lower reading holds, and the screen asks for another look.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.identifiers import parse_ean
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.counts.models import CountedTitle, CountStatus, StockCount
from comptoir.stock.shelf.ledger import LARGEST

LONGEST_KEY = 40
LONGEST_NAME = 80
MOST_SCANS = 200
OLDEST_SCAN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as a screen tells it: its key, what was read, how long ago, and either a change of
    the count or the number that somebody typed."""

    key: str
    code: str
    change: int = 1
    number: int | None = None
    age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class RefusedScan:
    """A scan that is no title: what was read, and why it does not count."""

    code: str
    why: str


@transaction.atomic
def start_count(*, shop: Shop, name: str, whole: bool, actor: Actor) -> StockCount:
    """Begin a count of a shelf, or of the whole shop. Raises `NotFound`, `Invalid` (`no_name`)."""
    shop = in_scope(shop, actor, Verb.COUNT_STOCK)
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise Invalid("no_name", _("Name the shelf that you count."), field="name")
    return StockCount.objects.create(shop=shop, name=name, whole=whole, **acted_by(actor))


@transaction.atomic
def take_scans(
    *, session: StockCount, scans: Iterable[Scan], actor: Actor, now: datetime | None = None
) -> list[RefusedScan]:
    """Count what screens send, each scan exactly once, and return those that are no titles.

    Any number of screens send at once; one that is not sure sends again. Raises `NotFound`,
    `Conflict` (`count_closed`) once the count is being applied or given up.
    """
    found = list(scans)[:MOST_SCANS]
    held = locked(session, actor, CountStatus.OPEN)
    moment = now or timezone.now()
    taken: set[str] = set()
    refused: list[RefusedScan] = []
    for scan in found:
        try:
            taken.add(_take(held, scan, actor, moment))
        except Invalid as error:
            refused.append(RefusedScan(scan.code[:40], str(error)))
    if taken:
        values = {"session": held.pk, "shop": held.shop_id, "eans": sorted(taken)}
        execute(_COUNT, values | {"largest": LARGEST})
    return refused


def taken_keys(session: StockCount, keys: Iterable[str]) -> list[str]:
    """Return those of these keys whose scans a count has taken: they count, whatever it is now."""
    wanted = [key for key in keys if "\0" not in key]
    return list(session.scans.filter(key__in=wanted).values_list("key", flat=True))


def _take(session: StockCount, scan: Scan, actor: Actor, now: datetime) -> str:
    """Write a scan down, unless it is already, and return the EAN of its title."""
    if not 0 < len(scan.key) <= LONGEST_KEY or "\0" in scan.key:
        raise Invalid("bad_key", _("This scan has no name."))
    ean = parse_ean(scan.code)
    if scan.number is not None and not 0 <= scan.number <= LARGEST:
        raise Invalid("bad_quantity", _("Count the copies: a number from 0 to 100,000."))
    age = min(max(scan.age, timedelta(0)), OLDEST_SCAN)
    values = {
        "session": session.pk,
        "key": scan.key,
        "ean": ean,
        "change": 0 if scan.number is not None else 1 if scan.change > 0 else -1,
        "number": scan.number,
        "at": max(now - age, session.started_at),
        **acted_by(actor),
    }
    execute(_SCAN, values)
    return ean


_SCAN = """
INSERT INTO stock_countscan (session_id, key, ean, change, number, at, actor_kind, actor_id)
VALUES (%(session)s, %(key)s, %(ean)s, %(change)s, %(number)s, %(at)s, %(actor_kind)s,
        %(actor_id)s)
ON CONFLICT (session_id, key) DO NOTHING
"""

# Scans come in any order, from several screens: the last number typed stands, by its moment, and
# what was scanned after it is added. All of a title's scans are added up before zero bounds them,
# for one may be undone before it has come. `expected` goes back to the moment of the last scan.
_COUNT = """
INSERT INTO stock_countedtitle AS t
    (session_id, ean, copies, expected, first_at, last_at, scanned, outcome)
SELECT %(session)s, s.ean, least(greatest(s.copies, 0), %(largest)s),
       greatest(0, coalesce(o.on_hand - (
           SELECT coalesce(sum(m.delta), 0) FROM stock_stockmovement m
           WHERE m.offer_id = o.id AND m.happened_at > s.last_at), 0)),
       s.first_at, s.last_at, true, ''
FROM (
    SELECT ean, sum(coalesce(number, change)) AS copies, min(at) AS first_at, max(at) AS last_at
    FROM (
        SELECT *, count(number) OVER (PARTITION BY ean ORDER BY at DESC, id DESC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS typed_later
        FROM stock_countscan WHERE session_id = %(session)s AND ean = ANY(%(eans)s::varchar[])
    ) scans
    WHERE typed_later = 0 GROUP BY ean
) s
LEFT JOIN catalogue_product p ON p.ean = s.ean
LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %(shop)s AND o.condition = 'new'
     AND o.copy_ref = ''
ON CONFLICT (session_id, ean) DO UPDATE
SET copies = excluded.copies, expected = excluded.expected,
    first_at = excluded.first_at, last_at = excluded.last_at
"""


def locked(session: StockCount, actor: Actor, *wanted: CountStatus) -> StockCount:
    """Return a count under lock. Raises `NotFound`, `Conflict` (`count_closed`)."""
    visible = StockCount.objects.visible_to(actor)
    found = visible.select_for_update(of=("self",), no_key=True).filter(pk=session.pk).first()
    if found is None:
        raise NotFound("no_such_count", _("There is no such count."))
    if found.status not in wanted:
        message = _("This count is closed: start another one.")
        raise Conflict("count_closed", message, status=found.status)
    return found


@transaction.atomic
def discard_count(*, session: StockCount, actor: Actor) -> StockCount:
    """Give a count up: it changes nothing. Raises `NotFound`, `Conflict` (`count_closed`)."""
    found = locked(session, actor, CountStatus.OPEN)
    return close(found, CountStatus.DISCARDED, actor)


def close(session: StockCount, status: CountStatus, actor: Actor) -> StockCount:
    """Have a count, which is locked, stand at a status, by whoever decided it."""
    session.status = status
    session.closed_at = timezone.now()
    session.closed_kind, session.closed_id = actor.kind.value, actor.id
    session.save()
    return session


@dataclass(frozen=True, slots=True)
class Difference:
    """One title whose count is not what was expected, or needs another look.

    `counted` has what left meanwhile (`lost`) taken off. `held` copies are promised to readers.
    """

    title: CountedTitle
    name: str
    byline: str
    counted: int
    held: int
    lost: int

    @property
    def missing(self) -> int:
        """How many copies fewer than expected; below zero, how many more."""
        return self.title.expected - self.counted


_LOST = """
SELECT -sum(m.delta) FROM stock_stockmovement m
WHERE m.offer_id = o.id AND m.delta < 0 AND m.reason NOT IN ('told', 'counted')
  AND m.happened_at > t.first_at AND m.happened_at <= t.last_at
"""
LOST = f"coalesce(({_LOST}), 0)"
"""How many copies of the offer `o` left between the first and the last scan of the title `t`."""

_DIFFERENCES = f"""
SELECT * FROM (
    SELECT t.id, coalesce(p.title, ''), coalesce(p.byline, ''), {LOST} AS lost,
           coalesce(o.held, 0) AS held, t.copies, t.expected
    FROM stock_countedtitle t
    LEFT JOIN catalogue_product p ON p.ean = t.ean
    LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %(shop)s
         AND o.condition = 'new' AND o.copy_ref = ''
    WHERE t.session_id = %(session)s AND t.scanned
) found
WHERE greatest(0, copies - lost) <> expected OR greatest(0, copies - lost) < held
ORDER BY expected - copies DESC, id LIMIT %(most)s
"""  # noqa: S608


def differences(session: StockCount, most: int = 500) -> list[Difference]:
    """Return what a count found otherwise than expected, most missing first."""
    rows = fetch(_DIFFERENCES, {"session": session.pk, "shop": session.shop_id, "most": most})
    titles = CountedTitle.objects.in_bulk([row[0] for row in rows])
    return [
        Difference(titles[key], name, byline, max(0, copies - lost), held, int(lost))
        for key, name, byline, lost, held, copies, _expected in rows
    ]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a count of the whole shop has not scanned: titles and copies that would go to zero,
    those that came in since it began, and those kept for readers, which stay."""

    titles: int
    copies: int
    came_in: int
    kept: int


REST = """
SELECT o.id, p.ean, o.on_hand, o.held, EXISTS (
    SELECT FROM stock_stockmovement m WHERE m.offer_id = o.id AND m.delta > 0
    AND m.told_at >= %(start)s) AS came_in
FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %(shop)s AND o.condition = 'new' AND o.copy_ref = '' AND o.on_hand > 0
  AND p.ean IS NOT NULL AND NOT EXISTS (
    SELECT FROM stock_countedtitle t WHERE t.session_id = %(session)s AND t.ean = p.ean)
"""
"""The offers with copies that a count did not scan."""

_REST_SUMS = f"""
SELECT count(*) FILTER (WHERE goes), coalesce(sum(on_hand - held) FILTER (WHERE goes), 0),
       count(*) FILTER (WHERE came_in), count(*) FILTER (WHERE held > 0)
FROM (SELECT *, NOT came_in AND on_hand > held AS goes FROM ({REST}) unscanned) rest
"""  # noqa: S608


def rest_of(session: StockCount) -> Rest:
    """Return what a count of the whole shop has not scanned."""
    ((titles, copies, came_in, kept),) = fetch(
        _REST_SUMS,
        {"session": session.pk, "shop": session.shop_id, "start": session.started_at},
    )
    return Rest(int(titles), int(copies), int(came_in), int(kept))
