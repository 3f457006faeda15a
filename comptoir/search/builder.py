"""Building a whole new index beside the one in use."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from comptoir.core import outbox
from comptoir.core.processes import SUPERVISOR
from comptoir.search import source, store, text
from comptoir.search.schema import document

_HEAP_BYTES = 288_000_000
"""A segment of half a million products; with fewer segments, a search opens fewer lists."""
_SHOW_EVERY = 10_000
_SHARED_FROM = 50_000
"""From so many products on, a second process takes half: to start one takes a second."""

Progress = Callable[[int, int], None]


class PartFailed(OSError):
    """The process that builds half of an index failed; what it said is in the log."""


def rebuild(progress: Progress | None = None) -> int:
    """Build the index anew from the database, put it in use, and return how many products it has.

    The follower reads again what changes meanwhile. Searches go on in the old index until the new
    one is whole. `progress` is called with (done, total). One rebuild at a time on a node: a second
    waits for the first. Two processors are used, where they are there.
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


def fill_part(folder: Path, after: int, last: int, progress: Progress | None = None) -> int:
    """Build an index of the products of a range of keys in a new folder; return how many."""
    done = 0
    # One thread writes: each has segments of its own.
    with store.create(folder).writer(_HEAP_BYTES, 1) as writer:
        for done, product in enumerate(source.stream(after, last), start=1):
            writer.add_document(document(product))
            if progress and done % _SHOW_EVERY == 0:
                progress(done, 0)
        writer.commit()
        writer.wait_merging_threads()
    text.forget()
    return done


def _fill(generation: Path, progress: Progress | None) -> int:
    total = source.count()

    def halfway(done: int, _: int) -> None:
        if progress:
            progress(min(2 * done, total), total)

    if total < _SHARED_FROM:
        done = fill_part(generation, *source.EVERY, progress and halfway)
    else:
        mine, other = source.halves()
        part = generation / "part"
        part.mkdir()
        words = ["search", "part", str(part), *map(str, other)]
        # It ends with this process. The supervisor, if there is one, did not start it.
        told = {**os.environ, SUPERVISOR: str(os.getpid())}
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "comptoir", *words], stdout=subprocess.PIPE, env=told
        ) as helper:
            try:
                done = fill_part(generation, *mine, halfway)
                said, _ = helper.communicate()
            finally:
                if helper.poll() is None:
                    helper.kill()
        if helper.returncode:
            raise PartFailed("the second half of the search index could not be built")
        done += int(said)
        store.join(generation, part)
    if progress:
        progress(done, total)
    return done
