"""The owner's page of filed contracts: found by number, one at a time, noted, nobody else's."""

import pytest
from django.utils import timezone

from comptoir.accounts.models import AuditEntry
from comptoir.shops.models import StaffRole
from tests.browsers import browser_of
from tests.factories import make_shop, make_staff
from tests.privacy.person import NAME, STREET, Seeded
from tests.privacy.rows import make_contract

pytestmark = pytest.mark.django_db


def test_an_owner_finds_a_contract_by_number_and_takes_it_as_a_file():
    seeded = Seeded()
    mine = make_contract(seeded.order("1003"))
    make_contract(seeded.order("1004"))
    owner = browser_of(make_staff(seeded.shop, StaffRole.MANAGER))
    page = f"/comptoir/{seeded.shop.slug}/boutique/contrats"
    every, found = owner.get(page).content.decode(), owner.get(page, {"q": "10 03"})
    assert "Commande 1003" in every
    assert "Commande 1004" in every
    assert NAME not in every, "who bought is in the file alone"
    assert "Commande 1003" in found.content.decode()
    assert "Commande 1004" not in found.content.decode()
    assert not AuditEntry.objects.exists(), "the list names nobody"
    file = owner.get(f"{page}/{mine.pk}.html")
    assert file["Content-Disposition"].startswith('attachment; filename="contrat-1003-')
    assert "no-store" in file["Cache-Control"]
    text = file.content.decode()
    for said in (NAME, STREET, seeded.shop.name, "Le Grand Meaulnes", "143,00"):
        assert said in text
    entry = AuditEntry.objects.get()
    assert (entry.deed, entry.looked, entry.subject_id) == ("contract_read", True, mine.pk)
    assert entry.facts == {}


def test_no_bookseller_and_no_other_shop_reads_it():
    seeded, other = Seeded(), make_shop()
    contract = make_contract(seeded.order("1003", ended_at=timezone.now()))
    staff = browser_of(make_staff(seeded.shop))
    stranger = browser_of(make_staff(other, StaffRole.MANAGER))
    for slug, browser, status in (
        (seeded.shop.slug, staff, 403),
        (seeded.shop.slug, stranger, 404),
        (other.slug, stranger, 404),
    ):
        answer = browser.get(f"/comptoir/{slug}/boutique/contrats/{contract.pk}.html")
        assert answer.status_code == status
        assert NAME not in answer.content.decode()
    assert not AuditEntry.objects.exists()
