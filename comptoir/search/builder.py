"""Building a whole new index beside the one in use."""

import shutil
from collections.abc import Callable
from pathlib import Path

from comptoir.core import outbox
from comptoir.search import source, store, text
from comptoir.search.schema import document

_HEAP_BYTES = 256_000_000
_SHOW_EVERY = 10_000

Progress = Callable[[int, int], None]


def rebuild(progress: Progress | None = None) -> int:
    """Build the index anew from the database, put it in use, and return how many products it has.

    The follower reads again what changes meanwhile. Searches go on in the old index until the new
    one is whole. `progress` is called with (done, total). One rebuild at a time on a node: a second
    waits for the first.
    """
    with store.exclusive("rebuild", wait=True):
        # The head before the products: the other way round, what commits in between is in neither.
        position = outbox.head()
        database = source.database()
        generation = store.new_generation()
        try:
            done = _fill(generation, progress)
            store.write_mark(generation, position, database)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        store.make_current(generation)
        return done


def _fill(generation: Path, progress: Progress | None) -> int:
    total = source.count()
    done = 0
    with store.create(generation).writer(_HEAP_BYTES) as writer:
        for done, product in enumerate(source.stream(), start=1):
            writer.add_document(document(product))
            if progress and done % _SHOW_EVERY == 0:
                progress(done, total)
        writer.commit()
        writer.wait_merging_threads()
    text.forget()
    if progress:
        progress(done, total)
    return done
