"""A shop that sells by post, and files that are made at once."""

import pytest

from tests.papers.issued import stand_in
from tests.papers.orders import selling_shop as make_selling_shop


@pytest.fixture
def shop(db):
    return make_selling_shop()


@pytest.fixture
def quick(monkeypatch):
    """Have files made at once, where what is tried is not the file."""
    stand_in(monkeypatch)
