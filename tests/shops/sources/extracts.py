"""Small extracts of OpenStreetMap in the JSON that the Overpass API gives; of shops that exist
nowhere."""

import json
from pathlib import Path

PILORI = {
    "name": "Librairie du Pilori",
    "shop": "books",
    "addr:housenumber": "3",
    "addr:street": "Rue du Pilori",
    "addr:postcode": "86000",
    "addr:city": "Poitiers",
    "opening_hours": "Tu-Sa 10:00-12:30,14:00-19:00; PH off",
    "phone": "+33 5 49 41 00 00;+33 6 12 34 56 78",
    "contact:email": "bonjour@pilori.example",
    "website": "https://www.pilori.example",
    "ref:FR:SIRET": "732 829 320 00074",
}


def tags(**changes):
    """The tags of a shop, some of them changed; None takes one away. `addr_city` is `addr:city`."""
    changed = PILORI | {name.replace("_", ":", 1): value for name, value in changes.items()}
    if "opening:hours" in changed:
        changed["opening_hours"] = changed.pop("opening:hours")
    return {name: value for name, value in changed.items() if value is not None}


def node(number=1, lat=46.5802, lon=0.3404, **more):
    """An object with a point of its own."""
    given = more.pop("tags", None)
    return {"type": "node", "id": number, "lat": lat, "lon": lon, "tags": given or tags(**more)}


def way(number=1, lat=46.5802, lon=0.3404, **more):
    """An object with a centre, as `out center;` gives it."""
    found = node(number, lat, lon, **more)
    center = {"lat": found.pop("lat"), "lon": found.pop("lon")}
    return found | {"type": "way", "center": center}


def extract(path: Path, *elements, **more):
    """Write an extract and return its path."""
    head = {
        "version": 0.6,
        "generator": "Overpass API",
        "osm3s": {"timestamp_osm_base": "2026-11-20T10:00:00Z", "copyright": "ODbL"},
    }
    path.write_text(json.dumps(head | {"elements": elements} | more), encoding="utf-8")
    return path
