"""Writing millions of rows: COPY into tables whose indexes and foreign keys wait until the end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from comptoir.core.db import execute, fetch

_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"


def copy(table: str, columns: str, lines: Iterable[str]) -> None:
    """Send lines of COPY's text format (`line` below makes them) into a table."""
    command = f"COPY {table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command) as stream:
        block: list[str] = []
        for text in lines:
            block.append(text)
            if len(block) == 2_000:
                stream.write("".join(block))
                block.clear()
        stream.write("".join(block))


def line(*values: object) -> str:
    r"""Return one line of COPY's text format; None is `\N`."""
    return "\t".join(r"\N" if value is None else _escape(value) for value in values) + "\n"


@contextmanager
def unindexed(*tables: str) -> Iterator[None]:
    """Take the secondary indexes, unique constraints and foreign keys off these tables, and put
    them back afterwards, which checks every row at once. Within a transaction: a failure leaves
    everything as it was. Nobody else can use the tables meanwhile."""
    names = list(tables)
    constraints = fetch(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')"
        " ORDER BY contype DESC",
        [names],
    )
    indexes = fetch(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)",
        [names],
    )
    for table, name, _ in constraints:
        execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        execute(f"DROP INDEX {name}")
    yield
    execute(_MEMORY)
    for _, definition in indexes:
        execute(definition)
    for table, name, definition in constraints:
        execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def reserve_ids(table: str, count: int) -> int:
    """Take `count` keys in a row out of a table's sequence and return the first."""
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    ((first,),) = fetch(f"SELECT nextval({sequence})")
    execute(f"SELECT setval({sequence}, %s)", [first + count - 1])
    return int(first)


def _escape(value: object) -> str:
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return text
