"""What lies behind the points of the map: nothing but drawn outlines, the tiles of somebody's
server, or those of a file of our own (PMTiles, version 3), which this module reads and answers."""

import logging
import os
import re
import threading
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import finalize

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

log = logging.getLogger(__name__)
MOST_ZOOM = 22
HEADER_BYTES = 127
MOST_DEPTH = 4
MOST_TILE_BYTES = 4_000_000
DIRECTORIES = 32
"""So many directories of the file a process keeps: each tells where some thousand tiles lie."""
_CREDIT = re.compile(r"\s*(?P<words>[^<>]*?)\s*(?:<(?P<link>https?://[^<>\s]+)>)?\s*")
_PICTURES = {TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.UNKNOWN}


class BadTiles(ValueError):
    """The file cannot serve as the background of the map. `reason` says why: `unreadable`,
    `no_pmtiles`, `no_pictures`, `compressed` or `empty`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason, self.detail = reason, detail


class TileFile:
    """One PMTiles file of pictures, open for reading. Threads read side by side: each read names
    its place (`pread`), and none reads more than a directory or a tile.

    Raises `BadTiles` where the file is none, or holds no pictures.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDONLY)
            # Closed with the last reader: a thread may still read a file that was replaced.
            finalize(self, os.close, self._file)
            self.header: HeaderDict = deserialize_header(self._read(0, HEADER_BYTES))
        except OSError as error:
            raise BadTiles("unreadable", error.strerror or "") from error
        except (MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError) as error:
            raise BadTiles("no_pmtiles") from error
        self._directory = lru_cache(maxsize=DIRECTORIES)(self._read_directory)
        self._check()
        root = self._read(0, self.header["root_offset"] + self.header["root_length"])
        self.version = sha256(root).hexdigest()[:12]

    def _check(self) -> None:
        header = self.header
        if header["tile_type"] not in _PICTURES:
            raise BadTiles("no_pictures", header["tile_type"].name)
        if header["tile_compression"] not in {Compression.NONE, Compression.UNKNOWN}:
            raise BadTiles("compressed", header["tile_compression"].name)
        first = self._first()
        # Converters of photographs may leave the type out: then the first tile says it.
        if picture_type(first) is None:
            raise BadTiles("no_pictures", header["tile_type"].name)

    def _first(self) -> bytes:
        """Return the first tile. Raises `BadTiles` where there is none."""
        at, size = self.header["root_offset"], self.header["root_length"]
        for _ in range(MOST_DEPTH):
            entries = self._directory(at, size)
            if not entries:
                break
            if entries[0].run_length:
                return self._tile(entries[0])
            at, size = self._leaf(entries[0])
        raise BadTiles("empty")

    def find(self, z: int, x: int, y: int) -> bytes | None:
        """Return the picture of a tile, or None where the file has none."""
        number = zxy_to_tileid(z, x, y)
        at, size = self.header["root_offset"], self.header["root_length"]
        for _ in range(MOST_DEPTH):
            entry = find_tile(self._directory(at, size), number)
            if entry is None:
                return None
            if entry.run_length:
                return self._tile(entry)
            at, size = self._leaf(entry)
        return None

    def _tile(self, entry: Entry) -> bytes:
        if entry.length > MOST_TILE_BYTES:
            return b""
        return self._read(self.header["tile_data_offset"] + entry.offset, entry.length)

    def _leaf(self, entry: Entry) -> tuple[int, int]:
        return self.header["leaf_directory_offset"] + entry.offset, entry.length

    def _read_directory(self, at: int, size: int) -> list[Entry]:
        try:
            return deserialize_directory(self._read(at, size))
        except (OSError, EOFError) as error:  # of gzip too
            raise BadTiles("no_pmtiles") from error

    def _read(self, at: int, size: int) -> bytes:
        """Return a piece of the file; one that does not lie in it is read by nobody, for room would
        be made for it first. Raises `BadTiles`."""
        if at + size > max(os.fstat(self._file).st_size, HEADER_BYTES):
            raise BadTiles("no_pmtiles")
        return os.pread(self._file, size, at)


class _Kept(NamedTuple):
    """The file as a process has it open, and what it was known by on the disk."""

    mark: tuple[str, int, int, int]
    tiles: TileFile | BadTiles


_lock = threading.Lock()
_kept: _Kept | None = None


def tile_file() -> TileFile | None:
    """Return the file of tiles (`settings.MAP_FILE`), opened anew where it was replaced; None where
    none is set. Raises `BadTiles`."""
    global _kept
    if not settings.MAP_FILE:
        return None
    path = Path(settings.MAP_FILE)
    try:
        found = path.stat()
    except OSError as error:
        raise BadTiles("unreadable", error.strerror or "") from error
    mark = (str(path), found.st_ino, found.st_size, found.st_mtime_ns)
    with _lock:
        if _kept is None or _kept.mark != mark:
            _kept = _Kept(mark, _opened(path))
        tiles = _kept.tiles
    if isinstance(tiles, BadTiles):
        raise tiles
    return tiles


def _opened(path: Path) -> TileFile | BadTiles:
    try:
        return TileFile(path)
    except BadTiles as error:
        log.warning("The map is drawn without tiles: %s: %s", path, error)
        return error


def picture_type(data: bytes) -> str | None:
    """Return the media type of a PNG, JPEG or WebP picture by its first bytes, or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


@require_safe
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Answer a tile of our own file: 204 where the file has a hole, 404 where no tile can be.
    Under the address with the version of the file (`?v=`) it is kept for good."""
    try:
        tiles = tile_file()
        if tiles is None or z > MOST_ZOOM or max(x, y) >= 1 << z:
            raise Http404
        data = tiles.find(z, x, y)
    except BadTiles as error:
        raise Http404 from error
    kind = picture_type(data) if data else None
    response = HttpResponse(data, content_type=kind) if kind else HttpResponse(status=204)
    is_named = request.GET.get("v") == tiles.version
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_named else "public, max-age=3600"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def server() -> str:
    """Return the name of the other server that the map's tiles are asked of, or nothing."""
    return urlsplit(settings.MAP_TILES_URL.replace("{s}.", "")).hostname or ""


def background() -> dict[str, Any]:
    """Return what the map draws its tiles by, for its script: `tiles`, the address, empty where
    outlines are drawn; to which zoom there are any; whose they are, in words and by a link."""
    credit = _CREDIT.fullmatch(settings.MAP_ATTRIBUTION)
    words, link = (credit["words"], credit["link"] or "") if credit else ("", "")
    told = {"words": words, "link": link}
    try:
        tiles = tile_file()
    except BadTiles:
        tiles = None
    if tiles is not None:
        header = tiles.header
        path = reverse("site:tile", args=[0, 0, 0]).removesuffix("0/0/0")
        corners = ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7")
        south, west, north, east = (header[name] / 1e7 for name in corners)  # type: ignore[literal-required]
        return told | {
            "tiles": f"{path}{{z}}/{{x}}/{{y}}?v={tiles.version}",
            "least": header["min_zoom"],
            "most": min(header["max_zoom"], MOST_ZOOM),
            "bounds": [[south, west], [north, east]],
        }
    if settings.MAP_TILES_URL:
        return told | {"tiles": settings.MAP_TILES_URL, "least": 0, "most": 19}
    return {"tiles": ""}
