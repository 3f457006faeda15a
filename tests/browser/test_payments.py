"""Paying at the test provider, and the owner's screens of money, narrow and wide."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account
from comptoir.payments.reads.state import Standing, state_of
from comptoir.shops.models import StaffRole
from tests.browser.conftest import sign_in
from tests.factories import make_shop, make_staff
from tests.payments.world import account_of, offers_of, posted_order

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def said_by_the_code(page) -> list[str]:
    """Return the lines of the QR code of the transfer, as a banking program's camera reads it
    (EPC069-12: service, version, letters, kind, BIC, name, IBAN, amount, purpose, structured
    reference, text)."""
    page.set_viewport_size({"width": 1280, "height": 1400})
    picture = page.locator(".transfer__qr svg").screenshot()
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return code.text.split("\n")


def test_a_reader_pays_on_trial_and_the_owner_pays_back(page, live_server, look, settings):
    settings.TRIAL_PAYMENTS, settings.BASE_URL = True, live_server.url
    shop = make_shop(name="Librairie du Pilori", kind="both")
    order = posted_order(*offers_of(shop, 1290, 2200))
    page.goto(f"/reservation/{order.token}")
    look("order-to-pay")
    page.get_by_role("button", name="Payer pour essayer").click()
    page.get_by_role("link", name="Continuer vers le paiement").click()
    look("trial")
    page.get_by_role("button", name="Payer", exact=True).click()
    page.get_by_text("Payé : 38,89").wait_for()
    assert state_of(order).standing == Standing.PAID
    look("order-paid")
    owner = make_staff(shop, StaffRole.MANAGER, name="Maud")
    sign_in(page, owner, live_server.url)
    page.goto(f"/comptoir/{shop.slug}/reservations/{order.pk}")
    page.get_by_text("Rembourser", exact=True).click()
    look("counter-order")
    box = page.locator(".slip__money .sure__box").first.bounding_box()
    assert box["x"] >= 12
    assert box["x"] + box["width"] <= 360 - 12, "the box keeps off the screen's edge"
    page.get_by_role("button", name="Oui, rembourser").click()
    page.get_by_text("Le remboursement est noté").wait_for()
    assert state_of(order).gone == 1290
    page.goto(f"/comptoir/{shop.slug}/boutique/paiements")
    look("counter-payments-empty")
    account_of(shop)
    account_of(shop, ProviderName.TRANSFER)
    page.reload()
    page.get_by_text("Changer le compte").first.click()
    look("counter-payments")
    secret = Account.objects.get(provider=ProviderName.STRIPE).secrets
    assert secret not in page.content()
    unpaid = posted_order(*offers_of(shop, 990))
    page.goto(f"/reservation/{unpaid.token}")
    page.get_by_text("Payer par virement").click()
    look("order-transfer")
    assert said_by_the_code(page) == [
        *("BCD", "002", "1", "SCT", "AGRIFRPP", "Librairie du Pilori"),
        *("FR7630006000011234567890189", "EUR13.89", "", "", unpaid.code),
    ]
    assert {name: wrong for name, wrong in look.found.items() if wrong} == {}
