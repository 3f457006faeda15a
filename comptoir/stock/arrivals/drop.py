"""The drop folder: files that tills leave by SFTP or FTP, one folder a shop.

`<folder>/<word or SIRET of the shop>/stock.csv`; deltas and sales lie in `delta/` and `sales/`
below. A file is taken once it is whole, and then moved to `done/` or `refused/` with a summary
beside it. Whoever may write into these folders is not trusted: no link is followed, and nothing
outside the shop's folder is opened, moved or written.
"""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EACCES
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import BinaryIO, TypeVar

from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError, Invalid
from comptoir.core.exits import voice
from comptoir.core.sheet import Cells, write_sheet
from comptoir.core.stillness import PATIENCE_SECONDS, Settling, Sighting, seems_cut, sightings
from comptoir.core.streams import pieces_of
from comptoir.shops.models import Shop
from comptoir.shops.reads import find_shop
from comptoir.stock.arrivals.files import HEAD_BYTES, TillFile, format_of, read_file
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.formats.text import LARGEST_BYTES
from comptoir.stock.reports.models import Report, ReportStatus
from comptoir.stock.reports.operations import take_report
from comptoir.stock.reports.summary import said_rows, summary

SETTLE_SECONDS = 5.0
KEPT_DAYS = 30
DONE, REFUSED = "done", "refused"
_REPORT = ".report.csv"
_LONGEST_NAME = 255
_MODES: dict[str, ReportMode | None] = {
    "": None,
    "delta": ReportMode.DELTA,
    "sales": ReportMode.SALES,
}
# A link there is an error, not a way out; a pipe does not make us wait.
_SAFELY = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | _SAFELY

log = logging.getLogger(__name__)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Place:
    """One folder of a shop: its path below the drop folder, and the mode of its files."""

    shop: Shop
    parts: tuple[str, ...]
    mode: ReportMode | None


class DropFolder:
    """The drop folder, visited again and again (`look`)."""

    def __init__(self, folder: Path, settle_seconds: float = SETTLE_SECONDS) -> None:
        self.folder = folder
        self.settle_seconds = settle_seconds
        self._settling: dict[tuple[str, ...], Settling] = {}
        self._given_up: set[tuple[str, str, Sighting]] = set()
        self._unread: set[Path] = set()

    def look(self) -> int:
        """Take every file that has become whole, oldest first; return how many.

        Acts as the system. Locks, writes, announces: as `take_report`, a transaction a file. A file
        that cannot be taken is logged and left alone until it changes; a folder that cannot be read
        is logged once, passed over, and read as soon as it can be. None is taken away while this
        installation is quiet. Raises `OperationalError`.
        """
        if voice.silence():
            return 0
        return sum(self._look_into(place) for place in self._places())

    def prune(self) -> None:
        """Remove what was taken or refused more than a month ago."""
        before = timezone.now().timestamp() - KEPT_DAYS * 86400
        for place in self._places():
            for kept in (DONE, REFUSED):
                with suppress(OSError), self._open((*place.parts, kept)) as handle:
                    _prune(handle, before)

    def _places(self) -> Iterator[Place]:
        """Yield the folders of known shops; others are left alone."""
        for name in self._read(self.folder, _folders) or ():
            shop = find_shop(Shop.objects.of_network(), name)
            if shop is not None:
                for below, mode in _MODES.items():
                    yield Place(shop, (name, below) if below else (name,), mode)

    def _look_into(self, place: Place) -> int:
        path = self.folder.joinpath(*place.parts)
        if path.is_symlink() or not path.is_dir():
            return 0
        settling = self._settling.setdefault(place.parts, Settling(self.settle_seconds))
        found = self._read(path, sightings)
        if found is None:
            return 0
        whole = settling.settled(found, monotonic())
        taken = 0
        for name in sorted(whole, key=lambda name: (found[name].mtime_ns, name)):
            known = (path.as_posix(), name, found[name])
            if known not in self._given_up:
                try:
                    patient = whole[name] < PATIENCE_SECONDS
                    taken += self._take(place, name, found[name], patient=patient)
                except OperationalError:
                    # The database is away, and the file is not to blame: it is tried again.
                    raise
                except Exception:
                    log.exception("%s/%s cannot be taken", path, name)
                    self._given_up.add(known)
        return taken

    def _read(self, path: Path, read: Callable[[Path], Read]) -> Read | None:
        """Return what a folder holds, or None where it cannot be read; that is said once."""
        try:
            found = read(path)
        except OSError as error:
            if path not in self._unread:
                log.warning("%s cannot be read (%s): its files wait", path, error.strerror)
            self._unread.add(path)
            return None
        if path in self._unread:
            self._unread.discard(path)
            log.warning("%s can be read again", path)
        return found

    def _take(self, place: Place, name: str, sighting: Sighting, *, patient: bool) -> bool:
        """Take one file as it was sighted and move it away; return whether it was taken."""
        with self._open(place.parts) as folder:
            # What is opened is checked, not what the name stands for: a file may be swapped
            # meanwhile.
            handle = os.open(name, os.O_RDONLY | _SAFELY, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                known = os.fstat(handle)
                if not stat.S_ISREG(known.st_mode) or Sighting.of(known) != sighting:
                    return False
                if patient and seems_cut(file):
                    return False
                status, report = self._apply(place, name, file, sighting)
            self._move(folder, name, REFUSED if status == ReportStatus.REFUSED else DONE, report)
        return True

    def _apply(
        self, place: Place, name: str, file: BinaryIO, sighting: Sighting
    ) -> tuple[str, list[Cells]]:
        """Apply a file; return the status of its report, and its summary as a table."""
        try:
            report = _applied(place, name, file, sighting)
        except DomainError as error:
            return ReportStatus.REFUSED, [[f"{error.message} [{error.code}]"]]
        return report.status, _report(report)

    @contextmanager
    def _open(self, parts: tuple[str, ...]) -> Iterator[int]:
        """Open a folder below the drop folder, step by step, following no link."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts:
                below = os.open(part, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)

    def _move(self, folder: int, name: str, where: str, report: list[Cells]) -> None:
        with suppress(FileExistsError):
            os.mkdir(where, 0o770, dir_fd=folder)
        target = os.open(where, _FOLDER, dir_fd=folder)
        try:
            kept = _kept_name(name)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY
            beside = os.open(f"{kept}{_REPORT}", flags, 0o660, dir_fd=target)
            with os.fdopen(beside, "wb") as written:
                write_sheet(written, report)
            os.rename(name, kept, src_dir_fd=folder, dst_dir_fd=target)
        finally:
            os.close(target)


def trouble_with(folder: Path) -> list[tuple[Path, str]]:
    """Return the folders that tills' files cannot be taken from, and what the system says: the drop
    folder itself, or a shop's, which must be written to as well (what was taken is moved)."""
    found = []
    try:
        shops = [folder / name for name in _folders(folder)]
    except OSError as error:
        return [(folder, error.strerror or "")]
    for path in shops:
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            found.append((path, os.strerror(EACCES)))
    return found


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))


