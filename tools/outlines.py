"""Make the drawn map's outlines of the French departments.

    python tools/outlines.py world_map.gpkg

writes `comptoir/site/static/site/departments.json`, a TopoJSON file of at most 60 kB: each border
once, however many departments it parts, on a grid of a thousandth of a degree (about 100 m),
without its least points.

The source is Natural Earth (naturalearthdata.com), “Admin 1 – States, Provinces” 1:10m, version
4.1.0, in the public domain. QGIS brings it as `world_map.gpkg`, generalised with GRASS
`v.generalize`, by which neighbours keep one border: Debian's package `qgis-common` has the file,

    apt-get download qgis-common && dpkg-deb --extract qgis-common_*.deb qgis
    python tools/outlines.py qgis/usr/share/qgis/resources/data/world_map.gpkg

Only the standard library is needed. From the same file comes the same outcome, byte for byte.
"""

import csv
import json
import sqlite3
import struct
import sys
from collections import defaultdict
from pathlib import Path

SITE = Path(__file__).resolve().parent.parent / "comptoir"
FRANCE = SITE / "shops" / "france.csv"
TARGET = SITE / "site" / "static" / "site" / "departments.json"
GRID = 1000
SMALLEST = 400
MOST_BYTES = 60_000
SOURCE = "Natural Earth 4.1.0, 1:10m, generalised for QGIS (world_map.gpkg)"
LICENCE = "public domain (naturalearthdata.com/about/terms-of-use)"

# How the source writes what france.csv writes otherwise; overseas it has provinces, by country.
NAMES = {
    "Haute-Rhin": "Haut-Rhin",
    "Seien-et-Marne": "Seine-et-Marne",
    "Guyane française": "Guyane",
}
COUNTRIES = {"PM": "975", "BL": "977", "MF": "978", "WF": "986", "PF": "987", "NC": "988"}

Point = tuple[int, int]
Ring = list[Point]
# Enclosing envelope of a GeoPackage geometry, in bytes, by the code in its flags.
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def main(source: Path) -> None:
    """Write the outlines. Ends with what is missing, or with the size where it is too large."""
    departments = read_departments()
    shapes = read_shapes(source, departments)
    if missing := departments.keys() - shapes.keys():
        sys.exit(f"The source lacks {', '.join(sorted(missing))}.")
    text = json.dumps(topology(shapes, departments), ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MOST_BYTES:
        sys.exit(f"{len(text.encode())} bytes, more than {MOST_BYTES}.")
    TARGET.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET}: {len(shapes)} departments, {len(text.encode())} bytes.\n")


def read_departments() -> dict[str, str]:
    """Return the names of departments and territories by their codes."""
    with FRANCE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def read_shapes(source: Path, departments: dict[str, str]) -> dict[str, list[list[Ring]]]:
    """Return the polygons of each department on the grid: rings, the outer one first."""
    codes = {name: code for code, name in departments.items()}
    shapes: dict[str, list[list[Ring]]] = defaultdict(list)
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT iso_a2, name, geom FROM states_provinces ORDER BY iso_a2, name, fid"
        ).fetchall()
    for country, name, blob in rows:
        code = COUNTRIES.get(country)
        if country == "FR":
            code = codes.get(NAMES.get(name, name).replace("'", "’"))
        if code:
            shapes[code] += polygons(blob)
    return dict(sorted(shapes.items()))


def polygons(blob: bytes) -> list[list[Ring]]:
    """Return the polygons of a GeoPackage geometry (OGC 12-128, 2.1.3); islets that are no more
    than a point or a line on the grid are left out."""
    found, _end = _geometry(blob, 8 + _ENVELOPES[blob[3] >> 1 & 7])
    return [rings for rings in found if rings and len(set(rings[0])) > 2]


