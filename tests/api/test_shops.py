"""The directory."""

import pytest

from comptoir.shops.models import Service
from tests.api.client import assert_problem
from tests.factories import make_shop

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
    for place in ("", "&near=86000"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            with django_assert_max_num_queries(5):
                page = api.get(f"/shops?limit=2{place}" + (cursor and f"&cursor={cursor}"))
            seen += slugs(page)
            cursor = page.json()["next_cursor"]
        assert sorted(seen) == made
    assert_problem(api.get("/shops?cursor=nonsense"), 422, "bad_cursor")
