"""Placing, reading and cancelling orders."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.utils import timezone

from comptoir.api import names
from comptoir.api.schemas import OrderIn
from comptoir.notifications.models import Message
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.orders.persons.mark import SALT
from comptoir.shops.models import Shop
from tests.api.client import assert_problem, order_body
from tests.factories import make_offer, make_product, make_shop, persons_request_for

pytestmark = pytest.mark.django_db


def test_an_order_is_placed_and_read_by_its_token(api, offer) -> None:
    response = api.post("/orders", order_body(offer))
    assert response.status_code == 201
    told = response.json()
    assert told["status"] == "unconfirmed"
    assert len(told["code"]) == 8
    assert told["lines"] == [
        {
            "product": offer.product.ean,
            "confidence": "sure",
            "title": offer.product.title,
            "condition": "new",
            "copy": None,
            "quantity": 1,
            "price_cents": 1290,
            "status": "held",
        }
    ]
    assert response["Location"] == f"/api/v1/orders/{told['token']}"
    assert response["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in response
    again = api.get(f"/orders/{told['token']}").json()
    assert [event["kind"] for event in again.pop("events")] == ["placed"]
    assert again.pop("parcels") == []
    assert again == told
    offer.refresh_from_db()
    assert offer.held == 1


def test_the_same_key_and_body_give_the_same_order(api, offer) -> None:
    body, key = order_body(offer), str(uuid4())
    first = api.post("/orders", body, **{"Idempotency-Key": key})
    second = api.post("/orders", body, **{"Idempotency-Key": key})
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(api, offer) -> None:
    key = str(uuid4())
    api.post("/orders", order_body(offer), **{"Idempotency-Key": key})
    other = order_body(offer, customer={"name": "Jeanne", "email": "other@example.org"})
    response = api.post("/orders", other, **{"Idempotency-Key": key})
    assert_problem(response, 422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_the_same_key_of_another_client_is_another_key(api, till, offer) -> None:
    key = str(uuid4())
    first = api.post("/orders", order_body(offer), **{"Idempotency-Key": key}).json()
    second = till.post("/orders", order_body(offer), **{"Idempotency-Key": key}).json()
    third = api.call(
        "POST", "/orders", order_body(offer), **{"Idempotency-Key": key, "REMOTE_ADDR": "x"}
    ).json()
    assert first["token"] != second["token"]
    assert third["token"] == first["token"]


def test_a_key_is_needed(api, offer) -> None:
    response = api.call("POST", "/orders", order_body(offer))
    assert_problem(response, 400, "idempotency_key_missing")
    assert not Order.objects.exists()


def test_a_key_without_a_token_is_long_enough_not_to_be_guessed(api, till, offer) -> None:
    response = api.post("/orders", order_body(offer), **{"Idempotency-Key": "k" * 15})
    assert_problem(response, 400, "idempotency_key_missing")
    for client, key in ((api, "k" * 16), (till, "k")):
        response = client.post("/orders", order_body(offer), **{"Idempotency-Key": key})
        assert response.status_code == 201


@pytest.mark.parametrize(("stock_shown", "told"), [("exact", 3), ("in_stock", 1), ("nothing", 0)])
def test_copies_gone_names_every_line_and_no_more_than_the_shop_shows(
    api, offer, stock_shown, told
) -> None:
    Shop.objects.update(stock_shown=stock_shown)
    lines = [{"product": offer.product.ean, "quantity": 4}]
    found = assert_problem(api.post("/orders", order_body(offer, lines=lines)), 409, "copies_gone")
    line = {"product_id": offer.product_id, "offer_id": offer.pk, "available": told}
    assert found["lines"] == [line]
    assert not Order.objects.exists()


def test_a_shop_s_own_program_is_told_how_many_there_are(till, offer) -> None:
    lines = [{"product": offer.product.ean, "quantity": 4}]
    found = assert_problem(till.post("/orders", order_body(offer, lines=lines)), 409, "copies_gone")
    assert [line["available"] for line in found["lines"]] == [3]


def test_a_title_the_shop_never_had_is_gone_too(api, offer) -> None:
    other = make_product()
    body = order_body(offer, lines=[{"product": other.ean}])
    assert_problem(api.post("/orders", body), 409, "copies_gone")


def test_a_special_order_needs_no_copy(api, offer) -> None:
    other = make_product()
    body = order_body(offer, lines=[{"product": other.ean, "special_order": True}])
    assert_problem(api.post("/orders", body), 409, "not_ordered_here")
    offer.shop.services.create(kind="special_orders")
    told = api.post("/orders", body).json()
    assert told["lines"][0]["status"] == "to_order"


def test_a_used_copy_is_chosen_by_its_condition(api, offer) -> None:
    used = make_offer(shop=offer.shop, product=offer.product, condition="VG", price_cents=500)
    body = order_body(offer, lines=[{"product": offer.product.ean, "condition": "VG"}])
    assert api.post("/orders", body).json()["lines"][0]["price_cents"] == 500
    by_offer = order_body(offer, lines=[{"product": offer.product.ean, "offer": used.pk}])
    assert_problem(api.post("/orders", by_offer), 409, "copies_gone")


def test_a_product_without_ean_is_named_by_its_ref(api, shop) -> None:
    product = make_product(ean=None, source="discogs", source_ref="r1")
    offer = make_offer(shop=shop, product=product)
    told = api.post("/orders", order_body(offer)).json()
    assert told["lines"][0]["product"] == f"p{product.pk}"


def test_the_names_of_many_orders_are_learnt_by_a_statement_for_each_way_to_name_a_shop(
    offer, django_assert_num_queries
) -> None:
    other = make_offer(shop=make_shop(siret=None))
    bodies = [
        order_body(offer),
        order_body(other),
        order_body(offer, shop=offer.shop.slug),
        order_body(offer, shop="nobody"),
        order_body(offer, lines=[{"product": "9782070612368"}]),
        order_body(offer, lines=[{"product": "9782070612369"}]),
    ]
    asked = [OrderIn.model_validate(body) for body in bodies]
    with django_assert_num_queries(2):
        names.learn(asked)
    learnt = [names.known(order) for order in asked]
    own, others = ([names.Keys(x.shop_id, x.product_id, x.pk)] for x in (offer, other))
    assert learnt == [own, others, own, None, None, None]
    with django_assert_num_queries(0):
        assert names.resolve(asked[0]) == own


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"shop": "12345678901234"}, 404, "unknown_shop"),
        ({"lines": [{"product": "9782070612368"}]}, 422, "bad_ean"),
        ({"lines": [{"product": "9782070612369"}]}, 404, "unknown_product"),
        ({"lines": []}, 422, "invalid_request"),
        ({"lines": [{"product": "p1", "quantity": -1}]}, 422, "invalid_request"),
        ({"lines": [{"product": "p99999999999", "offer": 1}]}, 404, "no_such_offer"),
        ({"customer": {"name": "Jeanne"}}, 422, "bad_contact"),
        ({"customer": {"name": "Jeanne", "email": "jeanne@"}}, 422, "bad_email"),
        ({"customer": {"name": "Jeanne", "phone": "12"}}, 422, "bad_phone"),
        ({"channel": "phone"}, 422, "bad_channel"),
        ({"colour": "red"}, 422, "invalid_request"),
    ],
)
def test_a_wrong_order_is_refused_and_nothing_is_held(api, offer, change, status, code) -> None:
    assert_problem(api.post("/orders", order_body(offer, **change)), status, code)
    offer.refresh_from_db()
    assert offer.held == 0
    assert not Order.objects.exists()


def test_an_error_names_its_field(api, offer) -> None:
    response = api.post("/orders", order_body(offer, customer={"email": "a@example.org"}))
    told = assert_problem(response, 422, "invalid_request")
    assert told["errors"][0]["field"] == "customer.name"


def test_the_shops_own_order_needs_no_confirmation(till, offer) -> None:
    body = order_body(offer, customer={"name": "Jeanne", "phone": "0549000001"}, channel="phone")
    told = till.post("/orders", body).json()
    assert (told["status"], told["channel"]) == ("placed", "phone")


def test_a_token_places_nothing_at_another_shop(rival, offer) -> None:
    assert_problem(rival.post("/orders", order_body(offer)), 404, "unknown_shop")
    assert not Order.objects.exists()


def test_cancelling_frees_the_copy_and_may_be_tried_again(api, offer) -> None:
    token = api.post("/orders", order_body(offer)).json()["token"]
    for _attempt in range(2):
        told = api.post(f"/orders/{token}/cancel").json()
        assert told["status"] == "cancelled"
        assert [event["kind"] for event in told["events"]] == ["placed", "cancelled"]
    offer.refresh_from_db()
    assert offer.held == 0


def test_an_unknown_order_is_not_found(api, db) -> None:
    assert_problem(api.get("/orders/nothing"), 404, "no_such_order")
    assert_problem(api.post("/orders/nothing/cancel"), 404, "no_such_order")


def test_names_are_looked_up_again_when_their_keys_are_refused(api, offer) -> None:
    assert api.post("/orders", order_body(offer)).status_code == 201
    product = offer.product
    offer.movements.all().delete()
    Order.objects.all().delete()
    offer.delete()
    make_offer(shop=offer.shop, product=product)
    assert api.post("/orders", order_body(offer)).status_code == 201


def test_a_copy_to_be_confirmed_is_said_so_until_the_shop_answers(api, till, shop) -> None:
    offer = make_offer(shop=shop, as_of=timezone.now() - timedelta(hours=50))
    shown = api.get(f"/products/{offer.product.ean}/availability").json()["offers"][0]
    assert shown["confidence"] == "to_confirm"
    body = order_body(offer, channel="phone")
    told = till.post("/orders", body, **{"Idempotency-Key": str(uuid4())}).json()
    assert told["lines"][0]["confidence"] == "to_confirm"
    assert told["to_confirm"] is True
    assert told["answer_by"] > told["placed_at"]
    mine = till.get(f"/shops/{shop.siret}/orders/{told['code']}").json()
    assert (mine["to_confirm"], mine["answer_by"]) == (True, told["answer_by"])
    till.post(f"/shops/{shop.siret}/orders/{told['code']}/set-aside")
    told = api.get(f"/orders/{told['token']}").json()
    assert (told["to_confirm"], told["lines"][0]["confidence"]) == (False, "to_confirm")


def test_a_copy_promised_outright_waits_for_no_answer(api, offer) -> None:
    told = api.post("/orders", order_body(offer)).json()
    assert (told["to_confirm"], told["answer_by"]) == (False, None)


def answer_without_its_own(response) -> tuple[int, dict]:
    """Return an answer without what each order has for itself."""
    own = ("token", "code", "url", "placed_at", "confirm_by")
    return response.status_code, {k: v for k, v in response.json().items() if k not in own}


def test_no_answer_tells_whether_an_address_is_known(api, offer) -> None:
    """Not its status, not its body, not its heads: whoever asks in somebody's name learns nothing,
    is nobody, and the mail goes to the address."""
    more = make_offer(shop=offer.shop, on_hand=50)
    person = Customer("Jeanne Doe", "jeanne@example.org")
    for _number in range(5):
        place(persons_request_for(more, customer=person))
    known, unknown = (
        api.post("/orders", order_body(more, customer={"name": "X", "email": f"{who}@example.org"}))
        for who in ("jeanne", "nobody")
    )
    assert answer_without_its_own(known) == answer_without_its_own(unknown)
    assert known.json()["status"] == "unconfirmed"
    heads = [{k for k in response.headers if k != "Location"} for response in (known, unknown)]
    assert heads[0] == heads[1]
    mails = Message.objects.filter(template="order_confirm").values_list("to", flat=True)
    assert sorted(mails) == ["jeanne@example.org", "nobody@example.org"]


def test_the_api_knows_no_mark(api, offer) -> None:
    place(persons_request_for(offer, customer=Customer("Jeanne Doe", "jeanne@example.org")))
    api.client.cookies["person"] = signing.dumps(contact_key("jeanne@example.org"), salt=SALT)
    assert api.post("/orders", order_body(offer)).json()["status"] == "unconfirmed"


@pytest.mark.parametrize(
    ("customer", "code"),
    [
        ({"name": "Win at evil.com", "email": "a@example.org"}, "bad_name"),
        ({"name": "Jeanne\nYou won", "email": "a@example.org"}, "bad_name"),
        ({"name": "Jeanne", "email": "a@localhost"}, "bad_email"),
        ({"name": "Jeanne", "email": "a@[127.0.0.1]"}, "bad_email"),
        ({"name": "Jeanne", "phone": "0899123456"}, "bad_phone"),
        ({"name": "Jeanne", "phone": "+881612345678"}, "bad_phone"),
    ],
)
def test_what_is_no_name_or_contact_is_refused(api, till, offer, customer, code) -> None:
    for client in (api, till):
        response = client.post("/orders", order_body(offer, customer=customer))
        assert_problem(response, 422, code)
    assert not Message.objects.exists()
