"""How often somebody may reserve from a network, and how many mails go to one stranger."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.core.limits import TooMany
from comptoir.orders.models import Order
from comptoir.orders.operations.gatherer import attempt, place
from comptoir.orders.operations.requests import Customer, check
from tests.factories import make_offer, persons_request_for, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.RATE_LIMITS = True
    settings.ORDERS_PER_ADDRESS, settings.ORDERS_PER_RANGE = 2, 3
    return settings


@pytest.fixture
def many(shop):
    return make_offer(shop=shop, on_hand=200)


def asking(offer, number: int, address: str, **fields):
    customer = Customer(f"N{number}", f"n{number}@example.org")
    return request_for(offer, **({"customer": customer, "address": address} | fields))


def test_an_address_may_so_often_and_its_range_a_little_more(many):
    for number in range(2):
        place(asking(many, number, "203.0.113.1"))
    with pytest.raises(TooMany) as refused:
        place(asking(many, 2, "203.0.113.1"))
    assert 0 < refused.value.data["retry_after"] <= 3600
    place(asking(many, 3, "198.51.100.1"))
    with pytest.raises(TooMany):
        place(asking(many, 4, "203.0.113.2"))


def test_they_count_one_by_one_within_a_batch(many):
    outcomes = attempt([check(asking(many, number, "203.0.113.1")) for number in range(4)])
    assert [isinstance(outcome, TooMany) for outcome in outcomes] == [False, False, True, True]


def test_a_network_that_many_share_may_more(many, settings):
    settings.SHARED_NETWORKS = ("203.0.113.0/24",)
    for number in range(3):
        place(asking(many, number, "203.0.113.1"))
    with pytest.raises(TooMany):
        place(asking(many, 3, "203.0.113.1"))
    place(asking(many, 4, "203.0.113.2"))


def test_who_is_verified_counts_too_and_the_shop_never(many):
    for number in range(2):
        person = Customer(f"N{number}", f"n{number}@example.org")
        place(persons_request_for(many, customer=person, address="203.0.113.1"))
    with pytest.raises(TooMany):
        place(persons_request_for(many, address="203.0.113.1"))
    for number in range(4):
        place(asking(many, number, "203.0.113.1", trusted=True))


def test_an_order_tried_again_is_not_refused(many):
    for _each in range(4):
        request = asking(many, 0, "203.0.113.1", idempotency_key="k", request_digest="d")
        place(request)
    assert Order.objects.count() == 1


def test_a_stranger_gets_so_many_mails_a_day_whoever_types_the_address(many, settings):
    settings.MAILS_PER_STRANGER, settings.ORDERS_PER_HOUR = 2, 50
    for number, address in enumerate(("203.0.113.1", "198.51.100.1", "192.0.2.1")):
        request = asking(many, 7, address)
        if number < 2:
            place(request)
            continue
        with pytest.raises(TooMany):
            place(request)
    person = Customer("N7", "n7@example.org")
    place(persons_request_for(many, customer=person, address="192.0.2.2"))


def test_a_batch_counts_by_one_statement(many):
    requests = [check(asking(many, number, f"203.0.{number}.1")) for number in range(20)]
    with CaptureQueriesContext(connection) as captured:
        attempt(requests)
    assert sum("core_limit" in query["sql"] for query in captured.captured_queries) == 1
