"""A shop that is called otherwise now is the same shop; where that is doubtful it is asked."""

import pytest

from comptoir.shops.models import Shop
from comptoir.shops.operations import Answers, ImportChoices, import_shops
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db

SIRET = "44306184100047"


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def shop(**changes):
    """A row without a SIRET."""
    return row(siret="", **changes)


def take(tmp_path, *rows, same=None, new=()):
    choices = ImportChoices(answers=Answers(same or {}, frozenset(new)))
    return import_shops(path=write(tmp_path / "shops.csv", *rows), choices=choices)


SAME = [
    pytest.param({"name": "LIBRAIRIE DU PILORI"}, id="capitals"),
    pytest.param({"name": "Le Pilori"}, id="its own word"),
    pytest.param({"name": "Librairie du Pilory"}, id="a letter"),
    pytest.param({"name": "Pilori & Cie", "street": "3, r. du Pilori"}, id="an abbreviation"),
    pytest.param({"name": "Librairie du Pilori", "city": "Poitiers Cedex"}, id="cedex"),
    pytest.param({"name": "Le Pilori", "street": ""}, id="no street, same telephone"),
    pytest.param({"name": "Chez Marguerite"}, id="another name, same telephone"),
    pytest.param({"name": "Librairie du Pilori", "street": "8 rue Neuve", "phone": ""}, id="moved"),
]


@pytest.mark.parametrize("changes", SAME)
def test_a_renamed_shop_stays_one(tmp_path, changes):
    take(tmp_path, shop())
    done = take(tmp_path, shop(**changes))
    assert (done.created, done.refused) == (0, 0), done.first_refusals
    renamed = Shop.objects.get()
    assert renamed.name == changes["name"]
    assert renamed.slug == "librairie-du-pilori-poitiers"


ANOTHER = [
    pytest.param({"kind": "records", "phone": "", "email": ""}, id="a record shop in one house"),
    pytest.param({"street": "9 rue Neuve", "phone": "", "email": ""}, id="another street"),
    pytest.param({"street": "", "phone": "", "email": ""}, id="no street, one point"),
    pytest.param({"street": "9 rue Neuve"}, id="one telephone alone"),
    pytest.param({"kind": "books", "street": ""}, id="one telephone and one point"),
    pytest.param(
        {"city": "Angoulême", "postcode": "16000", "latitude": "45.65", "longitude": "0.16"},
        id="another town",
    ),
]


@pytest.mark.parametrize("changes", ANOTHER)
def test_another_shop_is_another(tmp_path, changes):
    take(tmp_path, shop())
    done = take(tmp_path, shop(name="Comptoir des vinyles", **changes))
    assert (done.created, done.refused) == (1, 0), done.first_refusals


DOUBTFUL = [
    pytest.param({"name": "Chez Marguerite", "phone": "", "email": ""}, id="one address alone"),
    pytest.param(
        {"name": "Le Pilori", "street": "", "phone": "", "email": ""}, id="alike at one point"
    ),
    pytest.param(
        {"postcode": "86010", "street": "", "phone": "", "email": ""}, id="another postcode"
    ),
    pytest.param({"name": "Chez Marguerite", "kind": "records"}, id="another kind, one telephone"),
    pytest.param({"name": "Le Pilori", "kind": "records", "phone": ""}, id="another kind, alike"),
    pytest.param({"name": "Le Pilori", "street": "12 rue Gambetta"}, id="moved and renamed"),
]


@pytest.mark.parametrize("changes", DOUBTFUL)
def test_where_it_is_doubtful_it_is_asked(tmp_path, changes):
    take(tmp_path, shop())
    done = take(tmp_path, shop(**changes))
    assert [(each.line, each.code, each.column) for each in done.first_refusals] == [
        (2, "same_shop", "name")
    ]
    assert "--same 2=librairie-du-pilori-poitiers" in done.first_refusals[0].reason
    assert Shop.objects.get().name == GOOD["name"]