def _prune(folder: int, before: float) -> None:
    """Remove the files of a folder from before a moment; one that cannot be stops no other."""
    for name in os.listdir(folder):
        with suppress(OSError):
            if os.stat(name, dir_fd=folder, follow_symlinks=False).st_ctime < before:
                os.unlink(name, dir_fd=folder)


def _kept_name(name: str) -> str:
    """Return the name by which a file is kept, short enough for its report's to end in `_REPORT`.

    File systems count bytes, of which an accented letter has two or more.
    """
    start = f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-"
    room = _LONGEST_NAME - len(start) - len(_REPORT)
    written = os.fsencode(name)
    return start + (name if len(written) <= room else written[:room].decode("utf-8", "ignore"))


def _applied(place: Place, name: str, file: BinaryIO, sighting: Sighting) -> Report:
    if sighting.size > LARGEST_BYTES:
        message = _("The file is larger than 100 MB: send the shop's stock alone.")
        raise Invalid("file_too_large", message)
    digest = sha256()
    for piece in pieces_of(file):
        digest.update(piece)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    # Killed between applying a file and moving it away, the next process finds by this key that it
    # was taken. The time is part of it: the same figures written anew are a new report.
    named = f"drop\n{name}\n{digest.hexdigest()}\n{sighting.mtime_ns}"
    return take_report(
        read_file(
            TillFile(
                shop=place.shop,
                stream=file,
                actor=SYSTEM,
                format=format_of(head, name, place.shop),
                mode=place.mode,
                written=datetime.fromtimestamp(sighting.mtime_ns / 1e9, UTC),
                file_name=name,
                key=sha256(named.encode("utf-8", "surrogateescape")).hexdigest(),
            )
        )
    )


def _report(report: Report) -> list[Cells]:
    """Return a report as a table: its summary, then the refused lines and remarks that are kept."""
    return [[summary(report)], *said_rows(report)]
