"""Quotes by the API: what a basket costs, by which rules, and what is refused."""

import pytest

from comptoir.orders.models import Order
from comptoir.quotes.models import Band, Tariff
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.api.client import Api
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(kind="both")
    tariff = Tariff.objects.create(shop=shop, since="2026-01-01", box_grams=80, box_mm=5)
    Band.objects.create(tariff=tariff, zone="france", max_grams=500, price_cents=250)
    Band.objects.create(tariff=tariff, zone="france", max_grams=5000, price_cents=720, tracked=True)
    return shop


def asked(shop: Shop, *lines: dict, **wish: object) -> dict:
    posted = {"delivery": "mail", "postcode": "75011"} | wish
    return {"shop": shop.slug, "lines": list(lines), **posted}


def test_one_new_book_is_posted(api, shop) -> None:
    book = make_product(list_price_cents=1290, vat_rate=550, weight_grams=300)
    make_offer(product=book, shop=shop, price_cents=1290)
    answer = api.post("/quotes", asked(shop, {"product": book.ean}))
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "private, no-store"
    told = answer.json()
    (line,) = told["lines"]
    assert (line["unit_cents"], line["rule"], line["vat_cents"]) == (1290, "publisher_price", 67)
    assert line["vat"]["rate"] == 550
    assert line["text"] == "Livre neuf\u00a0: le prix de l’éditeur, le même partout."
    assert told["postage"]["cents"] == 300
    assert told["postage"]["rule"] == "least_for_new_books"
    assert told["postage"]["band_cents"] == 250
    assert told["total_cents"] == 1590
    assert not Order.objects.exists()
    assert Offer.objects.get().held == 0
    in_english = Api(language="en").post("/quotes", asked(shop, {"product": book.ean})).json()
    assert in_english["lines"][0]["text"] == "New book: the publisher’s price, the same everywhere."
