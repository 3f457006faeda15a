"""Following the outbox into this node's index: the one writer of it.

A change is in the index within 2 s of its commit (seen: 0.4 s), and what a reader searches follows
within 0.25 s (`search.reader`).
"""

import logging
import threading
import time
from pathlib import Path

import tantivy
from django.db import Error as DatabaseError
from django.db import close_old_connections

from comptoir.core import outbox
from comptoir.core.models import OutboxEntry
from comptoir.search import builder, source, store
from comptoir.search.schema import SCHEMA, document
from comptoir.search.store import Mark

logger = logging.getLogger(__name__)

_HEAP_BYTES = 64_000_000
_BATCH = 5000
_TOPICS = (OutboxEntry.Topic.PRODUCT,)
_PAUSE_SECONDS = 0.25
_STAND_BY_SECONDS = 2.0
_MARK_EVERY_SECONDS = 60
_PRUNE_EVERY_SECONDS = 3600
_LONGEST_RETRY_SECONDS = 60.0
# A follower away for longer than this may have missed entries that were removed meanwhile: an hour
# less than they are kept, for transactions that were long under way.
_AWAY_SECONDS = outbox.KEPT_SECONDS - 3600


class Follower:
    """Writes into one generation the changes that the outbox announces."""

    def __init__(self, generation: Path, mark: Mark) -> None:
        self.generation = generation
        self.mark = mark
        self._position = mark.position
        self._writer = store.open_index(generation).writer(_HEAP_BYTES, 1)

    def step(self) -> int:
        """Commit the next entries to the index, then keep the position; return how many there were.

        A crash between the two makes the same entries be read again, which changes nothing.
        """
        # In this order: a position that ran ahead of the index would lose entries for good.
        entries, position = outbox.read_after(self._position, _BATCH, _TOPICS)
        if entries:
            self._write({key for _, key in entries})
        self._position = position
        if entries or time.time() - self.mark.read_at > _MARK_EVERY_SECONDS:
            self.mark = store.write_mark(self.generation, position, self.mark.database)
        return len(entries)

    def _write(self, product_ids: set[int]) -> None:
        # Not `delete_documents_by_term`: it takes the number for a signed one and deletes nothing.
        self._writer.delete_documents_by_query(
            tantivy.Query.term_set_query(SCHEMA, "id", sorted(product_ids))
        )
        # Deleted and read anew: an entry names a product only, and one that is no longer listed
        # must leave the index.
        for product in source.read(product_ids):
            self._writer.add_document(document(product))
        self._writer.commit()

    def close(self) -> None:
        """Let the writer go, so that another may take its place."""
        self._writer.wait_merging_threads()


def run(stop_event: threading.Event) -> None:
    """Keep this node's index fresh until `stop_event`.

    One process of a node does it; the others stand by to take its place. An index that is missing,
    broken, of another version or database, or too far behind is built anew. A database that cannot
    be reached is tried again.
    """
    while not stop_event.is_set():
        # The system holds this lock: it ends with its process, however that ends.
        with store.exclusive("follower", wait=False) as alone:
            if alone:
                _follow(stop_event)
        stop_event.wait(_STAND_BY_SECONDS)


def open_follower(*, trusted: bool = True) -> Follower:
    """Return a follower of the generation in use, building one first if none can be used.

    `trusted` false builds anew whatever there is.
    """
    generation = store.current()
    mark = store.read_mark(generation) if generation else None
    if trusted and generation is not None and mark is not None and _is_usable(mark):
        try:
            return Follower(generation, mark)
        except (OSError, ValueError):
            logger.warning("The search index is broken; building it anew", exc_info=True)
    builder.rebuild()
    generation = store.current()
    mark = store.read_mark(generation) if generation else None
    if generation is None or mark is None:
        raise OSError("the index just built is gone")
    return Follower(generation, mark)


def _is_usable(mark: Mark) -> bool:
    """Return whether all that came after the mark can still be read from its database's outbox."""
    # A database restored to an earlier state has this identity too, but its transactions have not
    # come as far as the mark: they will use these numbers again, for other changes.
    if mark.database != source.database() or mark.position.xid > outbox.head().xid:
        logger.warning("The search index is of another database; building it anew")
        return False
    if time.time() - mark.read_at > _AWAY_SECONDS:
        logger.warning("The search index was not followed for too long; building it anew")
        return False
    return True


def _follow(stop_event: threading.Event) -> None:
    """Follow one generation after another. An index that fails twice in a row is built anew."""
    failures = 0
    while not stop_event.is_set():
        try:
            close_old_connections()
            follower = open_follower(trusted=failures < 2)
            try:
                _follow_generation(follower, stop_event)
            finally:
                follower.close()
            failures = 0
        except DatabaseError:
            logger.exception("The database cannot be followed by the search index; trying again")
            stop_event.wait(_STAND_BY_SECONDS)
        except (OSError, RuntimeError, ValueError):
            failures += 1
            logger.exception("The search index cannot be written; trying again")
            stop_event.wait(min(2.0**failures, _LONGEST_RETRY_SECONDS))


def _follow_generation(follower: Follower, stop_event: threading.Event) -> None:
    """Follow until `stop_event`, or until another generation takes this one's place."""
    pruned = time.monotonic()
    while not stop_event.is_set() and store.current() == follower.generation:
        if follower.step() < _BATCH:
            stop_event.wait(_PAUSE_SECONDS)
        if time.monotonic() - pruned > _PRUNE_EVERY_SECONDS:
            outbox.prune()
            pruned = time.monotonic()
