"""An import shows the opening hours that it would bring, as they are understood, before it does."""

from datetime import date

import pytest
from django.utils import translation

from comptoir.shops.commands import directory as commands
from comptoir.shops.models import Shop
from comptoir.shops.outlook import lines, new_hours
from comptoir.shops.sheet.file import open_directory
from tests.factories import make_shop
from tests.shops.test_commands import run
from tests.shops.test_import import row, write

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def directory(tmp_path, *hours, **columns):
    shops = [
        row(siret="", name=f"Librairie {number}", opening_hours=text, **columns)
        for number, text in enumerate(hours, 1)
    ]
    return write(tmp_path / "shops.csv", *shops)


def shown(path):
    return [(each.text, each.shops) for each in new_hours(open_directory(path), today=MONDAY)]


def test_each_text_is_shown_once_with_the_shops_that_have_it(tmp_path):
    path = directory(tmp_path, "Mo-Sa 10:00 - 18:00;", "SH off", "", "mo-sa 10:00-18:00", "24/7")
    assert shown(path) == [
        ("Mo-Sa 10:00-18:00", ["Librairie 1", "Librairie 4"]),
        ("24/7", ["Librairie 5"]),
    ]


def test_hours_that_the_directory_has_are_not_shown_again_but_where_the_holidays_differ(tmp_path):
    make_shop(opening_hours="Mo-Sa 10:00-18:00")
    assert shown(directory(tmp_path, "Mo-Sa 10:00-18:00")) == []
    reunion = {"postcode": "97400", "latitude": "-20.88", "longitude": "55.45", "phone": ""}
    (there,) = new_hours(
        open_directory(directory(tmp_path, "Mo-Sa 10:00-18:00", **reunion)), today=MONDAY
    )
    assert "20" in there.meaning.holidays[0][0]


def test_days_of_the_same_hours_are_one_line(tmp_path):
    path = directory(tmp_path, 'Mo-Fr 10:00-18:00; Sa 10:00-12:00 "RDV"; PH off')
    with translation.override("fr"):
        (each,) = new_hours(open_directory(path), today=MONDAY)
        said = [line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines(each.meaning)]
    assert said == [
        "lundi 30 novembre – vendredi 4 décembre: 10 h – 18 h",
        "samedi 5 décembre: 10 h – 12 h (RDV)",
        "dimanche 6 décembre: fermé",
        "fériés (vendredi 25 décembre, vendredi 1er janvier, lundi 29 mars, samedi 1er mai, "
        "jeudi 6 mai) : fermé",
    ]


def test_a_file_that_lacks_columns_is_refused_by_the_import(tmp_path):
    path = write(tmp_path / "shops.csv", {"name": "A", "opening_hours": "24/7"})
    assert shown(path) == []
    result = run("import", path)
    assert result.exit_code == 1
    assert "postcode" in result.output


def test_the_command_shows_them_before_it_takes_them(tmp_path):
    path = directory(tmp_path, "PH off; Mo-Sa 10:00-18:00")
    result = run("import", path)
    assert result.exit_code == 0
    read, taken = result.output.index("PH off; Mo-Sa"), result.output.index("ouvelles")
    assert read < taken
    assert "! " in result.output
    assert "PH off" not in run("import", path).output


@pytest.mark.parametrize(("answer", "taken"), [("n\n", 0), ("y\n", 1)])
def test_at_a_terminal_nothing_is_taken_before_the_answer(tmp_path, monkeypatch, answer, taken):
    monkeypatch.setattr(commands, "at_terminal", lambda: True)
    path = directory(tmp_path, "Mo-Sa 10:00-18:00")
    run("import", path, input=answer)
    assert Shop.objects.count() == taken
    run("import", path, "--yes")
    assert Shop.objects.count() == 1
