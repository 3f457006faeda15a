"""One bad cell in a row of the directory's file: what is left out of it, and what refuses it."""

import pytest

from comptoir.shops.models import Shop
from comptoir.shops.operations import import_shops
from tests.shops.test_import import GOOD, row, stored, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


UNTOLD = [
    ({"postcode": "860"}, "postcode", "bad_postcode"),
    ({"postcode": "8600é"}, "postcode", "bad_postcode"),
    ({"city": ""}, "city", "missing"),
    ({"name": ""}, "name", "missing"),
    ({"name": "x" * 121}, "name", "too_long"),
]
NEEDED = [
    ({"kind": "supermarket"}, "kind", "unknown_kind"),
    ({"kind": ""}, "kind", "missing"),
    ({"latitude": "46°34"}, "latitude", "bad_coordinates"),
    ({"latitude": "nan"}, "latitude", "bad_coordinates"),
    ({"latitude": "46.5802, 0.3404"}, "latitude", "bad_coordinates"),
    ({"longitude": "181"}, "longitude", "bad_coordinates"),
    ({"latitude": "0.3404", "longitude": "46.5802"}, "latitude", "far_coordinates"),
    ({"latitude": "0", "longitude": "0"}, "latitude", "far_coordinates"),
]
OPTIONAL = [
    ({"siret": "12345678901234"}, "siret", "bad_siret"),
    ({"street": "x" * 300}, "street", "too_long"),
    ({"opening_hours": "Lu-Ve 10h-19h parfois"}, "opening_hours", "bad_hours"),
    ({"phone": "12"}, "phone", "bad_phone"),
    ({"phone": "0899 70 00 00"}, "phone", "bad_phone"),
    ({"phone": "3900"}, "phone", "bad_phone"),
    ({"email": "nobody"}, "email", "bad_email"),
    ({"website": "javascript:alert(1)"}, "website", "bad_website"),
    ({"website": "ftp://example.org"}, "website", "bad_website"),
    ({"time_zone": "Mars/Base"}, "time_zone", "bad_time_zone"),
    ({"services": "teleportation"}, "services", "unknown_service"),
    ({"hold_days": "-3"}, "hold_days", "bad_number"),
    ({"hold_days": "99"}, "hold_days", "out_of_range"),
    ({"rings_up": "sometimes"}, "rings_up", "unknown_rings_up"),
]


@pytest.mark.parametrize(("changes", "column", "code"), UNTOLD + NEEDED)
def test_a_row_that_makes_no_shop_is_refused_alone(tmp_path, changes, column, code):
    path = write(
        tmp_path / "shops.csv",
        row(siret="", name="Avant"),
        row(**changes),
        row(siret="", name="Après"),
    )
    done = import_shops(path=path)
    assert [(each.line, each.column, each.code) for each in done.first_refusals] == [
        (3, column, code)
    ]
    assert sorted(Shop.objects.values_list("name", flat=True)) == ["Après", "Avant"]


@pytest.mark.parametrize(("changes", "column", "code"), UNTOLD)
def test_what_a_known_shop_is_told_by_is_needed_too(tmp_path, changes, column, code):
    import_shops(path=write(tmp_path / "shops.csv", GOOD))
    before = stored()
    done = import_shops(path=write(tmp_path / "again.csv", row(**changes)))
    assert [(each.column, each.code) for each in done.first_refusals] == [(column, code)]
    assert stored() == before


@pytest.mark.parametrize(("changes", "column", "code"), NEEDED + OPTIONAL)
def test_a_bad_cell_leaves_what_stands_and_the_rest_goes_in(tmp_path, changes, column, code):
    import_shops(path=write(tmp_path / "shops.csv", GOOD))
    before, services = stored()
    done = import_shops(path=write(tmp_path / "again.csv", row(safety_stock="7", **changes)))
    assert (done.changed, done.refused, done.left_out) == (1, 0, 1)
    [told] = done.first_left_out
    assert (told.line, told.column, told.code) == (2, column, code)
    assert told.shop == "librairie-du-pilori-poitiers"
    assert stored() == ([before[0] | {"safety_stock": 7}], services)


@pytest.mark.parametrize(("changes", "column", "code"), OPTIONAL)
def test_a_new_shop_is_made_without_a_bad_cell(tmp_path, changes, column, code):
    done = import_shops(path=write(tmp_path / "shops.csv", row(**changes)))
    assert (done.created, done.refused) == (1, 0)
    assert [(each.column, each.code) for each in done.first_left_out] == [(column, code)]
    shop = Shop.objects.get()
    assert (shop.name, shop.city) == (GOOD["name"], GOOD["city"])
    if column != "services":
        assert getattr(shop, column) == (
            "Europe/Paris" if column == "time_zone" else Shop._meta.get_field(column).get_default()
        )


def test_each_bad_cell_of_a_row_is_told(tmp_path):
    bad = row(website="ftp://example.org", phone="12", opening_hours="?", services="?")
    done = import_shops(path=write(tmp_path / "shops.csv", bad), report=tmp_path / "why.csv")
    columns = {"website", "phone", "opening_hours", "services"}
    assert {each.column for each in done.first_left_out} == columns
    assert done.report.read_text(encoding="utf-8").count("\n") == 1 + len(columns)
    assert Shop.objects.get().email == "bonjour@pilori.example"
