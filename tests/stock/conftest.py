"""A shop with a shelf, for the tests that have no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.stock.models import (
    Offer,
    StockMovement,
)
from tests.factories import make_offer, make_product, make_shop
from tests.stock.scans import ean


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def shelf(shop) -> list[Offer]:
    """Three titles of three copies each, told an hour ago."""
    hour_ago = timezone.now() - timedelta(hours=1)
    offers = [
        make_offer(shop=shop, product=make_product(ean=ean(n)), on_hand=3, as_of=hour_ago)
        for n in (1, 2, 3)
    ]
    StockMovement.objects.update(told_at=hour_ago)
    return offers
