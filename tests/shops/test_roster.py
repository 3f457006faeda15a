"""Shops kept by a process are those that stand in the database."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.shops.roster import VERSION, Roster
from tests.factories import make_shop


def versions(*shops: Shop) -> dict[int, tuple[str, str]]:
    rows = fetch(
        f"SELECT id, {VERSION} FROM shops_shop s WHERE id = ANY(%s)",
        [[shop.pk for shop in shops]],
    )
    return {key: (xmin, ctid) for key, xmin, ctid in rows}


def seen(roster: Roster, shop: Shop) -> Shop:
    return roster.take(versions(shop))[shop.pk]


@pytest.mark.django_db
def test_a_shop_that_has_not_changed_is_not_read_again():
    roster, shops = Roster(), [make_shop(), make_shop()]
    known = versions(*shops)
    with CaptureQueriesContext(connection) as queries:
        assert roster.take(known).keys() == roster.take(known).keys() == known.keys()
    assert len(queries) == 1


@pytest.mark.django_db
def test_changes_of_one_transaction_are_seen_one_by_one():
    roster, shop = Roster(), make_shop(name="Page 189")
    for name in ("Le Tiers Temps", "Charybde", "Page 189"):
        Shop.objects.filter(pk=shop.pk).update(name=name)
        assert seen(roster, shop).name == name


@pytest.mark.django_db
def test_what_was_rolled_back_is_forgotten():
    roster, shop = Roster(), make_shop(name="Charybde")
    with transaction.atomic():
        Shop.objects.filter(pk=shop.pk).update(name="Scylla")
        assert seen(roster, shop).name == "Scylla"
        transaction.set_rollback(True)
    assert seen(roster, shop).name == "Charybde"


@pytest.mark.django_db
def test_without_its_version_a_shop_would_stay_as_it_was_read(monkeypatch):
    """The control: a roster that goes by keys alone has the old name."""
    roster, shop = Roster(), make_shop(name="Charybde")
    assert seen(roster, shop).name == "Charybde"
    Shop.objects.filter(pk=shop.pk).update(name="Scylla")
    known = versions(shop)
    monkeypatch.setattr(roster, "_version", lambda key: known[key])
    assert roster.take(known)[shop.pk].name == "Charybde"


@pytest.mark.django_db
def test_whoever_takes_a_shop_may_change_it():
    roster, shop = Roster(), make_shop(name="Charybde")
    mine = seen(roster, shop)
    mine.name = "Scylla"
    mine._state.fields_cache["merged_into"] = mine
    theirs = seen(roster, shop)
    assert theirs.name == "Charybde"
    assert not theirs._state.fields_cache


@pytest.mark.django_db
def test_its_description_is_read_when_somebody_asks():
    roster, shop = Roster(), make_shop(description="Depuis 1987.")
    assert "description" in seen(roster, shop).get_deferred_fields()
    assert seen(roster, shop).description == "Depuis 1987."


@pytest.mark.django_db
def test_a_shop_that_is_gone_is_left_out():
    roster, shop = Roster(), make_shop()
    known = versions(shop)
    Shop.objects.filter(pk=shop.pk).delete()
    assert roster.take(known) == {}
