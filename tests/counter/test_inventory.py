"""The address at which Google fetches a shop's shelves, at its counter."""

import pytest
from django.test import Client

from comptoir.shops.models import Shop
from tests.counter.conftest import browser_of

pytestmark = pytest.mark.django_db
PAGE, BUTTON = "/comptoir/pilori/boutique/webhooks", "/comptoir/pilori/boutique/inventaire-google"


@pytest.fixture
def office(manager) -> Client:
    """Return the browser of a manager."""
    return browser_of(manager)


def word(shop: Shop) -> str | None:
    shop.refresh_from_db()
    return shop.inventory_word


def test_a_manager_makes_changes_and_ends_the_address(office, shop) -> None:
    assert "/inventaire/" not in office.get(PAGE).content.decode()
    page = office.post(BUTTON, {"action": "new"}, follow=True).content.decode()
    first = word(shop)
    assert f"/inventaire/{first}.tsv" in page
    assert f"/inventaire/{first}/titres.tsv" in page
    assert f"comptoir-{shop.pk}" in page
    office.post(BUTTON, {"action": "new"})
    assert word(shop) not in (first, None)
    page = office.post(BUTTON, {"action": "stop"}, follow=True).content.decode()
    assert word(shop) is None
    assert "/inventaire/" not in page


def test_the_staff_neither_sees_nor_makes_it(desk, office, shop) -> None:
    assert desk.post(BUTTON, {"action": "new"}).status_code == 403
    assert word(shop) is None
    office.post(BUTTON, {"action": "new"})
    assert f"/inventaire/{word(shop)}" not in desk.get(PAGE).content.decode()
    assert desk.post(BUTTON, {"action": "stop"}).status_code == 403
    assert word(shop) is not None


def test_who_shows_nothing_is_told_that_the_files_are_empty(office, shop) -> None:
    office.post(BUTTON, {"action": "new"})
    told = "les fichiers sont vides"
    assert told not in office.get(PAGE).content.decode()
    Shop.objects.filter(pk=shop.pk).update(stock_shown="nothing")
    assert told in office.get(PAGE).content.decode()


def test_the_word_is_written_by_somebody(office, shop, manager) -> None:
    office.post(BUTTON, {"action": "new"})
    origin = shop.origins.get(field="inventory_word")
    assert origin.actor_id == manager.pk
