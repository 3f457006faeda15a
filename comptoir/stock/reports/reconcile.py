"""The rules of `stock.shelf.truth` for a whole file at once, in SQL, over the temporary tables of
`stock.reports.intake`.

`tests/stock/test_reconcile.py` holds it to the pure rules, case by case.
"""

from dataclasses import dataclass
from datetime import datetime

from comptoir.catalogue.operations import stub_products
from comptoir.core.db import execute, execute_all, fetch
from comptoir.shops.models import RingsUp, Shop
from comptoir.stock.formats.lines import Covers, ReportMode
from comptoir.stock.reports.feeds import TEACH
from comptoir.stock.shelf.announcements import announcement
from comptoir.stock.shelf.confidence import MEMORY_DAYS
from comptoir.stock.shelf.models import Reason
from comptoir.stock.shelf.sql import clock_of, is_own, known_at, own_product
from comptoir.stock.shelf.truth import LEFT_THROUGH_US, horizon

ANALYSE_FROM = 500  # below this a plan without statistics is as good


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One report, as the statements below need it.

    `preview` only: nothing is locked, and nothing written that outlives the transaction. One of a
    few lines is `small`: its statements are planned once a connection, not for its sizes.
    """

    shop: Shop
    feed_id: int
    mode: ReportMode
    covers: Covers
    as_of: datetime
    new_as_of: datetime | None
    used_as_of: datetime | None
    copies_as_of: datetime | None = None
    copy_prefix: str = ""
    preview: bool = False
    small: bool = False

    @property
    def of_copies(self) -> bool:
        """Whether it lists one-off copies, by their own references."""
        return self.covers == Covers.COPIES

    def params(self) -> dict[str, object]:
        """Return the values that the statements name."""
        now = horizon(
            self.as_of,
            RingsUp(self.shop.rings_up),
            self.shop.time_zone,
            one_off=self.of_copies,
        )
        return {
            "shop": self.shop.pk,
            "safety": 0 if self.of_copies else self.shop.safety_stock,
            "copies": self.of_copies,
            "copies_as_of": self.copies_as_of,
            "copy_prefix": self.copy_prefix,
            "feed": self.feed_id,
            # No clock shows that an unchanged one-off copy was seen again: its own row does.
            "all_named": self.mode != ReportMode.SNAPSHOT or self.of_copies,
            "all": self.covers == Covers.ALL,
            "as_of": self.as_of,
            "new_as_of": self.new_as_of,
            "used_as_of": self.used_as_of,
            "collected_from": now.collected_from,
            "unproven": [reason.value for reason in now.unproven],
            "changes": self.mode != ReportMode.SNAPSHOT,
            "day": self.shop.rings_up == RingsUp.END_OF_DAY and not self.of_copies,
            "zone": self.shop.time_zone,
            "memory": MEMORY_DAYS,
        }


_CLOCKS = (
    "%(new_as_of)s::timestamptz",
    "%(used_as_of)s::timestamptz",
    "%(copies_as_of)s::timestamptz",
)
KNOWN = known_at("o", *_CLOCKS)
_FROM = f"CASE WHEN %(day)s THEN date_trunc('day', {KNOWN}, %(zone)s) ELSE {KNOWN} END"

# A title listed twice in a snapshot lies on two shelves: add up, and keep the higher price.
_ADDED_UP = (
    "(SELECT ean, condition, least(sum(quantity), 1000000)::int AS quantity,"
    " max(price_cents) AS price_cents, max(issue) AS issue, '' AS copy_ref,"
    " NULL::bigint AS product_id"
    " FROM report_line GROUP BY ean, condition)"
)

# What a report covers: alike copies together, or the one-off copies of its own feed and never
# another's, nor those that the shop entered by hand.
_COVERED = (
    "CASE WHEN %(copies)s THEN o.copy_ref <> '' AND starts_with(o.copy_ref, %(copy_prefix)s)"
    " ELSE o.copy_ref = '' AND (%(all)s OR o.condition = 'new') END"
)
# By what a line is matched to an offer.
_ALIKE, _ONE_OFF = "t.ean = o.ean AND t.condition = o.condition", "t.copy_ref = o.copy_ref"

# Which offers may change: another figure, price or issue is reported, or they moved here since the
# last report. Offers with held copies are worked out again under lock: only they can be collected
# meanwhile. A title that the shop has not had (`offer_id` NULL) is found in the catalogue
# afterwards.
_CANDIDATES = f"""
INSERT INTO report_offer
SELECT o.id, coalesce(o.product_id, t.product_id), t.ean, coalesce(t.condition, o.condition),
       coalesce(t.quantity, 0), t.price_cents, o.id IS NOT NULL AND {KNOWN} > %(as_of)s, false,
       t.copy_ref
