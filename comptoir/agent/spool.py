"""What the agent has taken and not yet sent, kept so that no power cut loses or doubles any of it.

A file's copy is written, flushed to the disk and named before its row is committed; a copy without
a row is swept away at the next start, and its file, still in the till's folder, is taken again. The
row says what was sent. A file's key is made of its content and the time it was written: the same
file taken twice, under whatever name, by whatever agent, has the same key.
"""

import gzip
import os
import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from comptoir.agent.home import Rule
from comptoir.core.stillness import Sighting, seems_cut

FULL_BYTES = 2 * 1024**3
"""With so much waiting (gzipped), nothing more is taken: it stays in the till's folder."""
_KEPT_ROWS = 5000
_PIECE = 256 * 1024
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, mode TEXT NOT NULL,
    format TEXT NOT NULL, stream TEXT NOT NULL, digest TEXT NOT NULL, mtime_ns INTEGER NOT NULL,
    bytes INTEGER NOT NULL, floor REAL NOT NULL, sighted REAL NOT NULL, moment REAL,
    state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '', UNIQUE (digest, mtime_ns)
);
CREATE INDEX IF NOT EXISTS waiting ON files (seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS seen (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits to be sent; `moment` is None until the true time is known (UTC seconds).

    It was written after `floor` (true time) and before it was `sighted` (by the steady clock).
    """

    seq: int
    name: str
    mode: str
    format: str
    digest: str
    mtime_ns: int
    bytes: int
    floor: float
    sighted: float
    moment: float | None

    @property
    def key(self) -> str:
        """What makes the server take it once."""
        return f"{self.digest}:{self.mtime_ns}"


class Spool:
    """The spool of one home folder; each thread that uses it has a connection of its own."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "spool"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = home / "spool.sqlite3"
        self._threads = threading.local()
        self._db.executescript(_SCHEMA)

    def sweep(self) -> None:
        """Remove the copies that no waiting row names: only the one running agent may."""
        wanted = {self.copy_of(one).name for one in self.waiting()}
        for path in self._folder.iterdir():
            if path.name not in wanted:
                with suppress(OSError):
                    path.unlink()

    def take(
        self,
        path: Path,
        sighting: Sighting,
        rule: Rule,
        floor: float,
        sighted: float,
        *,
        patient: bool,
    ) -> bool:
        """Copy a file as it was sighted; return whether something new waits to be sent.

        Nothing is taken, and the next look decides, when it has changed meanwhile, cannot be read
        yet, or (while `patient`) seems cut. Of a snapshot only the newest waits: it tells all that
        the older ones would have told.
        """
        unfinished = self._folder / "taking"
        with path.open("rb") as file:
            if not _is_still(file, sighting) or (patient and seems_cut(file)):
                return False
            digest = _copy(file, unfinished)
            if not _is_still(file, sighting):
                return False
        size = unfinished.stat().st_size
        told = (path.name, rule.mode, rule.format, digest, sighting.mtime_ns, size)
        one = Waiting(0, *told, floor, sighted, None)
        known = self._is_known(one)
        if not known:
            unfinished.replace(self.copy_of(one))
            _flush_folder(self._folder)
        older = self._commit(one, sighting, "" if known else _stream(one, rule), new=not known)
        for each in older:
            self._drop_copy(each)
        return not known

    def _is_known(self, one: Waiting) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM files WHERE digest = ? AND mtime_ns = ?", (one.digest, one.mtime_ns)
        )
        return found.fetchone() is not None

    def _commit(self, one: Waiting, sighting: Sighting, stream: str, *, new: bool) -> list[Waiting]:
        """Write down, at once, what was taken; return the snapshots that it makes needless."""
        older = [
            each
            for each in (self.waiting(stream=stream) if stream else [])
            if each.mtime_ns <= one.mtime_ns
        ]
        with self._db as db:
            if new:
                db.execute(
                    "INSERT INTO files (name, mode, format, stream, digest, mtime_ns, bytes, floor,"
                    " sighted, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
                    (
                        *(one.name, one.mode, one.format, stream),
                        *(one.digest, one.mtime_ns, one.bytes, one.floor, one.sighted),
                    ),
                )
            db.executemany(
                "UPDATE files SET state = 'superseded' WHERE seq = ? AND state = 'waiting'",
                [(each.seq,) for each in older],
            )
            db.execute(
                "INSERT OR REPLACE INTO seen (name, size, mtime_ns, inode) VALUES (?, ?, ?, ?)",
                (one.name, *sighting),
            )
        return older

    def seen(self) -> dict[str, Sighting]:
        """Return the files already taken, as they were then."""
        rows = self._db.execute("SELECT name, size, mtime_ns, inode FROM seen")
        return {name: Sighting(*rest) for name, *rest in rows}

    def forget_gone(self, names: set[str]) -> None:
        """Forget files that are no longer in the till's folder."""
        with self._db as db:
            db.executemany("DELETE FROM seen WHERE name = ?", [(name,) for name in names])

    def waiting(self, *, limit: int = -1, stream: str = "") -> list[Waiting]:
        """Return what waits, in the order in which it is to be sent."""
        rows = self._db.execute(
            "SELECT seq, name, mode, format, digest, mtime_ns, bytes, floor, sighted, moment"
            " FROM files"
            " WHERE state = 'waiting' AND (:stream = '' OR stream = :stream)"
            " ORDER BY seq LIMIT :limit",
            {"stream": stream, "limit": limit},
        )
        return [Waiting(*row) for row in rows]

    @property
    def is_full(self) -> bool:
        """Whether too much waits for more to be taken."""
        ((size,),) = self._db.execute("SELECT total(bytes) FROM files WHERE state = 'waiting'")
        return bool(size > FULL_BYTES)

    def copy_of(self, one: Waiting) -> Path:
        """Return where the gzipped copy of a file is."""
        return self._folder / f"{one.digest[:32]}-{one.mtime_ns}.gz"

    def fix_moment(self, one: Waiting, moment: float) -> None:
        """Keep the moment of a file for good, before it is sent the first time."""
        with self._db as db:
            db.execute("UPDATE files SET moment = ? WHERE seq = ?", (moment, one.seq))

    def close(self, one: Waiting, state: str, answer: str) -> None:
        """Note that a file was `sent` or `refused`, and let its copy go."""
        with self._db as db:
            db.execute(
                "UPDATE files SET state = ?, answer = ? WHERE seq = ?", (state, answer, one.seq)
            )
            db.execute(
                "DELETE FROM files WHERE state <> 'waiting' AND seq < ?", (one.seq - _KEPT_ROWS,)
            )
        self._drop_copy(one)

    def _drop_copy(self, one: Waiting) -> None:
        """Remove a copy; one that is being sent stays on some systems until the next start."""
        with suppress(OSError):
            self.copy_of(one).unlink()

    def fact(self, name: str) -> str:
        """Return something noted earlier, empty if it was not."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def note(self, name: str, value: str) -> None:
        """Note something for later."""
        with self._db as db:
            db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def count(self, state: str) -> int:
        """Return how many of the files still remembered are in a state."""
        ((number,),) = self._db.execute("SELECT count(*) FROM files WHERE state = ?", (state,))
        return int(number)

    @property
    def _db(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._threads, "db", None)
        if found is None:
            found = sqlite3.connect(self._path, timeout=30)
            found.execute("PRAGMA journal_mode = WAL")
            # Each commit reaches the disk before it counts: a power cut undoes none.
            found.execute("PRAGMA synchronous = FULL")
            self._threads.db = found
        return found


def _is_still(file: BinaryIO, sighting: Sighting) -> bool:
    return Sighting.of(os.fstat(file.fileno())).is_same_content(sighting)


def _stream(one: Waiting, rule: Rule) -> str:
    """Return of which series of snapshots a file is the newest, empty if it may be no snapshot."""
    if one.mode == "snapshot":
        return rule.pattern
    return one.name if not one.mode and one.name.lower().endswith(".asc") else ""


def _copy(file: BinaryIO, target: Path) -> str:
    """Copy a file, gzipped and flushed to the disk; return the SHA-256 of its content."""
    digest = sha256()
    with target.open("wb") as raw:
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            while piece := file.read(_PIECE):
                digest.update(piece)
                packed.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    return digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    """Make a new name last through a power cut, where the system lets a folder be flushed."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
