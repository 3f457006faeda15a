"""Kills, cuts and moved clocks at random: nothing is lost, nothing is doubled.

A short run; `make proof` and `bench.agent` do a thousand rounds.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.agent.chaos import Chaos
from tests.trials import SEED, tally, times

# Beside the others whose database is a copy of one that this worker has made.
ROUNDS = times(13)
FEW = 12
MANY = 240


@pytest.fixture
def chaos_with(tmp_path: Path) -> Iterator[Callable[..., Chaos]]:
    """Give what makes the chaos with an agent, or with a worse one."""
    made = []

    def make(worse: str = "") -> Chaos:
        made.append(Chaos(tmp_path, SEED, worse))
        return made[-1]

    yield make
    for chaos in made:
        chaos.close()


@pytest.mark.proof
def test_nothing_is_lost_and_nothing_is_doubled(chaos_with) -> None:
    found = chaos_with().run(ROUNDS)
    for event, number in found.events.items():
        tally(event, number)
    assert found.files > ROUNDS / 2
    assert sum(found.events.values()) >= ROUNDS - 5
    assert (found.lost, found.doubled, found.wrong) == ([], [], []), found.late


def found_by(chaos: Chaos, what: str) -> bool:
    """Go on until this is found; which blow does it is a matter of thousandths of a second."""
    return any(getattr(chaos.run(FEW), what) for _time in range(MANY // FEW))


def test_without_the_key_files_are_doubled(chaos_with) -> None:
    assert found_by(chaos_with("no-key"), "doubled")


def test_without_the_spool_files_are_lost(chaos_with) -> None:
    assert found_by(chaos_with("no-spool"), "lost")
