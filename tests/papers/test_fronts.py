"""Invoices where people and programs meet them: the order's page, the counter, the API."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.orders.operations import place
from comptoir.papers.models import LegalIdentity, Paper
from comptoir.papers.operations import credit_due, issuance
from comptoir.papers.reads import bytes_of
from comptoir.shops.models import StaffRole
from tests.factories import make_offer, make_staff, persons_request_for
from tests.papers.issued import stand_in
from tests.papers.orders import give_back, paid, selling_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return selling_shop()


@pytest.fixture
def order(shop, monkeypatch):
    stand_in(monkeypatch)
    return paid(shop)


def at_counter(shop, role=StaffRole.MANAGER) -> Client:
    client = Client()
    client.force_login(
        make_staff(shop, role), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_a_reader_has_it_at_one_click_on_the_page_of_the_order(order, client):
    page = f"/reservation/{order.token}"
    assert f'action="{page}/facture"' in client.get(page).text
    answer = client.post(f"{page}/facture", follow=True)
    made = Paper.objects.get()
    assert answer.redirect_chain == [(f"{page}/facture/C-000001.pdf", 303)]
    assert (answer["Content-Type"], answer.content) == ("application/pdf", bytes_of(made))
    assert answer["Content-Disposition"] == 'attachment; filename="C-000001.pdf"'
    assert "no-store" in answer["Cache-Control"]
    give_back(order, 500)
    credit_due(now=timezone.now())
    shown = client.get(page).text
    assert "Facture C-000001" in shown
    assert "Avoir C-000002" in shown
    assert client.get(f"{page}/facture/C-000002.pdf").content.startswith(b"%PDF-")
    assert client.get(f"{page}/facture/C-000003.pdf").status_code == 404
    other = paid(order.shop)
    assert client.get(f"/reservation/{other.token}/facture/C-000001.pdf").status_code == 404


def test_who_pays_in_the_shop_is_offered_none(shop, client):
    order = place(persons_request_for(make_offer(shop=shop)))
    page = f"/reservation/{order.token}"
    assert "/facture" not in client.get(page).text
    answer = client.post(f"{page}/facture", follow=True)
    assert "caisse" in answer.text
    assert client.get(f"/api/v1/orders/{order.token}/invoice").status_code == 409


def test_a_reader_is_told_what_a_shop_lacks(order, client):
    LegalIdentity.objects.all().delete()
    answer = client.post(f"/reservation/{order.token}/facture", follow=True)
    assert "forme juridique" in answer.text
    answer = client.get(f"/api/v1/orders/{order.token}/invoice")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "shop_lacks")
    assert problem["fields"] == ["name", "form", "vat_number"]


def test_a_program_gets_the_same_file_each_time(order, client):
    first = client.get(f"/api/v1/orders/{order.token}/invoice")
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    assert client.get(f"/api/v1/orders/{order.token}/invoice").content == first.content
    assert Paper.objects.count() == 1
    assert client.get("/api/v1/orders/none/invoice").status_code == 404


def test_staff_issue_it_and_see_what_was_issued(order):
    shop = order.shop
    staff = at_counter(shop, StaffRole.STAFF)
    base = f"/comptoir/{shop.slug}"
    page = f"{base}/reservations/{order.pk}"
    assert f'action="{page}/facture"' in staff.get(page).text
    answer = staff.post(f"{page}/facture", follow=True)
    assert answer.content == bytes_of(Paper.objects.get())
    assert f'action="{page}/facture"' not in staff.get(page).text
    listed = staff.get(f"{base}/boutique/factures").text
    assert "C-000001" in listed
    assert "<form" not in listed.split('id="identity-title"')[1].split("</section>")[0]
    assert staff.get(f"{base}/boutique/factures/2.pdf").status_code == 404
    sales = f"{base}/boutique/factures/ventes.csv?first=2026-01-01&last=2026-12-31"
    assert staff.get(sales).status_code == 403


def test_an_owner_writes_what_stands_on_them(shop):
    LegalIdentity.objects.all().delete()
    owner = at_counter(shop)
    page = f"/comptoir/{shop.slug}/boutique/factures"
    shown = owner.get(page).text
    assert "forme juridique" in shown
    # The VAT number that a business of this SIRET has stands there to begin with.
    assert 'value="FR44732829320"' in shown
    wrong = owner.post(page, {"name": "Les Quatre Vents SARL", "form": "", "prefix": "C-"})
    assert 'aria-invalid="true"' in wrong.text
    assert not LegalIdentity.objects.exists()
    said = {
        "name": "Les Quatre Vents SARL",
        "form": "SARL",
        "capital": "8 000 €",
        "register": "RCS Poitiers",
        "vat_number": "fr 44 732829320",
        "prefix": "C-",
        "counted_by": "sent",
    }
    told = owner.post(page, said, follow=True).text
    found = LegalIdentity.objects.get()
    assert (found.vat_number, found.counted_by) == ("FR44732829320", "sent")
    assert "note--warning" not in re.sub(r"(?s)<p class=.note note--.*?</p>", "", told)


def test_an_owner_takes_the_table_of_sales(order):
    owner = at_counter(order.shop)
    day = timezone.localdate().isoformat()
    page = f"/comptoir/{order.shop.slug}/boutique/factures/ventes.csv"
    answer = owner.get(f"{page}?first={day}&last={day}")
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert owner.get(f"{page}?first=x&last={day}").status_code == 400


@pytest.mark.parametrize(
    ("chosen", "address"),
    [("none", None), ("email", "EM"), ("particulier", "0225")],
)
def test_a_private_buyers_address_follows_the_setting(
    order, client, settings, monkeypatch, chosen, address
):
    asked = []

    def file(invoice, made_at, address=None):
        asked.append(address)
        return b"%PDF-"

    monkeypatch.setattr(issuance, "file_of", file)
    settings.INVOICE_BUYER_ADDRESS = chosen
    assert client.get(f"/api/v1/orders/{order.token}/invoice").status_code == 200
    values = {"EM": order.email, "0225": "PARTICULIER"}
    assert asked == [(address, values[address]) if address else None]
