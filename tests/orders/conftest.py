"""What the tests of orders share."""

import pytest

from comptoir.orders.operations import place
from tests.factories import make_offer, make_shop, make_staff, request_for


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
