"""Searching, one product, who has it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from comptoir.search import builder, reader
from comptoir.stock.models import Offer
from tests.api.client import assert_problem
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db

POITIERS = "46.5802,0.3404"


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, settings, monkeypatch) -> None:
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()


def test_a_search_tells_who_has_it_nearest_first(api) -> None:
    product = make_product(title="Les Fleurs du mal")
    far = make_offer(product=product, shop=make_shop(latitude=45.75, longitude=0.15))
    near = make_offer(product=product)
    builder.rebuild()
    response = api.get(f"/products?q=fleurs+du+mal&near={POITIERS}&in_stock=true")
    told = response.json()
    (hit,) = told["items"]
    assert (told["total"], told["next_cursor"]) == (1, None)
    assert hit["product"]["ean"] == product.ean
    assert [offer["offer"] for offer in hit["offers"]] == [near.pk, far.pk]
    assert hit["offers"][0]["metres"] == 0
    assert 90_000 < hit["offers"][1]["metres"] < 100_000
    assert response["Access-Control-Allow-Origin"] == "*"
    within = api.get(f"/products?q=fleurs&near={POITIERS}&radius_km=10&in_stock=1").json()
    assert [offer["offer"] for offer in within["items"][0]["offers"]] == [near.pk]


@pytest.mark.usefixtures("shops_are_kept")
def test_a_search_costs_no_query_a_hit(api, django_assert_max_num_queries) -> None:
    for _number in range(10):
        make_offer(product=make_product(title="Le même titre"))
    builder.rebuild()
    api.get("/products?q=titre")
    with django_assert_max_num_queries(2):
        assert len(api.get("/products?q=titre").json()["items"]) == 10


def test_a_search_comes_in_pages(api) -> None:
    made = {make_product(title=f"Chanson {number}").ean for number in range(5)}
    builder.rebuild()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get("/products?q=chanson&limit=2" + (cursor and f"&cursor={cursor}")).json()
        seen += [hit["product"]["ean"] for hit in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5
    assert set(seen) == made


def test_a_cursor_of_another_list_is_refused(api) -> None:
    for number in range(2):
        make_product(title=f"Chanson {number}")
        make_shop()
    builder.rebuild()
    lists = ("/products?q=chanson", "/shops?")
    cursors = [api.get(f"{path}&limit=1").json()["next_cursor"] for path in lists]
    for path, cursor in zip(lists, reversed(cursors), strict=True):
        assert_problem(api.get(f"{path}&cursor={cursor}"), 422, "bad_cursor")


def test_a_radius_cuts_the_offers_and_leaves_the_results(api) -> None:
    product = make_product(title="Les Fleurs du mal")
    make_offer(product=product, shop=make_shop(latitude=45.75, longitude=0.15))
    builder.rebuild()
    (hit,) = api.get(f"/products?q=fleurs&near={POITIERS}&radius_km=10").json()["items"]
    assert (hit["offers"], hit["offer_count"]) == ([], 0)
    (hit,) = api.get(f"/products?q=fleurs&near={POITIERS}&radius_km=120").json()["items"]
    assert hit["offer_count"] == 1


def test_without_an_index_the_search_is_not_available(api) -> None:
    response = api.get("/products?q=fleurs")
    assert_problem(response, 503, "search_not_ready")
    assert response["Retry-After"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_request"),
        ("limit=1000", "invalid_request"),
        ("limit=x", "invalid_request"),
        ("kind=car", "invalid_request"),
        ("radius_km=5", "near_missing"),
        ("radius_km=-5&near=86000", "invalid_request"),
        ("radius_km=nan&near=86000", "invalid_request"),
        ("near=95,0", "unknown_place"),
        ("near=qqqqqqqqqqq", "unknown_place"),
        ("cursor=nonsense", "bad_cursor"),
        ("q=" + "x" * 300, "invalid_request"),
    ],
)
def test_a_wrong_question_is_refused(api, query, code) -> None:
    assert_problem(api.get(f"/products?q=a&{query}"), 422, code)


def test_one_product_by_ean_isbn10_or_ref(api) -> None:
    product = make_product(ean="9782070612369", catalogue_number="X 1")
    other = make_product(ean=None, source="discogs", source_ref="r7")
    for name in ("9782070612369", "978-2-07-061236-9", "2070612368"):
        told = api.get(f"/products/{name}").json()
        assert told["title"] == product.title
        assert told["isbn10"] == "2070612368"
    assert api.get(f"/products/p{other.pk}").json()["ean"] is None


@pytest.mark.parametrize("name", ["9782070612368", "p0", "px", "nothing", "p" + "9" * 30])
@pytest.mark.parametrize("rest", ["", "/availability"])
def test_an_unknown_product_is_not_found(api, name, rest) -> None:
    assert api.get(f"/products/{name}{rest}").status_code == 404


def test_availability_counts_what_can_be_promised(api) -> None:
    offer = make_offer(on_hand=3, held=1, shop=make_shop(stock_shown="exact"))
    product = offer.product
    make_offer(product=product, on_hand=1, held=1)
    make_offer(product=product, as_of=timezone.now() - timedelta(days=30))
    told = api.get(f"/products/{product.ean}/availability?near={POITIERS}").json()
    (only,) = told["offers"]
    assert (only["offer"], only["available"], only["confidence"]) == (offer.pk, 2, "sure")
    assert only["shop"]["slug"] == offer.shop.slug


def test_an_answer_that_is_known_is_not_sent_again(api) -> None:
    path = f"/products/{make_product().ean}"
    first = api.get(path)
    assert first["Cache-Control"].startswith("public")
    again = api.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_who_has_it_is_one_query(api, django_assert_num_queries, shops_are_kept) -> None:
    offer = make_offer(on_hand=2, shop=make_shop(stock_shown="exact"))
    path = f"/products/{offer.product.ean}/availability?near={POITIERS}"
    api.get(path)
    with django_assert_num_queries(1):
        assert api.get(path).json()["offers"][0]["available"] == 2
    Offer.objects.update(held=1)
    assert api.get(path).json()["offers"][0]["available"] == 1


@pytest.mark.parametrize(
    "query", ["", f"?near={POITIERS}", "?near=-46.58%2C-0.34", "?near=46,0", "?near=90.5,0"]
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_short_way_to_an_answer_says_what_the_route_says(api, monkeypatch, query, language):
    """The control: what the short way does not read, the route reads, as it reads everything."""
    offer = make_offer(price_cents=None, shop=make_shop(opening_hours='"sur demande, « 3 »"'))
    make_offer(product=offer.product, condition="VG", copy_ref="B1")
    make_offer(product=offer.product, shop=make_shop(opening_hours="", latitude=45.123456))
    path = f"/products/{offer.product.ean}/availability{query}"
    asked = {"HTTP_ACCEPT_LANGUAGE": language}
    monkeypatch.setattr("django.utils.timezone.now", lambda: offer.as_of)
    short = api.get(path, **asked)
    taken = []
    monkeypatch.setattr("comptoir.api.door.quick_availability", lambda *a, **k: taken.append(a))
    route = api.get(path, **asked)
    assert taken
    assert (short.status_code, short.content) == (route.status_code, route.content)
    assert short.headers["ETag"] == route.headers["ETag"] if short.status_code == 200 else True
