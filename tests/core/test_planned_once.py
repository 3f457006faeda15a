"""What is asked for a few keys many times a second is planned once, and not each time."""

import pytest

from comptoir.core.db import among, execute, fetch
from comptoir.orders.operations.history import read_history
from comptoir.stock.shelf.holds import lock_offers
from tests.factories import make_offer

pytestmark = pytest.mark.django_db
TIMES = 20
"""More often than until a statement is prepared, and its plans are compared."""


def plans_of(words: str) -> list[tuple[int, int]]:
    """Return how often each prepared statement with these words served all alike, and was planned
    for what it was asked."""
    return fetch(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
        " WHERE strpos(statement, %s) > 0 AND strpos(statement, 'pg_prepared_statements') = 0",
        [words],
    )


@pytest.fixture
def filled():
    """A table in which one key costs less than ten, as the planner knows."""
    execute("CREATE TEMP TABLE many AS SELECT n AS id FROM generate_series(1, 20000) AS n")
    execute("CREATE UNIQUE INDEX ON many (id)")
    execute("ANALYZE many")


def asked_for_one(condition: str) -> list[tuple[int, int]]:
    for number in range(TIMES):
        assert fetch(f"SELECT id FROM many WHERE id {condition}", [[number + 1]])
    return plans_of("FROM many WHERE")


@pytest.mark.usefixtures("filled")
def test_few_keys_are_asked_for_by_the_plan_that_serves_all():
    ((alike, anew),) = asked_for_one(among("%s"))
    assert alike > anew


@pytest.mark.usefixtures("filled")
def test_control_where_their_number_is_shown_each_question_is_planned():
    ((alike, _anew),) = asked_for_one("= ANY(%s::bigint[])")
    assert alike == 0


WORK = {
    "FOR NO KEY UPDATE OF o": lambda offer: lock_offers([offer.pk]),
    "'recent'": lambda offer: read_history(["k"], ["i"]),
}


@pytest.mark.parametrize("words", WORK)
def test_the_statements_of_an_order_are_planned_once(words):
    offer = make_offer()
    for _each in range(TIMES):
        WORK[words](offer)
    ((alike, anew),) = plans_of(words)
    assert alike > anew
