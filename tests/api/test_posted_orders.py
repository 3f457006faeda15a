"""Orders by post through the API: what is asked, what is answered, what is refused."""

import pytest

from comptoir.orders.models import Order
from tests.factories import make_offer
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
ADDRESS = {"street": "3 rue Haute", "postcode": "87000", "city": "Limoges"}
PERSON = {"name": "Camille Ferrand", "email": "camille@example.org"}


@pytest.fixture
def offer():
    offer = make_offer(on_hand=2)
    post_from(offer.shop)
    return offer


def ask(client, offer, key="k" * 16, **fields):
    body = {
        "shop": offer.shop.slug,
        "lines": [{"product": offer.product.ean}],
        "customer": PERSON,
        "delivery": "mail",
        "address": ADDRESS,
        **fields,
    }
    return client.post(
        "/api/v1/orders",
        {name: value for name, value in body.items() if value is not None},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_it_answers_what_it_costs(client, offer):
    answer = ask(client, offer, total_cents=1785)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["delivery"], told["status"]) == ("mail", "unconfirmed")
    assert told["address"]["city"] == "Limoges"
    charges = told["charges"]
    assert (charges["total_cents"], charges["owed_cents"]) == (1785, 1785)
    assert (charges["postage"]["cents"], charges["postage"]["rule"]) == (495, "band")
    (line,) = charges["lines"]
    assert (line["unit_cents"], line["rule"], line["rate"]) == (1290, "publisher_price", 550)
    again = client.get(f"/api/v1/orders/{told['token']}").json()
    assert again["charges"] == charges
    # The same key and body is the same order.
    assert ask(client, offer, total_cents=1785).json()["token"] == told["token"]
    assert Order.objects.count() == 1


def test_a_field_of_the_address_that_is_none_is_named(client, offer):
    """The control: without it the same order is placed."""
    answer = ask(client, offer, address=ADDRESS | {"complement": "Bâtiment B"})
    assert answer.status_code == 422
    assert "complement" in answer.content.decode()
    assert not Order.objects.exists()
    assert ask(client, offer).status_code == 201


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"total_cents": 1}, 409, "total_changed"),
        ({"address": None}, 422, "address_missing"),
        ({"delivery": "collect"}, 422, "address_unused"),
        ({"address": ADDRESS | {"country": "US"}}, 409, "quote_refused"),
        ({"address": ADDRESS | {"postcode": "12"}}, 422, "bad_postcode"),
    ],
)
def test_what_is_refused(client, offer, fields, status, code):
    answer = ask(client, offer, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Order.objects.exists()


def test_one_to_collect_says_so(client, offer):
    told = ask(client, offer, delivery=None, address=None).json()
    assert (told["delivery"], told["charges"], told["address"]) == ("collect", None, None)


def test_several_shops_are_several_orders_each_with_its_postage(client, offer):
    other = make_offer()
    post_from(other.shop, cents=600)
    parts = [
        {
            "shop": each.shop.slug,
            "lines": [{"product": each.product.ean}],
            "delivery": "mail",
            "address": ADDRESS,
        }
        for each in (offer, other)
    ]
    answer = client.post(
        "/api/v1/order-groups",
        {"customer": PERSON, "orders": parts},
        content_type="application/json",
        headers={"Idempotency-Key": "g" * 16},
    )
    assert answer.status_code == 201, answer.content
    orders = answer.json()["orders"]
    assert [x["charges"]["postage"]["cents"] for x in orders] == [495, 600]
    assert len({x["code"] for x in orders}) == 2
