"""Reserving in several shops at once, by the API."""

from uuid import uuid4

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders.contacts import contact_key
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import KnownContact, Order
from comptoir.orders.operations import place
from comptoir.orders.persons.mark import word_of
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.models import Offer
from tests.api.client import Api, secret_of
from tests.factories import make_network, make_offer, make_product, make_shop, request_for
from tests.releases.made import released

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> list[Offer]:
    """An offer of two copies in each of three shops."""
    return [make_offer(shop=make_shop(), on_hand=2) for _ in range(3)]


def group_body(*offers: Offer, **fields: object) -> dict[str, object]:
    """Return the body of a group of one copy of each of these offers."""
    orders = [
        {"shop": offer.shop.slug, "lines": [{"product": offer.product.ref}]} for offer in offers
    ]
    customer = {"name": "Jeanne Doe", "email": "jeanne@example.org"}
    return {"orders": orders, "customer": customer} | fields


def take_all(offer: Offer) -> None:
    for _copy in range(offer.on_hand):
        place(request_for(offer, trusted=True))


def test_each_shop_gets_its_order(offers):
    answer = Api().post("/order-groups", group_body(*offers))
    group = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/order-groups/{group['token']}"
    assert answer["Cache-Control"] == "private, no-store"
    assert [order["shop"]["slug"] for order in group["orders"]] == [x.shop.slug for x in offers]
    assert {order["status"] for order in group["orders"]} == {"unconfirmed"}
    assert (group["mode"], group["refused"]) == ("each", [])
    assert Message.objects.count() == 1
    assert Api().get(f"/order-groups/{group['token']}").json() == group
    order = group["orders"][0]
    assert Api().get(f"/orders/{order['token']}").json()["code"] == order["code"]


def test_each_by_itself_names_what_was_refused(offers):
    take_all(offers[1])
    never = make_product()
    body = group_body(*offers)
    body["orders"][2]["lines"] = [{"product": never.ref}]
    group = Api(language="en").post("/order-groups", body).json()
    assert [order["shop"]["slug"] for order in group["orders"]] == [offers[0].shop.slug]
    assert group["refused"] == [
        {
            "shop": offers[1].shop.slug,
            "code": "copies_gone",
            "detail": "a copy has gone meanwhile",
            "products": [offers[1].product.ref],
        },
        {
            "shop": offers[2].shop.slug,
            "code": "no_such_offer",
            "detail": "this shop does not have this title any more",
            "products": [never.ref],
        },
    ]


def test_all_or_nothing_is_refused_whole(offers):
    take_all(offers[1])
    before = Order.objects.count()
    answer = Api(language="en").post("/order-groups", group_body(*offers, mode="all"))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "group_refused")
    assert [each["shop"] for each in problem["refused"]] == [offers[1].shop.slug]
    assert offers[1].shop.name in problem["detail"]
    assert Order.objects.count() == before
    assert not OrderGroup.objects.exists()


def test_the_key_is_the_group_s(offers):
    key = {"Idempotency-Key": str(uuid4())}
    first = Api().post("/order-groups", group_body(*offers), **key)
    again = Api().post("/order-groups", group_body(*offers), **key)
    other = Api().post("/order-groups", group_body(*offers, mode="all"), **key)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (OrderGroup.objects.count(), Order.objects.count()) == (1, 3)


def test_a_copy_that_went_between_two_tries_does_not_hide_the_group(offers):
    key = {"Idempotency-Key": str(uuid4())}
    first = Api().post("/order-groups", group_body(*offers, mode="all"), **key)
    for offer in offers:
        place(request_for(offer, trusted=True))
    again = Api().post("/order-groups", group_body(*offers, mode="all"), **key)
    assert (again.status_code, again.json()) == (201, first.json())


def test_all_are_cancelled_at_once(offers):
    token = Api().post("/order-groups", group_body(*offers)).json()["token"]
    for _ in range(2):
        group = Api().post(f"/order-groups/{token}/cancel").json()
        assert {order["status"] for order in group["orders"]} == {"cancelled"}
    assert set(Offer.objects.values_list("held", flat=True)) == {0}


@pytest.mark.parametrize("path", ["", "/cancel"])
def test_there_is_no_group_without_its_secret(path):
    call = Api().post if path else Api().get
    answer = call(f"/order-groups/nothing{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_order")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"orders": []}, 422, "invalid_request"),
        ({"mode": "some"}, 422, "invalid_request"),
        ({"unknown": 1}, 422, "invalid_request"),
        ({"customer": {"name": "J", "email": "nobody"}}, 422, "bad_email"),
        ({"orders": [{"shop": "none", "lines": [{"product": "9782070612369"}]}]}, 404, None),
    ],
)
def test_what_is_wrong_is_said_and_nothing_placed(offers, change, status, code):
    answer = Api().post("/order-groups", group_body(*offers) | change)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert not Order.objects.exists()


def test_a_shop_is_named_once(offers):
    answer = Api().post("/order-groups", group_body(offers[0], offers[0]))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_parts")


def test_a_token_of_a_shop_asks_for_none(offers):
    api = Api(secret_of(offers[0].shop))
    answer = api.post("/order-groups", group_body(*offers))
    assert (answer.status_code, answer.json()["code"]) == (403, "readers_alone")


def test_a_key_is_needed(offers):
    answer = Api().post("/order-groups", group_body(*offers), **{"Idempotency-Key": ""})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("path", ["/orders", "/order-groups"])
def test_an_order_keeps_the_network_whose_host_it_was_asked_under(offers, settings, path):
    settings.ALLOWED_HOSTS = ["libraires.example.org"]
    network = make_network(host="libraires.example.org")
    join_network(shop=offers[0].shop, network=network, actor=SYSTEM)
    body = group_body(offers[0])
    if path == "/orders":
        body = {**body["orders"][0], "customer": body["customer"]}
    answer = Api().post(path, body, Host="libraires.example.org")
    assert answer.status_code == 201
    assert Order.objects.get().network == network


def test_the_mark_of_its_person_spares_the_mail_and_counts_their_copies(offers):
    """The control: without the mark, or with that of another address, nobody is known."""
    KnownContact.objects.create(key=contact_key("jeanne@example.org"), confirmed_at=timezone.now())
    mark, other = word_of("jeanne@example.org"), word_of("luc@example.org")
    for unknown in ({}, {"Person": other}):
        group = Api().post("/order-groups", group_body(offers[0]), **unknown).json()
        assert {order["status"] for order in group["orders"]} == {"unconfirmed"}
    group = Api().post("/order-groups", group_body(offers[1]), Person=mark).json()
    assert {order["status"] for order in group["orders"]} == {"placed"}
    released(offers[2].shop, offers[2].product)
    first, again = (
        Api().post("/order-groups", group_body(offers[2]), Person=mark) for _time in range(2)
    )
    assert first.json()["orders"][0]["status"] == "placed"
    assert (again.status_code, again.json()["refused"][0]["code"]) == (409, "one_a_person")
