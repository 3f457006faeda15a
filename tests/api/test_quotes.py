"""Quotes by the API: what a basket costs, by which rules, and what is refused."""

import pytest
from django.utils import timezone

from comptoir.api.routes import quotes
from comptoir.core import limits
from comptoir.orders.models import Order
from comptoir.quotes.models import Band, Tariff
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.api.client import Api, assert_problem
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


def test_each_figure_has_its_rule_by_name_and_its_parts_make_the_total(api, shop) -> None:
    book = make_product(list_price_cents=1290, weight_grams=300)
    record = make_product(kind="record", format="lp", list_price_cents=None)
    for product, cents in ((book, 1290), (record, 2490)):
        make_offer(product=product, shop=shop, price_cents=cents)
    copy = make_offer(product=book, shop=shop, condition="VG", copy_ref="C1", price_cents=600)
    lines = [{"product": book.ean, "quantity": 2}, {"product": record.ean}, {"offer": copy.pk}]
    told = api.post("/quotes", asked(shop, *lines)).json()
    assert [line["rule"] for line in told["lines"]] == [
        "publisher_price",
        "free_price",
        "used_price",
    ]
    assert [line["vat"]["scheme"] for line in told["lines"]] == ["rate", "rate", "margin"]
    assert [line["used"] for line in told["lines"]] == [False, False, True]
    assert (told["new_cents"], told["used_cents"]) == (5070, 600)
    # 2 × 300 g, an LP of 330 g, a used book of 300 g, a box of 80 g.
    assert told["postage"]["weight_grams"] == 1310
    assert (told["postage"]["rule"], told["postage"]["cents"]) == ("band", 720)
    assert told["total_cents"] == 5070 + 600 + 720
    assert sum(part["cents"] for part in told["vat"]) == told["total_cents"]
    parts = told["postage"]["parts"]
    assert sum(part["cents"] for part in parts) == 720
    vat = sum(each["vat_cents"] for each in [*told["lines"], *parts])
    assert vat == sum(each["vat_cents"] for each in told["vat"])


def test_a_refused_line_says_why_and_voids_none_beside_it(api, shop) -> None:
    book, other = make_product(list_price_cents=1290), make_product(list_price_cents=1000)
    make_offer(product=book, shop=shop, price_cents=1390)
    told = api.post("/quotes", asked(shop, {"product": book.ean}, {"product": other.ean})).json()
    refused, fine = told["lines"]
    assert refused["refused"]["code"] == "price_conflict"
    assert "13,90" in refused["text"]
    assert refused["conflict"] == {"till_cents": 1390, "publisher_cents": 1290}
    assert (refused["unit_cents"], refused["cents"], refused["rule"]) == (None, 0, None)
    assert fine["cents"] == 1000
    assert told["total_cents"] is None
    collected = api.post("/quotes", asked(shop, {"product": book.ean}, delivery="collect")).json()
    assert collected["lines"][0]["conflict"]["till_cents"] == 1390
    assert collected["total_cents"] == 1290


def test_a_parcel_that_nobody_takes_is_refused_in_words(api, shop) -> None:
    book = make_product(list_price_cents=1290)
    told = api.post("/quotes", asked(shop, {"product": book.ean}, country="CH")).json()
    assert told["postage"] is None
    assert told["refused"]["code"] == "not_posted_there"
    assert told["refused"]["detail"].endswith("Autres pays.")
    assert told["total_cents"] is None


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"shop": "personne"}, 404, "unknown_shop"),
        ({"lines": [{"product": "9782999999994"}]}, 404, "no_product"),
        ({"lines": []}, 422, "invalid_request"),
        ({"lines": [{"product": "x", "quantity": 0}]}, 422, "invalid_request"),
        ({"lines": [{"product": "9782999999994"}] * 51}, 422, "invalid_request"),
        ({"delivery": "pigeon"}, 422, "invalid_request"),
        ({"country": "Z"}, 422, "bad_country"),
        ({"postcode": "ABC"}, 422, "bad_postcode"),
        ({"day": "2011-01-01"}, 422, "bad_day"),
        ({"colour": "red"}, 422, "invalid_request"),
    ],
)
def test_what_is_wrong_is_a_problem(api, shop, wrong: dict, status: int, code: str) -> None:
    body = asked(shop, {"product": make_product().ean}) | wrong
    assert_problem(api.post("/quotes", body), status, code)


def test_a_paused_shop_has_no_quotes(api, shop) -> None:
    shop.paused_at = timezone.now()
    shop.save()
    assert_problem(
        api.post("/quotes", asked(shop, {"product": make_product().ean})), 404, "unknown_shop"
    )


def test_quotes_are_limited_by_address(api, shop, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    settings.WORKERS = 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr(quotes, "PER_ADDRESS", limits.Limit("quotes", 2))
    body = asked(shop, {"product": make_product().ean})
    answers = [api.post("/quotes", body).status_code for _time in range(3)]
    assert answers == [200, 200, 429]


def test_a_basket_is_divided_over_shops(api, shop) -> None:
    other = make_shop(kind="records", latitude=46.59)
    disc = make_product(kind="record", format="cd", list_price_cents=None)
    make_offer(product=disc, shop=shop, price_cents=1500)
    make_offer(product=disc, shop=other, price_cents=1400)
    body = {
        "titles": [{"product": disc.ean}, {"product": "9782999999994"}],
        "postcode": "75011",
        "near": "46.58,0.34",
    }
    told = api.post("/quotes/split", body).json()
    assert told["unknown"] == ["9782999999994"]
    assert [each["shop"]["slug"] for each in told["mail"]["quotes"]] == [shop.slug]
    assert (told["mail"]["total_cents"], told["mail"]["proved"]) == (1750, True)
    assert [each["shop"]["slug"] for each in told["collect"]["quotes"]] == [other.slug]
    assert told["collect"]["total_cents"] == 1400
    assert (told["not_posted"], told["not_collected"]) == ([], [])
    assert_problem(api.post("/quotes/split", body | {"postcode": "1"}), 422, "bad_postcode")
    many = body | {"titles": body["titles"] * 7}
    assert_problem(api.post("/quotes/split", many), 422, "invalid_request")
