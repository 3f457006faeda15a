"""A directory in a CSV file: what is taken, what is refused and why."""

import csv
from pathlib import Path

import pytest

from comptoir.accounts.actors import READER
from comptoir.core.errors import Forbidden, Invalid
from comptoir.shops.models import Shop
from comptoir.shops.operations import import_shops
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Librairie du Pilori",
    "kind": "books",
    "siret": "73282932000074",
    "street": "3 rue du Pilori",
    "postcode": "86000",
    "city": "Poitiers",
    "latitude": "46.5802",
    "longitude": "0,3404",
    "phone": "05 49 41 00 00",
    "email": "Bonjour@Pilori.example",
    "website": "www.pilori.example",
    "description": "Littérature, BD, jeunesse",
    "opening_hours": "Tu-Sa 10:00-12:30,14:00-19:00; PH off",
    "time_zone": "",
    "services": "click_collect|special_orders, events",
    "hold_days": "5",
    "safety_stock": "1",
    "rings_up": "end_of_day",
}


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def write(path: Path, *rows, encoding="utf-8", delimiter=";", newline="\r\n"):
    """Write rows as a CSV file and return its path."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=delimiter, lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(**changes):
    return GOOD | changes


def stored():
    return list(Shop.objects.order_by("pk").values()), sorted(
        Shop.objects.values_list("slug", "services__kind")
    )


def test_a_shop_is_taken_whole(tmp_path):
    done = import_shops(path=write(tmp_path / "shops.csv", GOOD))
    assert (done.created, done.changed, done.unchanged, done.refused) == (1, 0, 0, 0)
    shop = Shop.objects.get()
    assert (shop.phone, shop.email) == ("+33549410000", "bonjour@pilori.example")
    assert (shop.website, shop.time_zone) == ("https://www.pilori.example", "Europe/Paris")
    assert (shop.longitude, shop.hold_days, shop.safety_stock) == (0.3404, 5, 1)
    assert shop.slug == "librairie-du-pilori-poitiers"
    assert {service.kind for service in shop.services.all()} == {
        "click_collect",
        "special_orders",
        "events",
    }


def test_the_same_file_again_changes_nothing(tmp_path):
    path = write(
        tmp_path / "shops.csv", GOOD, row(siret="", name="Disques du Clain", kind="disquaire")
    )
    import_shops(path=path)
    before = stored()
    done = import_shops(path=path)
    assert (done.created, done.changed, done.unchanged, done.refused) == (0, 0, 2, 0)
    assert stored() == before


def test_a_row_changes_what_it_tells_and_empties_only_what_it_may(tmp_path):
    import_shops(path=write(tmp_path / "shops.csv", GOOD))
    required = {name: GOOD[name] for name in ("kind", "postcode", "city", "latitude", "longitude")}
    moved = required | {"name": "Pilori", "siret": GOOD["siret"], "phone": "", "hold_days": ""}
    done = import_shops(path=write(tmp_path / "more.csv", moved))
    assert (done.created, done.changed) == (0, 1)
    shop = Shop.objects.get()
    assert (shop.name, shop.phone, shop.hold_days) == ("Pilori", "", 5)
    assert (shop.email, shop.slug) == ("bonjour@pilori.example", "librairie-du-pilori-poitiers")
    assert shop.services.count() == 3


def test_services_follow_the_file(tmp_path):
    import_shops(path=write(tmp_path / "shops.csv", GOOD))
    for services, kinds in (("mail_order events", {"mail_order", "events"}), ("", set())):
        done = import_shops(path=write(tmp_path / "shops.csv", row(services=services)))
        assert done.changed == 1
        assert set(Shop.objects.get().services.values_list("kind", flat=True)) == kinds


def test_a_siret_told_later_is_given_to_the_shop_of_that_name_and_town(tmp_path):
    import_shops(path=write(tmp_path / "shops.csv", row(siret="")))
    done = import_shops(path=write(tmp_path / "shops.csv", GOOD))
    assert (done.created, done.changed) == (0, 1)
    assert Shop.objects.get().siret == GOOD["siret"]


def test_namesakes_with_their_own_siret_are_two_shops(tmp_path):
    other = row(siret="44306184100047", street="12 rue Gambetta")
    done = import_shops(path=write(tmp_path / "shops.csv", GOOD, other))
    assert done.created == 2
    assert [shop.slug for shop in Shop.objects.order_by("pk")] == [
        "librairie-du-pilori-poitiers",
        "librairie-du-pilori-poitiers-2",
    ]


@pytest.mark.parametrize(
    ("postcode", "latitude", "longitude", "phone", "zone", "number"),
    [
        ("97400", "-20.88", "55.45", "0262 20 00 00", "Indian/Reunion", "+262262200000"),
        ("97110", "16.24", "-61.53", "0590 82 00 00", "America/Guadeloupe", "+590590820000"),
        ("97200", "14.60", "-61.07", "0596 60 00 00", "America/Martinique", "+596596600000"),
        ("97300", "4.93", "-52.33", "0594 30 00 00", "America/Cayenne", "+594594300000"),
        ("97600", "-12.78", "45.23", "0269 61 00 00", "Indian/Mayotte", "+262269610000"),
    ],
)
def test_overseas(tmp_path, postcode, latitude, longitude, phone, zone, number):
    there = row(postcode=postcode, latitude=latitude, longitude=longitude, phone=phone)
    assert import_shops(path=write(tmp_path / "shops.csv", there)).refused == 0
    shop = Shop.objects.get()
    assert (shop.time_zone, shop.phone) == (zone, number)


def test_refusals_are_told_in_a_report(tmp_path):
    street = "12 rue Haute"
    path = write(
        tmp_path / "shops.csv",
        GOOD,
        row(siret="1", name="B", street=street),
        row(kind="?", name="C", siret="", street="7 rue Basse", phone="", email=""),
    )
    done = import_shops(path=path, report=tmp_path / "reports" / "why.csv")
    assert done.report == tmp_path / "reports" / "why.csv"
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file, delimiter=";"))
    assert [(each["line"], each["column"], each["code"]) for each in told] == [
        ("3", "siret", "bad_siret"),
        ("4", "kind", "unknown_kind"),
    ]
    assert all(each["reason"] for each in told)


def test_a_report_is_only_there_when_something_was_refused(tmp_path, settings):
    settings.VAR = tmp_path
    good, bad = write(tmp_path / "good.csv", GOOD), write(tmp_path / "bad.csv", row(kind="?"))
    assert import_shops(path=good).report is None
    assert not (tmp_path / "reports").exists()
    report = import_shops(path=bad).report
    assert report.parent == tmp_path / "reports"
    assert report.name.endswith("-bad.csv")


def test_a_file_of_nothing_but_bad_rows_is_not_held_in_memory(tmp_path):
    path = write(tmp_path / "shops.csv", *[row(kind="?")] * 300)
    done = import_shops(path=path, report=tmp_path / "why.csv")
    assert (done.refused, done.taken, len(done.first_refusals)) == (300, 0, 100)
    assert len(done.report.read_text(encoding="utf-8").splitlines()) == 301


def test_progress_is_told(tmp_path):
    lines = []
    import_shops(path=write(tmp_path / "shops.csv", GOOD, row(siret="")), progress=lines.append)
    assert lines == [3]


def test_a_shop_told_twice_is_taken_once(tmp_path):
    done = import_shops(path=write(tmp_path / "shops.csv", GOOD, row(name="Autre nom")))
    assert [(each.line, each.code) for each in done.first_refusals] == [(3, "duplicate")]
    assert Shop.objects.get().name == GOOD["name"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "cp850"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_usual_encoding_and_separator(tmp_path, encoding, delimiter):
    shops = [
        row(siret="", name="Librairie de l'Été", city="Châtellerault"),
        row(siret="", name="Le goût du frêne"),
    ]
    path = write(tmp_path / "shops.csv", *shops, encoding=encoding, delimiter=delimiter)
    assert import_shops(path=path).refused == 0
    assert set(Shop.objects.values_list("name", "city")) == {
        ("Librairie de l'Été", "Châtellerault"),
        ("Le goût du frêne", "Poitiers"),
    }


def test_a_row_in_another_encoding_is_refused_alone(tmp_path):
    path = write(tmp_path / "shops.csv", GOOD, encoding="utf-8-sig")
    second = ";".join(row(siret="", name="Élégie", opening_hours="24/7").values())
    path.write_bytes(path.read_bytes() + second.encode("cp1252"))
    done = import_shops(path=path)
    assert [(each.line, each.code) for each in done.first_refusals] == [(3, "bad_encoding")]
    assert Shop.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04\x00\x00binary", "bad_spreadsheet"),
        (b"\x00\x01binary", "bad_encoding"),
        (b"", "missing_columns"),
        (b"name;kind\nA;books\n", "missing_columns"),
        (b"\n\n\n", "missing_columns"),
    ],
)
def test_what_is_no_directory_is_refused_whole(tmp_path, content, code):
    path = tmp_path / "shops.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        import_shops(path=path)
    assert caught.value.code == code


def test_a_quote_that_is_not_closed_swallows_no_shop(tmp_path):
    names = ['"Au fil', "Bulles", '"Chez nous" librairie', "Disques 33", '"Vinyle"']
    rows = [f"{name};books;86000;Poitiers;46,58;0,34" for name in names]
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(["name;kind;postcode;city;latitude;longitude", *rows]), "utf-8")
    done = import_shops(path=path)
    assert (done.created, done.refused) == (5, 0)
    assert set(Shop.objects.values_list("name", flat=True)) == {*names[:4], "Vinyle"}


def test_a_row_that_a_quote_cuts_short_is_refused_by_its_line(tmp_path):
    path = write(tmp_path / "shops.csv", GOOD)
    path.write_bytes(path.read_bytes() + b'"Le Pilori;books' + b"\nA;books" * 60)
    done = import_shops(path=path)
    assert [each.line for each in done.first_refusals] == list(range(3, 64))
    assert done.created == 1


def test_a_huge_cell_is_refused_alone(tmp_path):
    path = write(tmp_path / "shops.csv", row(description="x" * 200_000), row(siret=""))
    done = import_shops(path=path)
    assert [(each.line, each.code) for each in done.first_refusals] == [(2, "bad_csv")]
    assert done.created == 1


def test_a_row_with_too_many_cells_is_refused(tmp_path):
    path = write(tmp_path / "shops.csv", GOOD)
    path.write_bytes(path.read_bytes() + b";".join([b"x"] * 30))
    assert [each.code for each in import_shops(path=path).first_refusals] == ["bad_csv"]


def test_columns_that_are_not_known_are_named(tmp_path):
    done = import_shops(path=write(tmp_path / "shops.csv", row(fax="0549", Region="NA")))
    assert done.ignored_columns == ("fax", "region")
    assert done.created == 1


def test_only_an_operator_imports(tmp_path):
    import_shops(path=write(tmp_path / "shops.csv", GOOD))
    for actor in (READER, make_staff(Shop.objects.get()).actor):
        with pytest.raises(Forbidden):
            import_shops(path=tmp_path / "shops.csv", actor=actor)


def test_a_leading_zero_that_a_spreadsheet_ate_comes_back(tmp_path):
    ain = row(postcode="1000", latitude="46.2", longitude="5.22", city="Bourg-en-Bresse")
    import_shops(path=write(tmp_path / "shops.csv", ain))
    assert Shop.objects.get().postcode == "01000"


def test_a_line_of_a_million_characters_is_refused_alone(tmp_path):
    path = write(tmp_path / "shops.csv", row(description="x; " * 400_000), row(siret=""))
    done = import_shops(path=path)
    assert [(each.line, each.code) for each in done.first_refusals] == [(2, "long_line")]
    assert done.created == 1


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"longitude": "\N{MINUS SIGN}1,15"}, "longitude", -1.15),
        ({"longitude": "\N{EN DASH}1,15"}, "longitude", -1.15),
        ({"longitude": "'-1,15"}, "longitude", -1.15),
        ({"longitude": "1,15 O"}, "longitude", -1.15),
        ({"longitude": "1.15\N{DEGREE SIGN} W"}, "longitude", -1.15),
        ({"latitude": "46.16\N{DEGREE SIGN} N"}, "latitude", 46.16),
        ({"latitude": "\N{ZERO WIDTH SPACE}46,16\N{NO-BREAK SPACE}"}, "latitude", 46.16),
        ({"latitude": "46.16, -1.15", "longitude": ""}, "longitude", -1.15),
        ({"latitude": "46.16 \N{MINUS SIGN}1.15", "longitude": ""}, "latitude", 46.16),
        ({"siret": "'73282932000074"}, "siret", "73282932000074"),
        ({"siret": "73282932000074.0"}, "siret", "73282932000074"),
        ({"siret": "73282932000074,0"}, "siret", "73282932000074"),
        ({"siret": '="73282932000074"'}, "siret", "73282932000074"),
        ({"postcode": "'17000"}, "postcode", "17000"),
        ({"postcode": "17000.0"}, "postcode", "17000"),
        ({"postcode": "17\N{NO-BREAK SPACE}000"}, "postcode", "17000"),
        ({"phone": "'0549410000"}, "phone", "+33549410000"),
        ({"hold_days": "5.0"}, "hold_days", 5),
        ({"hold_days": "'5"}, "hold_days", 5),
        ({"email": "mailto:bonjour@pilori.example"}, "email", "bonjour@pilori.example"),
    ],
)
def test_a_number_is_read_as_spreadsheets_and_people_write_it(tmp_path, changes, field, value):
    there = {"postcode": "17000", "city": "La Rochelle", "latitude": "46,16", "longitude": "-1,15"}
    done = import_shops(path=write(tmp_path / "shops.csv", row(**(there | changes))))
    assert done.refused == 0, done.first_refusals
    assert getattr(Shop.objects.get(), field) == value


def test_what_no_column_can_hold_is_left_out(tmp_path):
    path = write(tmp_path / "shops.csv", row(name="Le\0 Pilori"), encoding="utf-16")
    assert import_shops(path=path).refused == 0
    assert Shop.objects.get().name == "Le Pilori"
