"""A question of Django's that stands in a statement of ours says the same as Django's own."""

import pytest

from comptoir.core.db import as_text, fetch
from comptoir.shops.models import Shop
from tests.factories import make_shop

pytestmark = pytest.mark.django_db

ANY = "any-city"


def keys_by(text: str, **asked: object) -> list[int]:
    """Return what a statement finds in which the question stands."""
    return [key for (key,) in fetch(f"SELECT id FROM shops_shop WHERE id IN ({text})", asked)]


def test_a_named_value_is_asked_anew_each_time():
    text = as_text(Shop.objects.filter(city=ANY).values("pk"), city=ANY)
    here, there = make_shop(city="Caen"), make_shop(city='100 % "l\'eau"')
    for shop in (here, there):
        assert keys_by(text, city=shop.city) == [shop.pk]


@pytest.mark.parametrize("word", ["100 % l'eau", "%s", "%(city)s", "a\\b"])
def test_every_other_value_is_written_into_it(word):
    shop = make_shop(name=word, city="Caen")
    make_shop(name="Autre", city="Caen")
    text = as_text(Shop.objects.filter(name=word, city=ANY).values("pk"), city=ANY)
    assert keys_by(text, city="Caen") == [shop.pk]


def test_a_question_that_nothing_answers_finds_nothing():
    make_shop()
    assert keys_by(as_text(Shop.objects.none().values("pk"))) == []
