"""Used copies by API: each told apart, reserved by itself, entered once."""

import pytest

from comptoir.stock.models import Offer, UsedCopy
from tests.api.client import assert_problem, order_body
from tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


def a_copy(**fields: object) -> dict[str, object]:
    return {"condition": "VG+", "price_cents": 1800, "sleeve": "VG", "note": "Signed"} | fields


def test_a_copy_is_entered_once_and_shown_as_itself(till, api, shop) -> None:
    product = make_product(kind="record")
    path, body = f"/shops/{shop.siret}/copies", a_copy(product=product.ean, ref="mine-1")
    first = till.call("POST", path, body)
    assert first.status_code == 201
    assert till.call("POST", path, body).json() == first.json()
    assert Offer.objects.filter(copy_ref="mine-1").count() == 1
    (offer,) = api.call("GET", f"/products/{product.ean}/availability").json()["offers"]
    assert (offer["condition"], offer["price_cents"], offer["available"]) == ("VG+", 1800, 1)
    assert offer["copy"] == {
        "ref": "mine-1",
        "sleeve": "VG",
        "note": "Signed",
        "photo": None,
        "thumbnail": None,
    }


def test_a_shop_reads_its_copies_page_by_page(till, shop) -> None:
    offers = [make_offer(shop=shop, condition="VG", copy_ref=f"C{n}") for n in range(3)]
    make_offer(condition="VG", copy_ref="C9")
    first = till.call("GET", f"/shops/{shop.siret}/copies?limit=2").json()
    assert [item["copy"]["ref"] for item in first["items"]] == ["C2", "C1"]
    more = f"/shops/{shop.siret}/copies?limit=2&cursor={first['next_cursor']}"
    last = till.call("GET", more).json()
    assert [item["offer"] for item in last["items"]] == [offers[0].pk]
    assert last["next_cursor"] is None
    assert_problem(till.call("GET", f"/shops/{shop.siret}/copies?cursor=x"), 422, "bad_cursor")
    assert_problem(till.call("POST", f"/shops/{shop.siret}/copies"), 422, "bad_body")


def test_alike_copies_have_no_copy(api, offer) -> None:
    (found,) = api.call("GET", f"/products/{offer.product.ref}/availability").json()["offers"]
    assert found["copy"] is None


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"condition": "new"}, 422, "bad_condition"),
        ({"sleeve": "??"}, 422, "bad_sleeve"),
        ({"ref": "discogs:1"}, 422, "bad_ref"),
        ({"product": "9782070612369"}, 404, "no_product"),
    ],
)
def test_what_no_copy_can_be_is_refused(till, shop, fields, status, code) -> None:
    body = a_copy(product=make_product().ean) | fields
    response = till.call("POST", f"/shops/{shop.siret}/copies", body)
    assert_problem(response, status, code)
    assert not UsedCopy.objects.exists()


def test_a_copy_is_reserved_by_its_offer_alone(api, shop) -> None:
    product = make_product(kind="record")
    wanted, other = (
        make_offer(shop=shop, product=product, condition="VG", copy_ref=ref) for ref in ("C1", "C2")
    )
    by_grade = order_body(wanted)
    by_grade["lines"] = [{"product": product.ref, "condition": "VG"}]
    refused = api.post("/orders", by_grade)
    assert refused.status_code == 409
    by_grade["lines"] = [{"product": product.ref, "condition": "VG", "offer": other.pk}]
    placed = api.post("/orders", by_grade)
    assert placed.status_code == 201
    assert placed.json()["lines"][0]["copy"]["ref"] == "C2"
    assert dict(Offer.objects.values_list("copy_ref", "held")) == {"C1": 0, "C2": 1}
