"""`stock.truth` for a whole file at once, in SQL. Works on the temporary tables it makes.

`tests/stock/test_reconcile.py` holds it to the pure rules, case by case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from comptoir.catalogue.operations import stub_products
from comptoir.core.db import fetch, run
from comptoir.shops.models import RingsUp, Shop
from comptoir.stock.feeds.lines import RefusedLine, StockLine
from comptoir.stock.models import Covers, TellingMode
from comptoir.stock.truth import horizon

KEPT_REFUSALS = 1000
CHUNK_LINES = 4096

_TABLES = (
    "CREATE TEMP TABLE telling_line (line int, ean varchar(13), quantity int,"
    " price_cents int, condition varchar(3)) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE telling_product (product_id bigint, ean varchar(13),"
    " condition varchar(3), quantity int, price_cents int) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE telling_offer (offer_id bigint, product_id bigint,"
    " condition varchar(3), counted int, price_cents int, overtaken boolean) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE telling_result (offer_id bigint, product_id bigint,"
    " counted int, unseen int, price_cents int, was int, is_now int, held int, changed boolean)"
    " ON COMMIT DELETE ROWS",
)
_EMPTY = tuple(
    f"DELETE FROM {table}"  # noqa: S608
    for table in ("telling_line", "telling_product", "telling_offer", "telling_result")
)
# Below this a plan without statistics is as good.
ANALYSE_FROM = 500


@dataclass(slots=True)
class Received:
    """What came in with a telling, counted as it streamed by."""

    lines: int = 0
    refused: int = 0
    refusals: list[list[object]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Lines that can be applied."""
        return self.lines - self.refused


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling, as the statements below need it."""

    shop: Shop
    feed_id: int
    mode: TellingMode
    covers: Covers
    as_of: datetime
    new_as_of: datetime | None
    used_as_of: datetime | None

    def params(self) -> dict[str, object]:
        """Return the values that the statements name."""
        now = horizon(self.as_of, RingsUp(self.shop.rings_up), self.shop.time_zone)
        return {
            "shop": self.shop.pk,
            "safety": self.shop.safety_stock,
            "feed": self.feed_id,
            "snapshot": self.mode == TellingMode.SNAPSHOT,
            "all": self.covers == Covers.ALL,
            "as_of": self.as_of,
            "new_as_of": self.new_as_of,
            "used_as_of": self.used_as_of,
            "collected_from": now.collected_from,
            "unproven": [reason.value for reason in now.unproven],
            "day": self.shop.rings_up == RingsUp.END_OF_DAY,
            "zone": self.shop.time_zone,
        }


def prepare() -> None:
    """Make this connection's temporary tables, or empty what this transaction put in them.

    They stay with the connection: making tables for every small telling would wear the catalogue.
    """
    ((known,),) = fetch("SELECT to_regclass('pg_temp.telling_result') IS NOT NULL")
    for statement in _EMPTY if known else _TABLES:
        run(statement)


def receive(lines: Iterable[StockLine | RefusedLine]) -> Received:
    """Stream the lines into the temporary table; the refused ones are counted and set apart."""
    received = Received()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY telling_line (line, ean, quantity, price_cents, condition) FROM STDIN"
        ) as copy,
    ):
        for chunk in _chunks(lines, received):
            copy.write(chunk)
    _analyse("telling_line", received.taken)
    return received


def _chunks(lines: Iterable[StockLine | RefusedLine], received: Received) -> Iterator[str]:
    rows: list[str] = []
    for line in lines:
        received.lines += 1
        if isinstance(line, RefusedLine):
            received.refused += 1
            if received.refused <= KEPT_REFUSALS:
                received.refusals.append(
                    [line.line, line.code, _storable(str(line.message)), _storable(line.content)]
                )
            continue
        number, ean, quantity, price, condition = line
        cents = "\\N" if price is None else price
        rows.append(f"{number}\t{ean}\t{quantity}\t{cents}\t{condition}\n")
        if len(rows) == CHUNK_LINES:
            yield "".join(rows)
            rows.clear()
    yield "".join(rows)


def _storable(text: str) -> str:
    """Return a text without what PostgreSQL cannot keep: NUL and lone surrogates."""
    return text.replace("\0", "·").encode("utf-8", "replace").decode("utf-8")


_SUM = """
INSERT INTO telling_product
SELECT p.id, t.ean, t.condition, least(t.quantity, 1000000), t.price_cents
FROM (SELECT ean, condition, sum(quantity) AS quantity, max(price_cents) AS price_cents
      FROM telling_line GROUP BY ean, condition) t
