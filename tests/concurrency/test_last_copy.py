"""Two hundred clients want the last copy: one wins, the others are told, nobody meets an error."""

import json

import pytest

from tests.concurrency.live import Database, Web, crowd
from tests.trials import tally, times

CLIENTS = 200
FEW = 12
ROUNDS = times(FEW)

pytestmark = pytest.mark.xdist_group("live")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = Database(tmp_path_factory.mktemp("last-copy"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def offers(database):
    return json.loads(database.python("tests.concurrency.seed", str(ROUNDS + FEW), "1"))


def winners(web: Web, offers, name: str) -> list[int]:
    """Let the crowd want each of these copies; return how many got each."""
    counts = []
    for number, offer in enumerate(offers):
        answers = crowd(web.port, offer, CLIENTS, f"{name}{number}")
        assert set(answers.statuses) <= {201, 409}, sorted(set(answers.statuses))
        counts.append(len(answers.tokens))
    return counts


@pytest.mark.proof
def test_exactly_one_wins(database, offers):
    web = Web(database)
    try:
        assert winners(web, offers[:ROUNDS], "guarded") == [1] * ROUNDS
        tally("requests for a last copy", ROUNDS * CLIENTS)
    finally:
        web.stop()
    checked = database.comptoir("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_control_without_the_guards_the_copy_is_sold_twice(database, offers):
    web = Web(database, "tests.concurrency.unguarded:application")
    try:
        assert max(winners(web, offers[ROUNDS:], "unguarded")) > 1
    finally:
        web.stop()
