"""The shop's stock as a list, for its own programs."""

import pytest

from tests.api.client import Api, assert_problem, secret_of
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def test_a_shop_reads_its_stock_page_by_page_with_the_sum(till, shop) -> None:
    prices = (500, 990, None, 2500)
    offers = [make_offer(shop=shop, on_hand=2, price_cents=price) for price in prices]
    make_offer(on_hand=7)
    path, found, cursor = f"/shops/{shop.siret}/offers?sort=-price&limit=3", [], ""
    while cursor is not None:
        answer = till.call("GET", f"{path}&cursor={cursor}" if cursor else path).json()
        found += [item["offer"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    assert found == [offers[n].pk for n in (3, 1, 0, 2)]
    assert answer["total"] == {
        "lines": 4,
        "titles": 4,
        "copies": 8,
        "value_cents": 2 * 3990,
        "unpriced_copies": 2,
    }
    assert answer["items"][0]["on_hand"] == 2


def test_filters_are_those_of_the_counter_and_wrong_ones_are_refused(till, shop) -> None:
    record = make_product(kind="record", format="lp", publisher="Warp")
    make_offer(shop=shop)
    make_offer(shop=shop, product=record, condition="VG+")
    path = f"/shops/{shop.siret}/offers"
    for query in ("section=vinyl", "publisher=wa", "condition=VG%2B", "condition=used"):
        (item,) = till.call("GET", f"{path}?{query}").json()["items"]
        assert (item["product"], item["condition"]) == (record.ean, "VG+"), query
    assert till.call("GET", f"{path}?state=held").json()["items"] == []
    for query in ("section=x", "silent=121", "sort=x", "sort=asked"):
        assert till.call("GET", f"{path}?{query}").status_code == 422, query
    assert_problem(till.call("GET", f"{path}?cursor=x"), 422, "bad_cursor")


def test_another_shops_token_finds_no_such_shop(shop, api) -> None:
    make_offer(shop=shop)
    path = f"/shops/{shop.siret}/offers"
    assert Api(secret_of(make_shop())).call("GET", path).status_code == 404
    assert api.call("GET", path).status_code == 401
