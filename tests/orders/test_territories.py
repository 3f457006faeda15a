"""A reader's contact is read where the shop is, whoever brings the order."""

from contextlib import suppress
from dataclasses import replace

import pytest

from comptoir.core.errors import Invalid
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations import requests as requests_module
from comptoir.orders.operations.requests import Customer, PlaceRequest, check
from comptoir.shops.contacts import parse_phone_at
from tests.factories import make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db

OVERSEAS = [
    ("97200", "0596 60 00 00", "+596596600000"),
    ("97600", "0269 61 00 00", "+262269610000"),
    ("97500", "41 23 45", "+508412345"),
    ("98800", "26 12 34", "+687261234"),
]


def ask(postcode: str, phone: str) -> PlaceRequest:
    offer = make_offer(shop=make_shop(postcode=postcode))
    return request_for(offer, customer=Customer("Ana", phone=phone))


WHEREVER_GIVEN = [
    ("97400", "0976 22 12 34", "+262976221234"),
    ("97400", "0976 34 12 34", "+262976341234"),
    ("97110", "0976 00 12 34", "+590976001234"),
    ("86000", "0976 22 12 34", "+262976221234"),
]


@pytest.mark.parametrize(("postcode", "phone", "number"), OVERSEAS + WHEREVER_GIVEN)
def test_a_landline_is_one_of_the_shops_territory(postcode, phone, number):
    assert place(ask(postcode, phone)).phone == number


@pytest.mark.parametrize(("postcode", "phone", "number"), OVERSEAS)
def test_control_without_the_shops_territory_it_is_another_or_none(
    postcode, phone, number, monkeypatch
):
    monkeypatch.setattr(
        requests_module, "parse_phone_at", lambda text, _postcode: parse_phone_at(text, "75001")
    )
    read = None
    with suppress(Invalid):
        read = place(ask(postcode, phone)).phone
    assert read != number


def test_a_number_that_names_its_country_is_that_one_everywhere():
    assert place(ask("97200", "+33 5 49 41 00 00")).phone == "+33549410000"
    assert place(ask("86000", "+596 596 60 00 00")).phone == "+596596600000"


def test_an_order_at_no_shop_is_still_told_its_other_faults():
    offer = make_offer()
    request = request_for(offer, customer=Customer("", phone="05 49 41 00 00"))
    with pytest.raises(Invalid) as caught:
        check(replace(request, shop_id=0))
    assert [fault.code for fault in caught.value.faults] == ["bad_name"]


@pytest.mark.parametrize("email", ["j@localhost", "j@[127.0.0.1]", "j@10.0.0.10", "j@caisse.local"])
def test_nobody_is_written_to_at_an_address_of_this_machine(email):
    with pytest.raises(Invalid) as caught:
        place(request_for(make_offer(), customer=Customer("Ana", email)))
    assert caught.value.code == "bad_email"
    assert not Order.objects.exists()
