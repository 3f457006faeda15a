"""The columns for what a shop offers besides: details, specialities, access, consents, networks."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.networks.models import Network
from comptoir.networks.operations import NetworkChange, create_network
from comptoir.shops.models import FieldOrigin, Shop
from comptoir.shops.operations import import_shops
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.table import COLUMNS, write_row
from tests.shops.test_import import row, write

pytestmark = pytest.mark.django_db

MORE = {
    "services": "phone_orders mail_order",
    "service_details": "phone_orders: 9:30–18:00, ask for Anne | mail_order: on Thursdays",
    "specialities": "comics, jazz",
    "wheelchair": "limited",
    "stock_shown": "exact",
    "open_data": "yes",
    "networks": "lina",
}


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture(autouse=True)
def lina():
    return create_network(name="LINA", slug="lina", change=NetworkChange(), actor=SYSTEM)


def take(tmp_path, **changes):
    return import_shops(path=write(tmp_path / "shops.csv", row(**changes)))


def test_they_are_taken(tmp_path, lina):
    done = take(tmp_path, **MORE)
    assert (done.created, done.left_out) == (1, 0)
    shop = Shop.objects.get()
    assert (shop.wheelchair, shop.stock_shown, shop.open_data) == ("limited", "exact", True)
    assert dict(shop.services.values_list("kind", "how")) == {
        "phone_orders": "9:30–18:00, ask for Anne",
        "mail_order": "on Thursdays",
    }
    assert set(shop.specialities.values_list("kind", flat=True)) == {"comics", "jazz"}
    assert [each.network for each in shop.memberships.all()] == [lina]


def test_the_written_file_changes_nothing(tmp_path):
    take(tmp_path, **MORE)
    written = dict(zip(COLUMNS, map(str, write_row(Shop.objects.get())), strict=True))
    done = import_shops(path=write(tmp_path / "again.csv", written))
    assert (done.unchanged, done.kept_out, done.left_out) == (1, 0, 0)
    assert take(tmp_path, **MORE).unchanged == 1


def test_another_word_changes_them_and_an_empty_cell_empties_the_lists(tmp_path):
    take(tmp_path, **MORE)
    new = MORE | {"wheelchair": "non", "open_data": "non", "specialities": "", "services": ""}
    done = take(tmp_path, **new | {"service_details": ""})
    shop = Shop.objects.get()
    assert (done.changed, shop.wheelchair, shop.open_data) == (1, "no", False)
    assert not shop.services.exists()
    assert not shop.specialities.exists()


WRONG = [
    ("wheelchair", "perhaps", "unknown_word"),
    ("stock_shown", "all", "unknown_word"),
    ("open_data", "perhaps", "unknown_word"),
    ("specialities", "comics cricket", "unknown_speciality"),
    ("networks", "lina elsewhere", "unknown_network"),
    ("service_details", "by phone", "bad_details"),
    ("service_details", "flying: on demand", "unknown_service"),
    ("service_details", "delivery: on Mondays", "unknown_service"),
    ("service_details", f"mail_order: {'x' * 161}", "too_long"),
]


@pytest.mark.parametrize(("column", "cell", "code"), WRONG)
def test_a_cell_that_cannot_be_read_is_left_out_alone(tmp_path, column, cell, code):
    done = take(tmp_path, **MORE | {column: cell})
    assert [(each.column, each.code) for each in done.first_left_out] == [(column, code)]
    shop = Shop.objects.get()
    assert shop.services.count() == 2
    assert shop.open_data is (column != "open_data")


def test_a_file_of_one_network_says_nothing_of_another(tmp_path, lina):
    take(tmp_path, **MORE)
    alca = create_network(name="ALCA", slug="alca", change=NetworkChange(), actor=SYSTEM)
    join_network(shop=Shop.objects.get(), network=alca, actor=SYSTEM)
    assert take(tmp_path, **MORE).unchanged == 1
    assert take(tmp_path, **MORE | {"networks": ""}).unchanged == 1
    assert Network.objects.filter(memberships__shop__isnull=False).distinct().count() == 2
    assert FieldOrigin.objects.get(field="networks").imported


def test_an_association_calls_them_by_its_own_words(tmp_path):
    path = tmp_path / "annuaire.csv"
    path.write_text(
        "Librairie;CP;Ville;Spécialités;Accès PMR;Réseau\n"
        "Le Pilori;86000;Poitiers;BD, Jeunesse / Cerfs-volants;oui;lina\n",
        encoding="utf-8",
    )
    done = import_shops(path=path)
    shop = Shop.objects.get()
    assert set(shop.specialities.values_list("kind", flat=True)) == {"comics", "children"}
    assert (shop.wheelchair, shop.memberships.count()) == ("yes", 1)
    assert "Cerfs-volants" in done.first_remarks[0].reason
