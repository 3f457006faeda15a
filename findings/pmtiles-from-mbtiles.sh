#!/bin/sh
# pmtiles 3.8.1 (2026): its converter loses what valid MBTiles say: the layers of a vector map, and
# the kind of tile of photographs.
#
# MBTiles 1.3 keeps `vector_layers` in the row `json` of the metadata and calls pictures `jpg`.
# PMTiles version 3 asks for `vector_layers` at the top of a vector map's metadata (chapter 5), and
# has a number for JPEG in its header (3). The converter copies the row `json` as a text and knows
# only the word `jpeg`; it says nothing. What makes a style or a list of layers from that key finds
# none, and what serves the tiles cannot name their type.
#
# Seen: vector: MVT, vector_layers False, json str. pictures: jpg UNKNOWN, png PNG.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pmtiles==3.8.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import gzip
import json
import pathlib
import sqlite3
import sys

from pmtiles.convert import mbtiles_to_pmtiles
from pmtiles.reader import MmapSource, Reader

folder = pathlib.Path(sys.argv[1])


def converted(kind: str, tile: bytes, **more: str) -> tuple[str, dict]:
    """Return the kind of tile and the metadata of a map of one tile, after the conversion."""
    source, target = folder / f"{kind}.mbtiles", folder / f"{kind}.pmtiles"
    database = sqlite3.connect(source)
    database.execute("CREATE TABLE metadata (name text, value text)")
    database.execute(
        "CREATE TABLE tiles"
        " (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
    )
    rows = {
        "name": "Shops",
        "format": kind,
        "minzoom": "0",
        "maxzoom": "0",
        "bounds": "-5.2,42.3,8.3,51.1",
        "center": "2.3,48.8,0",
        **more,
    }
    database.executemany("INSERT INTO metadata VALUES (?, ?)", rows.items())
    database.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (tile,))
    database.commit()
    database.close()
    mbtiles_to_pmtiles(str(source), str(target), None)
    with target.open("rb") as file:
        reader = Reader(MmapSource(file))
        return reader.header()["tile_type"].name, reader.metadata()


layers = {"vector_layers": [{"id": "shops", "fields": {"name": "String"}}]}
vector, metadata = converted("pbf", gzip.compress(b""), json=json.dumps(layers))
top, text = "vector_layers" in metadata, type(metadata["json"]).__name__
jpg, png = converted("jpg", b"\xff\xd8\xff\xd9")[0], converted("png", b"\x89PNG")[0]
print(f"vector: {vector}, vector_layers {top}, json {text}. pictures: jpg {jpg}, png {png}.")
assert (vector, top, text) == ("MVT", False, "str")
assert (jpg, png) == ("UNKNOWN", "PNG")
PYTHON