LEFT JOIN catalogue_product p ON p.ean = t.ean
"""
_LAST = """
INSERT INTO telling_product
SELECT p.id, t.ean, t.condition, t.quantity, t.price_cents
FROM (SELECT DISTINCT ON (ean, condition) * FROM telling_line
      ORDER BY ean, condition, line DESC) t
LEFT JOIN catalogue_product p ON p.ean = t.ean
"""


def match(mode: TellingMode) -> int:
    """Find (or stub) the product of every line; return how many the catalogue does not know.

    The same EAN and condition twice: a snapshot adds the quantities up (two shelves) and keeps the
    higher price; of a delta the last line counts.
    """
    told = run(_SUM if mode == TellingMode.SNAPSHOT else _LAST)
    _analyse("telling_product", told)
    missing = [ean for (ean,) in fetch("SELECT ean FROM telling_product WHERE product_id IS NULL")]
    if missing:
        keys = stub_products(missing)
        run(
            "UPDATE telling_product t SET product_id = k.id"
            " FROM unnest(%s::text[], %s::bigint[]) AS k(ean, id) WHERE k.ean = t.ean",
            [list(keys), list(keys.values())],
        )
    ((unknown,),) = fetch(
        "SELECT count(DISTINCT t.ean) FROM telling_product t"
        " JOIN catalogue_product p ON p.id = t.product_id WHERE p.state = 'unknown'"
    )
    return int(unknown)


_KNOWN_AT = (
    "greatest(o.as_of, CASE WHEN o.condition = 'new' THEN %(new_as_of)s::timestamptz"
    " ELSE %(used_as_of)s::timestamptz END)"
)
_KNOWN_FROM = (
    f"CASE WHEN %(day)s THEN date_trunc('day', {_KNOWN_AT}, %(zone)s) ELSE {_KNOWN_AT} END"
)

# Which offers may change: told another figure or price, or touched here since the last telling.
# Offers with held copies are looked at again under lock: only they can be collected meanwhile.
_CANDIDATES = f"""
INSERT INTO telling_offer
SELECT o.id, o.product_id, o.condition, coalesce(t.quantity, 0), t.price_cents,
       {_KNOWN_AT} > %(as_of)s
FROM stock_offer o
LEFT JOIN telling_product t ON t.product_id = o.product_id AND t.condition = o.condition
WHERE o.shop_id = %(shop)s
  AND (t.product_id IS NOT NULL OR (%(snapshot)s AND (%(all)s OR o.condition = 'new')))
  AND (NOT %(snapshot)s
       OR o.counted <> coalesce(t.quantity, 0)
       OR o.on_hand <> o.counted - o.unseen
       OR o.price_cents <> t.price_cents OR (o.price_cents IS NULL AND t.price_cents IS NOT NULL)
       OR o.held > 0
       OR o.moved_at >= {_KNOWN_FROM}
       OR {_KNOWN_AT} > %(as_of)s)
"""  # noqa: S608

_LOCK = """
SELECT count(*) FROM (
    SELECT o.id FROM stock_offer o JOIN telling_offer c ON c.offer_id = o.id
    ORDER BY o.id FOR NO KEY UPDATE OF o) locked
