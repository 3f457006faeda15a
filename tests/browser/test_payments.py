"""Paying at the test provider, and the owner's screens of money, narrow and wide."""

import pytest

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
    page.get_by_role("button", name="Oui, rembourser").click()
    page.get_by_text("la personne reçoit un courriel").wait_for()
    assert state_of(order).gone == 1290
    page.goto(f"/comptoir/{shop.slug}/boutique/paiements")
    look("counter-payments-empty")
    account_of(shop)
    account_of(shop, ProviderName.TRANSFER)
    page.reload()
    page.get_by_text("Le modifier").first.click()
    look("counter-payments")
    secret = Account.objects.get(provider=ProviderName.STRIPE).secrets
    assert secret not in page.content()
    unpaid = posted_order(*offers_of(shop, 990))
    page.goto(f"/reservation/{unpaid.token}")
    page.get_by_text("Payer par virement").click()
    look("order-transfer")
    assert {name: wrong for name, wrong in look.found.items() if wrong} == {}
