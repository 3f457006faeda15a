"""An article that a till numbers by itself, through the pages, the API and the counter: it is
reached through its shop, and nowhere else."""

import json
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.search import builder, reader, source
from comptoir.search.query import SearchRequest, search, suggest
from comptoir.shops.models import ServiceKind, Shop
from comptoir.site.home import newest_on_shelf
from comptoir.stock.arrivals.articles import title_article
from comptoir.stock.models import Offer
from comptoir.stock.shelf import ledger
from tests.api.client import Api, assert_problem, order_body, secret_of
from tests.factories import make_offer, make_shop, make_staff, take_file

pytestmark = pytest.mark.django_db

OWN = "2000000000015"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def index(tmp_path, settings, monkeypatch) -> None:
    """Give the test an index of its own, and count nobody's requests."""
    settings.VAR = tmp_path
    settings.RATE_LIMITS = False
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    yield
    reader.READER.forget()


def shop_of(name: str, siret: str, title: str) -> Shop:
    shop = make_shop(slug=name, name=name, siret=siret, safety_stock=0, opening_hours="24/7")
    shop.services.create(kind=ServiceKind.SPECIAL_ORDERS)
    content = f"ean;quantity;price;title\n{OWN};4;6.00;Du programme\n".encode()
    take_file(shop=shop, stream=BytesIO(content), actor=SYSTEM, format="csv")
    title_article(shop=shop, number=OWN, title=title, byline="", kind="book", actor=SYSTEM)
    return shop


@pytest.fixture
def a() -> Shop:
    return shop_of("a", "73282932000074", "Carnet ligné")


@pytest.fixture
def b() -> Shop:
    return shop_of("b", "55210055400013", "Occasion polar")


def offer_of(shop: Shop) -> Offer:
    return Offer.objects.get(shop=shop, product__source="till", copy_ref="")


def desk_of(shop: Shop) -> Client:
    client = Client()
    client.force_login(make_staff(shop), backend=BACKEND)
    return client


def test_a_search_finds_it_as_what_its_shop_has(a, b):
    builder.rebuild()
    (hit,) = search(SearchRequest("polar")).hits
    assert [offer.shop for offer in hit.nearest.offers] == [b]
    assert not search(SearchRequest(OWN)).hits
    assert not suggest("polar")
    answer = Api().get("/products?q=polar").json()["items"]
    assert [offer["shop"]["slug"] for offer in answer[0]["offers"]] == ["b"]
    assert answer[0]["product"]["ean"] is None


def test_a_search_does_not_find_what_its_shop_has_no_longer(a, b):
    builder.rebuild()
    ledger.sell(shop=b, ean=OWN, quantity=4, actor=SYSTEM)
    assert not search(SearchRequest("polar")).hits
    # So does the follower, by what it reads of one product.
    assert not list(source.read([offer_of(b).product_id]))
    assert [each.title for each in source.read([offer_of(a).product_id])] == ["Carnet ligné"]
    builder.rebuild()
    assert search(SearchRequest("polar")).total == 0
    assert search(SearchRequest("carnet")).total == 1


def test_its_number_leads_nowhere_outside_the_shop(a, b):
    for path in (f"/products/{OWN}", f"/products/{OWN}/availability"):
        assert_problem(Api().get(path), 404, "no_product")
    client = Client()
    assert client.get(reverse("site:product", args=[OWN])).status_code == 404
    found = client.get(reverse("site:shop", args=["b"]), {"q": OWN}).content.decode()
    assert "Occasion polar" in found
    assert "Carnet ligné" not in found


def test_its_page_is_its_shop_s(a, b):
    product = offer_of(b).product
    address = reverse("site:product", args=[product.ref])
    client = Client()
    assert "Occasion polar" in client.get(address).content.decode()
    listed = make_offer().product
    cache.clear()  # what the first page showed in a test before
    assert newest_on_shelf() == [listed.pk]
    pages = client.get(reverse("site:sitemap_products", args=[0])).content.decode()
    assert product.ref not in pages
    assert listed.ref in pages
    Shop.objects.filter(pk=b.pk).update(paused_at="2026-01-01T00:00Z")
    assert client.get(address).status_code == 404
    assert_problem(Api().get(f"/products/{product.ref}"), 404, "no_product")


def test_no_shop_is_asked_to_order_another_s_own_article(a, b):
    product = offer_of(b).product
    ledger.sell(shop=b, ean=OWN, quantity=4, actor=SYSTEM)
    client = Client()
    page = client.get(reverse("site:product", args=[product.ref])).content.decode()
    assert 'name="product"' not in page
    asked = {"action": "add", "shop": a.pk, "product": product.pk}
    assert client.post(reverse("site:basket"), asked).status_code == 404
    body = order_body(offer_of(a))
    body["lines"] = [{"product": product.ref, "special_order": True}]
    assert_problem(Api().post("/orders", body), 404, "no_such_product")


