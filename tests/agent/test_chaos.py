"""Kills, cuts and moved clocks at random: nothing is lost, nothing is doubled.

A short run; `bench.agent` does a thousand rounds.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.agent.chaos import Chaos, Findings

ROUNDS = 25
FEW = 12


@pytest.fixture
def hurt(tmp_path: Path) -> Iterator[Callable[..., Findings]]:
    """Give what runs the chaos with an agent, or with a worse one."""
    made = []

    def hurt(worse: str = "", rounds: int = FEW) -> Findings:
        chaos = Chaos(tmp_path, seed=7, worse=worse)
        made.append(chaos)
        return chaos.run(rounds)

    yield hurt
    for chaos in made:
        chaos.close()


def test_nothing_is_lost_and_nothing_is_doubled(hurt) -> None:
    found = hurt(rounds=ROUNDS)
    assert found.files > ROUNDS / 2
    assert sum(found.events.values()) >= ROUNDS - 5
    assert (found.lost, found.doubled, found.wrong) == ([], [], [])


def test_without_the_key_files_are_doubled(hurt) -> None:
    assert hurt("no-key").doubled


def test_without_the_spool_files_are_lost(hurt) -> None:
    assert hurt("no-spool").lost
