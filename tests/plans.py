"""How PostgreSQL finds what it is asked, in tables filled as in life.

What an index is worth shows in a table of many shops alone: of a nearly empty one the planner reads
the whole, or not, as its statistics happen to be. So the tables asked are filled and analysed
first, in the test's own transaction.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from comptoir.core.db import execute, fetch
from comptoir.core.models import OutboxEntry
from comptoir.orders.models import EventKind, Order, OrderEvent, OrderStatus
from comptoir.shops.models import Shop
from comptoir.stock.models import (
    Feed,
    Offer,
    Reason,
    Report,
    ReportStatus,
    ShopClock,
    StockMovement,
)
from tests.factories import make_offer, make_shop

SHOPS = 100
TITLES = 400
"""Of each shop: its offers are one hundredth of all, and more than a handful."""
TILLS = 20
TELLINGS = 2500
"""Of each till, one a day or one a sale, in turn with those of the others."""
ORDERS = 400
"""Of each shop, over three years."""


@dataclass(frozen=True)
class Plan:
    """How PostgreSQL does something: the indexes that it uses, once for each use, and the tables
    that it reads from end to end."""

    indexes: list[str]
    read_whole: set[str]


def plan_of(work: Callable[[], object], *, without: str = "") -> Plan:
    """Return how PostgreSQL does each statement of this; `without` some indexes, dropped before
    (their names, with blanks between).

    The work is done and undone.
    """
    nodes: list[dict[str, Any]] = []

    def explain(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "SET")):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                ((told,),) = cursor.fetchall()
            for each in json.loads(told) if isinstance(told, str) else told:
                nodes.extend(_walk(each["Plan"]))
        return execute(sql, params, many, context)

    with transaction.atomic():
        for index in without.split():
            _drop(index)
        with connection.execute_wrapper(explain):
            work()
        transaction.set_rollback(True)
    assert nodes
    return Plan(
        [node["Index Name"] for node in nodes if "Index Name" in node],
        {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"},
    )


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _walk(below)


def _drop(index: str) -> None:
    # What waits to be checked of a table keeps it from being altered.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")
    held = fetch("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [index])
    for (table,) in held:
        execute(f"ALTER TABLE {table} DROP CONSTRAINT {index}")
    if not held:
        execute(f"DROP INDEX {index}")


def fill_stock(shop: Shop) -> None:
    """Give this shop and a hundred others their offers, movements, tellings and outbox entries."""
    first = make_offer(shop=shop)
    _open_shops()
    titles = f"generate_series(1, {TITLES}) n"
    _copy(first.product, titles, ean="(8880000000000 + n)::text")
    titles = "SELECT id AS title, ean AS code FROM catalogue_product WHERE ean LIKE '888%%'"
    shops = "SELECT id AS shop FROM shops_shop"
    _copy(first, f"({shops}) s, ({titles}) p", shop_id="shop", product_id="title", ean="code")
    offers = f"(SELECT id AS offer FROM {Offer._meta.db_table}) o"
    movement = first.movements.get()
    _copy(movement, offers, offer_id="offer")
    _copy(
        movement,
        f"{offers} WHERE offer %% 4 = 0",
        offer_id="offer",
        reason=f"'{Reason.COUNTED}'::text",
    )
    entry = OutboxEntry.objects.create(topic=OutboxEntry.Topic.OFFER, key=first.pk)
    _copy(
        entry,
        f"{offers}, (SELECT max(id) AS newest FROM {Offer._meta.db_table}) m ORDER BY offer",
        key="offer",
        written_at="now() - (newest - offer) * interval '4 seconds'",
    )
    clock = ShopClock.objects.get_or_create(shop=shop)[0]
    execute(
        "INSERT INTO stock_shopclock (shop_id, new_as_of) SELECT id, %s FROM shops_shop"
        " ON CONFLICT DO NOTHING",
        [timezone.now()],
    )
    _analyse(Shop, type(first.product), Offer, StockMovement, OutboxEntry, type(clock))


def fill_reports(shop: Shop, format: str) -> None:
    """Give this shop's till and a few others their tellings of years, each with a key.

    One in fifty waits for a decision, held back or looked at only.
    """
    feed = Feed.objects.create(shop=shop, format=format)
    telling = Report.objects.create(
        feed=feed, mode="delta", key="first", as_of=timezone.now(), status=ReportStatus.APPLIED
    )
    _open_shops()
    others = f"SELECT id AS shop FROM shops_shop WHERE id <> {shop.pk} LIMIT {TILLS - 1}"
    _copy(feed, f"({others}) s", shop_id="shop")
    _copy(
        telling,
        f"(SELECT id AS feed FROM stock_feed) f, generate_series(1, {TELLINGS}) n ORDER BY n",
        feed_id="feed",
        key="'sale.' || n || ':1'",
        received_at="now() - n * interval '1 hour'",
        status=f"CASE n %% 100 WHEN 0 THEN '{ReportStatus.QUARANTINED}'"
        f" WHEN 50 THEN '{ReportStatus.PREVIEWED}' ELSE '{ReportStatus.APPLIED}' END",
    )
    _analyse(Shop, Feed, Report)


def fill_orders(order: Order) -> None:
    """Give this order's shop and a hundred others their orders of three years, like this one.

    Each is another person's. One in fifty was chased, all of them have a line and a history.
    """
    _open_shops()
    _copy(
        order,
        f"(SELECT id AS shop FROM shops_shop) s, generate_series(1, {ORDERS}) n",
        shop_id="shop",
        token="'plan-' || shop || '-' || n",
        code="lpad(n::text, 8, '0')",
        email_key="md5(shop || '-' || n)",
        idempotency_key="NULL::text",
        status=f"'{OrderStatus.COLLECTED}'::text",
        placed_at=f"now() - n * interval '{3 * 365 // ORDERS + 1} days'",
        ended_at="now()",
        chased_at="CASE n %% 50 WHEN 0 THEN now() - n * interval '2 days' END",
    )
    orders = f"(SELECT id AS key FROM {Order._meta.db_table}) o"
    line, event = order.lines.get(), order.events.first()
    _copy(line, orders, order_id="key")
    _copy(event, orders, order_id="key")
    _copy(
        event, f"{orders} WHERE key %% 50 = 0", order_id="key", kind=f"'{EventKind.CHASED}'::text"
    )
    _analyse(Shop, Order, type(line), OrderEvent)


def _open_shops() -> None:
    _copy(make_shop(), f"generate_series(1, {SHOPS}) n", slug="'plan-' || n")


def _copy(row: models.Model, each: str, **columns: str) -> None:
    """Insert this row again for each of these, all the same but the columns told, as SQL."""
    table, key = row._meta.db_table, row._meta.pk.column
    told = {key: f"nextval(pg_get_serial_sequence('{table}', '{key}'))", **columns}
    names = [field.column for field in row._meta.concrete_fields]
    assert told.keys() <= set(names)
    values = ", ".join(told.get(name, f'old."{name}"') for name in names)
    # What a copy points to is there, for the row itself points to it: it need not be looked up.
    execute("SET LOCAL session_replication_role = replica")
    execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"
        f" FROM {table} old, (SELECT * FROM {each}) each WHERE old.{key} = %s",
        [row.pk],
    )
    execute("SET LOCAL session_replication_role = origin")


def _analyse(*tables: type[models.Model]) -> None:
    # What this transaction wrote counts; until it ends nobody else may analyse these tables.
    for table in tables:
        execute(f"ANALYZE {table._meta.db_table}")
