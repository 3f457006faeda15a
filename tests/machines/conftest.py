"""What the tests of what machines read share: the street of the site's tests."""

import pytest

from tests.site.conftest import Street, index, make_street

__all__ = ["index", "street"]


@pytest.fixture
def street(db) -> Street:
    """Make two bookshops and a record shop with a book, a record and a title nobody has."""
    return make_street()