def test_the_answer_is_taken(tmp_path):
    take(tmp_path, shop())
    other = shop(name="Chez Marguerite", phone="", email="")
    assert take(tmp_path, other, same={2: "librairie-du-pilori-poitiers"}).changed == 1
    assert Shop.objects.get().name == "Chez Marguerite"
    third = shop(name="Encre noire", phone="", email="")
    assert take(tmp_path, third, new=[2]).created == 1
    assert Shop.objects.count() == 2
    assert take(tmp_path, third, other).unchanged == 2


def test_a_wrong_answer_is_refused(tmp_path):
    take(tmp_path, shop())
    done = take(tmp_path, shop(name="Chez Marguerite"), same={2: "nowhere"})
    assert [each.code for each in done.first_refusals] == ["no_such_shop"]


@pytest.mark.parametrize("answer", [{"new": [2]}, {"same": {2: "chez-marguerite-poitiers"}}])
def test_an_answer_does_not_give_one_shops_siret_to_another(tmp_path, answer):
    other = row(siret=SIRET, name="Chez Marguerite", street="9 rue Neuve", phone="", email="")
    take(tmp_path, row(), other)
    done = take(tmp_path, row(name="Le Pilori"), **answer)
    assert [(each.code, each.column) for each in done.first_refusals] == [("other_siret", "siret")]
    assert Shop.objects.count() == 2


def test_a_siret_says_more_than_a_name(tmp_path):
    take(tmp_path, row())
    done = take(tmp_path, row(name="Chez Marguerite", street="9 rue Neuve", phone="", email=""))
    assert (done.created, done.changed) == (0, 1)
    done = take(tmp_path, row(name="Chez Marguerite", siret=SIRET, street="12 rue Gambetta"))
    assert done.created == 1


def test_another_siret_at_the_same_address_is_asked(tmp_path):
    take(tmp_path, row())
    done = take(tmp_path, row(siret=SIRET))
    assert [each.code for each in done.first_refusals] == ["same_shop"]
    assert take(tmp_path, row(siret=SIRET), same={2: "librairie-du-pilori-poitiers"}).changed == 1
    assert Shop.objects.get().siret == SIRET


def test_a_shop_that_the_file_still_names_was_not_renamed(tmp_path):
    take(tmp_path, shop(phone="", email=""))
    both = [shop(name="Le Pilori jeunesse", phone="", email=""), shop(phone="", email="")]
    done = take(tmp_path, *both)
    assert (done.created, done.unchanged, done.refused) == (1, 1, 0)


def test_shops_of_one_file_are_shops_apart(tmp_path):
    """Placed by their town alone, and named by number: nobody is asked thirty times."""
    bare = {name: GOOD[name] for name in ("kind", "postcode", "city", "latitude", "longitude")}
    rows = [bare | {"name": f"Livres {number:02d}"} for number in range(30)]
    assert take(tmp_path, *rows).created == 30
    assert take(tmp_path, *rows).unchanged == 30
    assert take(tmp_path, bare | {"name": "Livres 30"}).created == 1


def test_namesakes_in_two_streets_of_a_town_are_two_shops(tmp_path):
    two = [shop(street="1 rue Haute", phone=""), shop(street="2 rue Basse", phone="", email="")]
    assert take(tmp_path, *two).created == 2
    for rows in (two, two[::-1], two[1:]):
        done = take(tmp_path, *rows)
        assert (done.unchanged, done.changed, done.refused) == (len(rows), 0, 0)


def test_a_namesake_without_a_street_is_asked_where_there_are_two(tmp_path):
    two = [shop(street="1 rue Haute", phone=""), shop(street="2 rue Basse", phone="", email="")]
    take(tmp_path, *two)
    done = take(tmp_path, shop(street="", phone="", email=""))
    assert [each.code for each in done.first_refusals] == ["same_shop"]
