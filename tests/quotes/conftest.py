"""A shop that posts, for the tests of quotes."""

from datetime import date

import pytest

from comptoir.quotes.models import Band, Tariff
from comptoir.shops.models import Shop
from tests.factories import make_shop


def post_from(shop: Shop, since: str = "2026-01-01", cents: int = 495) -> Tariff:
    """Have a shop post parcels of up to 1 kg within France from a day on."""
    tariff = Tariff.objects.create(
        shop=shop, since=date.fromisoformat(since), box_grams=80, box_mm=5
    )
    Band.objects.create(tariff=tariff, zone="france", max_grams=1000, price_cents=cents)
    return tariff


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(kind="both")
    post_from(shop)
    return shop


@pytest.fixture(autouse=True)
def published(monkeypatch) -> None:
    """Have nobody ask for conditions first: `tests/terms` tells of those."""
    monkeypatch.setattr("comptoir.quotes.operations.tariffs._FIRST", [])
