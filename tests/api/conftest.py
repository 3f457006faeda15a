"""A shop with a token, an offer there, and clients."""

import pytest

from comptoir.api import names
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.api.client import Api, secret_of
from tests.factories import make_offer, make_shop

SIRETS = ("73282932000074", "55210055400013")


@pytest.fixture(autouse=True)
def nothing_remembered(settings) -> None:
    """Forget the names of another test's database, and count nobody's requests."""
    names.forget_all()
    settings.RATE_LIMITS = False


@pytest.fixture
def shop(db) -> Shop:
    return make_shop(siret=SIRETS[0])


@pytest.fixture
def offer(shop) -> Offer:
    return make_offer(shop=shop, on_hand=3)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def till(shop) -> Api:
    """The shop's own till, with its token."""
    return Api(secret_of(shop))


@pytest.fixture
def rival(db) -> Api:
    """The till of another shop."""
    return Api(secret_of(make_shop(siret=SIRETS[1])))
