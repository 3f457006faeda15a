"""What a reader ordered, in a browser: ordered by keyboard, unpacked by scanner, held for them."""

import pytest

from comptoir.accounts.models import User
from comptoir.purchases.models import Purchase, Supplier, Supply
from tests.browser.conftest import sign_in
from tests.purchases.town import make_town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_special_order_is_ordered_and_received_by_keyboard_and_scanner(
    page, look, indexed, live_server
):
    town = make_town()
    Supply.objects.all().delete()
    Supplier.objects.all().delete()
    order = town.order(name="ana")
    indexed()
    sign_in(page, User.objects.get(pk=town.ann.id), live_server.url)
    base = f"/comptoir/{town.shop.slug}"
    page.goto(f"{base}/achats")
    look("lists")
    page.get_by_role("link", name="Saisir un fournisseur").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Nom", exact=True).fill("Distribution Ouest")
    look("supplier")
    page.keyboard.press("Enter")
    page.get_by_text("Enregistré").wait_for()
    page.goto(f"{base}/achats")
    page.get_by_role("button", name="Noter ce fournisseur").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Commander 1 exemplaire").wait_for()
    # The field has the focus: a title for the shelf is one scan.
    page.keyboard.insert_text(str(town.book.ean))
    page.keyboard.press("Enter")
    page.get_by_text("Sur la liste :").wait_for()
    look("list")
    page.get_by_role("button", name="Commander 2 exemplaires").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Commande n°").wait_for()
    page.get_by_text("commande arrêtée, à transmettre par vous").wait_for()
    page.get_by_text("Le fournisseur répond").first.focus()
    page.keyboard.press("Enter")
    look("purchase")
    assert Purchase.objects.get().lines.count() == 2
    page.goto(f"{base}/achats/reception")
    # A carton's label as a scanner set to QWERTY types it on an AZERTY keyboard, then a copy.
    label = f"$C&020{town.book.ean}371".translate(str.maketrans("1234567890", "&é\"'(-è_çà"))
    for copies, code in enumerate((label, str(town.book.ean), "9782070612369"), 1):
        page.keyboard.insert_text(code)
        page.keyboard.press("Enter")
        page.locator(".big", has_text=str(copies)).wait_for()
    page.get_by_text("pas commandé ici", exact=True).wait_for()
    look("arrival")
    page.get_by_role("button", name="Reprendre le dernier scan").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Repris.", exact=True).wait_for()
    page.get_by_role("button", name="Tout est scanné").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Rangé").wait_for()
    look("board")
    assert not any(look.found.values()), look.found
    order.refresh_from_db()
    assert order.status == "set_aside"
