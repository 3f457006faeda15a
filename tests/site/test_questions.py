"""What the form of a reservation and its order's page ask the database: that much, and no more."""

import pytest

from comptoir.orders.models import Order
from comptoir.shops.memory import directory
from comptoir.site.answers.fields import Said
from comptoir.stock.models import Offer
from tests import factories
from tests.site.flows import choose, send, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shops_are_kept")]


@pytest.fixture
def offer() -> Offer:
    offer = factories.make_offer(on_hand=3)
    factories.make_offer(product=offer.product, on_hand=2)
    return offer


def test_a_form_asks_once_and_who_else_has_it_only_when_a_copy_has_gone(
    client, offer, django_assert_num_queries
):
    form = f"/reserver?shop={offer.shop.slug}"
    choose(client, offer)
    with django_assert_num_queries(1):
        assert offer.product.title in text(client.get(form))
    Offer.objects.filter(pk=offer.pk).update(on_hand=0)
    with django_assert_num_queries(2):
        other = Offer.objects.exclude(pk=offer.pk).select_related("shop").only("shop__name")
        page = text(client.get(form))
    assert other.get().shop.name in page


def test_the_page_of_an_order_asks_for_the_order_and_for_its_mail(
    client, offer, django_assert_num_queries
):
    send(client, choose(client, offer))
    order = Order.objects.get()
    directory()
    with django_assert_num_queries(2):
        page = text(client.get(f"/reservation/{order.token}"))
    assert offer.product.title in page
    assert offer.shop.name in page


def test_what_is_said_of_no_field_is_nothing_and_says_that_there_is_nothing():
    said = Said()
    assert said["name"] == ""
    assert not said
    assert Said(name="Too short")["name"] == "Too short"
