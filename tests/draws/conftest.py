"""A draw of three copies that its shop has opened."""

import pytest

from tests.draws.world import opened
from tests.factories import make_offer, make_shop


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(), on_hand=4)


@pytest.fixture
def draw(offer):
    return opened(offer, copies=3)
