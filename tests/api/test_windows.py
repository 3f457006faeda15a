"""Events and words on titles, by API."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.events.models import Event
from comptoir.events.operations import Place, announce_event, cancel_event, write_pick
from comptoir.shops.models import Shop
from tests.api.client import assert_problem
from tests.events.conftest import DETAILS, local
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db


def announce(shop: Shop, **changes: object) -> Event:
    return announce_event(shop=shop, details=replace(DETAILS, **changes), actor=SYSTEM)


def titles(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["title"] for item in response.json()["items"]]


@pytest.fixture
def agenda(db) -> Shop:
    """Two shops, and three meetings."""
    shop = make_shop(slug="pilori", siret="73282932000074")
    other = make_shop(
        slug="donjon", city="Niort", postcode="79000", latitude=46.32, longitude=-0.46
    )
    announce(shop, title="Demain", starts=local(1))
    announce(other, title="Concert", kind="concert", starts=local(2))
    hall = Place(venue="Salle", postcode="79000", city="Niort")
    announce(shop, title="Plus tard", starts=local(20), place=hall)
    return shop


def test_events_are_asked_for_by_when_where_and_what(api, agenda) -> None:
    assert titles(api.get("/events")) == ["Demain", "Concert", "Plus tard"]
    assert titles(api.get("/events?kind=concert")) == ["Concert"]
    assert titles(api.get("/events?shop=pilori")) == ["Demain", "Plus tard"]
    assert titles(api.get("/events?shop=73282932000074")) == ["Demain", "Plus tard"]
    assert titles(api.get("/events?department=79")) == ["Concert", "Plus tard"]
    assert titles(api.get("/events?near=46.58,0.34&radius_km=10")) == ["Demain"]
    later = (timezone.now() + timedelta(days=10)).date().isoformat()
    assert titles(api.get(f"/events?from={later}")) == ["Plus tard"]
    assert titles(api.get(f"/events?to={later}T00:00:00Z")) == ["Demain", "Concert"]


def test_an_event_says_where_it_is_and_how_far(api, agenda) -> None:
    product = make_product()
    announce(agenda, title="Avec un livre", starts=local(3), product_ids=(product.pk,))
    here, *_others, there = api.get("/events?near=46.58,0.34").json()["items"]
    assert (here["place"]["in_shop"], here["place"]["city"]) == (True, "Poitiers")
    assert here["metres"] < 100
    assert here["time_zone"] == "Europe/Paris"
    assert (there["place"]["name"], there["place"]["in_shop"]) == ("Salle", False)
    assert there["metres"] > 50_000
    named = api.get("/events?from=" + local(3).date().isoformat()).json()["items"][0]
    assert named["products"] == [product.ref]


def test_events_come_in_pages(api, agenda) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get("/events?limit=1" + (cursor and f"&cursor={cursor}"))
        seen += titles(page)
        assert page.json()["total"] == 3
        cursor = page.json()["next_cursor"]
    assert seen == ["Demain", "Concert", "Plus tard"]


def test_a_cancelled_event_is_told_of_to_who_asks(api, agenda) -> None:
    event = Event.objects.get(title="Demain")
    cancel_event(shop=agenda, event_id=event.pk, actor=SYSTEM)
    assert "Demain" not in titles(api.get("/events"))
    told = api.get("/events?cancelled=true").json()["items"][0]
    assert (told["title"], told["cancelled"], told["revision"]) == ("Demain", True, 1)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=tomorrow", 422, "bad_moment"),
        ("to=2026-13-01", 422, "bad_moment"),
        ("shop=nowhere", 404, "unknown_shop"),
        ("near=Nulle-Part-les-Oies", 422, "unknown_place"),
        ("radius_km=5", 422, "near_missing"),
        ("cursor=forged", 422, "bad_cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused(api, db, query, status, code) -> None:
    assert_problem(api.get(f"/events?{query}"), status, code)


def test_words_on_titles_by_shop_and_by_title(api, agenda) -> None:
    other = Shop.objects.get(slug="donjon")
    products = [make_product() for _number in range(3)]
    for product in products:
        write_pick(shop=agenda, product_id=product.pk, text="Un mot", signed="Ana", actor=SYSTEM)
    write_pick(shop=other, product_id=products[0].pk, text="Un autre", actor=SYSTEM)

    def told(query: str) -> list[tuple[str, str]]:
        items = api.get(f"/picks?{query}").json()["items"]
        return [(item["shop"]["slug"], item["product"]["ref"]) for item in items]

    refs = [product.ref for product in products]
    mine = [("pilori", ref) for ref in reversed(refs)]
    assert told("") == [("donjon", refs[0]), *mine]
    assert told("shop=pilori") == mine
    assert told(f"product={refs[0]}") == [("donjon", refs[0]), ("pilori", refs[0])]
    first = api.get("/picks?limit=3").json()
    assert (len(first["items"]), first["items"][1]["signed"]) == (3, "Ana")
    assert told(f"limit=3&cursor={first['next_cursor']}") == [("pilori", refs[0])]
    Shop.objects.filter(pk=agenda.pk).update(paused_at=timezone.now())
    assert told("") == [("donjon", refs[0])]


@pytest.mark.parametrize("path", ["/events", "/picks"])
def test_an_answer_is_kept_and_asked_for_again_by_its_tag(api, agenda, path) -> None:
    first = api.get(path)
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Access-Control-Allow-Origin"] == "*"
    again = api.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