FROM (SELECT * FROM stock_offer o WHERE o.shop_id = %(shop)s
      AND (%(copies)s OR o.ean IS NOT NULL) AND {_COVERED}) o
FULL JOIN {{lines}} t ON {{key}}
WHERE o.id IS NULL AND t.quantity > 0
   OR o.counted <> coalesce(t.quantity, 0)
   OR o.on_hand <> o.counted - o.unseen
   OR o.price_cents <> t.price_cents
   OR o.price_cents IS NULL AND t.price_cents IS NOT NULL
   OR t.issue <> '' AND o.issue <> t.issue
   OR o.held > 0
   OR %(copies)s AND o.on_hand > 0
   OR o.moved_at IS NOT NULL AND o.moved_at >= {_FROM}
   OR o.as_of > %(as_of)s
   OR {clock_of("o", *_CLOCKS)} > %(as_of)s
"""  # noqa: S608
_LACKS_EANS = """
SELECT EXISTS (SELECT FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
               WHERE o.shop_id = %(shop)s AND o.ean IS NULL AND p.ean IS NOT NULL)
"""
# All of the shop's offers: those found later may have lower keys than those that lack an EAN.
_LOCK_SHOP = """
SELECT count(*) FROM (
    SELECT id FROM stock_offer WHERE shop_id = %(shop)s ORDER BY id FOR NO KEY UPDATE) locked
"""
_FILL_EANS = """
UPDATE stock_offer o SET ean = p.ean FROM catalogue_product p
WHERE p.id = o.product_id AND o.shop_id = %(shop)s AND o.ean IS NULL AND p.ean IS NOT NULL
"""

# Of a delta the last line counts.
_LAST = """
INSERT INTO report_offer
SELECT DISTINCT ON ({key}) NULL::bigint, product_id, ean, condition, quantity,
       price_cents, false, false, copy_ref
