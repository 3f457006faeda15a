"""The stock as a list in a real browser: by link, by scanner, without a violation."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.factories import make_offer, make_product, make_shop, make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LONG = "Anticonstitutionnellement vôtre : chroniques d’une librairie de Saint-Hilaire-Bonaventure"


def test_the_list_is_filtered_sorted_and_paged_wide_and_narrow(page, look, live_server) -> None:
    shop = make_shop(slug="pilori")
    make_offer(shop=shop, product=make_product(title=LONG, publisher="Actes Sud"), held=1)
    make_offer(shop=shop, condition="VG+", copy_ref="C1", price_cents=None)
    for number in range(55):
        make_offer(shop=shop, on_hand=2, price_cents=1000 + number)
    sign_in(page, make_staff(shop), live_server.url)
    for query in ("", "?state=held", "?state=asked", "?publisher=x&silent=abc"):
        page.goto(f"/comptoir/pilori/stock{query}")
        look(query)
    assert not any(look.found.values()), look.found
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/comptoir/pilori/stock")
    page.get_by_role("columnheader", name="Prix").get_by_role("link").click()
    rows = page.locator(".stock-list tbody tr")
    expect(rows.first).to_contain_text("12,90")
    expect(rows.nth(1)).to_contain_text("10,54")
    page.get_by_role("link", name="Page suivante").click()
    expect(rows).to_have_count(7)
    page.get_by_role("link", name="Première page").click()
    page.get_by_text("Filtrer et trier").click()
    page.get_by_label("Éditeur ou label").fill("actes")
    page.get_by_role("button", name="Afficher").click()
    expect(rows).to_have_count(1)
    # A scan leads to its title from here too.
    page.locator("#stock-q").fill(shop.offers.first().product.ean)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=LONG).wait_for()
    assert not page.faults
