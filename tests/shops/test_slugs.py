"""What a shop is called in addresses: the older ones lead to it, and no other shop gets them."""

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict, Invalid
from comptoir.orders.commands import shops
from comptoir.shops.models import FormerSlug, Shop
from comptoir.shops.operations import import_shops, rename_shop
from comptoir.shops.reads import named_shop
from tests.counter.conftest import browser_of
from tests.factories import make_shop, make_staff
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(name="Le Pilori", city="Poitiers", slug="le-pilori-poitiers")


def rename(shop, name, **more):
    return rename_shop(shop=shop, name=name, actor=SYSTEM, **more)


def test_the_older_addresses_lead_to_a_shop_that_was_renamed(shop, client):
    rename(shop, "L’Encre noire")
    again = rename(shop, "Encre et Cie")
    assert (again.name, again.slug) == ("Encre et Cie", "encre-et-cie-poitiers")
    for old in ("le-pilori-poitiers", "lencre-noire-poitiers"):
        answer = client.get(f"/boutiques/{old}")
        assert answer.status_code == 301
        assert answer["Location"] == "/boutiques/encre-et-cie-poitiers"
        assert named_shop(old, actor=SYSTEM) == shop
    assert shop.origins.get(field="name").actor_kind == "system"


def test_a_browser_goes_in_no_circle_when_a_shop_takes_an_older_address_back(shop, client):
    rename(shop, "Encre")
    kept = client.get("/boutiques/le-pilori-poitiers")
    assert "no-cache" in kept["Cache-Control"], "what is kept for good cannot be taken back"
    rename(shop, "Le Pilori")
    assert client.get("/boutiques/encre-poitiers")["Location"] == "/boutiques/le-pilori-poitiers"
    assert client.get("/boutiques/le-pilori-poitiers").status_code == 200


def test_the_counter_leads_from_an_older_address_too(shop):
    desk = browser_of(make_staff(shop))
    rename(shop, "Encre")
    answer = desk.get("/comptoir/le-pilori-poitiers/stock?q=a")
    assert answer["Location"] == "/comptoir/encre-poitiers/stock?q=a"
    other = browser_of(make_staff(make_shop()))
    assert other.get("/comptoir/le-pilori-poitiers/stock").status_code == 404


def test_a_name_that_was_given_back_is_no_former_one(shop):
    rename(shop, "Encre")
    assert rename(shop, "Le Pilori").slug == "le-pilori-poitiers"
    assert list(FormerSlug.objects.values_list("slug", flat=True)) == ["encre-poitiers"]


def test_no_other_shop_gets_an_address_that_somebody_had(shop, tmp_path):
    rename(shop, "Encre")
    other = make_shop(name="Autre", city="Poitiers")
    with pytest.raises(Conflict):
        rename(other, "Autre", slug="le-pilori-poitiers")
    assert rename(other, "Le Pilori").slug == "le-pilori-poitiers-2"
    with pytest.raises(Invalid):
        rename(other, "Autre", slug="Le Pilori!")
    with pytest.raises(Invalid):
        rename(other, " ")


def test_an_import_gives_no_former_address_to_a_new_shop(tmp_path):
    import_shops(path=write(tmp_path / "a.csv", GOOD), report=tmp_path / "r.csv")
    first = Shop.objects.get()
    old = first.slug
    rename(first, "Tout autre chose")
    elsewhere = {"siret": "", "phone": "", "email": "", "street": "9 rue Haute"}
    path = write(tmp_path / "b.csv", row(**elsewhere))
    import_shops(path=path, report=tmp_path / "s.csv")
    assert Shop.objects.exclude(pk=first.pk).get().slug == f"{old}-2"


def test_the_commands_say_what_they_did(shop):
    run = CliRunner().invoke
    done = run(shops, ["rename", "le-pilori-poitiers", "Encre"])
    assert done.exit_code == 0
    assert "Le Pilori s’appelle désormais Encre" in done.output
    assert "encre-poitiers" in done.output
    given = ["--address", "5 rue Neuve", "--hours", "Tu-Sa 10:00-19:00", "--services", "events"]
    done = run(shops, ["edit", "encre-poitiers", *given])
    assert done.exit_code == 0
    assert "Encre\u00a0: 3 champs sont changés." in done.output
    shop.refresh_from_db()
    assert (shop.street, shop.opening_hours) == ("5 rue Neuve", "Tu-Sa 10:00-19:00")
    assert shop.services.get().kind == "events"
    assert "rien n’est changé" in run(shops, ["edit", "encre-poitiers", *given]).output
    assert run(shops, ["edit", "encre-poitiers", "--services", "fishing"]).exit_code == 1
    paused = run(shops, ["pause", "encre-poitiers"])
    assert "masquée au public" in paused.output
    assert "masquée" in run(shops, ["list"]).output
