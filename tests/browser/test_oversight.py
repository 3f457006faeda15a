"""The quality list, the audit and a look at a reservation in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders.operations import place
from comptoir.shops.models import StaffRole
from comptoir.shops.operations.memberships import join_network
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.factories import (
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_coordinator_asks_a_shop_and_looks_with_a_reason(page, live_server):
    network = make_network(name="Librairies de la Vienne", slug="vienne")
    shop = make_shop(name="Le Rat", slug="le-rat", opening_hours="")
    join_network(shop=shop, network=network, actor=SYSTEM)
    boss = make_staff(shop, StaffRole.MANAGER, name="Zoé Petit")
    order = place(persons_request_for(make_offer(shop=shop)))
    sign_in(page, make_coordinator(network, name="Léa Fort"), live_server.url)
    office = f"{live_server.url}/bureau/vienne"
    found = {}

    def look_at(address: str) -> None:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            found[address, width] = violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            # Where one is stands in sight, however many screens an office has.
            expect(page.locator("header nav [aria-current]")).to_be_in_viewport(ratio=1)

    for address in ("qualite", "qualite/le-rat", "reservation", "audit"):
        look_at(f"{office}/{address}")
    page.goto(f"{office}/qualite")
    page.get_by_role("link", name="Écrire à Le Rat").press("Enter")
    expect(page.get_by_label("Texte")).to_have_value(re.compile("pas d’horaires"))
    page.get_by_role("button", name="Envoyer le courriel").press("Enter")
    expect(page.locator(".quality")).to_contain_text("Demandé le")
    assert Message.objects.get(template="shop_asked").to == boss.email
    page.goto(f"{office}/reservation")
    page.get_by_label("Boutique").select_option("le-rat")
    page.get_by_label("Code de la réservation").fill(order.code)
    page.get_by_label("Pourquoi").fill("La lectrice a appelé l’association")
    page.get_by_role("button", name="Consulter la réservation").press("Enter")
    expect(page.locator("main")).to_contain_text(order.name)
    page.context.clear_cookies()
    sign_in(page, boss, live_server.url)
    look_at(f"{live_server.url}/comptoir/le-rat/boutique/journal")
    expect(page.locator(".audit__looked")).to_contain_text("La lectrice a appelé l’association")
    assert not any(found.values()), found
    assert not page.faults