def _geometry(blob: bytes, at: int) -> tuple[list[list[Ring]], int]:
    order = "<" if blob[at] else ">"
    kind, count = struct.unpack_from(order + "II", blob, at + 1)
    at += 9
    if kind == 6:  # a multipolygon
        many: list[list[Ring]] = []
        for _ in range(count):
            some, at = _geometry(blob, at)
            many += some
        return many, at
    rings: list[Ring] = []
    for _ in range(count):
        (size,) = struct.unpack_from(order + "I", blob, at)
        numbers = struct.unpack_from(f"{order}{2 * size}d", blob, at + 4)
        at += 4 + 16 * size
        rings.append(_on_grid(list(zip(numbers[::2], numbers[1::2], strict=True))))
    return [[ring for ring in rings if len(set(ring)) > 2]], at


def _on_grid(points: list[tuple[float, float]]) -> Ring:
    """Return a closed ring on the grid, without its last point and without repeated ones."""
    ring: Ring = []
    for longitude, latitude in points:
        point = round(longitude * GRID), round(latitude * GRID)
        if not ring or ring[-1] != point:
            ring.append(point)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring


def topology(shapes: dict[str, list[list[Ring]]], names: dict[str, str]) -> dict[str, object]:
    """Return the shapes as TopoJSON: rings are cut where borders meet, each piece is kept once."""
    meets = _junctions([ring for parts in shapes.values() for rings in parts for ring in rings])
    arcs: dict[tuple[Point, ...], int] = {}
    geometries = [
        {
            "type": "MultiPolygon",
            "id": code,
            "properties": {"name": names[code]},
            "arcs": [[_numbered(ring, meets, arcs) for ring in rings] for rings in parts],
        }
        for code, parts in shapes.items()
    ]
    return {
        "type": "Topology",
        "source": SOURCE,
        "licence": LICENCE,
        "transform": {"scale": [1 / GRID, 1 / GRID], "translate": [0, 0]},
        "objects": {"departments": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_steps(_thinned(arc)) for arc in arcs],
    }


def _junctions(rings: list[Ring]) -> set[Point]:
    """Return the points at which more than two pieces of border meet."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for before, point, after in zip(
            ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True
        ):
            beside[point] |= {before, after}
    return {point for point, others in beside.items() if len(others) > 2}


def _numbered(ring: Ring, meets: set[Point], arcs: dict[tuple[Point, ...], int]) -> list[int]:
    """Return the numbers of the arcs that a ring is made of; of one walked backwards, ~number."""
    start = next((at for at, point in enumerate(ring) if point in meets), ring.index(min(ring)))
    turned = ring[start:] + ring[: start + 1]
    numbers: list[int] = []
    piece: list[Point] = []
    for point in turned:
        piece.append(point)
        if len(piece) > 1 and (point in meets or len(piece) == len(turned)):
            forward, backward = tuple(piece), tuple(reversed(piece))
            numbers.append(
                ~arcs[backward] if backward in arcs else arcs.setdefault(forward, len(arcs))
            )
            piece = [point]
    return numbers


def _thinned(arc: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return an arc without the points that matter least: those whose triangle with their
    neighbours is smaller than `SMALLEST` (Visvalingam and Whyatt 1993). Its ends stay, and of an
    island four points."""
    kept = list(arc)
    fewest = 4 if arc[0] == arc[-1] else 2
    while len(kept) > fewest:
        areas = [_area(*kept[at - 1 : at + 2]) for at in range(1, len(kept) - 1)]
        least = min(areas)
        if least >= SMALLEST:
            break
        del kept[areas.index(least) + 1]
    return tuple(kept)


def _area(a: Point, b: Point, c: Point) -> int:
    """Return twice the area of a triangle, in squares of the grid."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))


def _steps(arc: tuple[Point, ...]) -> list[list[int]]:
    """Return an arc as TopoJSON has it: its first point, then the step to each next one."""
    starts = ((0, 0), *arc)
    return [[x - left, y - low] for (left, low), (x, y) in zip(starts, arc, strict=False)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
