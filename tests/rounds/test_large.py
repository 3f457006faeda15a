"""Long lists in many shops: at most one stop more than the exact cover, which is looked for here
without a limit; and no list takes more steps than it is given."""

import random
from functools import cache

import pytest

from comptoir.rounds.proposals import Aim, propose
from comptoir.rounds.question import Question
from tests.rounds.drawn import question
from tests.trials import seeds, tally


@pytest.mark.proof
def test_a_long_list_takes_at_most_one_stop_more_than_it_must() -> None:
    for seed in seeds(1):
        dice = random.Random(f"{seed} large")
        asked = question(dice, dice.randint(30, 50), dice.randint(200, 500), (0.01, 0.02, 0.1, 0.3))
        found = propose(asked)
        least = exact_cover(asked)
        fewest = next(each for each in found if Aim.FEWEST in each.aims)
        assert least <= len(fewest.stops) <= least + 1
        assert not fewest.proved or len(fewest.stops) == least
        tally("long lists held against the exact cover")
        for each in found:
            titles = 0
            for shop in each.stops:
                titles |= asked.carried[shop]
            assert titles == asked.everything
            assert len(set(each.stops)) == len(each.stops)


def exact_cover(asked: Question) -> int:
    """Return how few shops have all titles: every shop that has the rarest is tried."""
    sets = [each for each in set(asked.carried) if not is_within_another(each, asked.carried)]

    @cache
    def fits(missing: int, stops: int) -> bool:
        if not missing:
            return True
        if max((each & missing).bit_count() for each in sets) * stops < missing.bit_count():
            return False
        rarest = min(
            (1 << title for title in range(asked.titles) if missing >> title & 1),
            key=lambda title: sum(1 for each in sets if each & title),
        )
        return any(fits(missing & ~each, stops - 1) for each in sets if each & rarest)

    return next(stops for stops in range(asked.titles + 1) if fits(asked.everything, stops))


def is_within_another(titles: int, carried) -> bool:
    return any(titles != other and not titles & ~other for other in carried)
