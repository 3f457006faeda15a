"""A telling's lines on their way in: streamed into this connection's temporary tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection

from comptoir.core.db import fetch, run
from comptoir.stock.feeds.lines import RefusedLine, StockLine

KEPT_REFUSALS = 1000
CHUNK_LINES = 4096
# So many titles are remembered to notice one that comes twice; a longer file is taken to have some.
REMEMBERED = 200_000

_TABLES = {
    "telling_line": "line int, ean varchar(13), quantity int, price_cents int,"
    " condition varchar(3)",
    "telling_offer": "offer_id bigint, product_id bigint, ean varchar(13), condition varchar(3),"
    " counted int, price_cents int, overtaken boolean, unknown boolean",
    "telling_result": "offer_id bigint, product_id bigint, counted int, unseen int,"
    " price_cents int, was int, is_now int, held int, changed boolean",
}
_ROW = "%d\t%s\t%d\t%s\t%s\n"
_COPY = "COPY telling_line (line, ean, quantity, price_cents, condition) FROM STDIN (NULL 'None')"


@dataclass(slots=True)
class Received:
    """What came in with a telling, counted as it streamed by."""

    lines: int = 0
    refused: int = 0
    refusals: list[list[object]] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)

    @property
    def taken(self) -> int:
        """Lines that can be applied."""
        return self.lines - self.refused

    @property
    def repeats(self) -> bool:
        """Whether some title may have come twice."""
        return len(self.titles) != self.taken


def prepare() -> None:
    """Make this connection's temporary tables, or empty what this transaction put in them.

    They stay with the connection: making tables for every small telling would wear the catalogue.
    """
    ((known,),) = fetch("SELECT to_regclass('pg_temp.telling_result') IS NOT NULL")
    for table, columns in _TABLES.items():
        if known:
            run(f"DELETE FROM {table}")  # noqa: S608
        else:
            run(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DELETE ROWS")


def receive(lines: Iterable[StockLine | RefusedLine]) -> Received:
    """Stream the lines into the temporary table; the refused ones are counted and set apart."""
    received = Received()
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for chunk in _chunks(lines, received):
            copy.write("".join([_ROW % line for line in chunk]))
            if len(received.titles) < REMEMBERED:
                received.titles.update([line.ean + line.condition for line in chunk])
    return received


def keep(run_id: int) -> None:
    """Keep the lines of a telling that is not applied now."""
    run(
        "INSERT INTO stock_keptline (run_id, ean, condition, quantity, price_cents)"
        " SELECT %s, ean, condition, quantity, price_cents FROM telling_line",
        [run_id],
    )


def take_kept(run_id: int) -> None:
    """Bring the kept lines of a telling back, and forget them there."""
    run(
        "WITH gone AS (DELETE FROM stock_keptline WHERE run_id = %s"
        " RETURNING ean, quantity, price_cents, condition)"
        " INSERT INTO telling_line (line, ean, quantity, price_cents, condition)"
        " SELECT 0, ean, quantity, price_cents, condition FROM gone",
        [run_id],
    )


def _chunks(
    lines: Iterable[StockLine | RefusedLine], received: Received
) -> Iterator[list[StockLine]]:
    source = iter(lines)
    while some := list(islice(source, CHUNK_LINES)):
        received.lines += len(some)
        taken = [line for line in some if isinstance(line, StockLine)]
        if len(taken) != len(some):
            _set_apart([line for line in some if isinstance(line, RefusedLine)], received)
        yield taken


def _set_apart(refused: list[RefusedLine], received: Received) -> None:
    received.refused += len(refused)
    room = KEPT_REFUSALS - len(received.refusals)
    received.refusals += [
        [line.line, line.code, _storable(str(line.message)), _storable(line.content)]
        for line in refused[: max(0, room)]
    ]


def _storable(text: str) -> str:
    """Return a text without what PostgreSQL cannot keep: NUL and lone surrogates."""
    return text.replace("\0", "·").encode("utf-8", "replace").decode("utf-8")