"""


def _on_top(as_of: str, collected_from: str) -> str:
    """Return `truth.Horizon.is_on_top` as SQL over a movement `m`."""
    return (
        f"(CASE WHEN m.reason = 'collected' THEN m.happened_at >= {collected_from}"
        f" WHEN m.delta > 0 THEN m.happened_at > {as_of} ELSE m.happened_at >= {as_of} END)"
    )


_NOW = _on_top("%(as_of)s", "%(collected_from)s")
_BEFORE = _on_top("k.known_at", "k.known_from")

# `truth.hear` and `truth.on_hand`, for every candidate of which nothing newer is known.
_RESULT = f"""
INSERT INTO telling_result
SELECT offer_id, product_id, counted, unseen, price_cents, was, is_now, held,
       (was, old_counted, old_unseen, short, old_price) IS DISTINCT FROM
       (is_now, counted, unseen, greatest(held - is_now, 0), price_cents)
FROM (
    SELECT *, greatest(0, counted - unseen + on_top) AS is_now
    FROM (
        SELECT c.offer_id, c.product_id, c.counted,
               coalesce(c.price_cents, k.price_cents) AS price_cents, k.price_cents AS old_price,
               k.on_hand AS was, k.held, k.short,
               k.counted AS old_counted, k.unseen AS old_unseen, coalesce(m.on_top, 0) AS on_top,
               least(c.counted, greatest(0, k.unseen + coalesce(m.gone, 0)
                   - greatest(0, k.counted - c.counted - coalesce(m.explained, 0)))) AS unseen
        FROM telling_offer c
        JOIN (SELECT o.*, {_KNOWN_AT} AS known_at, {_KNOWN_FROM} AS known_from FROM stock_offer o) k
          ON k.id = c.offer_id
        LEFT JOIN LATERAL (
            SELECT sum(m.delta) FILTER (WHERE {_NOW}) AS on_top,
                   -sum(m.delta) FILTER (WHERE {_BEFORE} AND NOT {_NOW} AND m.delta < 0
                                         AND m.reason = ANY(%(unproven)s)) AS gone,
                   -sum(m.delta) FILTER (WHERE {_BEFORE} AND NOT {_NOW} AND m.delta < 0
                                         AND m.reason <> ALL(%(unproven)s)) AS explained
            FROM stock_stockmovement m
            WHERE m.offer_id = k.id AND m.happened_at >= k.known_from
              AND m.reason NOT IN ('told', 'counted')
        ) m ON k.moved_at IS NOT NULL
        WHERE k.known_at <= %(as_of)s
    ) heard
) held_true
"""  # noqa: S608

_OVERTAKEN = """
SELECT count(*), count(*) FILTER (WHERE
    CASE WHEN t.condition = 'new' THEN %(new_as_of)s::timestamptz
         ELSE %(used_as_of)s::timestamptz END > %(as_of)s
    OR (t.product_id, t.condition) IN (SELECT product_id, condition FROM telling_offer
                                       WHERE overtaken))
FROM telling_product t
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a telling would do, counted before anything is written."""

    changed: int
    emptied: int
    told: int
    overtaken: int


def compute(telling: Telling) -> Outcome:
    """Find the offers that may change, lock them in primary-key order and apply the truth to each.

    Nothing is written yet. The locks last until the transaction ends.
    """
    params = telling.params()
    candidates = run(_CANDIDATES, params)
    _analyse("telling_offer", candidates)
    fetch(_LOCK)
    run(_RESULT, params)
    ((changed, emptied),) = fetch(
        "SELECT count(*) FILTER (WHERE changed),"
        " count(*) FILTER (WHERE was > 0 AND is_now = 0) FROM telling_result"
    )
    ((told, overtaken),) = fetch(_OVERTAKEN, params)
    return Outcome(changed, emptied, told, overtaken)


def in_stock(telling: Telling) -> int:
    """Return how many offers have copies, among those that the telling speaks of."""
    ((count,),) = fetch(
        "SELECT count(*) FROM stock_offer WHERE shop_id = %(shop)s AND on_hand > 0"
        " AND (%(all)s OR condition = 'new')",
        telling.params(),
    )
    return int(count)


_UPDATE = """
UPDATE stock_offer o
SET on_hand = r.is_now, counted = r.counted, unseen = r.unseen, price_cents = r.price_cents,
    short = greatest(r.held - r.is_now, 0), as_of = %(as_of)s, told_by_id = %(feed)s
