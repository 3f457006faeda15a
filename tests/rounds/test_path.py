"""The order of many stops is at most 5 % longer than the best: held against a lower bound of it.

The bound is that of Held and Karp (1970): a round is a tree with one more edge, and stays so when
each place has a toll; the tolls are raised where the tree has too many edges.
"""

import itertools
import random

import pytest

from comptoir.rounds.path import EXACT, order
from comptoir.rounds.question import START, Question
from tests.rounds.drawn import question
from tests.trials import seeds, tally


@pytest.mark.parametrize("shops", [1, 2, 5, 7])
def test_the_order_of_few_stops_is_the_best(shops: int) -> None:
    asked = question(random.Random(shops), 1, shops)
    best = min(map(asked.length, itertools.permutations(range(shops))))
    assert asked.length(order(asked, range(shops))) == pytest.approx(best)


@pytest.mark.proof
def test_the_order_of_many_stops_is_at_most_five_per_cent_longer() -> None:
    worst = 0.0
    for seed in seeds(2):
        dice = random.Random(f"{seed} order")
        asked = question(dice, 1, dice.choice([EXACT + 1, 15, 25, 40, 50]))
        shops = list(range(len(asked.carried)))
        found = order(asked, shops)
        assert sorted(found) == shops
        worst = max(worst, asked.length(found) / lower_bound(asked))
        tally("orders held against a bound")
    assert 1 - 1e-9 <= worst <= 1.05


def lower_bound(asked: Question) -> float:
    """Return metres that no round through all shops is shorter than."""
    places = [START, *range(len(asked.carried))]
    size = len(places)
    far = [[leg(asked, here, there) for there in places] for here in places]
    toll, best, step = [0.0] * size, 0.0, max(map(max, far)) / 10
    for _time in range(400):
        length, edges = one_tree(far, toll)
        best = max(best, length - 2 * sum(toll))
        for place, count in enumerate(edges):
            toll[place] += step * (count - 2)
        step *= 0.98
    return best


def leg(asked: Question, here: int, there: int) -> float:
    if START in (here, there):
        other = there if here == START else here
        return 0.0 if other == START else asked.away[other]
    return asked.row(here)[there]


def one_tree(far: list[list[float]], toll: list[float]) -> tuple[float, list[int]]:
    """Return the least tree through all places but the first, with the two least edges to that;
    and how many edges each place has."""
    size = len(far)
    edges, length = [0] * size, 0.0
    near = {place: (far[1][place] + toll[1] + toll[place], 1) for place in range(2, size)}
    while near:
        place = min(near, key=lambda each: near[each])
        cost, parent = near.pop(place)
        length += cost
        edges[place] += 1
        edges[parent] += 1
        for other in near:
            cost = far[place][other] + toll[place] + toll[other]
            near[other] = min(near[other], (cost, place))
    ways = sorted((far[0][place] + toll[0] + toll[place], place) for place in range(1, size))
    for cost, place in ways[:2]:
        length += cost
        edges[place] += 1
        edges[0] += 1
    return length, edges
