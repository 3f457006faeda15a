"""One document to read: plain, or out of a gzip or zip archive, with its size kept in check."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from django.utils.translation import gettext_lazy as _
from lxml import etree

from comptoir.catalogue.errors import BadFile

HEAD = 65_536
LARGEST = 300 * 2**30
"""Bytes that one document may unpack to."""
FREE = 32 * 2**20
"""Bytes that may be unpacked before the ratio is checked."""
RATIO = 200
"""How much larger than its archive a document may be: catalogues in XML come to 10 to 40."""
MOST_MEMBERS = 1_000


@dataclass(frozen=True, slots=True)
class Root:
    """The root element of an XML document, as its first bytes show it."""

    name: str
    namespace: str
    attributes: dict[str, str]
    system_url: str


@dataclass(slots=True)
class Document:
    """What a parser is given: bytes as they come, and what is known of them.

    `as_of` is the moment to believe when the document names none. `encoding` is set only when the
    operator forces one.
    """

    name: str
    stream: "io.BufferedReader[Any]"
    as_of: datetime
    encoding: str | None = None
    head: bytes = b""
    root: Root | None = None
    message: int = field(init=False)

    def __post_init__(self) -> None:
        self.head = self.stream.peek(HEAD)[:HEAD]
        self.root = _find_root(self.head, self.encoding)
        self.message = zlib.crc32(self.head) & 0x7FFFFFFF


class _Guarded(io.RawIOBase):
    """Reads an inner stream, turning its errors into ours and refusing a bomb."""

    def __init__(self, inner: IO[bytes], packed: Callable[[], int] | None) -> None:
        self._inner = inner
        self._packed = packed
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        try:
            chunk = self._inner.read(len(buffer))
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise BadFile(
                "damaged_archive",
                _("The archive is damaged or cut short: fetch it again, then import it again."),
            ) from error
        buffer[: len(chunk)] = chunk
        self._size += len(chunk)
        if self._size > LARGEST or (
            self._packed and self._size > FREE and self._size > RATIO * max(self._packed(), 1)
        ):
            raise BadFile(
                "archive_bomb",
                _("The archive unpacks to far more than it should: it was refused."),
            )
        return len(chunk)


def open_documents(
    path: Path, *, as_of: datetime | None = None, encoding: str | None = None
) -> Iterator[tuple[Document, Callable[[], int]]]:
    """Yield each document of a file, with a function that returns how many bytes of it are read.

    Raises `BadFile` when the file is not there, is empty or is a damaged archive.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadFile(
            "unreadable_file", _("The file cannot be opened: %(why)s.") % {"why": error.strerror}
        ) from error
    moment = as_of or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with closing(raw):
        magic = raw.peek(4)[:4]
        if not magic:
            raise BadFile("empty_file", _("The file is empty."))
        if magic == b"PK\x03\x04":
            yield from _members(raw, as_of, encoding)
            return
        if magic[:2] == b"\x1f\x8b":
            unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
            yield _document(path.name, unpacked, raw.tell, moment, encoding), raw.tell
        else:
            yield _document(path.name, raw, None, moment, encoding), raw.tell


def _members(
    raw: IO[bytes], as_of: datetime | None, encoding: str | None
) -> Iterator[tuple[Document, Callable[[], int]]]:
    try:
        archive = zipfile.ZipFile(raw)
        members = [
            info
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        ]
    except zipfile.BadZipFile as error:
        raise BadFile(
            "damaged_archive",
            _("The archive is damaged or cut short: fetch it again, then import it again."),
        ) from error
    if not members or len(members) > MOST_MEMBERS:
        raise BadFile(
            "archive_members", _("The archive holds no file, or more than a thousand of them.")
        )
    for info in members:
        try:
            stream = archive.open(info)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            raise BadFile(
                "archive_locked",
                _("“%(name)s” in the archive is encrypted or packed in an unknown way.")
                % {"name": info.filename[:100]},
            ) from error
        try:
            written = datetime(*info.date_time, tzinfo=UTC)
        except ValueError:
            written = datetime(1980, 1, 1, tzinfo=UTC)
        packed = partial(int, info.compress_size)
        with closing(stream):
            yield _document(info.filename, stream, packed, as_of or written, encoding), raw.tell


def _document(
    name: str,
    stream: IO[bytes],
    packed: Callable[[], int] | None,
    as_of: datetime,
    encoding: str | None,
) -> Document:
    reader = io.BufferedReader(_Guarded(stream, packed), 4 * HEAD)
    return Document(name=name, stream=reader, as_of=as_of, encoding=encoding)


def _find_root(head: bytes, encoding: str | None) -> Root | None:
    """Return the root element when the first bytes are XML."""
    parser = etree.XMLPullParser(
        events=("start",),
        no_network=True,
        load_dtd=False,
        resolve_entities=False,
        encoding=encoding,
    )
    with suppress(etree.XMLSyntaxError):
        parser.feed(head)
    # A root whose prefix nothing declares has no valid name (ValueError).
    with suppress(etree.XMLSyntaxError, ValueError):
        for _event, found in parser.read_events():
            element: Any = found
            name = etree.QName(element)
            return Root(
                name=name.localname,
                namespace=name.namespace or "",
                attributes={str(key): str(value) for key, value in element.attrib.items()},
                system_url=element.getroottree().docinfo.system_url or "",
            )
    return None
