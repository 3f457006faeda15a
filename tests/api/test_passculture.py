"""The pass Culture contracts: our stocks for whoever asks, and what is pushed to us."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.orders.operations import place
from comptoir.stock.models import Offer, Report, ReportStatus
from comptoir.stock.shelf import pages
from comptoir.stock.shelf.ledger import sell
from comptoir.stock.shelf.pages import list_promised
from tests.api.client import assert_problem, secret_of
from tests.api.conftest import SIRETS
from tests.factories import ean, make_offer, make_product, make_shop, request_for
from tests.plans import fill_stock, plan_of

pytestmark = pytest.mark.django_db
PUSH = "/public/offers/v1/products/ean"


def ask(query: str = "", siret: str = SIRETS[0]):
    return Client().get(f"/stocks/{siret}{query}")


def told(query: str = "") -> dict:
    response = ask(query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def shelf(shop) -> list[Offer]:
    """Three titles, in the order of their EANs, of a shop that gives its figures away."""
    type(shop).objects.filter(pk=shop.pk).update(stock_shown="exact")
    return [
        make_offer(shop=shop, product=make_product(ean=ean(number)), on_hand=number - 90_000_010)
        for number in (90_000_011, 90_000_012, 90_000_013)
    ]


@pytest.mark.parametrize(("stock_shown", "copies"), [("in_stock", [1, 1, 1]), ("nothing", [])])
def test_no_more_is_listed_than_the_shop_shows(shelf, shop, stock_shown, copies) -> None:
    type(shop).objects.filter(pk=shop.pk).update(stock_shown=stock_shown)
    found = told()
    assert [stock["available"] for stock in found["stocks"]] == copies
    assert found["total"] == len(copies)


def test_what_may_be_promised_is_listed_by_ean(shelf, shop) -> None:
    found = told()
    until = found["stocks"][0].pop("validUntil")
    assert until.endswith("Z")
    assert {name: found[name] for name in ("total", "limit", "offset")} == {
        "total": 3,
        "limit": 1000,
        "offset": 0,
    }
    assert found["stocks"][0] == {"ref": shelf[0].ean, "available": 1, "price": 12.9}
    assert [stock["available"] for stock in found["stocks"]] == [1, 2, 3]


def test_held_and_kept_back_copies_used_ones_and_old_figures_are_not_promised(shelf, shop) -> None:
    place(request_for(shelf[2]))
    make_offer(shop=shop, condition="VG+", on_hand=4)
    make_offer(shop=shop, product=make_product(ean=None, source="till", source_ref="1"), on_hand=4)
    make_offer(shop=shop, on_hand=4, as_of=timezone.now() - timedelta(days=30))
    Offer.objects.filter(pk=shelf[1].pk).update(doubtful=1)
    assert [stock["available"] for stock in told()["stocks"]] == [1, 1, 2]
    shop.safety_stock = 1
    shop.save()
    assert [stock["available"] for stock in told()["stocks"]] == [1]


def test_pages_follow_each_other_and_an_empty_one_ends_them(shelf) -> None:
    first = told("?limit=2")
    assert [stock["ref"] for stock in first["stocks"]] == [shelf[0].ean, shelf[1].ean]
    second = told(f"?limit=2&after={shelf[1].ean}")
    assert [stock["ref"] for stock in second["stocks"]] == [shelf[2].ean]
    assert (second["total"], second["offset"], second["limit"]) == (3, 2, 2)
    last = told(f"?limit=2&after={shelf[2].ean}")
    assert (last["stocks"], last["total"], last["offset"]) == ([], 3, 3)
    assert told("?limit=900000000")["limit"] == 1000


def test_what_changed_since_is_told_even_when_it_is_gone(shelf, shop) -> None:
    before = timezone.now()
    OutboxEntry.objects.update(written_at=before - pages.OVERLAP - timedelta(seconds=1))
    assert told(f"?modifiedSince={before:%Y-%m-%dT%H:%M:%S.%f}Z")["stocks"] == []
    sell(shop=shop, ean=shelf[0].ean, actor=SYSTEM)
    place(request_for(shelf[2]))
    found = told(f"?modifiedSince={before:%Y-%m-%dT%H:%M:%S.%f}Z")
    assert [(stock["ref"], stock["available"]) for stock in found["stocks"]] == [
        (shelf[0].ean, 0),
        (shelf[2].ean, 2),
    ]
    assert found["total"] == 2
    long_ago = told("?modifiedSince=2012-04-23T18:25:43.511Z")
    assert [stock["available"] for stock in long_ago["stocks"]] == [0, 2, 2]


def told_of_a_long_transaction(shop, offer) -> list[str]:
    """Ask from the last answer on: what was committed since bears an earlier moment."""
    asked = timezone.now()
    publish(OutboxEntry.Topic.OFFER, [offer.pk])
    OutboxEntry.objects.update(written_at=asked - timedelta(minutes=5))
    return [title.ean for title in list_promised(shop, limit=10, since=asked).titles]


def test_what_took_minutes_to_be_told_is_not_missed(shelf, shop) -> None:
    OutboxEntry.objects.all().delete()
    assert told_of_a_long_transaction(shop, shelf[1]) == [shelf[1].ean]


def test_without_the_overlap_it_would_be(shelf, shop, monkeypatch) -> None:
    monkeypatch.setattr(pages, "OVERLAP", timedelta())
    assert told_of_a_long_transaction(shop, shelf[1]) == []


def test_a_page_is_one_query_that_reads_what_was_published_lately(shop) -> None:
    fill_stock(shop)
    since = timezone.now()

    def work() -> None:
        list_promised(shop, limit=10, since=since)

    with CaptureQueriesContext(connection) as asked:
        plan = plan_of(work)
    assert {"stock_offer_once", "stock_offer_newest"} & set(plan.indexes)
    assert {"stock_offer", "core_outbox"}.isdisjoint(plan.read_whole)
    # The controls: without their indexes, all there is would be read.
    without = plan_of(work, without="stock_offer_once stock_offer_newest")
    assert "stock_offer" in without.read_whole
    assert "core_outbox" in plan_of(work, without="core_outbox_written").read_whole
    assert [each["sql"].count("core_outbox") for each in asked if "SELECT" in each["sql"]] == [1]


def test_a_figure_that_grew_too_old_since_is_told_as_gone(shop) -> None:
    now = timezone.now()
    old = make_offer(shop=shop, on_hand=2, as_of=now - timedelta(hours=96, minutes=30))
    since = now - timedelta(hours=1)
    found = list_promised(shop, limit=10, since=since, at=now)
    assert [(title.ean, title.available) for title in found.titles] == [(old.ean, 0)]
    assert not list_promised(shop, limit=10, since=now - timedelta(minutes=5), at=now).titles


@pytest.mark.parametrize(
    ("query", "siret", "field"),
    [
        ("", "12345678901234", "siret"),
        ("", "7328", "siret"),
        ("?limit=0", SIRETS[0], "limit"),
        ("?limit=-1", SIRETS[0], "limit"),
        ("?limit=many", SIRETS[0], "limit"),
        ("?limit=%D9%A3", SIRETS[0], "limit"),
        ("?after=1", SIRETS[0], "after"),
        ("?after=' OR 1=1", SIRETS[0], "after"),
        ("?modifiedSince=yesterday", SIRETS[0], "modifiedSince"),
        ("?modifiedSince=2999-01-01T00:00:00Z", SIRETS[0], "modifiedSince"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_field(query, siret, field, shelf) -> None:
    response = ask(query, siret)
    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    assert list(response.json()["errors"]) == [field]
    assert response.json()["errors"][field][0]


def test_a_shop_that_is_not_known_or_paused_is_not_there(shelf, shop) -> None:
    assert_problem(ask("", SIRETS[1]), 404, "unknown_shop")
    shop.paused_at = timezone.now()
    shop.save()
    assert_problem(ask(), 404, "unknown_shop")


def push(shop, body: object, **headers: str):
    headers = headers or {"Authorization": f"Bearer {secret_of(shop)}"}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(PUSH, content, content_type="application/json", headers=headers)


def pushed(*products: tuple[str, object, object], venue: object = 7) -> dict:
    return {
        "location": {"type": "physical", "venueId": venue},
        "products": [
            {"ean": code, "stock": {"price": price, "quantity": quantity}}
            for code, price, quantity in products
        ],
    }


def test_what_is_pushed_is_held_true(shelf, shop) -> None:
    response = push(shop, pushed((shelf[0].ean, 1500, 4), (ean(90_000_099), 800, 2)))
    assert (response.status_code, response.content) == (204, b"")
    offer = Offer.objects.get(pk=shelf[0].pk)
    assert (offer.on_hand, offer.price_cents) == (4, 1500)
    assert Offer.objects.get(ean=ean(90_000_099)).on_hand == 2
    assert Offer.objects.get(pk=shelf[2].pk).on_hand == 3
    report = Report.objects.get()
    assert (report.mode, report.feed.shop_code) == ("delta", "7")


def test_another_venue_is_refused_once_one_is_known(shelf, shop) -> None:
    push(shop, pushed((shelf[0].ean, 1500, 4)))
    response = push(shop, pushed((shelf[0].ean, 1500, 9), venue=8))
    assert response.status_code == 400
    assert "location.venueId" in response.json()["errors"]
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 4


def test_a_push_needs_the_token_of_a_shop_and_moves_that_shop_alone(shelf, shop) -> None:
    body = pushed((shelf[0].ean, 1500, 4))
    assert_problem(push(shop, body, Authorization=""), 401, "unauthorized")
    assert_problem(push(shop, body, Authorization="Bearer cpt_no"), 401, "bad_token")
    assert push(make_shop(), body).status_code == 204
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 1


@pytest.mark.parametrize(
    ("price", "cents", "code"),
    [
        (839.78, 840, "rounded_price"),
        (-1, None, "bad_price"),
        (True, None, "bad_price"),
        ("1500", None, "bad_price"),
    ],
)
def test_a_doubtful_price_keeps_no_copy_back(price, cents, code, shop) -> None:
    assert push(shop, pushed((ean(90_000_001), price, 3))).status_code == 204
    offer = Offer.objects.get(ean=ean(90_000_001))
    assert (offer.on_hand, offer.price_cents) == (3, cents)
    assert [(line, said) for line, said, *_rest in Report.objects.get().remarks] == [(1, code)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "global"),
        (b"[]", "global"),
        ({}, "location.venueId"),
        (pushed(venue="7"), "location.venueId"),
        (pushed(venue=True), "location.venueId"),
        ({"location": {"type": "digital", "venueId": 7}, "products": []}, "location.type"),
        ({"location": {"type": "physical", "venueId": 7}, "products": {}}, "products"),
        (pushed(*[(ean(90_000_001), 1, 1)] * 501), "products"),
        (pushed(("978", 1, 1)), "products.0"),
        (pushed((ean(90_000_001), 1, -100_001)), "products.0"),
        (pushed((ean(90_000_001), 1, "unlimited")), "products.0"),
        (b'{"location":{"type":"physical","venueId":7},"products":[1]}', "global"),
    ],
)
def test_what_cannot_be_pushed_is_told_by_its_field(body, field, shop) -> None:
    response = push(shop, body)
    assert response.status_code == 400, response.content
    assert list(response.json()["errors"]) == [field]
    assert not Offer.objects.exists()


def test_a_bad_line_is_refused_alone(shelf, shop) -> None:
    body = pushed((shelf[0].ean, 1500, 4), (shelf[1].ean, 1500, 1.5))
    assert push(shop, body).status_code == 204
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 4
    report = Report.objects.get()
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 1)
