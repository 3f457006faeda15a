"""What a network writes, in a real browser: without JavaScript, by axe, narrow and wide."""

import pytest
from playwright.sync_api import Page, expect

from comptoir.accounts.actors import SYSTEM
from comptoir.networks.models import Publication
from comptoir.networks.pages.models import PublicationKind
from comptoir.shops.operations.memberships import join_network
from tests.browser.conftest import sign_in
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.networks.pages.words import picture, speak, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = "/bureau/seul/"


@pytest.fixture
def network():
    return make_network(slug="seul", name="Lire ici")


def test_no_page_of_it_breaks_accessibility(page: Page, look, live_server, network):
    shop = make_shop(slug="pilori")
    join_network(shop=shop, network=network, actor=SYSTEM)
    kept = picture(network)
    words = speak(network)
    body = f"## Un\n\n| a | b |\n|---|---|\n| c | d |\n\n![](photo:{kept.digest})\n\n> Cité"
    item = write(network, "Fête", body, kind=PublicationKind.NEWS, summary="Samedi.")

    def open_all(*paths: str) -> None:
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            look(path)

    said = "/reseaux/seul/"
    open_all("/", f"{said}pages/{words['slug:page']}", f"{said}actualites/fete?langue=en")
    open_all(f"{said}actualites")
    sign_in(page, make_coordinator(network), live_server.url)
    text = f"{OFFICE}textes/{item.pk}"
    open_all(f"{OFFICE}pages", text, f"{text}/historique?version=1", f"{OFFICE}images")
    open_all(f"{OFFICE}banniere", f"{OFFICE}messages", f"{OFFICE}messages/ecrire")
    open_all(f"{OFFICE}messages/{words['int:circular_id']}")
    sign_in(page, make_staff(shop), live_server.url)
    open_all("/comptoir/pilori/messages", "/comptoir/pilori/")
    assert not any(look.found.values()), look.found


def test_a_page_is_seen_and_published_without_javascript(plain_page: Page, live_server, network):
    page = plain_page
    sign_in(page, make_coordinator(network), live_server.url)
    page.goto(f"{live_server.url}{OFFICE}pages/ajouter")
    page.get_by_label("Titre", exact=True).fill("Adhérer")
    page.get_by_label("Texte", exact=True).fill("Écrivez-**nous**.")
    page.get_by_role("button", name="Tel que les lecteurs le verront").click()
    expect(page.locator(".bureau-preview strong")).to_have_text("nous")
    assert not Publication.objects.exists()
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".messages")).to_contain_text("Publié")
    page.goto(live_server.url)
    page.get_by_role("link", name="Adhérer").click()
    expect(page.locator("h1")).to_have_text("Adhérer")
    expect(page.locator(".prose__text strong")).to_have_text("nous")
