"""The directory."""

import pytest

from comptoir.shops import memory
from comptoir.shops.models import Service
from tests.api.client import assert_problem
from tests.factories import make_network, make_shop

pytestmark = pytest.mark.django_db


def slugs(response) -> list[str]:
    return [item["slug"] for item in response.json()["items"]]


def test_the_nearest_shop_comes_first(api) -> None:
    make_shop(slug="angouleme", latitude=45.65, longitude=0.16)
    make_shop(slug="poitiers")
    assert slugs(api.get("/shops?near=46.58,0.34")) == ["poitiers", "angouleme"]
    assert slugs(api.get("/shops?near=46.58,0.34&radius_km=20")) == ["poitiers"]
    assert slugs(api.get("/shops")) == ["angouleme", "poitiers"]


def test_filters(api) -> None:
    records = make_shop(slug="disques", kind="records", city="Niort", postcode="79000")
    both = make_shop(slug="deux", kind="both", postcode="20090")
    make_shop(slug="livres", kind="books")
    Service.objects.create(shop=records, kind="second_hand")
    assert slugs(api.get("/shops?kind=records")) == ["deux", "disques"]
    assert slugs(api.get("/shops?service=second_hand")) == ["disques"]
    assert slugs(api.get("/shops?department=79")) == ["disques"]
    assert slugs(api.get("/shops?department=2A")) == [both.slug]
    assert slugs(api.get("/shops?q=nior")) == ["disques"]


def test_one_shop_by_siret_or_slug(api) -> None:
    make_shop(slug="pilori", siret="73282932000074", description="Au coin.")
    for name in ("pilori", "73282932000074"):
        told = api.get(f"/shops/{name}").json()
        assert (told["slug"], told["description"]) == ("pilori", "Au coin.")
    assert_problem(api.get("/shops/none"), 404, "unknown_shop")


def test_a_paused_shop_is_not_shown(api) -> None:
    from django.utils import timezone

    make_shop(slug="ferme", paused_at=timezone.now())
    assert slugs(api.get("/shops")) == []
    assert_problem(api.get("/shops/ferme"), 404, "unknown_shop")


def test_the_directory_comes_in_pages(api, django_assert_max_num_queries) -> None:
    made = sorted(make_shop().slug for _number in range(5))
    memory.directory()
    for place in ("", "&near=86000"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            # The shops are kept by the process: all that is asked is whether one has changed.
            with django_assert_max_num_queries(1):
                page = api.get(f"/shops?limit=2{place}" + (cursor and f"&cursor={cursor}"))
            seen += slugs(page)
            cursor = page.json()["next_cursor"]
        assert sorted(seen) == made
    assert_problem(api.get("/shops?cursor=nonsense"), 422, "bad_cursor")


def test_every_filter_of_the_directory_is_one_of_the_api(api) -> None:
    network = make_network(slug="vinyle-en-limousin", name="Vinyle en Limousin")
    records = make_shop(
        slug="disques", kind="records", city="Limoges", postcode="87000", latitude=45.83,
        longitude=1.26, opening_hours="Sa-Su 10:00-19:00", wheelchair="limited",
    )  # fmt: skip
    make_shop(slug="livres")
    for kind, how in (("mail_order", "Colis suivi, 6 €"), ("second_hand", "")):
        Service.objects.create(shop=records, kind=kind, how=how)
    for kind in ("jazz", "world"):
        records.specialities.create(kind=kind)
    records.memberships.create(network=network, actor_kind="system")
    for asked in (
        "service=mail_order&service=second_hand",
        "speciality=jazz&speciality=world",
        "network=vinyle-en-limousin",
        "department=87",
        "town=LIMOGES",
        "near=45.8,1.2&radius_km=25",
        "open_at=dimanche",
        "open_at=dimanche 11:00",
        "wheelchair=limited",
        "q=limog&kind=records",
    ):
        assert slugs(api.get(f"/shops?{asked}")) == ["disques"], asked
    assert slugs(api.get("/shops?service=mail_order&service=events")) == []
    assert slugs(api.get("/shops?wheelchair=yes")) == []
    told = api.get("/shops?q=limoges").json()["items"][0]
    assert told["services_detail"] == [
        {"service": "mail_order", "how": "Colis suivi, 6 €"},
        {"service": "second_hand", "how": ""},
    ]
    assert told["specialities"] == ["jazz", "world"]
    assert told["networks"] == [{"network": "vinyle-en-limousin", "name": "Vinyle en Limousin"}]
    assert told["wheelchair"] == "limited"


def test_what_is_no_moment_is_told(api) -> None:
    for asked, code in (("2020-01-01T11:00", "passed"), ("quelque", "bad_moment")):
        problem = api.get(f"/shops?open_at={asked}")
        assert_problem(problem, 422, code)
        assert problem.json()["field"] == "open_at"
    assert_problem(api.get("/shops?speciality=whales"), 422, "invalid_request")
    assert_problem(api.get("/shops?radius_km=5"), 422, "near_missing")
