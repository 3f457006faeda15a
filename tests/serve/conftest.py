"""A form in a browser, and nobody who sends too many."""

import pytest

from tests.factories import make_offer, make_shop
from tests.serve.reader import Reader


@pytest.fixture
def unlimited(settings):
    settings.RATE_LIMITS = False


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(), on_hand=5)


@pytest.fixture
def reader(offer) -> Reader:
    return Reader(offer)
