"""A report's lines on their way in: spooled, then copied into temporary tables.

Reading a file may take long. A transaction that has written, if only to a temporary table, keeps
the followers of the outbox waiting: so the lines are read and checked before it begins.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile

from django.db import connection
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.db import execute, execute_all, fetch
from comptoir.core.errors import Invalid, fill
from comptoir.core.streams import pieces_of
from comptoir.shops.models import Shop
from comptoir.stock.formats.lines import (
    UNKNOWN_ITEM,
    CopyLine,
    Covers,
    RefusedLine,
    Remark,
    ReportMode,
    StockBlock,
    StockLine,
    TakenLine,
)
from comptoir.stock.shelf.models import Condition

KEPT_REFUSALS = 20_000
"""How many refused lines a report keeps."""
HOPELESS = 20_000
"""So many lines that cannot be read, if they are most of those so far, and the rest is not read."""
KEPT_REMARKS = 1_000
"""How many remarks a report keeps: a till that has one for each line makes as many every night."""
CHUNK_LINES = 4096
# So much is kept in memory, the rest on disk.
SPOOLED_BYTES = 8 * 1024 * 1024
# So many titles are remembered, to notice one that comes twice; a longer file counts as having
# some.
REMEMBERED = 200_000

_TABLES = {
    "report_line": "line int, ean varchar(13), quantity int, price_cents int,"
    " condition varchar(3), issue varchar(5) DEFAULT '', copy_ref varchar(60) DEFAULT '',"
    " product_id bigint,"
    " sleeve varchar(3) DEFAULT '', note text DEFAULT '', release text, catno text, artist text,"
    " title text",
    "report_offer": "offer_id bigint, product_id bigint, ean varchar(13), condition varchar(3),"
    " counted int, price_cents int, overtaken boolean, unknown boolean, copy_ref varchar(60)",
    "report_result": "offer_id bigint, product_id bigint, counted int, unseen int,"
    " doubtful int, pace float8, price_cents int, was int, is_now int, held int, changed boolean",
}
_EMPTY = (
    "WITH lines AS (DELETE FROM report_line), offers AS (DELETE FROM report_offer)"
    " DELETE FROM report_result"
)
_NEW = Condition.NEW.value
_NULL = "None"
_ROW = "%d\t%s\t%d\t%s\t%s\n"
_COPY = "COPY report_line (line, ean, quantity, price_cents, condition) FROM STDIN (NULL 'None')"
_COPIED = 5
FEW_LINES = 50
_FEW = ("line", "ean", "quantity", "price_cents", "condition")
_INSERT = (
    "INSERT INTO report_line (line, ean, quantity, price_cents, condition) SELECT * FROM"
    " unnest(%(line)s::int[], %(ean)s::varchar[], %(quantity)s::int[], %(price_cents)s::int[],"
    " %(condition)s::varchar[])"
)
# In the order of `CopyLine`, but for its remarks.
_COPY_COPIES = (
    "COPY report_line (line, copy_ref, quantity, price_cents, condition, sleeve, note, ean,"
    " release, catno, artist, title) FROM STDIN"
)
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A report as it comes in: what a till has, had or sold, and by whom and how it was sent.

    `mode` is one of `ReportMode`, `covers` one of `Covers`, `format` a code of `FORMATS`. `as_of`
    is its moment (without a zone: the shop's; None: now less the shop's stated
    delay). `lines` are read once, as they are asked for. `shop_code` is what the file calls the
    shop. `key` is its sender's name of it, so that it is taken once, `digest` the SHA-256 of the
    file that came with the key.
    """

    shop: Shop
    format: str
    mode: ReportMode | str
    as_of: datetime | None
    lines: Iterable[TakenLine]
    actor: Actor
    file_name: str = ""
    covers: Covers | str = Covers.ALL
    shop_code: str = ""
    key: str = ""
    digest: str = ""


