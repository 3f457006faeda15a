"""Where the index lives on this node, and how it changes hands.

    var/search/current          the name of the generation in use, replaced atomically
    var/search/<generation>/    a tantivy index, and position.json: how far the outbox is in it

A rebuild fills a new generation beside the one in use. The position is written after the commit it
belongs to: after a crash between the two, the same entries are read again, which changes nothing.
The file also holds of which database and of which version of the index it is, and when the outbox
was last read: entries are kept for a while only.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy
from django.conf import settings

from comptoir.core.outbox import Position
from comptoir.search.schema import SCHEMA, VERSION, prepare

_MARK = "position.json"
_LIST, _MANAGED = "meta.json", ".managed.json"
"""What tantivy calls the list of an index's segments, and that of its files."""


def folder() -> Path:
    """Return the folder of this node's index."""
    return Path(settings.VAR) / "search"


def current() -> Path | None:
    """Return the generation in use, or None when there is none yet."""
    try:
        name = (folder() / "current").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    path = folder() / name
    return path if name and path.is_dir() else None


def make_current(generation: Path) -> None:
    """Put a generation in use, and remove the others but the one it follows.

    Readers that still hold the previous one finish with it.
    """
    previous = current()
    _replace(folder() / "current", generation.name)
    for path in folder().iterdir():
        if path.is_dir() and path not in (generation, previous):
            shutil.rmtree(path, ignore_errors=True)


def new_generation() -> Path:
    """Return a new empty folder."""
    folder().mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(p.name) for p in folder().iterdir() if p.name.isdigit()), default=0)
    path = folder() / f"{number:06d}"
    path.mkdir()
    return path


def create(generation: Path) -> tantivy.Index:
    """Return a new index in an empty generation."""
    return prepare(tantivy.Index(SCHEMA, str(generation)))


def join(generation: Path, part: Path) -> None:
    """Put the products of a part, an index of its own that nobody writes, into a generation that
    nobody reads or writes yet. The part's folder is removed.

    An index of tantivy is a list of segments, each with files of its own: both lists become one.
    """
    known = json.loads((generation / _LIST).read_text(encoding="utf-8"))
    other = json.loads((part / _LIST).read_text(encoding="utf-8"))
    known["segments"] += other["segments"]
    known["opstamp"] = max(known["opstamp"], other["opstamp"])
    files = {
        name
        for folder in (part, generation)
        for name in json.loads((folder / _MANAGED).read_text(encoding="utf-8"))
    }
    for name in files:
        if name != _LIST and (part / name).exists():
            (part / name).replace(generation / name)
    _replace(generation / _MANAGED, json.dumps(sorted(files)))
    _replace(generation / _LIST, json.dumps(known))
    shutil.rmtree(part)


def open_index(generation: Path) -> tantivy.Index:
    """Open the index of a generation. Raises `ValueError` or `OSError` when it is broken."""
    return prepare(tantivy.Index.open(str(generation)))


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a generation has come: the outbox's position, of which database, read when (Unix
    seconds)."""

    position: Position
    database: str
    read_at: float


def write_mark(generation: Path, position: Position, database: str) -> Mark:
    """Keep how far the outbox of a database has been committed to this generation."""
    mark = Mark(position, database, time.time())
    content = {
        "version": VERSION,
        "xid": position.xid,
        "id": position.id,
        "database": database,
        "heard": mark.read_at,
    }
    _replace(generation / _MARK, json.dumps(content))
    return mark


def read_mark(generation: Path) -> Mark | None:
    """Return the mark, or None when it is missing, broken or of another version's index."""
    try:
        content = json.loads((generation / _MARK).read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            return None
        position = Position(int(content["xid"]), int(content["id"]))
        return Mark(position, str(content["database"]), float(content["heard"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def marked_at(generation: Path) -> float:
    """Return when the mark was written (Unix seconds): the outbox has been read until then. Raises
    `OSError` where there is none."""
    return (generation / _MARK).stat().st_mtime


@contextmanager
def exclusive(name: str, *, wait: bool) -> Iterator[bool]:
    """Hold this node's lock of that name; yields False when another process has it."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _replace(path: Path, content: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