FROM report_line ORDER BY {key}, line DESC
"""

_PRODUCTS = """
UPDATE report_offer t SET product_id = p.id, unknown = p.state = 'unknown'
FROM catalogue_product p
WHERE {match} AND t.offer_id IS NULL AND t.product_id IS NULL
"""
# Two statements: an `OR` between the two keys could not be hashed.
_BY_EAN = _PRODUCTS.replace("{match}", f"p.ean = t.ean AND NOT {is_own('t.ean')}")
_OWN_REFS = (
    "SELECT %(shop)s::text || ':' || ean FROM report_offer"  # noqa: S608
    f" WHERE offer_id IS NULL AND product_id IS NULL AND {is_own('ean')}"
)
# As an array they are looked up in the index, however many own articles other shops have.
_BY_OWN_NUMBER = _PRODUCTS.replace(
    "{match}",
    f"{own_product('p', 't.ean', '%(shop)s')} AND p.source_ref = ANY(ARRAY({_OWN_REFS}))",
)
_SAME_OFFER = "o.product_id = t.product_id AND o.condition = t.condition AND o.copy_ref = ''"
_OFFERS = f"""
UPDATE report_offer t SET offer_id = o.id, overtaken = {KNOWN} > %(as_of)s
FROM stock_offer o
WHERE o.shop_id = %(shop)s AND t.offer_id IS NULL AND {{key}}
"""  # noqa: S608
_TOO_LATE = f"""
UPDATE report_offer t SET overtaken = true
WHERE t.offer_id IS NULL AND {clock_of("t", *_CLOCKS)} > %(as_of)s
"""  # noqa: S608


_MISSING = "SELECT ean FROM report_offer WHERE offer_id IS NULL AND product_id IS NULL"
_UNNAMED = "UPDATE report_offer SET unknown = true WHERE offer_id IS NULL AND product_id IS NULL"


def find_offers(reckoning: Reckoning, *, lines: int, repeats: bool) -> None:
    """Find what the report may change, making stubs for what the catalogue lacks.

    Of a snapshot that is a small part of what it covers, of a delta every line. `lines` is how
    many it has, `repeats` whether a title may come twice. A preview makes no stubs.
    """
    params = reckoning.params()
    if reckoning.mode == ReportMode.SNAPSHOT:
        if not reckoning.preview:
            _fill_eans(params)
        source = _ADDED_UP if repeats and not reckoning.of_copies else "report_line"
        key = _ONE_OFF if reckoning.of_copies else _ALIKE
        find = _CANDIDATES.format(lines=source, key=key)
    else:
        find = _LAST.format(key="copy_ref" if reckoning.of_copies else "ean, condition")
    analyse = ["ANALYZE report_offer"] if lines >= ANALYSE_FROM else []
    lookups = [find, *analyse, _BY_EAN, _BY_OWN_NUMBER, _MISSING]
    missing = execute_all(lookups, params, often=reckoning.small)
    if reckoning.preview:
        execute(_UNNAMED)
    else:
        _stub(missing, reckoning.shop.pk)


def _fill_eans(params: dict[str, object]) -> None:
    """Copy to the shop's offers the EANs that their products have got since; rarely any."""
    if fetch(_LACKS_EANS, params) == [(True,)]:
        fetch(_LOCK_SHOP, params)
        execute(_FILL_EANS, params)


def _stub(missing: list[tuple[str]], shop_id: int) -> None:
    if missing:
        keys = stub_products([ean for (ean,) in missing], shop_id)
        execute(
            "UPDATE report_offer t SET product_id = k.id, unknown = true"
            " FROM unnest(%s::text[], %s::bigint[]) AS k(ean, id) WHERE k.ean = t.ean",
            [list(keys), list(keys.values())],
        )


# As an array the keys are looked up in the index, whatever the size of the table beside it.
_FOUND = "o.id = ANY(ARRAY(SELECT offer_id FROM report_offer WHERE offer_id IS NOT NULL))"
LOCK = f"""
SELECT count(*) FROM (
    SELECT o.id FROM stock_offer o WHERE {_FOUND} ORDER BY o.id FOR NO KEY UPDATE) locked
"""  # noqa: S608


def _on_top(as_of: str, collected_from: str) -> str:
    """Return `truth.Horizon.is_on_top` as SQL over a movement `m`."""
    left = ", ".join(f"'{reason.value}'" for reason in LEFT_THROUGH_US)
    return (
        f"(CASE WHEN m.reason IN ({left}) THEN m.happened_at >= {collected_from}"
        f" WHEN m.delta > 0 THEN m.happened_at > {as_of} ELSE m.happened_at >= {as_of} END)"
    )


_NOW = _on_top("%(as_of)s", "%(collected_from)s")
_RIPE = f"{_on_top('k.known_at', 'k.known_from')} AND NOT {_NOW}"

