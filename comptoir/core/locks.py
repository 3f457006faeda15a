"""Turns: advisory locks of PostgreSQL, each in the key space of what takes turns.

`docs/locking.md` has the order in which a transaction takes its locks, and the table of the spaces.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from hashlib import sha256

from comptoir.core.db import connect, execute, fetch

_NAMED = range(1, 64)
_HASHED_BYTES = 7


class Space(IntEnum):
    """What takes turns.

    A number from 1 to 63 is a space of names: it is the first byte of its keys, the other seven are
    the beginning of a name's SHA-256. Any other number is the key itself, of a space with one turn
    for all; none of these begins with the byte of a space of names. So two spaces never give one
    key. Two names of one space hardly ever do; they would wait for each other without need.

    While nodes of two versions run side by side, a lock excludes only if both give it the same key.
    The spaces with one turn have the keys of the first version, for two followers at once would
    send everything twice. Those of names have others; for the minutes of an upgrade, what stands
    behind them is enough: at PLACING, the unique constraint on the idempotency key (a person who
    places at both nodes in one instant may get one reservation more than the limit); CHASES are one
    job's, which is queued once; on the SHELF, two taps in one instant, each at a node of another
    version, are two movements that the shop sees in the ledger and takes back; of BUSINESSES, two
    shops of one that both issue in one instant under a prefix that should be one's alone.
    """

    PLACING = 1
    SHELF = 2
    CHASES = 3
    ALERTS = 4
    BUSINESSES = 5
    CATALOGUE = 0x434F4D50544F4952
    DIRECTORY = 0x53484F5053
    WINDOWS = 0x57494E444F5753
    FOLLOWERS = 0x484F4F4B53
    ALERT_NEWS = 0x414C4552545300
    FIGURES = 0x464947555245
    ASSORTMENTS = 0x53544F434B4C54
    HOSTS = 0x484F53544E414D
    NETWORK_MAIL = -8333688064019035031
    MIGRATION = 0x4D494752415445


def lock(space: Space, *names: str) -> None:
    """Wait for the turns of these names, or for the one turn of a space, and hold them until the
    transaction ends.

    One statement takes all, in the order of their keys: two transactions that each call once never
    wait for each other in a circle. A space of names without a name locks nothing.
    """
    execute(
        "SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) WITH ORDINALITY AS u(n, i)",
        [keys(space, *names)],
    )


def try_lock(space: Space, *names: str) -> bool:
    """Take the turns of these names, or the one turn of a space, until the transaction ends; return
    whether nobody else has any of them. It waits for nobody, and where one is taken keeps the rest.
    """
    ask = "SELECT bool_and(pg_try_advisory_xact_lock(n)) FROM unnest(%s::bigint[]) u(n)"
    ((taken,),) = fetch(ask, [keys(space, *names)])
    return bool(taken)


@contextmanager
def alone_at_migrating(waits: Callable[[], None]) -> Iterator[None]:
    """Hold the turn of MIGRATION while the block lasts; `waits` is called where another has it.

    The turn is held by a transaction that does nothing else, on a connection of its own: those of
    the migrations end, and a pooler may hand each to another connection, so that a lock of the
    session would be lost or left behind. It keeps no snapshot, and holds nothing up. Raises
    `psycopg.OperationalError`.
    """
    key = keys(Space.MIGRATION)[0]
    with connect() as mine, mine.transaction():
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            mine.execute(f"SET LOCAL {limit} = 0")
        got = mine.execute("SELECT pg_try_advisory_xact_lock(%s)", [key]).fetchone()
        if not (got and got[0]):
            waits()
            mine.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        # What answered keeps its snapshot until the next statement, and an index that is made
        # concurrently waits for every snapshot.
        mine.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def keys(space: Space, *names: str) -> list[int]:
    """Return the keys (of 64 bits, sorted, each once) that these names of a space have.

    Raises `ValueError` for a name in a space that has one turn for all.
    """
    if space not in _NAMED:
        if names:
            raise ValueError(f"{space.name} has one turn for all")
        return [int(space)]
    hashes = {sha256(name.encode()).digest()[:_HASHED_BYTES] for name in names}
    return sorted(int.from_bytes(bytes([space]) + each, "big") for each in hashes)
