"""The index as this process reads it: opened once, read again when it has changed."""

import threading
import time
from pathlib import Path

import tantivy

from comptoir.search import store
from comptoir.shops.models import Shop

_LOOK_AGAIN_SECONDS = 0.25
_SHOPS_SECONDS = 10.0
_FOLLOWED_SECONDS = 120.0
"""The follower marks the index at least once a minute."""

Located = tuple[int, float, float]


class IndexMissing(Exception):
    """There is no index that can be read."""


class Reader:
    """Gives searchers over the generation in use; a commit or a rebuild is seen within 0.25 s.

    A check costs two small reads of files, at most four times a second. Between two checks nothing
    is locked. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Close the index; the next search opens it again."""
        with self._lock:
            self._index: tantivy.Index | None = None
            self._generation: Path | None = None
            self._stamp: tuple[int, ...] = ()
            self._checked = 0.0
            self._marked = 0.0
            self._shops: list[Located] | None = None
            self._shops_read = 0.0

    def searcher(self) -> tantivy.Searcher:
        """Return a searcher over what was last committed. Raises `IndexMissing`."""
        index = self._index
        if index is None or time.monotonic() - self._checked > _LOOK_AGAIN_SECONDS:
            with self._lock:
                index = self._check()
        return index.searcher()

    def shops(self) -> list[Located]:
        """Return (id, latitude, longitude) of all public shops, at most 10 s or one commit old.

        They serve to rank and to filter; whoever shows an offer reads the shop itself.
        """
        shops = self._shops
        if shops is None or time.monotonic() - self._shops_read > _SHOPS_SECONDS:
            public = Shop.objects.public_everywhere()
            shops = list(public.values_list("id", "latitude", "longitude"))
            self._shops, self._shops_read = shops, time.monotonic()
        return shops

    def is_followed(self) -> bool:
        """Return whether what changes comes into the index, as far as can be seen."""
        return time.time() - self._marked < _FOLLOWED_SECONDS

    def _check(self) -> tantivy.Index:
        if self._index is None or time.monotonic() - self._checked > _LOOK_AGAIN_SECONDS:
            try:
                self._index = self._refresh()
            except (OSError, ValueError) as error:
                self._index = None
                raise IndexMissing(f"the index cannot be read ({error})") from error
            self._checked = time.monotonic()
        return self._index

    def _refresh(self) -> tantivy.Index:
        generation = store.current()
        if generation is None:
            raise IndexMissing("no index has been built yet")
        self._marked = store.marked_at(generation)
        stamp = _stamp(generation)
        if self._index is not None and (generation, stamp) == (self._generation, self._stamp):
            return self._index
        index = self._index
        if index is None or generation != self._generation:
            if store.read_mark(generation) is None:
                raise IndexMissing("the index is of another version")
            index = store.open_index(generation)
            index.config_reader("manual")
        index.reload()
        self._generation, self._stamp, self._shops = generation, stamp, None
        return index


def _stamp(generation: Path) -> tuple[int, ...]:
    """Return what changes with every commit: tantivy replaces this file."""
    meta = (generation / "meta.json").stat()
    return meta.st_ino, meta.st_mtime_ns, meta.st_size


READER = Reader()
