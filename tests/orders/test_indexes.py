"""A shop's orders of long ago are not read again each time."""

import pytest
from django.utils import timezone

from comptoir.orders.operations import count_track_record, deadlines
from comptoir.orders.operations.releases import guard
from tests.plans import fill_orders, plan_of

pytestmark = pytest.mark.django_db


def test_the_record_of_a_shop_reads_its_last_ninety_days(order):
    fill_orders(order)

    def work() -> None:
        count_track_record(shop_id=order.shop_id, now=timezone.now())

    plan = plan_of(work)
    assert "orders_order_placed" in plan.indexes
    assert "orders_order" not in plan.read_whole
    # The control: without it, all of the shop's orders are, by the index of their codes.
    assert "orders_order_code" in plan_of(work, without="orders_order_placed").indexes


def test_whether_a_shop_was_asked_lately_is_found_among_what_it_was_asked(order):
    fill_orders(order)

    def work() -> None:
        deadlines._ask_shop(order, timezone.now())

    plan = plan_of(work)
    assert plan.indexes.count("orders_order_chased") == 1
    assert "orders_order" not in plan.read_whole
    # The control: without it, it is found among all that the shop was ever asked for.
    found = plan_of(work, without="orders_order_chased").indexes
    assert {"orders_order_placed", "orders_order_code"} & set(found)


def test_what_a_person_has_of_a_release_is_found_by_the_person(order):
    """Everybody asks for it on its day, and the orders of that title are many."""
    title = order.lines.get().product_id
    fill_orders(order)

    def work() -> None:
        guard._read({"somebody", "somebody else"}, frozenset({title}))

    plan = plan_of(work)
    assert "orders_order_email" in plan.indexes
    assert not plan.read_whole & {"orders_order", "orders_orderline"}
    # The control: without it, all orders of the title are read.
    assert "orders_order_email" not in plan_of(work, without="orders_order_email").indexes
