"""An owner takes the shop's data and ends it; a coordinator sends the directory: real browsers."""

import pytest
from playwright.sync_api import expect

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.models import Bundle
from comptoir.archives.operations import bundles
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations.memberships import join_network
from tests.browser.axe import is_sound
from tests.browser.conftest import sign_in
from tests.factories import make_coordinator, make_network, make_offer, make_shop, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_owner_takes_the_file_and_ends_the_shop(context, live_server, tmp_path):
    shop = make_shop(slug="pilori", name="Le Pilori")
    make_offer(shop=shop)
    page = context.new_page()
    sign_in(page, make_staff(shop, StaffRole.MANAGER), live_server.url)
    page.goto("/comptoir/pilori/boutique")
    page.get_by_role("link", name="Emporter vos données, ou partir").click()
    is_sound(page)
    page.get_by_role("button", name="Préparer le fichier").press("Enter")
    expect(page.get_by_text("Le fichier se prépare…")).to_be_visible()
    is_sound(page)
    bundles.make(Bundle.objects.get().pk)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Récupérer le fichier").click()
    waiting.value.save_as(tmp_path / "a.zip")
    assert (tmp_path / "a.zip").stat().st_size == Bundle.objects.get().size
    page.get_by_label("Pour y mettre fin, tapez son nom").fill("le pilori")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le public ne voit plus la boutique.")).to_be_visible()
    is_sound(page)
    assert Shop.objects.get().paused_at
    page.get_by_role("button", name="Rester, finalement").click()
    expect(page.get_by_text("La boutique reste")).to_be_visible()
    assert Shop.objects.get().paused_at is None


def test_a_coordinator_sends_the_directory(context, live_server, tmp_path):
    shop, network = make_shop(name="Le Pilori", website=""), make_network(slug="librairies")
    join_network(shop=shop, network=network, actor=SYSTEM)
    page = context.new_page()
    sign_in(page, make_coordinator(network), live_server.url)
    page.goto("/bureau/librairies/")
    page.get_by_role("link", name="Annuaire", exact=True).click()
    is_sound(page)
    file = tmp_path / "membres.csv"
    file.write_text(
        "name;kind;postcode;city;website\nLe Pilori;books;86000;Poitiers;https://pilori.example\n"
        "Inconnue;books;87000;Limoges;\n"
    )
    page.get_by_label("Le fichier").set_input_files(file)
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.get_by_text("1 boutique changerait.")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("1 boutique a changé.")).to_be_visible()
    assert Shop.objects.get().website == "https://pilori.example"
