"""A stock count by scanning while sales go on: its scans, and how it differs from what is known.

Each title's count has its own moment, that of its last scan: what moves here afterwards is applied
on top (`ledger.set_count`). A copy that left between a title's first and last scan may be among
those scanned, or not: the lower reading holds, and the screen asks to check again. `counts.steps`
applies a count.
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
from comptoir.core.identifiers import issue_of, parse_number
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.counts.models import CountedTitle, CountStatus, StockCount
from comptoir.stock.shelf.ledger import LARGEST
from comptoir.stock.shelf.sql import named

LONGEST_KEY = 40
LONGEST_NAME = 80
MOST_SCANS = 200
OLDEST_SCAN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as a screen sends it: its key, the code read, how long ago, and either a change of
    the count or the number that somebody typed."""

    key: str
    code: str
    change: int = 1
    number: int | None = None
    age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class RefusedScan:
    """A scan that is not counted: the code read, and why."""

    code: str
    why: str


@transaction.atomic
def start_count(*, shop: Shop, name: str, whole: bool, actor: Actor) -> StockCount:
    """Begin a count of a shelf, or of the whole shop.

    Guard: `COUNT_STOCK`. Locks nothing. Writes: the count. Announces nothing. Raises `NotFound`,
    `Invalid` (`no_name`).
    """
    shop = in_scope(shop, actor, Verb.COUNT_STOCK)
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise Invalid("no_name", _("Name the shelf that you count."), field="name")
    return StockCount.objects.create(shop=shop, name=name, whole=whole, **acted_by(actor))


@transaction.atomic
def take_scans(
    *, session: StockCount, scans: Iterable[Scan], actor: Actor, now: datetime | None = None
) -> list[RefusedScan]:
    """Count what a screen sends, each scan exactly once, and return the scans that are refused.

    Any number of screens send at once; one that is not sure sends again. Of one call the first
    `MOST_SCANS` are read.

    Guard: the count's shop is the actor's. Locks: the count. Writes: scans, and the figures of
    their titles. Announces nothing. Raises `NotFound`, `Conflict` (`count_closed`) once the count
    is being applied or given up.
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
    """Return those of these keys whose scans a count has taken, whatever its status is now."""
    wanted = [key for key in keys if "\0" not in key]
    return list(session.scans.filter(key__in=wanted).values_list("key", flat=True))


def _take(session: StockCount, scan: Scan, actor: Actor, now: datetime) -> str:
    """Write a scan down, unless its key is known, and return the EAN of its title."""
    if not 0 < len(scan.key) <= LONGEST_KEY or "\0" in scan.key:
        raise Invalid("bad_key", _("This scan has no name."))
    ean = parse_number(scan.code)
    if scan.number is not None and not 0 <= scan.number <= LARGEST:
        raise Invalid("bad_quantity", _("Count the copies: a number from 0 to 100,000."))
    age = min(max(scan.age, timedelta(0)), OLDEST_SCAN)
    values = {
        "session": session.pk,
        "key": scan.key,
        "ean": ean,
        "issue": issue_of(scan.code),
        "change": 0 if scan.number is not None else 1 if scan.change > 0 else -1,
        "number": scan.number,
        "at": max(now - age, session.started_at),
        **acted_by(actor),
    }
    execute(_SCAN, values)
    return ean


_SCAN = """
INSERT INTO stock_countscan
    (session_id, key, ean, issue, change, number, at, actor_kind, actor_id)
VALUES (%(session)s, %(key)s, %(ean)s, %(issue)s, %(change)s, %(number)s, %(at)s, %(actor_kind)s,
        %(actor_id)s)
