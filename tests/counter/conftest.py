"""What the tests of the counter share."""

from collections.abc import Callable

import pytest
from django.test import Client

from comptoir.accounts.models import User
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.shops.models import Shop, StaffRole
from comptoir.stock.models import Offer
from tests.browsers import browser_of
from tests.factories import make_offer, make_shop, make_staff, request_for

HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop(db) -> Shop:
    return make_shop(name="Librairie du Pilori", slug="pilori")


@pytest.fixture
def staff(shop) -> User:
    return make_staff(shop, name="Agathe")


@pytest.fixture
def manager(shop) -> User:
    return make_staff(shop, StaffRole.MANAGER, name="Maud")


@pytest.fixture
def desk(staff) -> Client:
    """A browser in which somebody of the shop is signed in."""
    return browser_of(staff)


@pytest.fixture
def offer(shop) -> Offer:
    return make_offer(shop=shop, on_hand=3)


@pytest.fixture
def reserve(offer) -> Callable[..., Order]:
    """Return the function that reserves one copy, confirmed unless said otherwise."""

    def reserve(*offers: Offer, name: str = "Ana Neuve", **fields: object) -> Order:
        contact = {"email": "ana@example.org"} | dict(fields.pop("contact", {}))
        customer = Customer(name=name, **contact)
        asked = {"customer": customer, "trusted": True} | fields
        return place(request_for(*(offers or (offer,)), **asked))

    return reserve
