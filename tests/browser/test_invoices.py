"""Invoices in a browser: what stands on them is typed, and a reader fetches theirs, without a
script too."""

import pytest

from comptoir.papers.models import LegalIdentity, Paper
from comptoir.shops.models import StaffRole
from tests.browser.axe import is_sound
from tests.browser.conftest import sign_in
from tests.factories import make_staff
from tests.papers.orders import paid, selling_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_an_owner_completes_the_mentions_and_a_reader_has_the_invoice(page, browser, live_server):
    shop = selling_shop(name="Librairie du Pilori")
    order = paid(shop)
    LegalIdentity.objects.all().delete()
    owner = make_staff(shop, StaffRole.MANAGER, name="Maud")
    sign_in(page, owner, live_server.url)
    page.goto(f"/comptoir/{shop.slug}/boutique")
    page.get_by_role("link", name="Voir les factures").click()
    page.get_by_text("Aucune facture ne peut encore être émise.").wait_for()
    is_sound(page)
    page.get_by_label("Numéro de TVA").fill("FR1")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Ce n’est pas un numéro de TVA français").wait_for()
    is_sound(page)
    page.get_by_label("Forme juridique").fill("SARL")
    page.get_by_label("Capital social").fill("8000 €")
    page.get_by_label("Registre et ville").fill("RCS Poitiers 732 829 320")
    page.get_by_label("Numéro de TVA").fill("FR44732829320")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est enregistré").wait_for()
    bare = {"java_script_enabled": False, "locale": "fr-FR", "base_url": live_server.url}
    with browser.new_context(**bare) as without:
        reader = without.new_page()
        reader.goto(f"/reservation/{order.token}")
        with reader.expect_download() as fetched:
            reader.get_by_role("button", name="Obtenir la facture (PDF)").click()
        assert fetched.value.suggested_filename == "C-000001.pdf"
        reader.goto(f"/reservation/{order.token}")
        reader.get_by_role("link", name="Facture C-000001").wait_for()
    assert Paper.objects.get().order == order
    page.reload()
    page.get_by_role("link", name="Facture C-000001").wait_for()
    is_sound(page)