@pytest.mark.parametrize("word", [OWN, "ref"])
def test_a_reader_reserves_it_in_its_own_shop(a, b, word):
    offer = offer_of(b)
    body = order_body(offer)
    body["lines"][0]["product"] = offer.product.ref if word == "ref" else word
    assert Api().post("/orders", body).status_code == 201
    line = Order.objects.get().lines.get()
    assert (line.offer, line.title) == (offer, "Occasion polar")
    assert (offer_of(a).held, offer_of(b).held) == (0, 1)
    till = Api(secret_of(b))
    (told,) = till.get(f"/shops/{b.siret}/orders").json()["items"]
    assert told["lines"][0]["product"] == OWN


def test_another_shop_s_article_cannot_be_reserved_here(a, b):
    body = order_body(offer_of(a))
    body["lines"][0]["product"] = offer_of(b).product.ref
    assert_problem(Api().post("/orders", body), 409, "copies_gone")


def test_the_shop_s_program_speaks_of_it_by_its_number(a, b):
    till = Api(secret_of(b))
    lines = [{"ean": OWN, "quantity": 7, "price_cents": 350}]
    body = {"as_of": timezone.now().isoformat(), "lines": lines}
    told = till.call("PATCH", f"/shops/{b.siret}/stock", body)
    assert (told.status_code, told.json()["refused"]) == (200, 0)
    assert (offer_of(a).on_hand, offer_of(b).on_hand) == (4, 7)
    copy = {"product": OWN, "condition": "VG", "price_cents": 200, "ref": "B1"}
    entered = till.post(f"/shops/{b.siret}/copies", copy)
    assert (entered.status_code, entered.json()["product"]) == (201, OWN)
    assert Offer.objects.get(copy_ref="B1").product == offer_of(b).product
    strange = copy | {"product": offer_of(a).product.ref, "ref": "B2"}
    assert_problem(till.post(f"/shops/{b.siret}/copies", strange), 404, "no_product")


def test_a_scan_at_the_counter_finds_the_shop_s_own(a, b):
    builder.rebuild()
    desk = desk_of(a)
    page = desk.get(f"/comptoir/a/stock/{OWN}").content.decode()
    assert "Carnet ligné" in page
    assert "polar" not in page
    for query in (OWN, "polar"):
        found = desk.get("/comptoir/a/stock", {"q": query}, follow=True).content.decode()
        assert "Occasion polar" not in found
        reserve = desk.get("/comptoir/a/reserver", {"q": query}).content.decode()
        assert "Occasion polar" not in reserve
    other = offer_of(b).product
    assert desk.get(f"/comptoir/a/stock/{other.ref}").status_code == 404
    assert desk.get("/comptoir/a/occasions", {"p": other.ref}).status_code == 404
    own = offer_of(a).product
    assert desk.get(f"/comptoir/a/stock/{own.ref}")["Location"].endswith(OWN)


def test_the_counter_finds_an_own_article_by_its_title_when_it_is_gone(a):
    ledger.sell(shop=a, ean=OWN, quantity=4, actor=SYSTEM)
    builder.rebuild()
    assert "Carnet ligné" in desk_of(a).get("/comptoir/a/stock", {"q": "carnet"}).content.decode()


def test_the_counter_moves_and_titles_it(a, b):
    desk = desk_of(a)
    seen = offer_of(a).movements.latest("pk").pk
    desk.post(f"/comptoir/a/stock/{OWN}/vendu", {"seen": seen})
    assert (offer_of(a).on_hand, offer_of(b).on_hand) == (3, 4)
    desk.post(
        f"/comptoir/a/stock/{OWN}/titre", {"title": "Carnet A5", "byline": "", "kind": "other"}
    )
    assert offer_of(a).product.title == "Carnet A5"
    assert offer_of(b).product.title == "Occasion polar"


def test_a_till_s_name_of_it_is_for_the_shop_alone():
    shop = make_shop(slug="c", safety_stock=0)
    content = f"ean;quantity;title\n{OWN};4;Carte cadeau\n".encode()
    take_file(shop=shop, stream=BytesIO(content), actor=SYSTEM, format="csv")
    builder.rebuild()
    assert not search(SearchRequest("cadeau")).hits
    assert "Carte cadeau" in desk_of(shop).get(f"/comptoir/c/stock/{OWN}").content.decode()
    product = Offer.objects.get().product
    assert_problem(Api().get(f"/products/{product.ref}"), 404, "no_product")
    assert "Carte cadeau" not in json.dumps(Api().get("/shops").json())
