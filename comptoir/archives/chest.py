"""Where an export is put, and read from: a folder, or a ZIP; and the manifest that it has.

Nothing outside is ever read or written: the files are those that the manifest names, by names of
ours, of the sizes it states; links are refused, and a file that is longer than stated is left
where it passes that. A ZIP is never unpacked to a disk.
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol, cast

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.streams import PIECE_BYTES

FORMAT = "comptoir-shop"
VERSION = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"[a-z_]{1,40}(\.csv|\.json|/[0-9a-z]{1,64}\.[a-z]{1,12}\.(webp|pdf))", re.ASCII)
LARGEST_MANIFEST = 64_000_000
LARGEST_FILE = 2_000_000_000
LARGEST_PHOTO = 8_000_000
LARGEST = 8_000_000_000
"""Bytes: of the manifest, of a table, of a photo, of all together, unpacked."""
_MOST_FILES = 400_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of an export: how many bytes, their SHA-256, how many rows (a photo: none)."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(slots=True)
class Manifest:
    """What an export holds: of which shop, made when (UTC), by which version of the format."""

    shop: str
    name: str
    made_at: str
    files: list[Listed] = field(default_factory=list)

    def written(self) -> bytes:
        """Return the file."""
        head = {"format": FORMAT, "version": VERSION, "shop": self.shop, "name": self.name}
        head |= {"made_at": self.made_at, "files": [asdict(each) for each in self.files]}
        return json.dumps(head, ensure_ascii=False, indent=1).encode() + b"\n"


class Chest(Protocol):
    """Something that an export is written into."""

    def open(self, name: str) -> Any:  # noqa: ANN401  a context that gives a binary file
        """Give a new file to write, while a block lasts."""


class Folder:
    """A folder on a disk that is new, or empty. Raises `Invalid` (`folder_not_empty`)."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            told = _("%(path)s is not empty: name a new folder.")
            raise Invalid("folder_not_empty", fill(told, path=path))
        self._path = path

    def open(self, name: str) -> IO[bytes]:
        """Give a new file to write."""
        path = self._path / name
        path.parent.mkdir(exist_ok=True)
        return path.open("xb")


