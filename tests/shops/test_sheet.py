"""The sheet that an association has, as it has it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from comptoir.core.errors import Invalid
from comptoir.shops.commands import directory as commands
from comptoir.shops.commands import shops
from comptoir.shops.models import Shop
from comptoir.shops.operations import ImportChoices, import_shops
from comptoir.shops.sheet.file import Guidance, open_directory
from tests.stock.feeds.spreadsheets import ods, workbook, xlsx

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "annuaire.xlsx"

WEEKS = {
    "Librairie des Trois Lanternes": "Tu-Sa 10:00-19:00",
    "Le Chat de papier": "Tu-Sa 09:30-12:00,14:00-19:00",
    "Disques Prospéro": "Tu-Fr 11:00-13:00,14:00-19:00; Sa 10:00-19:00",
    "La Marge": "Mo 14:00-19:00; Tu-Sa 10:00-19:00",
    "L'Encre et la Vague": "Tu-Sa 10:00-12:30,14:30-19:00; Su 10:00-13:00",
    "Librairie du Gué": "Tu-Su 10:00-12:30,15:00-18:30",
    "Au Bonheur des pages": "Mo 14:00-18:30; Tu-Sa 09:00-12:00,14:00-18:30",
    "Le Bouquiniste du pont": '"sur rendez-vous"',
    "Microsillon": 'We,Fr-Sa 14:00-19:00 || "sur rendez-vous"',
    "La Petite Ourse": "Tu-Sa 10:00-19:00; Jul-Aug Tu-Sa 10:00-13:00",
    "Librairie de la Source": "Mo-We,Fr-Sa 09:30-19:00; Th 09:30-21:00; PH off",
    "Pages d'Oc et d'Oïl": "Tu-Sa 10:00-12:00,14:00-18:00",
    "La Tour penchée": "Tu-Sa 09:00-12:00,14:00-19:00; Aug off",
    "Le Livre en Bresse": "Mo 14:00-18:00; Tu-Fr 09:30-12:00,14:00-19:00; Sa 09:30-19:00",
}


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def run(*arguments, **more):
    return CliRunner().invoke(shops, [str(each) for each in arguments], **more)


def saved(tmp_path, content, name="annuaire.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(path, **guidance):
    """Import a file and return its only shop."""
    done = import_shops(path=path, choices=ImportChoices(guidance=Guidance(**guidance)))
    assert [note.reason for note in done.first_refusals] == []
    return Shop.objects.get()


def test_the_sample_is_taken_whole_with_every_week():
    done = import_shops(path=SAMPLE)
    assert (done.created, done.refused, done.left_out, done.placed) == (14, 0, 0, 14)
    assert dict(Shop.objects.values_list("name", "opening_hours")) == WEEKS
    assert done.ignored_columns == ("Responsable",)
    jazz = Shop.objects.get(name="Disques Prospéro")
    assert set(jazz.specialities.values_list("kind", flat=True)) == {"jazz", "old_vinyl"}
    assert set(Shop.objects.values_list("placed_in_town", flat=True)) == {True}
    bresse = Shop.objects.get(city="Bourg-en-Bresse")
    assert (bresse.postcode, bresse.phone) == ("01000", "+33199001215")
    marge = Shop.objects.get(name="La Marge")
    assert (marge.street, marge.city) == ("8 rue de la Passerelle", "La Rochelle")
    assert Shop.objects.get(name="Microsillon").city == "Parthenay"
    again = import_shops(path=SAMPLE)
    assert (again.unchanged, again.changed, again.created, again.placed) == (14, 0, 0, 0)


def test_the_command_shows_the_columns_and_takes_nothing_before_the_answer(monkeypatch):
    with translation.override("fr"):
        silent = run("import", SAMPLE)
        assert silent.exit_code == 1
        assert "Nom de la librairie" in silent.output
        assert "Responsable" in silent.output
        assert "← Spécialités" in silent.output
        assert Shop.objects.count() == 0
        monkeypatch.setattr(commands, "at_terminal", lambda: True)
        assert run("import", SAMPLE, input="n\n").exit_code == 1
        assert Shop.objects.count() == 0
        assert run("import", SAMPLE, input="y\ny\n").exit_code == 0
        assert Shop.objects.count() == 14
        listed = run("list").output.splitlines()
        assert all("placée dans sa commune" in line for line in listed)


HEADINGS = [
    "Nom de la librairie;Adresse;CP;Ville",
    "Enseigne;Adresse 1;Code postal;Commune",
    "NOM DU MAGASIN;RUE;C.P.;VILLE",
    "Librairie;Adresse postale;Code Postal ;Localité",
    "Raison sociale;Adresse;CP;Ville",
    "Nom;Adresse;CP;Ville de la librairie",
]


@pytest.mark.parametrize("headings", HEADINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_headings_in_any_usual_spelling(tmp_path, headings, encoding, separator):
    lines = [headings, "Librairie du Pilori;3 rue du Pilori;86000;POITIERS"]
    text = "\r\n".join(lines).replace(";", separator)
    shop = only(saved(tmp_path, text.encode(encoding)))
    found = (shop.name, shop.street, shop.postcode, shop.city, shop.kind)
    assert found == ("Librairie du Pilori", "3 rue du Pilori", "86000", "Poitiers", "books")


@pytest.mark.parametrize("make", [xlsx, ods])
def test_titles_above_and_an_empty_column_before(tmp_path, make):
    rows = [
        ["Association des libraires"],
        ["", "mise à jour : mars"],
        ["", "Nom", "Adresse", "CP", "Ville", "Téléphone fixe"],
        ["", "Librairie du Pilori", "3 rue du Pilori", "1000", "BOURG-EN-BRESSE", "474001122"],
    ]
    shop = only(saved(tmp_path, make(*rows), "a.bin"))
    assert (shop.postcode, shop.city) == ("01000", "Bourg-en-Bresse")
    assert shop.phone == "+33474001122"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A livre;12 rue X, 86000 Poitiers;;;", ("12 rue X", "86000", "Poitiers")),
        ("A livre;12 rue X - 86000 POITIERS;;;", ("12 rue X", "86000", "Poitiers")),
        ("A livre;12 rue X;16000.0;Angoulême;", ("12 rue X", "16000", "Angoulême")),
        ("A livre;12 rue X;86034;POITIERS CEDEX 2;", ("12 rue X", "86034", "Poitiers")),
        ("A livre;12 rue X;;79000 Niort;", ("12 rue X", "79000", "Niort")),
        ("A livre;12 rue X;F-79000;NIORT;", ("12 rue X", "79000", "Niort")),
        ("A livre;12 rue du 8 mai 1945;79000;NIORT;", ("12 rue du 8 mai 1945", "79000", "Niort")),
        ("A livre;12 rue X 79000 Niort;79000;NIORT;", ("12 rue X", "79000", "Niort")),
    ],
)
def test_addresses_as_they_are_written(tmp_path, line, expected):
    shop = only(saved(tmp_path, f"Nom;Adresse;CP;Ville;Rien\n{line}\n"))
    assert (shop.street, shop.postcode, shop.city) == expected


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Tél.", "549412345", "phone", "+33549412345"),
        ("Téléphone", "05.49.41.23.45", "phone", "+33549412345"),
        ("Tel fixe", "05 49 41 23 45 / 06 12 34 56 78", "phone", "+33549412345"),
        ("N° de téléphone", "0549412345 (librairie)", "phone", "+33549412345"),
        ("Téléphone", "néant", "phone", ""),
        ("Courriel", "a@b.example ; c@d.example", "email", "a@b.example"),
        ("E-mail", "mailto:A@B.example", "email", "a@b.example"),
        ("Mail", "-", "email", ""),
        ("Site Internet", "www.b.example", "website", "https://www.b.example"),
        ("Horaires", "mardi au samedi 10h-19h", "opening_hours", "Tu-Sa 10:00-19:00"),
        ("Horaires", "nc", "opening_hours", ""),
        ("N° SIRET", "000 091 009 00019", "siret", "00009100900019"),
        ("Type", "Disquaire indépendant", "kind", "records"),
        ("Services", "click_collect, delivery", None, ["click_collect", "delivery"]),
    ],
)
def test_cells_as_people_fill_them(tmp_path, heading, cell, field, value):
    text = f'Nom de la librairie;CP;Ville;{heading}\nA;79000;Niort;"{cell}"\n'
    shop = only(saved(tmp_path, text))
    if field is None:
        assert sorted(shop.services.values_list("kind", flat=True)) == value
    else:
        assert getattr(shop, field) == value


DAYS = "Nom;CP;Ville;Lundi;Mardi;Mercredi;Jeudi;Vendredi;Samedi;Dimanche\n"


def test_a_column_for_each_day(tmp_path):
    week = "fermé;9h-12h 14h-18h;9h-12h 14h-18h;9h-12h 14h-18h;9h-12h/14h-18h;9h-18h;"
    done = import_shops(path=saved(tmp_path, f"{DAYS}Livre A;79000;Niort;{week}\n"))
    shop = Shop.objects.get()
    assert shop.opening_hours == "Tu-Fr 09:00-12:00,14:00-18:00; Sa 09:00-18:00"
    assert "dimanche" in done.first_remarks[0].reason


def test_a_column_for_each_half_of_a_day(tmp_path):
    text = "Nom;CP;Ville;Mardi matin;Mardi après-midi;Mercredi matin;Mercredi après-midi\n"
    shop = only(saved(tmp_path, f"{text}Livre A;79000;Niort;fermé;14h-18h;9h-12h;14h-18h\n"))
    assert shop.opening_hours == "Tu 14:00-18:00; We 09:00-12:00,14:00-18:00"


@pytest.mark.parametrize("week", ["9h-12h;;;;;;selon la saison", "9h;;;;;;", "9h-12h;2-6;;;;;"])
def test_one_day_that_is_not_understood_leaves_all_hours_out(tmp_path, week):
    done = import_shops(path=saved(tmp_path, f"{DAYS}Livre A;79000;Niort;{week}\n"))
    assert Shop.objects.get().opening_hours == ""
    assert [note.code for note in done.first_remarks] == ["bad_hours"]


def test_hours_that_are_not_understood_are_told_with_the_piece(tmp_path):
    text = (
        "Nom;CP;Ville;Horaires\nLivre A;79000;Niort;mardi au samedi 10h-19h sauf semaines paires\n"
    )
    done = import_shops(path=saved(tmp_path, text))
    assert Shop.objects.get().opening_hours == ""
    (note,) = done.first_left_out
    assert (note.column, note.code) == ("opening_hours", "bad_hours")
    assert "semaines paires" in note.reason


def test_a_heading_may_be_said_otherwise(tmp_path):
    path = saved(tmp_path, "Raison sociale;Surnom;CP;Ville;Tél.\nX;Le Livre;79000;Niort;0549\n")
    shop = only(path, columns={"name": "Surnom", "phone": ""})
    assert (shop.name, shop.phone) == ("Le Livre", "")
    with pytest.raises(Invalid) as caught:
        open_directory(path, Guidance({"name": "Nom"}))
    assert caught.value.code == "no_such_column"
    assert "Surnom" in str(caught.value)
    with pytest.raises(Invalid):
        open_directory(path, Guidance({"nickname": "Surnom"}))


def test_a_persons_name_is_not_the_shops(tmp_path):
    path = saved(tmp_path, "Nom;Prénom;Enseigne;CP;Ville\nAnonyme;X;Le Livre;79000;Niort\n")
    assert only(path).name == "Le Livre"
    assert open_directory(path).aside == ("Nom", "Prénom")


def test_of_several_sheets_the_one_with_shops_is_read(tmp_path):
    cover = [["Association"], ["Statuts", "2026"]]
    rows = [["Nom", "CP", "Ville"], ["Le Livre", "79000", "Niort"]]
    path = saved(tmp_path, workbook({"Accueil": cover, "Boutiques": rows}), "a.xlsx")
    assert only(path).name == "Le Livre"


def test_what_shops_sell_is_said_once_where_nothing_says_it(tmp_path):
    path = saved(tmp_path, "Nom;CP;Ville\nLe Repaire;79000;Niort\n")
    done = import_shops(path=path)
    assert [(note.column, note.code) for note in done.first_refusals] == [("kind", "missing")]
    assert only(path, kind="records").kind == "records"


def test_a_file_without_headings_is_refused_with_what_it_begins_with(tmp_path):
    with pytest.raises(Invalid) as caught:
        import_shops(path=saved(tmp_path, "Le Repaire;79000;Niort\nAutre;86000;Poitiers\n"))
    assert "Le Repaire" in str(caught.value)


def test_a_broken_workbook_and_a_bad_check_digit_are_refused_as_before(tmp_path):
    with pytest.raises(Invalid) as caught:
        import_shops(path=saved(tmp_path, SAMPLE.read_bytes()[:1500], "a.xlsx"))
    assert caught.value.code == "bad_spreadsheet"
    text = "Nom;CP;Ville;SIRET\nLe Livre;79000;Niort;00009100900018\n"
    assert import_shops(path=saved(tmp_path, text)).first_left_out[0].code == "bad_siret"
