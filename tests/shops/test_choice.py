"""Which shops answer to a request: one filter for page, API and command line."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from comptoir.networks.models import Network
from comptoir.shops import memory
from comptoir.shops.choice.answer import choose
from comptoir.shops.choice.request import DirectoryRequest, Order
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.shops.places import Point
from tests.factories import make_network, make_shop

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Paris"))
NIORT = Point(46.32, -0.46)


def names(at=NOON, **request):
    found = choose(DirectoryRequest(**request), memory.directory(), at=at)
    return [shop.name for shop in found.shops]


@pytest.fixture
def network() -> Network:
    return make_network(slug="livres-en-poitou")


@pytest.fixture(autouse=True)
def region(network):
    """Three shops: a bookshop in Poitiers, both in Niort (shut at noon), records in Ajaccio."""
    poitiers = make_shop(name="Gibert", opening_hours="Mo-Sa 10:00-19:00", wheelchair="yes")
    for service in (ServiceKind.MAIL_ORDER, ServiceKind.EVENTS):
        poitiers.services.create(kind=service)
    poitiers.specialities.create(kind=SpecialityKind.COMICS)
    poitiers.memberships.create(network=network, actor_kind="system")
    halles = make_shop(
        name="Éditions des Halles", kind=ShopKind.BOTH, postcode="79000", city="Niort",
        latitude=46.323, longitude=-0.464, opening_hours="10:00-12:00,14:00-19:00",
        wheelchair="limited",
    )  # fmt: skip
    halles.services.create(kind=ServiceKind.MAIL_ORDER)
    for speciality in (SpecialityKind.COMICS, SpecialityKind.JAZZ):
        halles.specialities.create(kind=speciality)
    make_shop(
        name="Vinyles", kind=ShopKind.RECORDS, postcode="20090", city="Ajaccio",
        latitude=41.92, longitude=8.74, opening_hours="",
    )  # fmt: skip
    make_shop(name="Pause", paused_at=timezone.now())
    memory.forget()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["Vinyles", "Éditions des Halles", "Gibert"]),
        ({"order": Order.NAME}, ["Éditions des Halles", "Gibert", "Vinyles"]),
        ({"kind": ShopKind.BOOKS}, ["Éditions des Halles", "Gibert"]),
        ({"kind": ShopKind.RECORDS}, ["Vinyles", "Éditions des Halles"]),
        ({"kind": ShopKind.BOTH}, ["Éditions des Halles"]),
        ({"services": {ServiceKind.MAIL_ORDER}}, ["Éditions des Halles", "Gibert"]),
        ({"services": {ServiceKind.MAIL_ORDER, ServiceKind.EVENTS}}, ["Gibert"]),
        ({"specialities": {SpecialityKind.COMICS}}, ["Éditions des Halles", "Gibert"]),
        (
            {"specialities": {SpecialityKind.COMICS, SpecialityKind.JAZZ}},
            ["Éditions des Halles"],
        ),
        ({"network": "livres-en-poitou"}, ["Gibert"]),
        ({"network": "another"}, []),
        ({"department": "79"}, ["Éditions des Halles"]),
        ({"department": "2a"}, ["Vinyles"]),
        ({"department": "2B"}, []),
        ({"department": ".*"}, []),
        ({"town": "NIORT cedex 2"}, ["Éditions des Halles"]),
        ({"town": "Nior"}, []),
        ({"text": "niort"}, ["Éditions des Halles"]),
        ({"text": "gib"}, ["Gibert"]),
        ({"text": "HALLES  editions"}, ["Éditions des Halles"]),
        ({"text": "alles"}, []),
        ({"text": "…"}, []),
        ({"wheelchair": Wheelchair.YES}, ["Gibert"]),
        ({"wheelchair": Wheelchair.LIMITED}, ["Éditions des Halles", "Gibert"]),
        ({"open_now": True}, ["Gibert"]),
        ({"open_at": datetime(2026, 11, 29, 11, 0)}, ["Éditions des Halles"]),  # noqa: DTZ001
        ({"open_at": datetime(2026, 11, 28, 13, tzinfo=UTC)}, ["Éditions des Halles", "Gibert"]),
        ({"open_on": date(2026, 11, 29)}, ["Éditions des Halles"]),
        ({"open_on": date(2026, 11, 28), "kind": ShopKind.RECORDS}, ["Éditions des Halles"]),
    ],
)
def test_the_directory_is_filtered(request_, expected):
    assert names(**request_) == expected


def test_the_nearest_comes_first():
    assert names(near=NIORT) == ["Éditions des Halles", "Gibert", "Vinyles"]
    assert names(near=NIORT, radius_m=100_000) == ["Éditions des Halles", "Gibert"]
    assert names(near=NIORT, order=Order.OPEN) == ["Gibert", "Éditions des Halles", "Vinyles"]
    assert names(near=NIORT, order=Order.NAME) == ["Éditions des Halles", "Gibert", "Vinyles"]
    # With a moment to come, what is open then comes first, not what is open now.
    sunday = datetime(2026, 11, 29, 11, 0)  # noqa: DTZ001
    assert names(open_at=sunday, order=Order.OPEN) == ["Éditions des Halles"]
    found = choose(DirectoryRequest(near=NIORT), memory.directory(), at=NOON)
    assert found.away is not None
    assert found.away[found.shops[0].pk] == pytest.approx(450, abs=100)


def test_what_a_closure_shuts_is_not_open():
    gibert = Shop.objects.get(name="Gibert")
    gibert.closures.create(first_day=date(2026, 11, 24), last_day=date(2026, 11, 25))
    memory.forget()
    assert names(open_now=True) == []
    assert names(open_on=date(2026, 11, 25)) == ["Éditions des Halles"]
    assert names(open_on=date(2026, 11, 26)) == ["Éditions des Halles", "Gibert"]


def test_the_directory_asks_the_database_nothing_that_the_process_keeps(django_assert_num_queries):
    kept = memory.directory()
    with django_assert_num_queries(0):
        found = choose(DirectoryRequest(near=NIORT), kept, at=NOON)
        services = [each.kind for shop in found.shops for each in shop.services.all()]
    assert services == [ServiceKind.MAIL_ORDER, ServiceKind.MAIL_ORDER, ServiceKind.EVENTS]
