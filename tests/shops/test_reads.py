"""The directory as people read it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import NotFound
from comptoir.shops.models import ServiceKind, ShopKind
from comptoir.shops.places import Point
from comptoir.shops.reads import (
    DirectoryRequest,
    directory,
    named_shop,
)
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Paris"))


def names(**request):
    return [each.shop.name for each in directory(DirectoryRequest(**request), NOON)]


@pytest.fixture
def region():
    """Three shops: a bookshop in Poitiers, both in Niort (shut at noon), records in Ajaccio."""
    poitiers = make_shop(name="Gibert", opening_hours="10:00-19:00")
    poitiers.services.create(kind=ServiceKind.MAIL_ORDER)
    make_shop(
        name="Halles", kind=ShopKind.BOTH, postcode="79000", city="Niort",
        latitude=46.323, longitude=-0.464, opening_hours="10:00-12:00,14:00-19:00",
    )  # fmt: skip
    make_shop(
        name="Vinyles", kind=ShopKind.RECORDS, postcode="20090", city="Ajaccio",
        latitude=41.92, longitude=8.74, opening_hours="",
    )  # fmt: skip
    make_shop(name="Pause", paused_at=timezone.now())


@pytest.mark.usefixtures("region")
def test_the_directory_is_filtered():
    assert names() == ["Vinyles", "Halles", "Gibert"]
    assert names(kind=ShopKind.BOOKS) == ["Halles", "Gibert"]
    assert names(kind=ShopKind.RECORDS) == ["Vinyles", "Halles"]
    assert names(service=ServiceKind.MAIL_ORDER) == ["Gibert"]
    assert names(department="79") == ["Halles"]
    assert names(department="2a") == ["Vinyles"]
    assert names(department="2B") == []
    assert names(department=".*") == []
    assert names(text="niort") == ["Halles"]
    assert names(text="gib") == ["Gibert"]
    assert names(open_now=True) == ["Gibert"]


@pytest.mark.usefixtures("region")
def test_the_nearest_comes_first():
    niort = Point(46.32, -0.46)
    assert names(near=niort) == ["Halles", "Gibert", "Vinyles"]
    assert names(near=niort, radius_m=100_000) == ["Halles", "Gibert"]
    found = directory(DirectoryRequest(near=niort), NOON)
    assert found[0].metres == pytest.approx(450, abs=100)


@pytest.mark.usefixtures("region")
def test_the_directory_asks_the_database_little(django_assert_num_queries):
    with django_assert_num_queries(3):
        found = directory(DirectoryRequest(near=Point(46, 0)), NOON)
        services = [service.kind for each in found for service in each.shop.services.all()]
        closures = [closure for each in found for closure in each.shop.closures.all()]
    assert services == [ServiceKind.MAIL_ORDER]
    assert closures == []


def test_a_closed_shop_says_so():
    shop = make_shop(opening_hours="10:00-19:00")
    shop.closures.create(first_day=date(2026, 11, 24), last_day=date(2026, 11, 25))
    (listed,) = directory(DirectoryRequest(), NOON)
    assert listed.state.is_open is False
    assert listed.state.opens_at == NOON.replace(day=26, hour=10)


def test_a_counter_is_there_for_its_own_people_only():
    shop, other = make_shop(siret="73282932000074"), make_shop()
    staff = make_staff(shop).actor
    for actor in (staff, SYSTEM):
        assert named_shop(shop.slug, actor=actor) == shop
        assert named_shop("73282932000074", actor=actor) == shop
    for actor, slug in ((staff, other.slug), (READER, shop.slug), (staff, "")):
        with pytest.raises(NotFound):
            named_shop(slug, actor=actor)
