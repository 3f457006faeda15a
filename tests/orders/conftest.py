"""What the tests of orders share."""

import pytest

from comptoir.accounts.actors import READER
from comptoir.orders.gather import place
from comptoir.orders.models import Channel
from comptoir.orders.requests import Customer, LineRequest, PlaceRequest
from tests.factories import make_offer, make_shop, make_staff


def request_for(*offers, shop=None, **fields):
    """Return the request of a reader for one copy of each of these offers."""
    customer = fields.pop("customer", None) or Customer("Camille Ferrand", "camille@example.org")
    values = {
        "shop_id": (shop or offers[0].shop).pk,
        "lines": tuple(LineRequest(offer.product_id, offer.pk) for offer in offers),
        "customer": customer,
        "channel": Channel.WEB,
        "actor": READER,
    }
    return PlaceRequest(**(values | fields))


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def staff(shop):
    return make_staff(shop)


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=2)


@pytest.fixture
def order(offer):
    """An order of one copy, entered by staff and so confirmed."""
    return place(request_for(offer, trusted=True))
