"""Two hundred clients want the last copy: one wins, the others are told, nobody meets an error."""

import json
from collections.abc import Iterator

import pytest

from tests.concurrency.live import Database, Web, crowd
from tests.trials import tally, times

CLIENTS = 200
ROUNDS = times(6)
MANY = 12
"""Copies of which one is sold twice without the guards: the first shows it."""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = Database(tmp_path_factory.mktemp("last-copy"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def offers(database):
    return json.loads(database.python("tests.concurrency.seed", str(ROUNDS + MANY), "1"))


def winners(web: Web, offers, name: str) -> Iterator[int]:
    """Let the crowd want each of these copies in turn; yield how many got it."""
    for number, offer in enumerate(offers):
        answers = crowd(web.port, offer, CLIENTS, f"{name}{number}")
        assert set(answers.statuses) <= {201, 409}, sorted(set(answers.statuses))
        yield len(answers.tokens)


@pytest.mark.proof
def test_exactly_one_wins(database, offers):
    web = Web(database)
    try:
        assert list(winners(web, offers[:ROUNDS], "guarded")) == [1] * ROUNDS
        tally("requests for a last copy", ROUNDS * CLIENTS)
    finally:
        web.stop()
    checked = database.comptoir("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_control_without_the_guards_the_copy_is_sold_twice(database, offers):
    web = Web(database, "tests.concurrency.unguarded:application")
    try:
        assert any(count > 1 for count in winners(web, offers[ROUNDS:], "unguarded"))
    finally:
        web.stop()
