"""Distances are the same in SQL, where a list is cut to the nearest, and in Python."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from comptoir.core.db import fetch
from comptoir.shops.places import EARTH_RADIUS_M, metres
from comptoir.stock.shelf.sql import METRES


def degrees(most: int) -> st.SearchStrategy[float]:
    """Return coordinates to a tenth of a metre; PostgreSQL refuses what underflows."""
    return st.integers(-most * 10**6, most * 10**6).map(lambda millionths: millionths / 10**6)


POINTS = st.tuples(degrees(90), degrees(180))
SQL = f"SELECT {METRES} FROM (SELECT %(north)s::float8 AS latitude, %(east)s::float8 AS longitude)s"


class TestDistance(TestCase):
    @settings(deadline=None, database=None)
    @given(here=POINTS, there=POINTS)
    def test_sql_and_python_agree(self, here, there):
        at = {"latitude": here[0], "longitude": here[1], "north": there[0], "east": there[1]}
        ((found,),) = fetch(SQL, at | {"earth": EARTH_RADIUS_M})
        assert found == pytest.approx(metres(*here, *there), abs=1.0)