FROM telling_result r WHERE r.offer_id = o.id AND (r.changed OR NOT %(snapshot)s)
"""
_INSERT = """
WITH made AS (
    INSERT INTO stock_offer (shop_id, product_id, condition, price_cents, on_hand, held, short,
                             counted, unseen, as_of, told_by_id)
    SELECT %(shop)s, t.product_id, t.condition, t.price_cents, t.quantity, 0, 0,
           t.quantity, 0, %(as_of)s, %(feed)s
    FROM telling_product t
    WHERE t.quantity > 0
      AND (CASE WHEN t.condition = 'new' THEN %(new_as_of)s::timestamptz
                ELSE %(used_as_of)s::timestamptz END > %(as_of)s) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM stock_offer o WHERE o.shop_id = %(shop)s
                      AND o.product_id = t.product_id AND o.condition = t.condition)
    ORDER BY t.product_id, t.condition
    RETURNING id, product_id, on_hand
), told AS (
    INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind, actor_id)
    SELECT id, on_hand, 'told', %(as_of)s, 'feed', %(run)s FROM made
), heard AS (
    INSERT INTO core_outbox (topic, key)
    SELECT 'product', product_id FROM made WHERE on_hand > %(safety)s GROUP BY product_id
)
SELECT count(*) FROM made
"""
_MOVEMENTS = """
INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind, actor_id)
SELECT offer_id, is_now - was, 'told', %(as_of)s, 'feed', %(run)s
FROM telling_result WHERE is_now <> was
"""
_OUTBOX = """
INSERT INTO core_outbox (topic, key)
SELECT DISTINCT 'product', product_id FROM telling_result
WHERE (was - held > %(safety)s) <> (is_now - held > %(safety)s)
"""
_CLOCK = """
UPDATE stock_shopclock SET new_as_of = greatest(new_as_of, %(as_of)s),
    used_as_of = CASE WHEN %(all)s THEN greatest(used_as_of, %(as_of)s) ELSE used_as_of END
WHERE shop_id = %(shop)s
"""


def write(telling: Telling, run_id: int) -> int:
    """Write what `compute` found, with its movements; return how many offers are new."""
    params = telling.params() | {"run": run_id}
    run(_UPDATE, params)
    run(_MOVEMENTS, params)
    run(_OUTBOX, params)
    ((appeared,),) = fetch(_INSERT, params)
    if telling.mode == TellingMode.SNAPSHOT:
        run(_CLOCK, params)
    return int(appeared)


def keep(run_id: int) -> None:
    """Keep the lines of a telling that is not applied now."""
    run(
        "INSERT INTO stock_keptline (run_id, ean, condition, quantity, price_cents)"
        " SELECT %s, ean, condition, quantity, price_cents FROM telling_product",
        [run_id],
    )


def take_kept(run_id: int) -> None:
    """Bring the kept lines of a telling back, and forget them there."""
    lines = run(
        "WITH gone AS (DELETE FROM stock_keptline WHERE run_id = %s"
        " RETURNING ean, quantity, price_cents, condition)"
        " INSERT INTO telling_line (line, ean, quantity, price_cents, condition)"
        " SELECT 0, ean, quantity, price_cents, condition FROM gone",
        [run_id],
    )
    _analyse("telling_line", lines)


def _analyse(table: str, rows: int) -> None:
    if rows >= ANALYSE_FROM:
        run(f"ANALYZE {table}")
