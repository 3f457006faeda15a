"""The drawn departments: small, all of them, each where it is, and each border once."""

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest

import comptoir.site
from comptoir.shops.geography import DEPARTMENTS

PATH = Path(comptoir.site.__file__).parent / "static" / "site" / "departments.json"
TOPOLOGY = json.loads(PATH.read_text(encoding="utf-8"))
SHAPES = {each["id"]: each for each in TOPOLOGY["objects"]["departments"]["geometries"]}
MOST_BYTES = 60_000
TOWNS = {
    "86": (46.58, 0.34),
    "33": (44.84, -0.58),
    "79": (46.32, -0.46),
    "75": (48.857, 2.35),
    "2A": (41.98, 8.75),
    "2B": (42.3, 9.2),
    "67": (48.57, 7.7),
    "59": (50.5, 3.2),
    "29": (48.25, -3.9),
    "69": (45.75, 4.84),
    "971": (16.2, -61.65),
    "973": (4.0, -53.0),
    "974": (-21.1, 55.53),
    "988": (-21.5, 165.5),
}


def ring(numbers: list[int]) -> list[tuple[float, float]]:
    """Return the points of a ring, longitude first, as the map's script puts it together."""
    points: list[tuple[float, float]] = []
    scale = TOPOLOGY["transform"]["scale"][0]
    for number in numbers:
        steps = TOPOLOGY["arcs"][number if number >= 0 else ~number]
        east, north = (accumulate(axis) for axis in zip(*steps, strict=True))
        arc = [(x * scale, y * scale) for x, y in zip(east, north, strict=True)]
        points += arc if number >= 0 else reversed(arc)
    return points


def holds(code: str, latitude: float, longitude: float) -> bool:
    """Return whether a place is in a department, its islands and holes counted."""
    inside = False
    for polygon in SHAPES[code]["arcs"]:
        for numbers in polygon:
            points = ring(numbers)
            for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
                if (y1 > latitude) != (y2 > latitude):
                    inside ^= longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1
    return inside


def test_the_file_is_small_and_says_whose_it_is() -> None:
    assert PATH.stat().st_size <= MOST_BYTES
    assert "Natural Earth" in TOPOLOGY["source"]
    assert "public domain" in TOPOLOGY["licence"]


def test_all_departments_and_territories_are_drawn() -> None:
    named = {code: shape["properties"]["name"] for code, shape in SHAPES.items()}
    assert named == {code: each.name for code, each in DEPARTMENTS.items()}


@pytest.mark.parametrize("code", TOWNS)
def test_a_town_lies_in_its_department_and_in_no_other(code: str) -> None:
    assert [each for each in SHAPES if holds(each, *TOWNS[code])] == [code]


def test_a_border_of_two_departments_is_drawn_once() -> None:
    times = Counter(
        number if number >= 0 else ~number
        for shape in SHAPES.values()
        for polygon in shape["arcs"]
        for numbers in polygon
        for number in numbers
    )
    assert set(times) == set(range(len(TOPOLOGY["arcs"])))
    assert set(times.values()) == {1, 2}
    assert sum(count == 2 for count in times.values()) > 200


def test_rings_are_closed() -> None:
    for shape in SHAPES.values():
        for polygon in shape["arcs"]:
            for numbers in polygon:
                points = ring(numbers)
                assert points[0] == points[-1], shape["id"]
