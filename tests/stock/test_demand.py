"""What readers ask for and a shop has not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.stock.models import (
    Demand,
)
from comptoir.stock.shelf.demand import forget_demand, note_demand, unmet_demand
from tests.factories import make_product
from tests.stock.scans import ean

pytestmark = pytest.mark.django_db


def test_what_is_often_asked_for_and_not_stocked(shop, shelf) -> None:
    wanted, rare, here = make_product(ean=ean(21)), make_product(ean=ean(22)), shelf[0].product
    record = make_product(ean=ean(23), kind="record")
    for product, times in ((wanted, 4), (rare, 2), (here, 9), (record, 9)):
        for _each in range(times):
            note_demand(product.pk)
    assert [(each.product, each.times) for each in unmet_demand(shop)] == [(wanted, 4)]
    Demand.objects.update(day=timezone.localdate() - timedelta(days=61))
    assert unmet_demand(shop) == []
    assert forget_demand() == 4
