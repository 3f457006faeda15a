"""Extracts of OpenStreetMap as files: broken ones, and large ones."""

import json
import subprocess
import sys

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops.models import Shop
from comptoir.shops.operations import import_shops
from tests.shops.sources.extracts import extract, node

pytestmark = pytest.mark.django_db


BROKEN = [
    pytest.param(b'{"elements": [{"type": "node", "id": 1', id="cut off"),
    pytest.param(b'{"elements": [1,,2]}', id="no JSON"),
    pytest.param(b'{"type": "FeatureCollection", "features": []}', id="GeoJSON"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b'{"elements": [{"type": "n\xff\xfe"}]}', id="no text"),
]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_extract_is_refused_whole(tmp_path, content):
    path = tmp_path / "osm.json"
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        import_shops(path=path)
    assert caught.value.code == "bad_extract"
    assert "osm.json" in str(caught.value)


def test_one_that_breaks_off_behind_good_objects_takes_none_of_them(tmp_path):
    path = extract(tmp_path / "osm.json", *[node(n, name=f"Livres {n:03d}") for n in range(300)])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Invalid):
        import_shops(path=path)
    assert not Shop.objects.exists()


@pytest.mark.parametrize(
    "strange",
    [
        {"tags": ["shop", "books"]},
        {"tags": "shop=books"},
        {"type": ["node"]},
        {"id": True},
        {"lat": True},
        {"lat": None},
    ],
    ids=str,
)
def test_a_strange_object_voids_none_beside_it(tmp_path, strange):
    other = {"name": "Livres de Nulle Part", "addr_street": "Grand-Rue", "phone": None}
    odd = node(1, **other, **{"ref_FR:SIRET": None, "contact_email": None}) | strange
    import_shops(path=extract(tmp_path / "osm.json", odd, node(2)))
    assert "Librairie du Pilori" in Shop.objects.values_list("name", flat=True)


def test_a_large_extract_is_never_held_whole(tmp_path):
    """Of 60 MB no more than a piece is in memory: a process that may have 40 MB more reads it."""
    path = tmp_path / "osm.json"
    filler = json.dumps({"type": "node", "id": 1, "tags": {"amenity": "bench", "note": "x" * 900}})
    with path.open("w", encoding="utf-8") as file:
        file.write('{"elements": [')
        for _each in range(62_000):
            file.write(f"{filler},\n")
        file.write(json.dumps(node()) + "]}")
    assert path.stat().st_size > 58_000_000
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "import django; django.setup()\n"
        "from comptoir.shops.sources.osm import read_extract\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = read_extract(Path(sys.argv[1]))\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(len(found.refs), (after - before) // 1024)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert told[0] == "1"
    assert int(told[1]) < 40
