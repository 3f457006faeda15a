"""Of small lists the rounds proposed are the best there are: every way is gone to compare."""

import random

import pytest

from comptoir.rounds.proposals import Aim, Proposal, propose
from tests.rounds.drawn import Best, question
from tests.trials import SEED, seeds, tally

SIZES = [3] * 120 + [4] * 160 + [5] * 160 + [6] * 48 + [7] * 9 + [8] * 2 + [9]
"""How many shops each of the 500 cases has: to go every way through nine is a million ways."""


def test_the_rounds_of_500_small_lists_are_the_best() -> None:
    assert len(SIZES) == 500
    for number, shops in enumerate(SIZES):
        compare(random.Random(f"{SEED} small {number}"), shops)


@pytest.mark.proof
def test_rounds_of_up_to_nine_stops_are_the_best() -> None:
    for seed in seeds(1):
        compare(random.Random(f"{seed} nine"), 9, titles=9, shares=(0.05, 0.15))


def compare(dice: random.Random, shops: int, titles: int = 0, shares=(0.2, 0.4, 0.7)) -> None:
    asked = question(dice, titles or dice.randint(1, 9), shops, shares)
    found, best = propose(asked), Best(asked)
    tally("rounds compared with every way", len(found))
    tally("ways gone", best.ways)
    by_aim = {aim: each for each in found for aim in each.aims}
    assert_is(by_aim[Aim.FEWEST], best.fewest)
    assert_is(by_aim[Aim.SHORTEST], (best.shortest[1], best.shortest[0]))
    assert (Aim.TODAY in by_aim) == (best.today[0] < float("inf"))
    if Aim.TODAY in by_aim:
        assert_is(by_aim[Aim.TODAY], best.today)
        assert by_aim[Aim.TODAY].schedule is not None
    assert all(each.proved for each in found)
    for one in found:
        assert not any(one.is_worse_than(other) for other in found if other is not one)


def assert_is(found: Proposal, best: tuple[float, float]) -> None:
    """A round has as few stops and metres as the best: of rounds that differ by less than a metre
    either may be proposed."""
    assert len(found.stops) == best[0]
    assert found.metres == pytest.approx(best[1], abs=1.0)
