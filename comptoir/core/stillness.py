"""Files that another program is writing: which of them are whole.

Nothing here but the standard library: the agent on a shop's PC uses it too. Folders are listed
again and again, for no system's notices reach across a network drive.
"""

import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".lock", ".bak")
NOT_FILES_OF_A_TILL = frozenset({"desktop.ini", "thumbs.db"})
PATIENCE_SECONDS = 600.0
"""So long a file that seems cut is waited for; then it is taken as it is, to be judged."""
_INODE_BITS = 2**63 - 1
"""What a database keeps of an inode: some systems count to 2**128."""
_TAIL = 4096
_ASC_RECORD = 31


class Sighting(NamedTuple):
    """What can be seen of a file without reading it: another content has another sighting."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "Sighting":
        """Return the sighting of a file from its `stat`."""
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ino & _INODE_BITS)

    def is_same_content(self, other: "Sighting") -> bool:
        """Return whether size and time agree; by name and by handle, the inodes may differ."""
        return self[:2] == other[:2]


def is_unfinished(name: str) -> bool:
    """Return whether a file is still being written, or is no till's file, by its name."""
    low = name.lower()
    return low.startswith((".", "~")) or low.endswith(UNFINISHED) or low in NOT_FILES_OF_A_TILL


def sightings(folder: Path) -> dict[str, Sighting]:
    """Return what a look into a folder finds: its plain files (no links), the unfinished too.

    Raises `OSError` when there is no such folder.
    """
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_file(follow_symlinks=False):
                    # On Windows the entry itself may still hold the size of a moment ago.
                    found[entry.name] = Sighting.of(os.stat(entry.path, follow_symlinks=False))
            except OSError:
                continue
    return found


class Settling:
    """Waits until files stay as they are for some seconds.

    One that was renamed from an unfinished name is whole at once: that is what the renaming means.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[str, tuple[Sighting, float]] = {}
        self._unfinished: set[int] = set()

    def settled(self, found: dict[str, Sighting], now: float) -> dict[str, float]:
        """Return the names of whole files, each with the seconds it has stayed as it is.

        `now` is a clock that nobody moves (seconds).
        """
        renamed = {one.inode for name, one in found.items() if not is_unfinished(name)}
        renamed &= self._unfinished - {0}
        known, self._since = self._since, {}
        for name, one in found.items():
            if is_unfinished(name):
                continue
            before, since = known.get(name, (None, now))
            self._since[name] = (one, since if before == one else now)
        self._unfinished = {one.inode for name, one in found.items() if is_unfinished(name)}
        self._unfinished |= renamed
        return {
            name: now - since
            for name, (one, since) in self._since.items()
            if now - since >= self._seconds or one.inode in renamed
        }


def seems_cut(file: BinaryIO) -> bool:
    """Return whether the end of a file shows that more is to come, where it can be known.

    A Tite-Live file's last line must be whole, an XML file end with a tag, a workbook (a zip) have
    its directory. A CSV shows nothing: its last line may lack its end.
    """
    head = file.read(64)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    if head.startswith(b"EXTRACTION STOCK DU"):
        last = tail.rpartition(b"\n")[2].rstrip(b"\r")
        return b"\n" in tail and len(last) not in {0, _ASC_RECORD}
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return not tail.rstrip(b" \r\n\t\0").endswith(b">")
    if head.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" not in tail
    return False
