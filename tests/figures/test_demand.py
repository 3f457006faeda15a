"""What readers ask for near a place, and nobody within 30 km has."""

import pytest
from django.core.cache import cache

from comptoir.figures.models import Unmet
from comptoir.shops import memory
from comptoir.stock.models import Demand
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db

POITIERS = "lat=46.580&lon=0.340"
ANGOULEME = {"latitude": 45.65, "longitude": 0.16, "city": "Angoulême"}


@pytest.fixture(autouse=True)
def shops():
    memory.forget()
    cache.clear()
    yield {"near": make_shop(), "far": make_shop(**ANGOULEME)}
    memory.forget()


def test_a_title_that_is_far_away_alone_was_asked_for_in_vain(client, shops):
    product = make_product()
    make_offer(shop=shops["far"], product=product)
    for _look in range(2):
        assert client.get(f"/titre/{product.ref}?{POITIERS}").status_code == 200
    # Once a day for an address; nobody has it near, and somebody has it.
    assert [(each.shop, each.count) for each in Unmet.objects.all()] == [(shops["near"], 1)]
    assert not Demand.objects.exists()


def test_a_title_that_nobody_has_counts_for_both(client, shops):
    product = make_product()
    client.get(f"/titre/{product.ref}?{POITIERS}")
    assert (Unmet.objects.get().count, Demand.objects.get().count) == (1, 1)


def test_what_is_near_or_asked_for_without_a_place_is_not_unmet(client, shops):
    near, nowhere = make_product(), make_product()
    make_offer(shop=shops["near"], product=near)
    client.get(f"/titre/{nowhere.ref}")
    client.get(f"/titre/{near.ref}?{POITIERS}")
    client.get(f"/titre/{make_product().ref}?{POITIERS}", headers={"User-Agent": "Googlebot"})
    assert not Unmet.objects.exists()
    assert Demand.objects.get().product == nowhere


def test_another_region_is_nobodys(client, shops):
    client.get(f"/titre/{make_product().ref}?lat=48.85&lon=2.35")
    assert not Unmet.objects.exists()
