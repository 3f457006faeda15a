"""A PMTiles file of pictures is the map's background; what is no such file is said, and is none."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from pmtiles.tile import Compression, TileType, serialize_header

from comptoir.installation import site as of_site
from comptoir.site.shops import tiles as module
from tests.factories import make_shop
from tests.tiles import make_tiles, picture

pytestmark = pytest.mark.django_db
TYPES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
NUMBERS = (
    *("metadata_offset", "metadata_length", "leaf_directory_offset", "leaf_directory_length"),
    *("tile_data_offset", "tile_data_length", "addressed_tiles_count", "tile_entries_count"),
    *("tile_contents_count", "min_zoom", "max_zoom", "min_lon_e7", "min_lat_e7", "max_lon_e7"),
    *("max_lat_e7", "center_zoom", "center_lon_e7", "center_lat_e7"),
)


def background(client) -> dict:
    make_shop()
    page = client.get("/boutiques").content.decode()
    data = page.split('<script id="map-data" type="application/json">')[1].split("<")[0]
    return json.loads(data)["background"]


@pytest.mark.parametrize("kind", TYPES)
def test_pictures_are_served_as_what_they_are(client, settings, tmp_path, kind):
    seen = {(2, x, 1): picture(kind, 40 * x) for x in range(3)}
    settings.MAP_FILE = str(make_tiles(tmp_path / "map.pmtiles", seen, kind=kind))
    for (z, x, y), data in seen.items():
        answer = client.get(f"/tuiles/{z}/{x}/{y}")
        assert (answer.content, answer["Content-Type"]) == (data, TYPES[kind])
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies


def test_photographs_whose_type_the_converter_left_out_are_served(client, settings, tmp_path):
    seen = {(0, 0, 0): picture(TileType.JPEG, 1)}
    path = make_tiles(tmp_path / "map.pmtiles", seen, kind=TileType.UNKNOWN)
    settings.MAP_FILE = str(path)
    assert client.get("/tuiles/0/0/0")["Content-Type"] == "image/jpeg"


def test_the_page_names_our_own_tiles_by_the_version_of_the_file(client, settings, tmp_path):
    path = tmp_path / "map.pmtiles"
    settings.MAP_FILE = str(make_tiles(path, {(1, 1, 0): picture(TileType.PNG, 1)}))
    told = background(client)
    assert told["bounds"] == [[42, -5], [51, 9]]
    assert (told["least"], told["most"]) == (1, 1)
    assert told["words"] == "© OpenStreetMap"
    address = told["tiles"].replace("{z}", "1").replace("{x}", "1").replace("{y}", "0")
    assert "immutable" in client.get(address)["Cache-Control"]
    assert client.get("/tuiles/1/1/0")["Cache-Control"] == "public, max-age=3600"
    anew = {(1, x, 0): picture(TileType.PNG, 1 + x) for x in range(2)}
    make_tiles(tmp_path / "new", anew).replace(path)
    assert client.get(address).content == picture(TileType.PNG, 2), "the new file is read at once"
    assert client.get(address)["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("2/0/0", 204),
        ("2/4/0", 404),
        ("2/0/4", 404),
        ("23/0/0", 404),
        ("99999999/0/0", 404),
        ("2/-1/0", 404),
        ("2/0/x", 404),
    ],
)
def test_where_no_tile_can_be_there_is_none(client, settings, tmp_path, address, status):
    path = make_tiles(tmp_path / "map.pmtiles", {(2, 1, 1): picture(TileType.PNG, 1)})
    settings.MAP_FILE = str(path)
    assert client.get(f"/tuiles/{address}").status_code == status


def test_a_tile_that_would_lie_behind_the_end_of_the_file_is_none(client, settings, tmp_path):
    """A copy of a file that was cut off, or one that says what is not so."""
    path = make_tiles(
        tmp_path / "map.pmtiles", {(1, x, 0): picture(TileType.PNG, x) for x in (0, 1)}
    )
    path.write_bytes(path.read_bytes()[:-40])
    settings.MAP_FILE = str(path)
    assert client.get("/tuiles/1/0/0").status_code == 200
    assert client.get("/tuiles/1/1/0").status_code == 404


def told_at(**changed: int) -> bytes:
    """Return a header of numbers that no file has."""
    numbers = dict.fromkeys(NUMBERS, 0) | {"root_offset": 127, "root_length": 10, **changed}
    kinds = {"internal_compression": Compression.GZIP, "tile_compression": Compression.NONE}
    return serialize_header({**numbers, **kinds, "tile_type": TileType.PNG, "clustered": True})


def test_without_a_file_there_is_no_tile(client):
    assert client.get("/tuiles/0/0/0").status_code == 404
    assert background(client) == {"tiles": ""}


def test_many_threads_read_one_file_with_leaves(settings, tmp_path, monkeypatch):
    """Directories lie behind each other where there are many tiles; none is read twice, and no
    read is longer than what it is about."""
    chance = Random(7)
    seen = {
        (7, x, y): b"\x89PNG\r\n\x1a\n" + chance.randbytes(chance.randrange(4, 3000))
        for x in range(128)
        for y in range(128)
    }
    settings.MAP_FILE = str(make_tiles(tmp_path / "map.pmtiles", seen))
    reads: list[int] = []
    pread = os.pread
    monkeypatch.setattr(
        os, "pread", lambda file, size, at: reads.append(size) or pread(file, size, at)
    )
    found = module.tile_file()
    assert found.header["leaf_directory_length"] > 0
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda at: found.find(*at), seen))
    assert answers == list(seen.values())
    assert max(reads) < 100_000 < 1_000_000 < sum(len(data) for data in seen.values())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "cannot be read"),
        (lambda path: path.write_bytes(b"nothing of the kind"), "is no PMTiles file"),
        (lambda path: path.write_bytes(b"PMTiles\x03" + b"\xff" * 119), "is no PMTiles file"),
        (lambda path: path.write_bytes(b""), "is no PMTiles file"),
        (lambda path: path.write_bytes(told_at(root_length=2**62)), "is no PMTiles file"),
        (lambda path: path.write_bytes(told_at(root_offset=2**63 + 1)), "is no PMTiles file"),
        (lambda path: make_tiles(path, {(0, 0, 0): b"\x1a\x02"}, kind=TileType.MVT), "MVT"),
        (lambda path: make_tiles(path, {(0, 0, 0): b"\x1a\x02"}, kind=TileType.UNKNOWN), "UNKNOWN"),
        (
            lambda path: make_tiles(
                path, {(0, 0, 0): picture(TileType.PNG, 1)}, compression=Compression.GZIP
            ),
            "GZIP",
        ),
    ],
)
def test_a_file_that_cannot_be_the_map_is_told_and_the_outlines_are_drawn(
    client, settings, tmp_path, monkeypatch, make, said
):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    path = tmp_path / "map.pmtiles"
    make(path)
    settings.MAP_FILE = str(path)
    (told,) = [str(each) for each in of_site.findings() if "COMPTOIR_MAP_FILE" in str(each)]
    assert told.startswith("✗")
    assert said in told
    assert background(client) == {"tiles": ""}
    assert client.get("/tuiles/0/0/0").status_code == 404


def test_a_right_file_is_no_finding_and_two_backgrounds_are(settings, tmp_path, monkeypatch):
    path = make_tiles(tmp_path / "map.pmtiles", {(0, 0, 0): picture(TileType.PNG, 1)})
    settings.MAP_FILE = str(path)
    assert not [each for each in of_site.findings() if "MAP" in str(each)]
    monkeypatch.setenv("COMPTOIR_MAP_TILES", "https://tiles.example/{z}/{x}/{y}.png")
    (told,) = [str(each) for each in of_site.findings() if "MAP" in str(each)]
    assert told.startswith("!")
