"""The directory written to a file is read back as it is."""

import csv

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.shops.commands import shops
from comptoir.shops.models import Closure, FieldOrigin, Service, Shop
from comptoir.shops.operations import import_shops
from comptoir.shops.table import COLUMNS
from tests.factories import make_shop
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def run(*arguments):
    return CliRunner().invoke(shops, [str(each) for each in arguments], catch_exceptions=False)


def everything():
    rows = list(Shop.objects.order_by("pk").values())
    return rows, sorted(Service.objects.values_list("shop_id", "kind"))


ODD = {
    "description": '- « Ouvert »; dit-on: "oui",\n\n\'- sans titre\n=1+1\ttoujours',
    "name": "'+ de livres",
    "street": "=3, rue du Pilori",
    "longitude": 0.00005,
    "latitude": 43.123456789012345,
    "city": "Tarbes",
    "postcode": "65000",
    "website": "https://www.pilori.example/?a=1;b=2",
    "siret": "73282932000074",
    "phone": "+590590820000",
    "hold_days": 12,
    "rings_up": "never",
    "time_zone": "Indian/Reunion",
}


def test_what_was_written_is_read_back_without_a_change(tmp_path):
    odd = make_shop(**ODD)
    Service.objects.bulk_create(Service(shop=odd, kind=kind) for kind in ("events", "delivery"))
    make_shop(street="", phone="", email="", opening_hours="", kind="both")
    make_shop(phone="+508412345", postcode="97500", latitude=46.78, longitude=-56.18)
    make_shop(phone="+687261234", postcode="98800", latitude=-22.27, longitude=166.45)
    for street in ("1 rue Haute", "2 rue Basse"):
        make_shop(name="Maison de la presse", street=street)
    before = everything()
    file = tmp_path / "directory.csv"
    assert run("list", "--csv", file).exit_code == 0
    for _again in range(2):
        done = import_shops(path=file)
        assert (done.unchanged, done.report) == (6, None), done.report.read_text(encoding="utf-8")
        assert everything() == before
    assert set(FieldOrigin.objects.values_list("imported", flat=True)) == {True}


def test_a_directory_can_be_carried_to_another_installation(tmp_path):
    import_shops(path=write(tmp_path / "shops.csv", GOOD, row(siret="", name="Disques du Clain")))
    before = everything()
    file = tmp_path / "directory.csv"
    run("list", "--csv", file)
    Shop.objects.all().delete()
    assert import_shops(path=file).created == 2
    after = everything()[0]
    for rows in (before[0], after):
        rows.sort(key=lambda each: each["name"])
        for each in rows:
            del each["id"], each["created_at"]
    assert after == before[0]


def test_a_file_has_the_columns_of_an_import_and_the_shops_of_the_list(tmp_path):
    make_shop(slug="hidden", paused_at=timezone.now())
    make_shop(postcode="79000", name="Niort")
    Closure.objects.create(
        shop=make_shop(name="Poitiers"), first_day="2027-01-04", last_day="2027-01-05"
    )
    file = tmp_path / "directory.csv"
    result = run("list", "--department", "86", "--csv", file)
    assert "1 " in result.output
    with file.open(encoding="utf-8-sig", newline="") as text:
        header, *rows = csv.reader(text, delimiter=";")
    assert header == list(COLUMNS)
    assert [cells[0] for cells in rows] == ["Poitiers"]
    # A number is a number: no spreadsheet shows an apostrophe before a western longitude.
    assert rows[0][header.index("longitude")] == "0.3404"


def test_a_western_longitude_is_written_as_a_number(tmp_path):
    make_shop(postcode="17000", city="La Rochelle", latitude=46.16, longitude=-1.15)
    file = tmp_path / "directory.csv"
    run("list", "--csv", file)
    assert ";-1.15;" in file.read_text(encoding="utf-8")