ON CONFLICT (session_id, key) DO NOTHING
"""

# Scans come in any order, from several screens: the last number typed stands, by its moment, and
# what was scanned after it is added. Step by step:
#   scans   each scan of these titles, with how many numbers were typed after it;
#   summed  the copies of each title, from its last number typed on.
_COUNT = f"""
WITH scans AS (
    SELECT *, count(number) OVER (PARTITION BY ean ORDER BY at DESC, id DESC
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS typed_later
    FROM stock_countscan WHERE session_id = %(session)s AND ean = ANY(%(eans)s::varchar[])
), summed AS (
    SELECT ean, sum(coalesce(number, change)) AS copies, min(at) AS first_at, max(at) AS last_at
    FROM scans WHERE typed_later = 0 GROUP BY ean
)
INSERT INTO stock_countedtitle AS t
    (session_id, ean, copies, expected, first_at, last_at, scanned, outcome)
-- Zero bounds the sum and not its parts: a scan may be undone before it has come.
SELECT %(session)s, s.ean, least(greatest(s.copies, 0), %(largest)s),
       -- What was on hand at the moment of the last scan, not now.
       greatest(0, coalesce(o.on_hand - (
           SELECT coalesce(sum(m.delta), 0) FROM stock_stockmovement m
           WHERE m.offer_id = o.id AND m.happened_at > s.last_at), 0)),
       s.first_at, s.last_at, true, ''
FROM summed s
LEFT JOIN LATERAL {named("s.ean", "%(shop)s")} p ON true
LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %(shop)s AND o.condition = 'new'
     AND o.copy_ref = ''
ON CONFLICT (session_id, ean) DO UPDATE
SET copies = excluded.copies, expected = excluded.expected,
    first_at = excluded.first_at, last_at = excluded.last_at
"""  # noqa: S608


def locked(session: StockCount, actor: Actor, *wanted: CountStatus) -> StockCount:
    """Return a count under lock, in one of the wanted states.

    Raises `NotFound`, `Conflict` (`count_closed`).
    """
    visible = StockCount.objects.visible_to(actor)
    found = visible.select_for_update(of=("self",), no_key=True).filter(pk=session.pk).first()
    if found is None:
        raise NotFound("no_such_count", _("There is no such count."))
    in_scope(found.shop, actor, Verb.COUNT_STOCK)
    if found.status not in wanted:
        message = _("This count is closed: start another one.")
        raise Conflict("count_closed", message, status=found.status)
    return found


@transaction.atomic
def discard_count(*, session: StockCount, actor: Actor) -> StockCount:
    """Give a count up: it changes no stock.

    Guard: the count's shop is the actor's. Locks: the count. Writes: its status. Announces nothing.
    Raises `NotFound`, `Conflict` (`count_closed`).
    """
    found = locked(session, actor, CountStatus.OPEN)
    return close(found, CountStatus.DISCARDED, actor)


def close(session: StockCount, status: CountStatus, actor: Actor) -> StockCount:
    """Save the status of a count, which the caller has locked, and who decided it."""
    session.status = status
    session.closed_at = timezone.now()
    session.closed_kind, session.closed_id = actor.kind.value, actor.id
    session.save()
    return session


@dataclass(frozen=True, slots=True)
class Difference:
    """One title whose count is not what was expected, or is to be checked again.

    `counted` is the copies scanned, less those that left meanwhile (`lost`). `held` copies are
    promised to readers.
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

# A title is listed too when readers are promised more copies than were counted.
_DIFFERENCES = f"""
WITH found AS (
    SELECT t.id, coalesce(p.title, ''), coalesce(p.byline, ''), {LOST} AS lost,
           coalesce(o.held, 0) AS held, t.copies, t.expected
    FROM stock_countedtitle t
    LEFT JOIN LATERAL {named("t.ean", "%(shop)s")} p ON true
    LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %(shop)s
         AND o.condition = 'new' AND o.copy_ref = ''
    WHERE t.session_id = %(session)s AND t.scanned
)
SELECT * FROM found
WHERE greatest(0, copies - lost) <> expected OR greatest(0, copies - lost) < held
ORDER BY expected - copies DESC, id LIMIT %(most)s
"""  # noqa: S608


def differences(session: StockCount, most: int = 500) -> list[Difference]:
    """Return the titles whose count is not what was expected, most missing first."""
    rows = fetch(_DIFFERENCES, {"session": session.pk, "shop": session.shop_id, "most": most})
    titles = CountedTitle.objects.in_bulk([key for key, *_ in rows])
    return [
        Difference(titles[key], name, byline, max(0, copies - lost), held, int(lost))
        for key, name, byline, lost, held, copies, _expected in rows
    ]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a count of the whole shop has not scanned: titles and copies that would go to zero,
    titles that came in since it began, and titles kept for readers, which stay."""

    titles: int
    copies: int
    came_in: int
    kept: int


# By `told_at`, when the movement was entered: a delivery noted late under an earlier moment came in
# since, too.
REST = """
SELECT o.id, n.ean, o.on_hand, o.held, EXISTS (
    SELECT FROM stock_stockmovement m WHERE m.offer_id = o.id AND m.delta > 0
    AND m.told_at >= %(start)s) AS came_in
FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
-- The product's, which a report has perhaps not copied yet; or the till's own number.
CROSS JOIN LATERAL (SELECT coalesce(p.ean, o.ean) AS ean) n
WHERE o.shop_id = %(shop)s AND o.condition = 'new' AND o.copy_ref = '' AND o.on_hand > 0
  AND n.ean IS NOT NULL AND NOT EXISTS (
    SELECT FROM stock_countedtitle t WHERE t.session_id = %(session)s AND t.ean = n.ean)
"""
"""The offers with copies that a count did not scan."""

_REST_SUMS = f"""
WITH unscanned AS ({REST}), rest AS (
    SELECT *, NOT came_in AND on_hand > held AS goes FROM unscanned
)
SELECT count(*) FILTER (WHERE goes), coalesce(sum(on_hand - held) FILTER (WHERE goes), 0),
       count(*) FILTER (WHERE came_in), count(*) FILTER (WHERE held > 0)
FROM rest
"""  # noqa: S608


def rest_of(session: StockCount) -> Rest:
    """Return what a count of the whole shop has not scanned."""
    ((titles, copies, came_in, kept),) = fetch(
        _REST_SUMS,
        {"session": session.pk, "shop": session.shop_id, "start": session.started_at},
    )
    return Rest(int(titles), int(copies), int(came_in), int(kept))
