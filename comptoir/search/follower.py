"""Following the outbox into this node's index: the one writer of it."""

import logging
import threading
import time
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import close_old_connections

from comptoir.core import outbox
from comptoir.core.outbox import Position
from comptoir.search import builder, source, store
from comptoir.search.schema import document

logger = logging.getLogger(__name__)

_HEAP_BYTES = 64_000_000
_IDLE_SECONDS = 0.3
_RETRY_SECONDS = 2.0


class Follower:
    """Writes into one generation what the outbox tells. Also made by tests, one step at a time."""

    def __init__(self, generation: Path, position: Position) -> None:
        self.generation = generation
        self.position = position
        self._writer = store.open_index(generation).writer(_HEAP_BYTES, 1)

    def step(self) -> int:
        """Commit the next entries to the index, then keep the position; return how many there were.

        A crash between the two makes the same entries be read again, which changes nothing.
        """
        entries, position = outbox.read_after(self.position)
        if not entries:
            return 0
        self._write({key for topic, key in entries if topic == "product"})
        store.write_position(self.generation, position)
        self.position = position
        return len(entries)

    def _write(self, product_ids: set[int]) -> None:
        for product_id in product_ids:
            self._writer.delete_documents_by_term("id", product_id)
        for product in source.read(product_ids):
            self._writer.add_document(document(product))
        self._writer.commit()

    def close(self) -> None:
        """Let the writer go, so that another may take its place."""
        self._writer.wait_merging_threads()


def run(stop_event: threading.Event) -> None:
    """Keep this node's index fresh until told to stop.

    One process of a node does it; the others wait to take its place. A missing, broken or outdated
    index is built anew. A database that cannot be reached is tried again.
    """
    while not stop_event.is_set():
        with store.exclusive("follower", wait=False) as alone:
            if alone:
                _follow(stop_event)
        stop_event.wait(_RETRY_SECONDS)


def _follow(stop_event: threading.Event) -> None:
    while not stop_event.is_set():
        try:
            close_old_connections()
            _follow_generation(stop_event)
        except (DatabaseError, OSError, ValueError):
            logger.exception("The search index could not be followed; trying again")
            stop_event.wait(_RETRY_SECONDS)


def _follow_generation(stop_event: threading.Event) -> None:
    """Follow the generation in use until another takes its place."""
    follower = open_follower()
    try:
        while not stop_event.is_set() and store.current() == follower.generation:
            began = time.monotonic()
            if not follower.step():
                stop_event.wait(max(0.0, _IDLE_SECONDS - (time.monotonic() - began)))
    finally:
        follower.close()


def open_follower() -> Follower:
    """Return a follower of the generation in use, building one first if none can be used."""
    generation = store.current()
    position = store.read_position(generation) if generation else None
    if generation is not None and position is not None:
        try:
            return Follower(generation, position)
        except (OSError, ValueError):
            logger.warning("The search index is broken; building it anew", exc_info=True)
    builder.rebuild()
    generation = store.current()
    assert generation is not None
    position = store.read_position(generation)
    assert position is not None
    return Follower(generation, position)
