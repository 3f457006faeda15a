"""Whom pages name for what they show."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.shops import memory
from comptoir.shops.models import Shop
from comptoir.shops.operations import ImportChoices, SettingsChange, import_shops, update_settings
from comptoir.shops.sources.credits import (
    credits_by_shop,
    file_licences,
    licences_shown,
    sources_of,
)
from tests.shops.sources.extracts import extract, node
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"
    memory.forget()


def test_a_shop_of_the_networks_file_names_nobody(tmp_path):
    import_shops(path=write(tmp_path / "a.csv", GOOD))
    assert sources_of(Shop.objects.get()) == []
    assert licences_shown() == []


def test_a_file_of_others_keeps_its_licence(tmp_path):
    path = write(tmp_path / "a.csv", GOOD)
    import_shops(path=path)
    assert file_licences() == {}
    import_shops(path=path, choices=ImportChoices(licence="etalab-2.0"))
    assert file_licences() == {Shop.objects.get().pk: "etalab-2.0"}


def test_one_field_of_the_map_is_enough(tmp_path, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(memory, "KEPT_SECONDS", 600.0)
    other = row(siret="", name="Encre", street="1 rue X", phone="", email="", website="")
    import_shops(path=write(tmp_path / "a.csv", row(opening_hours=""), other))
    import_shops(path=extract(tmp_path / "osm.json", node()))
    mapped = Shop.objects.get(name=GOOD["name"])
    with django_assert_num_queries(1):
        (credit,) = sources_of(mapped)
    assert (credit.licence, credit.share_alike) == ("ODbL-1.0", True)
    assert "OpenStreetMap" in str(credit.name)
    assert list(credits_by_shop()) == [mapped.pk]
    memory.forget()
    assert [each.source for each in licences_shown()] == ["osm"]
    with django_assert_num_queries(0):
        licences_shown()


def test_the_privacy_page_says_where_the_data_come_from(client, tmp_path):
    import_shops(path=write(tmp_path / "a.csv", row(opening_hours="")))
    assert "OpenStreetMap" not in client.get("/vie-privee").content.decode()
    import_shops(path=extract(tmp_path / "osm.json", node()))
    memory.forget()
    page = client.get("/vie-privee", headers={"Accept-Language": "fr"}).content.decode()
    assert "© les contributeurs d’OpenStreetMap</a> (ODbL-1.0)" in page
    assert "https://www.openstreetmap.org/copyright" in page


def test_what_the_shop_wrote_itself_is_its_own(tmp_path):
    import_shops(path=write(tmp_path / "a.csv", row(opening_hours="")))
    import_shops(path=extract(tmp_path / "osm.json", node()))
    change = SettingsChange(opening_hours="Mo-Sa 10:00-19:00")
    update_settings(shop=Shop.objects.get(), change=change, actor=SYSTEM)
    assert sources_of(Shop.objects.get()) == []
