"""What the tests of alerts share: a shop, a title that it has not, somebody who waits for it."""

import pytest

from comptoir.alerts.models import Alert
from comptoir.core.db import execute
from tests.alerts.waiting import waits_for
from tests.factories import ALWAYS_OPEN, make_product, make_shop


@pytest.fixture
def shop(db):
    return make_shop(name="Librairie du Pilori", slug="pilori", opening_hours=ALWAYS_OPEN)


@pytest.fixture
def title(db):
    return make_product(title="Les Introuvables", byline="Personne")


@pytest.fixture
def alert(title) -> Alert:
    return waits_for(title)


@pytest.fixture
def no_jobs(transactional_db):
    """Start without jobs: their tables belong to the library, and the test database keeps them."""
    execute("DELETE FROM procrastinate_jobs")
