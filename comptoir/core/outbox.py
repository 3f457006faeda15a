"""Writing to and following the outbox (see `core.models.OutboxEntry` for its promise)."""

from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.core.db import fetch, run
from comptoir.core.models import OutboxEntry

KEPT_SECONDS = 2 * 24 * 3600
"""How long an entry is kept. A follower that was away for longer starts again from the whole."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a follower has read: everything up to and including this row."""

    xid: int = 0
    id: int = 0


def publish(topic: OutboxEntry.Topic, keys: Iterable[int]) -> None:
    """Tell followers, with the current transaction, that these things changed."""
    unique = sorted(set(keys))
    if unique:
        run(
            "INSERT INTO core_outbox (topic, key) SELECT %s, unnest(%s::bigint[])",
            [topic.value, unique],
        )


def read_after(position: Position, limit: int = 5000) -> tuple[list[tuple[str, int]], Position]:
    """Return the next (topic, key) pairs after a position, and the position after them.

    Rows of transactions still running, or younger than one still running, are left for later.
    """
    rows = fetch(
        "SELECT xid, id, topic, key FROM core_outbox WHERE (xid, id) > (%s, %s)"
        " AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        " ORDER BY xid, id LIMIT %s",
        [position.xid, position.id, limit],
    )
    if not rows:
        return [], position
    return [(topic, key) for _, _, topic, key in rows], Position(rows[-1][0], rows[-1][1])


def head() -> Position:
    """Return a position such that every transaction that commits later will be read after it."""
    ((xid,),) = fetch("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
    return Position(xid, 2**62)


def prune(older_than_seconds: float = KEPT_SECONDS) -> int:
    """Remove the entries older than that, and return how many there were."""
    return run(
        "DELETE FROM core_outbox WHERE written_at < now() - make_interval(secs => %s)",
        [older_than_seconds],
    )
