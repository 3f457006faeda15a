"""Orders of used copies: what tells each copy is read with the lines, not copy by copy."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.pictures.photo import Photo
from comptoir.orders.mails import context, read_orders
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.operations import place
from comptoir.orders.reads import order_by_token
from comptoir.stock.copies import operations
from comptoir.stock.copies.operations import CopyDetails
from tests.factories import make_product, request_for

DETAILS = CopyDetails("VG", 800, "G+", "Signed")
MANY = 4


def picture(mark: str) -> Photo:
    return Photo(mark * 32, b"large", b"small", 8, 8)


@pytest.fixture
def reserve(shop) -> Callable[[int], Order]:
    """Return the function that reserves so many used copies with a photo in one order."""

    def reserve(count: int) -> Order:
        offers = [
            operations.enter_copy(
                shop=shop,
                product_id=make_product(kind="record").pk,
                details=DETAILS,
                actor=SYSTEM,
                ref=f"C{count}{number}",
                photo=picture(f"{number}"),
            )
            for number in range(count)
        ]
        return place(request_for(*offers, trusted=True))

    return reserve


def desk(order: Order, browser: Client) -> object:
    return browser.get(f"/comptoir/{order.shop.slug}/")


def page(order: Order, browser: Client) -> object:
    return browser.get(f"/reservation/{order.token}")


def program(order: Order, browser: Client) -> object:
    return browser.get(f"/api/v1/orders/{order.token}")


def mail(order: Order, browser: Client) -> object:
    named = {"order": order.pk}
    return [line.copy for line in context(named, read_orders([named]))["lines"]]


@pytest.mark.parametrize("read", [desk, page, program, mail])
def test_what_tells_copies_costs_no_query_a_line(reserve, staff, read):
    browser = Client()
    browser.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    costs = []
    for count in (1, MANY):
        order = reserve(count)
        read(order, browser)
        with CaptureQueriesContext(connection) as asked:
            answer = read(order, browser)
        costs.append(len(asked))
        if isinstance(answer, list):
            assert len(answer) == count
            assert "C" + f"{count}0" in answer[0]
        else:
            assert answer.status_code == 200
            assert "C" + f"{count}0" in answer.content.decode()
    assert costs[0] == costs[1]


def test_a_line_that_was_read_alone_asks_once(reserve, django_assert_num_queries):
    line = OrderLine.objects.get(order=reserve(1))
    with django_assert_num_queries(1):
        assert line.copy.photo == "0" * 32
        assert line.copy.label == "C10"


def test_a_photo_that_no_copy_shows_any_more_is_not_told(reserve, shop):
    order = reserve(1)
    line = OrderLine.objects.get()
    operations.change_copy(
        shop=shop, offer_id=line.offer_id, details=None, without_photo=True, actor=SYSTEM
    )
    (read_with_others,) = order_by_token(order.token).lines.all()
    assert line.photo == read_with_others.photo == "0" * 32
    assert (line.copy.photo, read_with_others.copy.photo) == ("", "")
