"""A release is told before an order is sent: by quotes, where a basket is divided, by the form of
posting, in the basket and on its forms."""

import pytest
from django.utils import timezone

from comptoir.orders.models import OrderLine
from comptoir.orders.operations.releases.bars import bars_of
from comptoir.quotes.basket import Delivery
from comptoir.quotes.reads import Asked, Wish, quote_for
from comptoir.quotes.several import Title, divide_basket
from comptoir.shops.places import Point
from tests.factories import make_offer, make_shop
from tests.releases.made import DAY, released
from tests.site.flows import choose, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(), on_hand=3)


def line(offer, quantity=1, delivery=Delivery.COLLECT):
    bars = bars_of(offer.shop, delivery)
    asked = [Asked(offer_id=offer.pk, quantity=quantity)]
    return quote_for(offer.shop, asked, Wish(delivery, "FR", "86000"), barred=bars).lines[0]


def test_a_quote_says_from_when_and_how_many(offer):
    assert line(offer, 2).refusal is None
    released(offer.shop, offer.product, at=timezone.now() - DAY)
    assert line(offer).refusal is None
    refused = line(offer, 2).refusal
    assert refused is not None
    assert refused.code == "one_a_person"
    released(offer.shop, offer.product, at=timezone.now() + DAY)
    early = line(offer).refusal
    assert early is not None
    assert (early.code, early.not_before is not None) == ("not_yet", True)


def test_a_basket_is_not_divided_into_shops_that_hold_a_title_back(offer):
    make_offer(shop=make_shop(), product=offer.product, on_hand=3)
    here = Point(offer.shop.latitude, offer.shop.longitude)

    def shops():
        asked, wish = [Title(offer.product, 1)], Wish(Delivery.MAIL, "FR", "86000")
        found = divide_basket(asked, wish, here, bars=bars_of).collect
        return [quote.basket.shop for quote in found.quotes] if found else []

    (first,) = shops()
    released(first, offer.product, at=timezone.now() + DAY)
    (second,) = shops()
    assert second != first
    released(second, offer.product, at=timezone.now() + DAY)
    assert shops() == []


def test_the_basket_says_from_when_and_reserves_the_other_titles(client, offer):
    released(offer.shop, offer.product, at=timezone.now() + DAY)
    early = choose(client, offer)
    assert "se réserve à partir du " in text(early)
    assert b'name="form"' not in early.content
    assert f'href="/reserver?shop={offer.shop.slug}"' not in client.get("/panier").content.decode()
    stays = "Ce qui n’est pas encore disponible reste dans votre panier"
    assert stays not in text(client.get("/panier"))
    form = choose(client, make_offer(shop=offer.shop, on_hand=1))
    assert stays in text(client.get("/panier"))
    assert "se réserve à partir du " in text(form)
    assert f'href="/reserver?shop={offer.shop.slug}"' in client.get("/panier").content.decode()
    assert send(client, form).status_code == 303
    assert OrderLine.objects.get().product != offer.product
    assert offer.product.title in text(client.get("/panier"))