@dataclass(slots=True)
class Received:
    """What came in with a report, counted as it streamed by; `rows` are the lines taken.

    `unnamed` are those among the refused that are about articles of which nobody knows the title,
    `issues` those of magazines, by their EAN and condition. Of `remarked` remarks the first are
    kept in `remarks`.
    """

    rows: SpooledTemporaryFile[bytes]
    lines: int = 0
    refused: int = 0
    unnamed: int = 0
    refusals: list[list[object]] = field(default_factory=list)
    remarked: int = 0
    remarks: list[list[object]] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    issues: dict[tuple[str, str], str] = field(default_factory=dict)
    of_copies: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether there is something in the report, and none of it can be taken."""
        return not self.taken and bool(self.refused or self.remarked)

    @property
    def taken(self) -> int:
        """Lines that can be applied."""
        return self.lines - self.refused

    def remember(self, titles: list[str]) -> None:
        """Note which titles came. Past the limit no more are noted, and `repeats` becomes true."""
        if len(self.titles) < REMEMBERED:
            self.titles.update(titles)

    @property
    def repeats(self) -> bool:
        """Whether some title may have come twice."""
        return len(self.titles) != self.taken


def prepare() -> None:
    """Make this connection's temporary tables, or empty what this transaction put in them.

    They stay with the connection: making tables for every small report would wear the catalogue.
    """
    # `ON COMMIT DELETE ROWS` empties them for the next transaction; this one may weigh two reports.
    # DELETE and not TRUNCATE, which would write the catalogue too.
    if _has_tables():
        execute(_EMPTY)
    else:
        for table, columns in _TABLES.items():
            execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DELETE ROWS")


def _has_tables() -> bool:
    ((known,),) = fetch("SELECT to_regclass('pg_temp.report_result') IS NOT NULL")
    return bool(known)


@contextmanager
def spooled(incoming: Incoming) -> Iterator[Received]:
    """Read the lines into a file that is gone afterwards; the refused ones are set apart.

    Either every line taken is about a one-off copy or none is (`covers`). It opens no transaction:
    the lines themselves may ask the database, and note the articles that they do not know
    (`arrivals.articles.resolve`), each in a short transaction of its own.

    A till that has sold more than it knew counts less than none: that is none. Of sales, less than
    none was returned. Raises `Invalid` (`not_such_a_file`) where hardly a line can be read
    (`HOPELESS`).
    """
    with SpooledTemporaryFile(max_size=SPOOLED_BYTES) as spool:
        received = Received(spool, of_copies=incoming.covers == Covers.COPIES)
        lines = incoming.lines
        if incoming.mode != ReportMode.SALES:
            lines = (_no_less_than_none(line) for line in lines)
        for rows in _rows(lines, received):
            spool.write(rows)
        yield received


def bring_in(received: Received) -> None:
    """Copy the lines received into the temporary table of this transaction."""
    known = _has_tables()
    received.rows.seek(0)
    if known and not received.of_copies and received.lines <= FEW_LINES:
        _bring_few(received)
    else:
        prepare()
        _copy(received)
    if received.issues:
        eans, conditions = zip(*received.issues, strict=True)
        execute(_ISSUES, [list(eans), list(conditions), list(received.issues.values())])


def _bring_few(received: Received) -> None:
    """Insert the lines received: less than `COPY` takes by itself, where the tables are there."""
    rows = [row.split("\t") for row in received.rows.read().decode().splitlines()]
    columns = zip(*rows, strict=True) if rows else ([],) * len(_FEW)
    params = {
        name: [None if cell == _NULL else cell for cell in cells]
        for name, cells in zip(_FEW, columns, strict=True)
    }
    execute_all([_EMPTY, _INSERT], params, often=True)


def _copy(received: Received) -> None:
    statement = _COPY_COPIES if received.of_copies else _COPY
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for rows in pieces_of(received.rows):
            copy.write(rows)


_ISSUES = (
    "UPDATE report_line t SET issue = i.issue"
    " FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[]) AS i(ean, condition, issue)"
    " WHERE t.ean = i.ean AND t.condition = i.condition"
)


def keep(report_id: int) -> None:
    """Keep the lines of a report that is not applied now."""
    execute(
        "INSERT INTO stock_keptline (run_id, ean, condition, quantity, price_cents, issue,"
        " copy_ref, product_id, sleeve, note) SELECT %s, coalesce(ean, ''), condition, quantity,"
        " price_cents, issue, copy_ref, product_id, sleeve, note FROM report_line ORDER BY line",
        [report_id],
    )


_BACK = (
    "INSERT INTO report_line (line, ean, quantity, price_cents, condition, issue, copy_ref,"
    " product_id, sleeve, note) SELECT row_number() OVER (ORDER BY id), nullif(ean, ''), quantity,"
    " price_cents, condition, issue, copy_ref, product_id, sleeve, note"
)


_TAKE_BACK = f"""
WITH gone AS (DELETE FROM stock_keptline WHERE run_id = %s
              RETURNING id, ean, quantity, price_cents, condition, issue, copy_ref, product_id,
                        sleeve, note)
{_BACK} FROM gone
"""  # noqa: S608


def take_kept(report_id: int) -> None:
    """Bring the kept lines of a report back, in their order, and forget them there."""
    execute(_TAKE_BACK, [report_id])


def read_kept(report_id: int) -> None:
    """Bring the kept lines of a report into the temporary table, in their order; they stay."""
    prepare()
    execute(
        f"{_BACK} FROM stock_keptline WHERE run_id = %s",
        [report_id],
    )


def _rows(lines: Iterable[TakenLine], received: Received) -> Iterator[bytes]:
    rows: list[str] = []
    for line in lines:
        if isinstance(line, StockBlock):
            received.lines += len(line.eans)
            received.remember(line.eans)
            yield line.rows
        elif isinstance(line, RefusedLine):
            received.lines += 1
            _set_apart(line, received)
        elif isinstance(line, Remark):
            _remark(line, received)
        else:
            received.lines += 1
            for remark in line.remarks:
                _remark(remark, received)
            rows.append(_row(line, received))
            received.remember([_key(line)])
            if len(rows) == CHUNK_LINES:
                yield "".join(rows).encode()
                rows.clear()
    yield "".join(rows).encode()


def _no_less_than_none(line: TakenLine) -> TakenLine:
    if isinstance(line, StockLine | CopyLine) and line.quantity < 0:
        return line._replace(quantity=0)
    return line


def _key(line: StockLine | CopyLine) -> str:
    if isinstance(line, CopyLine):
        return line.ref
    return line.ean if line.condition == _NEW else line.ean + line.condition


def _row(line: StockLine | CopyLine, received: Received) -> str:
    if isinstance(line, CopyLine):
        return _copy_row(line)
    if line.issue and len(received.issues) < REMEMBERED:
        title = line.ean, line.condition
        received.issues[title] = max(line.issue, received.issues.get(title, ""))
    return _ROW % line[:_COPIED]


def _copy_row(copy: CopyLine) -> str:
    """Return a row of `_COPY_COPIES`."""
    cells = (_cell(value) for value in copy[:-1])
    return "\t".join(cells) + "\n"


def _cell(value: object) -> str:
    return "\\N" if value is None else _storable(str(value)).translate(_ESCAPES)


def _set_apart(line: RefusedLine, received: Received) -> None:
    received.refused += 1
    received.unnamed += line.code == UNKNOWN_ITEM
    unreadable = received.refused - received.unnamed
    if unreadable > HOPELESS and 2 * unreadable > received.lines:
        raise _hopeless(received.lines, unreadable)
    if received.refused <= KEPT_REFUSALS:
        received.refusals.append(_kept(line))


def _remark(remark: Remark, received: Received) -> None:
    received.remarked += 1
    if received.remarked <= KEPT_REMARKS:
        received.remarks.append(_kept(remark))


def _kept(said: RefusedLine | Remark) -> list[object]:
    return [said.line, said.code, _storable(str(said.message)), _storable(said.content)]


def _hopeless(lines: int, unreadable: int) -> Invalid:
    message = _(
        "Of the first %(lines)s lines %(refused)s cannot be read: this is another kind of file."
        " Choose its format, or look at its columns."
    )
    return Invalid("not_such_a_file", fill(message, lines=lines, refused=unreadable))


def _storable(text: str) -> str:
    """Return a text without what PostgreSQL cannot keep: NUL and lone surrogates."""
    return text.replace("\0", "·").encode("utf-8", "replace").decode("utf-8")
