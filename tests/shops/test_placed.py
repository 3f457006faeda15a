"""A shop of which nobody gave the coordinates stands in its town, until somebody does."""

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops import memory
from comptoir.shops.models import Shop
from comptoir.shops.operations import ImportChoices, import_shops
from comptoir.shops.table import COLUMNS, write_row
from comptoir.shops.whereabouts import town_at
from tests.factories import make_shop
from tests.shops.test_import import row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.mark.parametrize(
    ("postcode", "city", "near"),
    [
        ("86000", "Poitiers", (46.58, 0.34)),
        ("86034", "POITIERS CEDEX 2", (46.58, 0.34)),
        ("75011", "Paris", (48.86, 2.38)),
        ("69001", "Lyon", (45.77, 4.83)),
        ("86310", "St Savin", (46.57, 0.86)),
        ("33920", "Saint-Savin", (45.14, -0.45)),
        ("97400", "Saint-Denis", (-20.88, 55.45)),
        ("93200", "Saint-Denis", (48.94, 2.36)),
        ("17000", "la rochelle", (46.16, -1.15)),
        ("86190", "Vouillé", (46.64, 0.17)),
    ],
)
def test_a_town_is_told_by_its_postcode_and_name(postcode, city, near):
    found = town_at(postcode, city)
    assert (found.latitude, found.longitude) == pytest.approx(near, abs=0.03)


@pytest.mark.parametrize(
    ("postcode", "city", "said"),
    [
        ("86000", "Poitier", "Poitiers"),
        ("86310", "Saint-Savinn", "Saint-Savin"),
        ("86999", "Xyzq", "Xyzq"),
    ],
)
def test_a_town_that_is_not_known_is_refused_with_those_near(postcode, city, said):
    with pytest.raises(Invalid) as caught:
        town_at(postcode, city)
    assert caught.value.code == "unknown_town"
    assert caught.value.data["field"] == "city"
    assert said in str(caught.value)


def test_a_row_without_coordinates_is_placed_and_a_later_one_with_them_counts(tmp_path):
    bare = row(latitude="", longitude="")
    first = import_shops(path=write(tmp_path / "a.csv", bare))
    shop = Shop.objects.get()
    assert (first.created, first.placed, shop.placed_in_town) == (1, 1, True)
    assert (shop.latitude, shop.longitude) == pytest.approx((46.58, 0.34), abs=0.01)
    again = import_shops(path=write(tmp_path / "a.csv", bare))
    assert (again.unchanged, again.placed) == (1, 0)
    exact = import_shops(
        path=write(tmp_path / "b.csv", row(latitude="46.5802", longitude="0.3404"))
    )
    shop.refresh_from_db()
    assert (exact.changed, shop.placed_in_town, shop.latitude) == (1, False, 46.5802)
    import_shops(path=write(tmp_path / "a.csv", bare))
    shop.refresh_from_db()
    assert (shop.placed_in_town, shop.latitude) == (False, 46.5802)


def test_the_very_point_of_the_town_counts_too_when_it_is_given(tmp_path):
    import_shops(path=write(tmp_path / "a.csv", row(latitude="", longitude="")))
    shop = Shop.objects.get()
    given = row(latitude=repr(shop.latitude), longitude=repr(shop.longitude))
    import_shops(path=write(tmp_path / "a.csv", given))
    shop.refresh_from_db()
    assert not shop.placed_in_town


def test_a_shop_that_moves_is_placed_in_its_new_town(tmp_path):
    siret = "73282932000074"
    import_shops(path=write(tmp_path / "a.csv", row(latitude="", longitude="", siret=siret)))
    moved = row(latitude="", longitude="", siret=siret, postcode="79000", city="Niort")
    assert import_shops(path=write(tmp_path / "a.csv", moved)).placed == 1
    shop = Shop.objects.get()
    assert (shop.latitude, shop.longitude) == pytest.approx((46.32, -0.46), abs=0.02)
    assert shop.placed_in_town


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"latitude": "", "longitude": "", "city": "Poitier"}, "unknown_town"),
        ({"latitude": "46.58", "longitude": ""}, "missing"),
        ({"latitude": "0", "longitude": "0"}, "far_coordinates"),
        ({"latitude": "46°34", "longitude": "0.34"}, "bad_coordinates"),
    ],
)
def test_a_new_shop_whose_place_is_wrong_is_refused_not_placed(tmp_path, changes, code):
    done = import_shops(path=write(tmp_path / "a.csv", row(**changes)))
    assert [note.code for note in done.first_refusals] == [code]
    assert not Shop.objects.exists()


def test_a_trial_tells_who_would_be_placed_where_and_writes_nothing(tmp_path):
    path = write(tmp_path / "a.csv", row(latitude="", longitude=""))
    done = import_shops(path=path, choices=ImportChoices(dry_run=True))
    assert [note.code for note in done.first_changes] == ["placed", "new"]
    assert "Poitiers" in done.first_changes[0].reason
    assert not Shop.objects.exists()


def test_the_centre_of_a_town_is_written_to_no_file():
    shop = make_shop(placed_in_town=True)
    cells = dict(zip(COLUMNS, write_row(shop), strict=True))
    assert (cells["latitude"], cells["longitude"]) == ("", "")
    assert memory.directory().public == [shop]
