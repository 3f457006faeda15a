"""Writing to and following the outbox (see `core.models.OutboxEntry` for its promise)."""

from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.core.db import execute, fetch
from comptoir.core.models import OutboxEntry

KEPT_SECONDS = 2 * 24 * 3600
"""How long an entry is kept. A follower that was away for longer starts again from the whole."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a follower has read: everything up to and including this row."""

    xid: int = 0
    id: int = 0


def publish(topic: OutboxEntry.Topic, keys: Iterable[int]) -> None:
    """Announce to followers, with the current transaction, that these things changed."""
    publish_all((topic, key) for key in keys)


def publish_all(entries: Iterable[tuple[OutboxEntry.Topic, int]]) -> None:
    """Announce to followers, with the current transaction, things of several topics."""
    # Each thing once: a follower reads what is true now, however often it changed meanwhile.
    unique = sorted({(topic.value, key) for topic, key in entries})
    if unique:
        execute(
            "INSERT INTO core_outbox (topic, key) SELECT * FROM unnest(%s::text[], %s::bigint[])",
            [[topic for topic, _ in unique], [key for _, key in unique]],
        )


def read_after(
    position: Position,
    limit: int = 5000,
    topics: Iterable[OutboxEntry.Topic] = tuple(OutboxEntry.Topic),
) -> tuple[list[tuple[str, int]], Position]:
    """Return the next (topic, key) pairs of these topics, and the position after them.

    Rows of transactions still running, or younger than one still running, are left for later. When
    nothing else waits, the position is behind every transaction that has ended: rows of other
    topics are not read again.
    """
    # The horizon before the rows: taken after them, it could pass a transaction that committed in
    # between, whose rows this read did not see and no later one would.
    behind = head()
    rows = fetch(
        "SELECT xid, id, topic, key FROM core_outbox WHERE (xid, id) > (%s, %s) AND xid <= %s"
        " AND topic = ANY(%s) ORDER BY xid, id LIMIT %s",
        [position.xid, position.id, behind.xid, [topic.value for topic in topics], limit],
    )
    entries = [(topic, key) for _, _, topic, key in rows]
    if len(rows) == limit:
        return entries, Position(rows[-1][0], rows[-1][1])
    return entries, max(position, behind)


def head() -> Position:
    """Return a position such that every transaction that commits later will be read after it."""
    # `xmin` is the oldest transaction still running: all below it have ended, whatever their ids.
    # Ids of rows cannot serve: a sequence gives them out in another order than that of commits.
    ((xid,),) = fetch("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
    return Position(xid, 2**62)


def prune(older_than_seconds: float = KEPT_SECONDS) -> int:
    """Remove the entries older than that, and return how many there were."""
    return execute(
        "DELETE FROM core_outbox WHERE written_at < now() - make_interval(secs => %s)",
        [older_than_seconds],
    )


class Early:
    """Reads at once what was committed, in no order: for whoever shows what is true now.

    Another transaction that is still running delays nothing here, and one that commits late is
    read when it does: none is skipped, none comes twice. It begins at the moment it was made.
    """

    def __init__(self, topics: Iterable[OutboxEntry.Topic]) -> None:
        self._topics = [topic.value for topic in topics]
        self._position = head()
        self._seen: set[int] = set()

    def read(self, limit: int = 100_000) -> list[tuple[str, int]] | None:
        """Return what was committed since the last call; None when that is `limit` rows or more."""
        behind = head()
        rows = fetch(
            "SELECT id, xid, topic, key FROM core_outbox WHERE (xid, id) > (%s, %s)"
            " AND topic = ANY(%s) ORDER BY xid, id LIMIT %s",
            [self._position.xid, self._position.id, self._topics, limit],
        )
        if len(rows) == limit:
            self._position, self._seen = behind, set()
            return None
        found = [(topic, key) for id, _, topic, key in rows if id not in self._seen]
        self._position = max(self._position, behind)
        # Above the horizon the next call reads the same rows again: these were returned already.
        self._seen = {id for id, xid, _, _ in rows if xid > behind.xid}
        return found