class Packed:
    """A ZIP that is written from its beginning to its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def open(self, name: str) -> IO[bytes]:
        """Give a new file to write."""
        return self._zip.open(name, "w", force_zip64=True)

    def close(self) -> None:
        """Write the table of what is in it."""
        self._zip.close()


class Counted:
    """A binary file that counts what is written to it, and knows its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Write, and count."""
        self._sha.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def listed(self, name: str, rows: int | None = None) -> Listed:
        """Return what the manifest says of it."""
        return Listed(name, self.bytes, self._sha.hexdigest(), rows)

    def flush(self) -> None:
        """What is beneath is flushed as it is closed."""

    def readable(self) -> bool:
        """Not at all."""
        return False

    def writable(self) -> bool:
        """All it is for."""
        return True

    def seekable(self) -> bool:
        """Not at all."""
        return False

    closed = False


class Found:
    """An export that is read: a folder or a ZIP, with its manifest.

    Raises `Invalid` for what is no export of a shop: `no_export`, `bad_manifest`, `newer_export`,
    `unsafe_export` (a link, a name that is not ours, a file that is too large or is not named).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = None if path.is_dir() else _zip_at(path)
        self.digest = ""
        self.manifest = self._manifest()
        self.files = {each.name: each for each in self.manifest.files}
        self._look_around()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Give a file to read, while the block lasts. Raises `Invalid` (`missing_file`)."""
        try:
            if self._zip is not None:
                file: IO[bytes] = self._zip.open(name)
            else:
                # A link is not followed: it could lead to any file of this machine.
                handle = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW)
                file = cast(IO[bytes], os.fdopen(handle, "rb"))
        except (KeyError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            told = _("%(file)s is missing, or cannot be read.")
            raise Invalid("missing_file", fill(told, file=name), file=name) from error
        with file:
            yield file

    def read(self, name: str) -> bytes:
        """Return a file whole: a photo. Raises `Invalid` (`missing_file`, `damaged_file`)."""
        listed = self.files[name]
        with self.open(name) as file:
            data = _no_more(file, listed.bytes, name)
        if hashlib.sha256(data).hexdigest() != listed.sha256:
            raise damaged(name)
        return data

    def check(self, name: str) -> None:
        """Look whether a file is what was written. Raises `Invalid` (`damaged_file`)."""
        listed, sha, left = self.files[name], hashlib.sha256(), self.files[name].bytes
        with self.open(name) as file:
            try:
                while left >= 0 and (piece := file.read(PIECE_BYTES)):
                    left -= len(piece)
                    sha.update(piece)
            except (OSError, zipfile.BadZipFile, ValueError, EOFError, RuntimeError) as error:
                raise damaged(name) from error
        if left or sha.hexdigest() != listed.sha256:
            raise damaged(name)

    def _manifest(self) -> Manifest:
        try:
            with self.open(MANIFEST) as file:
                data = _no_more(file, LARGEST_MANIFEST, MANIFEST)
        except Invalid as error:
            told = _("%(path)s is no export of a shop: it has no manifest.json.")
            raise Invalid("no_export", fill(told, path=self._path.name)) from error
        self.digest = hashlib.sha256(data).hexdigest()
        return _read_manifest(data)

    def _look_around(self) -> None:
        """Refuse what is there and not named, and what is named and cannot be."""
        for each in self.files.values():
            most = LARGEST_PHOTO if "/" in each.name else LARGEST_FILE
            if not NAME.fullmatch(each.name) or not 0 <= each.bytes <= most:
                raise _unsafe(each.name)
        if sum(each.bytes for each in self.files.values()) > LARGEST:
            raise _unsafe(MANIFEST)
        for name in self._there():
            if name not in self.files and name != MANIFEST:
                raise _unsafe(name)

    def _there(self) -> Iterator[str]:
        if self._zip is not None:
            for entry in self._zip.infolist():
                if entry.is_dir():
                    continue
                known = self.files.get(entry.filename)
                if known is not None and known.bytes != entry.file_size:
                    raise damaged(entry.filename)
                yield entry.filename
            return
        for path in self._path.rglob("*"):
            if path.is_symlink():
                raise _unsafe(path.name)
            if path.is_file():
                yield path.relative_to(self._path).as_posix()


def damaged(name: str, line: int = 0) -> Invalid:
    """Return the refusal of a file that is not what was written."""
    told = _("%(file)s was damaged on its way: it is not what the manifest says. Copy it again.")
    return Invalid("damaged_file", fill(told, file=name), file=name, line=line)


def _unsafe(name: str) -> Invalid:
    told = _("%(file)s is not what an export has: a link, a name of another sort, or too large.")
    return Invalid("unsafe_export", fill(told, file=name[:100]), file=name[:100])


def _zip_at(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        told = _("%(path)s is neither a folder nor a ZIP of a shop's export.")
        raise Invalid("no_export", fill(told, path=path.name)) from error


def _no_more(file: IO[bytes], most: int, name: str) -> bytes:
    try:
        data = file.read(most + 1)
    except (OSError, zipfile.BadZipFile, ValueError, EOFError, RuntimeError) as error:
        raise damaged(name) from error
    if len(data) > most:
        raise _unsafe(name)
    return data


def _read_manifest(data: bytes) -> Manifest:
    try:
        told = json.loads(data)
        if told["format"] != FORMAT or not isinstance(told["version"], int):
            raise ValueError(told["format"])
        version = told["version"]
        listed = [Listed(**each) for each in told["files"][:_MOST_FILES]] if version == 1 else []
        texts = [told[key] for key in ("shop", "name", "made_at")]
        sound = all(isinstance(each.bytes, int) and isinstance(each.name, str) for each in listed)
        if not sound or not all(isinstance(text, str) for text in texts):
            raise TypeError("of another shape")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        text = _("manifest.json is not that of a shop's export, or was damaged.")
        raise Invalid("bad_manifest", text, file=MANIFEST) from error
    if version > VERSION:
        text = _("This export is of a newer version of Comptoir: upgrade this one first.")
        raise Invalid("newer_export", text, file=MANIFEST)
    shop, name, made_at = texts
    return Manifest(shop, name, made_at, listed)
