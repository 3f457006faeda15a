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
    "CREATE TEMP TABLE IF NOT EXISTS telling_line (line int, ean varchar(13), quantity int,"
    " price_cents int, condition varchar(3)) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS telling_product (product_id bigint, ean varchar(13),"
    " condition varchar(3), quantity int, price_cents int) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS telling_offer (offer_id bigint, product_id bigint,"
    " counted int, price_cents int, overtaken boolean) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS telling_result (offer_id bigint, product_id bigint,"
    " counted int, unseen int, price_cents int, was int, is_now int, held int, changed boolean)"
    " ON COMMIT DELETE ROWS",
    "TRUNCATE telling_line, telling_product, telling_offer, telling_result",
)


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
    """Make this connection's temporary tables, empty."""
    for statement in _TABLES:
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
    run("ANALYZE telling_line")
    return received


def _chunks(lines: Iterable[StockLine | RefusedLine], received: Received) -> Iterator[str]:
    rows: list[str] = []
    for line in lines:
        received.lines += 1
        if isinstance(line, RefusedLine):
            received.refused += 1
            if received.refused <= KEPT_REFUSALS:
                received.refusals.append(
                    [line.line, line.code, str(line.message), line.content]
                )
            continue
        number, ean, quantity, price, condition = line
        rows.append(
            f"{number}\t{ean}\t{quantity}\t{'\\N' if price is None else price}\t{condition}\n"
        )
        if len(rows) == CHUNK_LINES:
            yield "".join(rows)
            rows.clear()
    yield "".join(rows)
