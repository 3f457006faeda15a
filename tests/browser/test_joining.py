"""A shop joins in a real browser: asks, confirms, is opened, makes its first steps."""

import re
import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.stock.models import Feed, Report
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.factories import make_coordinator, make_network, make_offer, make_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
GIVEN = {
    "name": "Le Merle moqueur",
    "siret": "73282932000074",
    "street": "12 rue des Carmes",
    "postcode": "86000",
    "city": "Poitiers",
    "asker": "Ana Petit",
    "email": "ana@merle.example.org",
}


def link_in(template: str, path: str) -> str:
    """Return the address of a path that the newest mail of a template holds."""
    mail = Message.objects.filter(template=template).latest("pk")
    render(mail)
    found = re.search(rf"{path}\S+", mail.text)
    assert found, mail.text
    return found[0]


def look(page: Page) -> None:
    """Fail where a page has a violation, or is wider than a phone or a screen."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_a_shop_joins_and_makes_its_first_steps(open_page, indexed) -> None:
    network = make_network(slug="aln", name="L’Association")
    person = make_coordinator(network, email="coord@example.org")
    recovery = RecoveryCodes.activate(person).get_unused_codes()
    make_shop(name="Librairie Le Merle", street="12 r. des Carmes", slug="merle")

    asker = open_page()
    asker.goto("/rejoindre")
    asker.get_by_role("button", name="Demander").click()
    expect(asker.locator(".field__error").first).to_be_visible()
    look(asker)
    for name, text in GIVEN.items():
        asker.fill(f"#f-{name}", text)
    asker.select_option("#f-kind", "books")
    asker.select_option("#f-network", "aln")
    asker.get_by_role("button", name="Demander").click()
    asker.wait_for_url("**/rejoindre/envoyee")
    look(asker)
    asker.goto(link_in("join_confirm", "/rejoindre/confirmer/"))
    look(asker)
    asker.get_by_role("button", name="Oui, c’était moi").click()
    expect(asker.get_by_role("heading", name="Votre demande est partie")).to_be_visible()

    office = open_page()
    office.goto("/bureau/aln/demandes")
    office.fill("input[name=login], input[name=email]", "coord@example.org")
    office.locator("main form button").first.click()
    office.wait_for_url("**/code/confirmer/**")
    code = Message.objects.filter(template="sign_in_code").latest("pk").context["code"]
    office.fill("input[name=code]", code)
    office.locator("main form button").first.click()
    office.wait_for_url("**/securite/authenticate/**")
    office.fill("input[name=code]", recovery[0])
    office.locator("main form button").first.click()
    office.wait_for_url("**/bureau/aln/demandes")
    look(office)
    office.get_by_role("button", name="C’est une autre boutique").click()
    expect(office.locator(".messages")).to_contain_text("Le Merle moqueur")
    shop = Shop.objects.get(slug="le-merle-moqueur-poitiers")

    asker.goto(link_in("staff_invited", "/comptoir/invitation/"))
    asker.get_by_role("button", name="Rejoindre").click()
    expect(asker.get_by_role("heading", name="Premiers pas")).to_be_visible()
    expect(asker.locator(".first-step--done")).to_have_count(0)
    look(asker)
    shop.opening_hours = "24/7"
    shop.save()
    feed = Feed.objects.create(shop=shop, format="csv")
    Report.objects.create(
        feed=feed, mode="snapshot", as_of=shop.created_at, status="applied", actor_kind="feed"
    )
    make_offer(shop=shop, on_hand=3)
    indexed()
    asker.goto(f"/comptoir/{shop.slug}/premiers-pas")
    expect(asker.locator(".first-step--done")).to_have_count(3)
    look(asker)
    asker.get_by_role("button", name="Essayer une réservation").click()
    asker.wait_for_url("**/reservations/**")
    asker.get_by_role("button", name="Mis de côté").click()
    asker.get_by_role("button", name="Remis au client").click()
    expect(asker.get_by_text("Remis à").first).to_be_visible()
    assert Order.objects.get().status == "collected"
    asker.goto(f"/comptoir/{shop.slug}/boutique/reseaux")
    expect(asker.get_by_text("membre depuis")).to_be_visible()
    look(asker)
    asker.goto(f"/comptoir/{shop.slug}/")
    expect(asker.get_by_role("heading", name="À mettre de côté")).to_be_visible()
    expect(asker.get_by_role("heading", name="Premiers pas")).to_have_count(0)


def test_who_has_no_second_factor_is_led_to_one(open_page, live_server) -> None:
    person = make_coordinator(make_network(slug="aln"))
    person.authenticator_set.all().delete()
    page = open_page()
    sign_in(page, person, live_server.url)
    page.goto("/bureau/aln/")
    look(page)
    page.get_by_role("link", name="Installer une application").click()
    key = page.locator("input#authenticator_secret, code").first
    secret = key.get_attribute("value") or key.inner_text()
    page.fill("input[name=code]", code_of(secret.strip()))
    page.locator("main form button").first.click()
    page.wait_for_url("**/recovery-codes/**")
    expect(page.get_by_role("link", name="Retour au bureau")).to_be_visible()
    page.get_by_role("link", name="Ils sont rangés").click()
    expect(page.get_by_role("link", name="Vue d’ensemble")).to_be_visible()


def code_of(secret: str) -> str:
    """Return what an application that knows the secret shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
