"""A shop's orders of long ago are not read again each time."""

import pytest
from django.utils import timezone

from comptoir.orders.models import Order
from comptoir.orders.operations import deadlines
from comptoir.orders.operations.record import count_track_record
from tests.factories import make_shop
from tests.plans import plans_of

pytestmark = pytest.mark.django_db


def test_the_record_of_a_shop_reads_its_last_ninety_days():
    shop = make_shop()
    plan = plans_of(lambda: count_track_record(shop_id=shop.pk, now=timezone.now()))
    assert "orders_order_placed" in plan


def test_whether_a_shop_was_asked_lately_is_found_among_what_it_was_asked():
    shop = make_shop(email="shop@example.org")
    plan = plans_of(lambda: deadlines._ask_shop(Order(pk=1, shop=shop), timezone.now()))
    assert plan.count("orders_order_chased") == 1
