"""What a basket names is told as `who_has` tells it, by one statement, of public shops alone."""

import pytest
from django.utils import timezone

from comptoir.catalogue.models import Product, ProductState
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.chosen import Wanted, look_up
from comptoir.stock.shelf.standing import who_has
from tests.factories import make_offer, make_product, make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shops_are_kept")]
NEAR = Point(48.85, 2.35)


def wanted(offer: Offer) -> Wanted:
    return Wanted(offer.shop_id, offer.product_id, offer.pk)


@pytest.mark.parametrize("near", [None, NEAR])
def test_a_copy_is_told_as_who_has_tells_it(near):
    offers = [make_offer(on_hand=number) for number in (1, 2, 3)]
    at = timezone.now()
    found = look_up([wanted(offer) for offer in offers], near, at=at)
    for place, offer in enumerate(offers):
        assert [found[place].offer] == who_has([offer.product_id], near, at=at)[offer.product_id]
        assert found[place].product == offer.product
        assert found[place].shop == offer.shop


def test_many_lines_are_one_question(django_assert_num_queries):
    lines = [wanted(make_offer()) for _each in range(5)]
    look_up(lines)
    with django_assert_num_queries(1):
        assert len(look_up(lines)) == 5
    with django_assert_num_queries(0):
        assert look_up([]) == {}


def test_a_copy_that_has_gone_is_told_of_without_its_offer():
    gone, kept_back = make_offer(condition=Condition.GOOD), make_offer(on_hand=1)
    Offer.objects.filter(pk=gone.pk).update(on_hand=0)
    Shop.objects.filter(pk=kept_back.shop_id).update(safety_stock=1)
    found = look_up([wanted(gone), wanted(kept_back)])
    assert [found[place].offer for place in (0, 1)] == [None, None]
    assert [found[place].condition for place in (0, 1)] == [Condition.GOOD, Condition.NEW]


def test_a_title_to_be_ordered_has_no_copy():
    shop, product = make_shop(), make_product()
    found = look_up([Wanted(shop.pk, product.pk, None)])[0]
    assert (found.shop, found.product, found.offer) == (shop, product, None)


def test_a_copy_is_its_own_shops_and_titles():
    """Another shop's copy, or another title's, is not shown as the one that is meant."""
    offer, other = make_offer(), make_offer()
    mixed = [
        Wanted(other.shop_id, offer.product_id, offer.pk),
        Wanted(offer.shop_id, other.product_id, offer.pk),
    ]
    assert [each.offer for each in look_up(mixed).values()] == [None, None]


def test_what_the_public_may_not_see_is_left_out_at_once():
    paused, unknown, shown = make_offer(), make_offer(), make_offer()
    lines = [wanted(offer) for offer in (paused, unknown, shown)]
    assert sorted(look_up(lines)) == [0, 1, 2]
    Shop.objects.filter(pk=paused.shop_id).update(paused_at=timezone.now())
    Product.objects.filter(pk=unknown.product_id).update(state=ProductState.UNKNOWN)
    assert sorted(look_up(lines)) == [2]


def test_one_shops_part_is_its_alone():
    offers = [make_offer(), make_offer()]
    lines = [wanted(offer) for offer in offers]
    assert list(look_up(lines, slug=offers[1].shop.slug)) == [1]
    assert look_up(lines, slug="nowhere") == {}
