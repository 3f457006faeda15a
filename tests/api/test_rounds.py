"""Rounds by the API: what is asked, what is named, what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.core import limits
from comptoir.rounds.errors import MOST_TITLES
from comptoir.shops.models import Shop
from tests.api.client import assert_problem
from tests.factories import ALWAYS_OPEN, ean, make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db

POITIERS = "46.5802,0.3404"


@pytest.fixture
def shops() -> list[Shop]:
    return [make_shop(opening_hours=ALWAYS_OPEN, latitude=46.58 + n / 100) for n in range(3)]


def test_a_list_is_fetched_in_the_fewest_stops_and_missing_titles_are_named(api, shops) -> None:
    book, record, nowhere, far = (make_product() for _title in range(4))
    make_offer(product=book, shop=shops[0], price_cents=1000)
    make_offer(product=record, shop=shops[1], price_cents=2000)
    both = [make_offer(product=each, shop=shops[2], price_cents=1500) for each in (book, record)]
    elsewhere = make_offer(product=far, shop=make_shop(latitude=48.85, longitude=2.35))
    unknown = ean()
    # In the middle of a day: an hour before midnight nobody fetches all of it today.
    noon = (timezone.now() + timedelta(days=1)).replace(hour=11).isoformat()
    titles = [book.ean, record.ean, nowhere.ean, far.ean, unknown]
    told = api.post("/rounds", {"titles": titles, "near": POITIERS, "at": noon})
    assert told.status_code == 200
    assert told["Cache-Control"] == "private, no-store"
    told = told.json()
    assert told["unknown"] == [unknown]
    assert {each["product"]: each["nearest"] for each in told["absent"]}[nowhere.ean] is None
    by_ref = {each["product"]: each["nearest"] for each in told["absent"]}
    assert by_ref[far.ean]["offer"] == elsewhere.pk
    first, second = told["rounds"]
    assert first["aims"] == ["fewest_stops", "all_today"]
    assert [offer["offer"] for offer in first["stops"][0]["offers"]] == [one.pk for one in both]
    assert (first["price_cents"], first["proved"], first["all_today"]) == (3000, True, True)
    assert first["metres"] == pytest.approx(2 * first["back_metres"], abs=2)
    assert second["aims"] == ["shortest"]
    assert [stop["shop"]["slug"] for stop in second["stops"]] == [s.slug for s in shops[:2]]
    assert second["metres"] < first["metres"]


def test_opening_hours_count_for_all_today(api, shops) -> None:
    shops[0].opening_hours = "Sa 10:00-12:00"
    shops[0].save()
    offer = make_offer(shop=shops[0])
    asked = {"titles": [offer.product.ean], "near": POITIERS, "by": "foot"}
    saturday = timezone.now() + timedelta(days=(5 - timezone.now().weekday()) % 7 or 7)
    for hour, is_open in ((9, True), (11, True), (13, False)):
        at = saturday.replace(hour=hour - 1, minute=0, second=0, microsecond=0)
        told = api.post("/rounds", asked | {"at": at.isoformat()}).json()
        (found,) = told["rounds"]
        assert found["all_today"] is is_open
        assert bool(told["closed"]) is not is_open
        assert (found["stops"][0]["arrival"] is not None) is is_open


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"titles": []}, "invalid_request"),
        ({"titles": ["9782070612369"] * (MOST_TITLES + 1)}, "invalid_request"),
        ({"near": "Xyzzy-les-Bains"}, "unknown_place"),
        ({"near": " "}, "near_missing"),
        ({"radius_km": 0}, "invalid_request"),
        ({"at": "tomorrow"}, "bad_moment"),
        ({"at": "2020-01-01T10:00:00+01:00"}, "bad_moment"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "bad_moment"),
        ({"by": "rocket"}, "invalid_request"),
        ({"radius": 3}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_a_problem(api, change, code) -> None:
    asked = {"titles": ["9782070612369"], "near": POITIERS}
    assert_problem(api.post("/rounds", asked | change), 422, code)


def test_an_address_asks_so_often_and_no_more(api, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    settings.WORKERS = 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr("comptoir.rounds.reads.PER_ADDRESS", limits.Limit("rounds", 2))
    asked = {"titles": ["9782070612369"], "near": POITIERS}
    answers = [api.post("/rounds", asked).status_code for _time in range(3)]
    assert answers == [200, 200, 429]


def test_a_long_list_counts_as_six(api, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    settings.WORKERS = 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr("comptoir.rounds.reads.PER_ADDRESS", limits.Limit("rounds", 7))
    titles = [make_product().ean for _each in range(13)]
    asked = [titles, titles[:12], titles[:12]]
    answers = [api.post("/rounds", {"titles": each, "near": POITIERS}) for each in asked]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.mark.usefixtures("shops_are_kept")
def test_the_queries_do_not_grow_with_the_list(api, shops, django_assert_max_num_queries) -> None:
    titles = [make_offer(shop=shops[number % 3]).product.ean for number in range(12)]
    asked = {"titles": titles, "near": POITIERS}
    api.post("/rounds", asked)
    with django_assert_max_num_queries(3):
        assert len(api.post("/rounds", asked).json()["rounds"][0]["stops"]) == 3
