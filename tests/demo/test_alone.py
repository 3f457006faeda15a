"""Loading at once, and a till, where nothing else is: beside the region of `test_loading`."""

import pytest

from comptoir.demo import scale
from comptoir.demo.tills import Tills
from comptoir.stock.models import StockMovement
from tests.demo.test_loading import problems
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def test_a_large_region_is_loaded_at_once(monkeypatch) -> None:
    monkeypatch.setattr(scale, "BIG", 100)
    loaded = scale.load(products=200, offers=300, shops=6)
    assert (loaded.shops, loaded.products) == (6, 200)
    assert loaded.offers >= 250
    assert problems() == []


def test_a_till_sells_no_copy_that_it_cannot_name() -> None:
    shop, product = make_shop(demo=True), make_product()
    for ref in ("A1", "A2"):
        make_offer(shop=shop, product=product, condition="VG", copy_ref=ref, on_hand=1)
    tills = Tills()
    tills.shops = [shop]
    for _ in range(20):
        tills.event()
    assert not StockMovement.objects.filter(reason="sold").exists()
