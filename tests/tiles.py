"""Small PMTiles files, made by the library's own writer, with pictures that pillow drew."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

FORMATS = {TileType.PNG: "PNG", TileType.JPEG: "JPEG", TileType.WEBP: "WEBP"}


def picture(kind: TileType, shade: int) -> bytes:
    """Return a tile of one colour, another for each shade."""
    file = BytesIO()
    Image.new("RGB", (256, 256), (shade % 256, 120, 90)).save(file, FORMATS[kind])
    return file.getvalue()


def make_tiles(
    path: Path,
    tiles: dict[tuple[int, int, int], bytes],
    *,
    kind: TileType = TileType.PNG,
    compression: Compression = Compression.NONE,
) -> Path:
    """Write a file that says its tiles are of a kind and so compressed, whatever they are."""
    with path.open("wb") as file:
        writer = Writer(file)
        for number, data in sorted((zxy_to_tileid(*at), data) for at, data in tiles.items()):
            writer.write_tile(number, data)
        edges = {"min_lon_e7": -50_000_000, "max_lon_e7": 90_000_000}
        edges |= {"min_lat_e7": 420_000_000, "max_lat_e7": 510_000_000}
        writer.finalize({"tile_type": kind, "tile_compression": compression, **edges}, {})
    return path
