"""What the requests that wait in a process are placed with, and when."""

import threading
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from comptoir.orders.operations import gatherer
from comptoir.orders.operations.node_turn import NodeTurn
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def rounds(settings, tmp_path, monkeypatch) -> list[int]:
    """How many requests each batch had, in a node of the test's own."""
    settings.VAR = tmp_path
    found: list[int] = []

    def attempt(batch, shops):
        found.append(len(batch))
        return [SimpleNamespace() for _each in batch]

    monkeypatch.setattr(gatherer, "attempt", attempt)
    monkeypatch.setattr(gatherer, "TURN_SECONDS", PATIENCE_SECONDS)
    return found


@pytest.fixture
def busy(rounds) -> gatherer.Gatherer:
    """A process in a busy moment."""
    found = gatherer.Gatherer()
    found._last = gatherer.BUSY
    return found


def submit(to: gatherer.Gatherer) -> Future:
    future: Future = Future()
    to.submit(SimpleNamespace(), future)
    return future


def test_one_process_of_a_node_has_the_turn(settings, tmp_path) -> None:
    settings.VAR = tmp_path
    one, other = NodeTurn(), NodeTurn()
    assert one.take(0)
    assert not other.take(0.01)
    one.give_back()
    assert other.take(0)
    assert not one.take(0)


def test_while_another_process_places_a_batch_gathers(busy, rounds) -> None:
    elsewhere = NodeTurn()
    assert elsewhere.take(0)
    waiting = [submit(busy) for _number in range(5)]
    assert rounds == []
    elsewhere.give_back()
    for future in waiting:
        future.result(PATIENCE_SECONDS)
    assert rounds == [5]
    assert elsewhere.take(PATIENCE_SECONDS)


def test_the_control_without_a_turn_the_first_is_placed_alone(busy, rounds, monkeypatch) -> None:
    monkeypatch.setattr(NodeTurn, "take", lambda self, patience: False)
    elsewhere = threading.Event()
    submit(busy).add_done_callback(lambda _done: elsewhere.set())
    assert elsewhere.wait(PATIENCE_SECONDS)
    submit(busy).result(PATIENCE_SECONDS)
    assert rounds == [1, 1]


@pytest.mark.parametrize("last", [0, gatherer.BUSY])
def test_nobody_waits_long_for_a_process_that_is_stuck(busy, rounds, monkeypatch, last) -> None:
    """A lone request does not wait at all."""
    busy._last = last
    if last:
        monkeypatch.setattr(gatherer, "TURN_SECONDS", 0.01)
    stuck = NodeTurn()
    assert stuck.take(0)
    submit(busy).result(PATIENCE_SECONDS)
    assert rounds == [1]


def test_where_nothing_can_be_written_it_is_placed_all_the_same(busy, rounds, settings) -> None:
    settings.VAR = settings.VAR / "nowhere"
    busy._last = 0
    submit(busy).result(PATIENCE_SECONDS)
    assert rounds == [1]