# `truth.take_figure` and `truth.on_hand`, for every candidate of which nothing newer is known; the
# pace is that of `confidence.pace_at`. Step by step:
#   known    each offer found, as it was before the report, and as of when;
#   moved    the figure in the report, beside what moved here: on top of the report, or before it
#            (gone unproven, lost or gained as the till knows);
#   proven   how much of what was gone the till's fall proves, how much its figure rose unexplained;
#   figures  the figures that the report leaves;
#   settled  with what is on hand by them.
_RESULT = f"""
INSERT INTO report_result
WITH known AS (
    SELECT o.*, {KNOWN} AS known_at, {_FROM} AS known_from FROM stock_offer o WHERE {_FOUND}
), moved AS (
    SELECT c.offer_id, c.product_id, c.counted,
           coalesce(c.price_cents, k.price_cents) AS price_cents,
           k.price_cents AS old_price, k.on_hand AS was, k.held, k.short,
           k.counted AS old_counted, k.unseen AS old_unseen, k.doubtful AS old_doubtful,
           k.pace AS old_pace, k.as_of AS old_as_of, k.known_at,
           coalesce(m.on_top, 0) AS on_top, k.unseen + coalesce(m.gone, 0) AS gone,
           coalesce(m.lost, 0) AS lost, coalesce(m.gained, 0) AS gained,
           -- The fall of the till's figure that nothing which it knows of explains.
           k.counted - c.counted - coalesce(m.lost, 0) AS fell
    FROM report_offer c
    JOIN known k ON k.id = c.offer_id
    -- Most offers never moved here: their ledger is not even read.
    LEFT JOIN LATERAL (
        SELECT sum(m.delta) FILTER (WHERE {_NOW}) AS on_top,
               -sum(m.delta) FILTER (WHERE {_RIPE} AND m.delta < 0
                                     AND m.reason = ANY(%(unproven)s)) AS gone,
               -sum(m.delta) FILTER (WHERE {_RIPE} AND m.delta < 0
                                     AND m.reason <> ALL(%(unproven)s)) AS lost,
               sum(m.delta) FILTER (WHERE {_RIPE} AND m.delta > 0) AS gained
        FROM stock_stockmovement m
        WHERE m.offer_id = k.id AND m.happened_at >= k.known_from
          AND m.reason NOT IN ('told', 'counted')
    ) m ON k.moved_at IS NOT NULL
    WHERE k.known_at <= %(as_of)s
), proven AS (
    SELECT *, least(gone, greatest(0, fell)) AS proven, greatest(0, -fell - gained) AS rose
    FROM moved
), figures AS (
    SELECT *, least(counted, gone - proven) AS unseen,
           old_pace * CASE WHEN old_counted > 0 THEN exp(-greatest(0, extract(epoch FROM
                          %(as_of)s - old_as_of) / 86400) / %(memory)s) ELSE 1 END
               + greatest(0, old_counted - counted) / %(memory)s AS pace
    FROM proven
), settled AS (
    SELECT *, greatest(0, counted - unseen + on_top) AS is_now,
           -- A figure of the same moment that is higher is believed by its lower reading alone.
           least(counted - unseen, old_doubtful + proven + CASE WHEN known_at = %(as_of)s
                 THEN rose ELSE least(rose, lost) END) AS doubtful
    FROM figures
)
SELECT offer_id, product_id, counted, unseen, doubtful, pace, price_cents, was, is_now, held,
       (was, old_counted, old_unseen, old_doubtful, short, old_price) IS DISTINCT FROM
       (is_now, counted, unseen, doubtful, greatest(held - is_now, 0), price_cents)
FROM settled
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report would do, counted before anything is written.

    `named` titles stand in it; of `overtaken` ones something newer is known, `unknown` ones are new
    to the shop and unknown to the catalogue.
    """

    changed: int
    emptied: int
    named: int
    overtaken: int
    unknown: int = 0


def in_stock(reckoning: Reckoning) -> int:
    """Return how many offers have copies, among those that the report covers."""
    ((count,),) = fetch(
        "SELECT count(*) FROM stock_offer o WHERE shop_id = %(shop)s AND on_hand > 0"  # noqa: S608
        f" AND {_COVERED}",
        reckoning.params(),
    )
    return int(count)


