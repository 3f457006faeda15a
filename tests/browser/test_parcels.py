"""Prices of parcels in a browser: typed with a keyboard, on a wide screen and a narrow one."""

import pytest

from comptoir.quotes.models import PriceDecision, Tariff
from comptoir.shops.models import StaffRole
from tests.browser.axe import is_sound
from tests.browser.conftest import sign_in
from tests.factories import make_offer, make_product, make_shop, make_staff
from tests.terms.world import publish_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_an_owner_types_prices_and_decides_between_two(page, live_server):
    shop = make_shop(name="Librairie du Pilori", kind="both")
    publish_for(shop)
    book = make_product(title="Le livre aux deux prix", list_price_cents=1290)
    make_offer(product=book, shop=shop, price_cents=1390)
    owner = make_staff(shop, StaffRole.MANAGER, name="Maud")
    sign_in(page, owner, live_server.url)
    page.goto(f"/comptoir/{shop.slug}/boutique")
    page.get_by_role("link", name="Voir les tarifs d’envoi").click()
    is_sound(page)
    # Of the values to begin with, one is changed; a wrong one is told at its row.
    rows = page.locator(".bands__row")
    price = rows.nth(1).get_by_label("Prix (€)")
    price.fill("cher")
    page.get_by_role("button", name="Enregistrer les tarifs").click()
    assert page.get_by_role("alert").inner_text().startswith("Ligne\u00a02") or (
        "Ligne 2" in page.get_by_role("alert").inner_text()
    )
    is_sound(page)
    rows.nth(1).get_by_label("Prix (€)").fill("5,80")
    page.get_by_role("button", name="Enregistrer les tarifs").click()
    page.get_by_text("Ces tarifs valent depuis").wait_for()
    assert Tariff.objects.get().bands.filter(price_cents=580).count() == 1
    page.get_by_role("button", name="Éditeur 12,90").click()
    page.get_by_text("C’est tranché").wait_for()
    assert PriceDecision.objects.get().price_cents == 1290
    is_sound(page)
