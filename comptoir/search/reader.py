"""The index as this process reads it: opened once, looked at again when it has changed."""

import os
import threading
import time
from pathlib import Path

import tantivy

from comptoir.search import store

_LOOK_AGAIN_SECONDS = 0.25


class IndexMissing(Exception):
    """There is no index that can be read."""


class Reader:
    """Gives searchers over the generation in use; a commit or a rebuild is seen within a second.

    Looking costs two `stat` calls, at most four times a second.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._generation: Path | None = None
        self._stamp: tuple[int, ...] = ()
        self._looked = 0.0

    def searcher(self) -> tantivy.Searcher:
        """Return a searcher over what was last committed. Raises `IndexMissing`."""
        index = self._index
        if index is None or time.monotonic() - self._looked > _LOOK_AGAIN_SECONDS:
            with self._lock:
                index = self._look()
        return index.searcher()

    def forget(self) -> None:
        """Close the index; the next search opens it again."""
        with self._lock:
            self._index = self._generation = None

    def _look(self) -> tantivy.Index:
        if self._index is not None and time.monotonic() - self._looked <= _LOOK_AGAIN_SECONDS:
            return self._index
        generation = store.current()
        if generation is None:
            self._index = None
            raise IndexMissing("no index has been built yet")
        try:
            self._refresh(generation)
        except (OSError, ValueError) as error:
            self._index = None
            raise IndexMissing(str(error)) from error
        self._looked = time.monotonic()
        assert self._index is not None
        return self._index

    def _refresh(self, generation: Path) -> None:
        meta = os.stat(generation / "meta.json")
        stamp = (meta.st_ino, meta.st_mtime_ns, meta.st_size)
        if self._index is None or generation != self._generation:
            if store.read_mark(generation) is None:
                raise IndexMissing("the index is of another version")
            index = store.open_index(generation)
            index.config_reader("manual")
            index.reload()
            self._index, self._generation = index, generation
        elif stamp != self._stamp:
            self._index.reload()
        self._stamp = stamp


READER = Reader()