_COUNTED = """
SELECT changed, emptied, named, overtaken, unknown FROM
    (SELECT count(*) FILTER (WHERE changed) AS changed,
            count(*) FILTER (WHERE was > 0 AND is_now = 0) AS emptied FROM report_result) r,
    (SELECT count(*) FILTER (WHERE copy_ref IS NOT NULL) AS named,
            count(*) FILTER (WHERE copy_ref IS NOT NULL AND overtaken) AS overtaken,
            count(*) FILTER (WHERE unknown AND offer_id IS NULL) AS unknown
     FROM report_offer) t
"""


def compute(reckoning: Reckoning) -> Outcome:
    """Lock the offers found, in primary-key order, and apply the truth to each.

    Nothing is written yet. The locks last until the transaction ends; a preview takes none.
    """
    offers = _OFFERS.format(key=_ONE_OFF if reckoning.of_copies else _SAME_OFFER)
    lock = [] if reckoning.preview else [LOCK]
    steps = [offers, _TOO_LATE, *lock, _RESULT, _COUNTED]
    (counts,) = execute_all(steps, reckoning.params(), often=reckoning.small)
    return Outcome(*counts)


_UPDATE = """
UPDATE stock_offer o
SET on_hand = r.is_now, counted = r.counted, unseen = r.unseen, doubtful = r.doubtful,
    pace = r.pace, price_cents = r.price_cents,
    short = greatest(r.held - r.is_now, 0), as_of = %(as_of)s, told_by_id = %(feed)s
FROM report_result r
WHERE r.offer_id = o.id AND (r.changed OR %(all_named)s)
  AND o.id = ANY(ARRAY(SELECT offer_id FROM report_result WHERE changed OR %(all_named)s))
"""
_INSERT = f"""
WITH made AS (
    INSERT INTO stock_offer (shop_id, product_id, ean, condition, copy_ref, price_cents, on_hand,
                             held, short, counted, unseen, as_of, told_by_id)
    SELECT %(shop)s, t.product_id, t.ean, t.condition, t.copy_ref, t.price_cents, t.counted,
           0, 0, t.counted, 0, %(as_of)s, %(feed)s
    FROM report_offer t
    WHERE t.offer_id IS NULL AND t.counted > 0 AND NOT t.overtaken
    ORDER BY t.product_id, t.condition, t.copy_ref
    RETURNING id, product_id, on_hand
), moved AS (
    INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind, actor_id)
    SELECT id, on_hand, %(reason)s, %(as_of)s, 'feed', %(report)s FROM made
), announced AS (
    {announcement("made", "0", "on_hand - %(safety)s")}
)
SELECT count(*) FROM made
"""  # noqa: S608
MOVEMENTS = """
INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind, actor_id)
SELECT offer_id, is_now - was, %(reason)s, %(as_of)s, 'feed', %(report)s
FROM report_result WHERE is_now <> was
"""
OUTBOX = f"""
WITH moved AS (SELECT *, offer_id AS id FROM report_result WHERE changed)
{announcement("moved", "was - held - %(safety)s", "is_now - held - %(safety)s")}
"""  # noqa: S608
_CLOCK = """
UPDATE stock_shopclock SET new_as_of = greatest(new_as_of, %(as_of)s),
    used_as_of = CASE WHEN %(all)s THEN greatest(used_as_of, %(as_of)s) ELSE used_as_of END
WHERE shop_id = %(shop)s
"""


def write(reckoning: Reckoning, report_id: int) -> int:
    """Write what `compute` found, for the feed too; return how many offers are new."""
    params = reckoning.params() | {"report": report_id, "reason": Reason.TOLD.value}
    clock = [_CLOCK] if reckoning.mode == ReportMode.SNAPSHOT and not reckoning.of_copies else []
    written = [_UPDATE, MOVEMENTS, OUTBOX, *clock, TEACH, _INSERT]
    ((appeared,),) = execute_all(written, params, often=reckoning.small)
    return int(appeared)
