"""What a shop does with its token."""

import pytest

from tests.api.client import assert_problem, order_body
from tests.factories import make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(till, offer) -> str:
    return till.post("/orders", order_body(offer)).json()["code"]


def test_an_order_is_set_aside_and_collected(till, shop, offer, code) -> None:
    path = f"/shops/{shop.siret}/orders"
    (listed,) = till.get(path).json()["items"]
    assert listed["code"] == code
    assert listed["customer"] == {"name": "Jeanne Doe", "email": "jeanne@example.org", "phone": ""}
    assert "token" not in listed
    assert till.post(f"{path}/{code}/set-aside").json()["status"] == "set_aside"
    told = till.post(f"{path}/{code}/collect").json()
    assert told["status"] == "collected"
    assert [event["actor"] for event in told["events"]] == ["token"] * 3
    assert till.get(path).json()["items"] == []
    assert [one["code"] for one in till.get(f"{path}?status=collected").json()["items"]] == [code]
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (2, 0)


def test_a_line_is_not_on_the_shelf(till, shop, offer, code) -> None:
    told = till.post(f"/shops/{shop.siret}/orders/{code}/not-found").json()
    assert told["status"] == "not_found"
    assert told["lines"][0]["status"] == "not_found"


def test_one_of_several_lines_must_be_named(till, shop, offer) -> None:
    other = make_offer(shop=shop)
    lines = [{"product": offer.product.ref}, {"product": other.product.ref}]
    code = till.post("/orders", order_body(offer, lines=lines)).json()["code"]
    path = f"/shops/{shop.siret}/orders/{code}"
    told = assert_problem(till.post(f"{path}/not-found"), 422, "line_missing")
    assert_problem(till.post(f"{path}/not-found", {"line": 999_999}), 422, "unknown_line")
    after = till.post(f"{path}/not-found", {"line": told["lines"][0]}).json()
    assert [line["status"] for line in after["lines"]] == ["not_found", "held"]
    assert after["status"] == "placed"


def test_what_can_no_longer_be_done_is_a_conflict(till, shop, code) -> None:
    path = f"/shops/{shop.siret}/orders/{code}"
    assert till.post(f"{path}/cancel").json()["status"] == "cancelled"
    told = assert_problem(till.post(f"{path}/collect"), 409, "move_refused")
    assert told["wanted"] == "collected"


@pytest.mark.parametrize("verb", ["", "/set-aside", "/collect", "/cancel", "/not-found"])
def test_another_shops_order_does_not_exist(till, rival, shop, code, verb) -> None:
    path = f"/shops/{shop.siret}/orders/{code}{verb}"
    response = rival.post(path) if verb else rival.get(path)
    assert_problem(response, 404, "unknown_shop")
    assert till.get(f"/shops/{shop.siret}/orders/{code}").json()["status"] == "placed"


def test_no_token_or_a_revoked_one_is_refused(api, till, shop) -> None:
    path = f"/shops/{shop.siret}/orders"
    response = api.get(path)
    assert_problem(response, 401, "unauthorized")
    assert response["WWW-Authenticate"] == "Bearer"
    assert till.get(path).status_code == 200
    grant = shop.tokens.get()
    from comptoir.accounts.tokens import revoke

    revoke(grant.token)
    assert_problem(till.get(path), 401, "bad_token")


def test_orders_come_in_pages(till, shop) -> None:
    made = [till.post("/orders", order_body(make_offer(shop=shop))).json()["code"] for _ in "abcde"]
    seen, path = [], f"/shops/{shop.siret}/orders?limit=2"
    cursor: str | None = ""
    while cursor is not None:
        page = till.get(path + (f"&cursor={cursor}" if cursor else "")).json()
        assert len(page["items"]) <= 2
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made
    assert_problem(till.get(path + "&cursor=nonsense"), 422, "bad_cursor")
