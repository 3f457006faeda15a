"""Where many products match, the nearest shops are asked first: the answer is the same."""

import random

import pytest

from comptoir.search import matches
from comptoir.search.around import around
from comptoir.search.reader import READER
from comptoir.search.requests import Cursor, SearchRequest
from comptoir.shops.places import Point
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db
POITIERS = Point(46.5802, 0.3404)
KM = 1 / 111.195
WORDS = ("Nana", "Paris", "Ventre", "Rêve", "Terre")
QUESTIONS = ("nana", "paris", "nana paris", "rêve nana", "zola", "nana zola", "ventre de paris")


@pytest.fixture
def many(index):
    """Make products, some of them in shops from nearby to far away."""
    dice = random.Random(3)
    shops = [make_shop(latitude=POITIERS.latitude + km * KM) for km in (0, 1, 2, 4, 7, 13, 24, 45)]
    for _ in range(120):
        title = " ".join(dice.sample(WORDS, dice.randint(1, 3)))
        product = make_product(title=title, byline=dice.choice(["Émile Zola", "Nana Mouskouri"]))
        for shop in dice.sample(shops, dice.choice([0, 1, 1, 2, 5])):
            make_offer(product=product, shop=shop)
    index()


def found(text: str, limit: int) -> matches.Found:
    request = SearchRequest(text, near=POITIERS, limit=limit)
    nearby = around(POITIERS, READER.shops())
    return matches.find(READER.searcher(), request, Cursor(), nearby)


@pytest.fixture(params=[10.0, 0.5])
def step(request, monkeypatch) -> float:
    """By how much more the nearest shop earns than those that come later."""
    monkeypatch.setattr(matches, "_NEXT", request.param)
    return float(request.param)


def differing(monkeypatch) -> list[tuple[str, int]]:
    """Return the questions that are answered otherwise when the nearest shops are asked first."""
    asked = [(text, limit) for text in QUESTIONS for limit in (1, 3, 20, 50)]
    monkeypatch.setattr(matches, "_MANY", 10**9)
    expected = [found(*each) for each in asked]
    monkeypatch.setattr(matches, "_MANY", 1)
    return [each for each, was in zip(asked, expected, strict=True) if found(*each) != was]


def test_the_nearest_shops_first_change_no_answer(many, step, monkeypatch):
    taken = []
    nearest = matches._nearest
    monkeypatch.setattr(matches, "_nearest", lambda *all: taken.append(nearest(*all)) or taken[-1])
    assert differing(monkeypatch) == []
    # Some are answered by them alone; for some, others might be better.
    assert any(taken)
    assert None in taken


def test_without_the_bound_it_would(many, monkeypatch):
    """The control: taking the nearest shops' products whatever the others earn."""
    monkeypatch.setattr(matches, "_NEXT", 0.5)
    monkeypatch.setattr(matches, "MOST_WEIGHT", -10.0)
    assert differing(monkeypatch)
