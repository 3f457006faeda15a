"""What readers look for and nobody has is counted, and nothing about them."""

import pytest
from django.test import Client

from comptoir.core import limits
from comptoir.stock.models import Demand
from tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings) -> None:
    settings.RATE_LIMITS = True
    limits.reads.clear()


def look(ref: str, address: str = "203.0.113.1", **headers: str) -> None:
    assert Client(REMOTE_ADDR=address).get(f"/titre/{ref}", headers=headers).status_code == 200


def asked() -> list[int]:
    return list(Demand.objects.values_list("count", flat=True))


def test_one_look_a_day_and_address_counts() -> None:
    product = make_product()
    look(product.ref)
    look(product.ref)
    assert asked() == [1]
    look(product.ref, "203.0.113.2")
    assert asked() == [2]


def test_all_addresses_of_an_ipv6_client_count_once() -> None:
    product = make_product()
    look(product.ref, "2001:db8::1")
    look(product.ref, "2001:db8::2")
    assert asked() == [1]
    look(product.ref, "2001:db8:0:1::1")
    assert asked() == [2]


def test_what_somebody_has_what_robots_read_and_mere_heads_do_not_count() -> None:
    here, gone = make_offer().product, make_product()
    look(here.ref)
    look(gone.ref, **{"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"})
    Client().head(f"/titre/{gone.ref}")
    assert asked() == []
