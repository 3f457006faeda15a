"""Papers are issued once, numbered without a gap, never changed, and taken back by others."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Faults, NotFound
from comptoir.papers.identity import missing
from comptoir.papers.invoices.data import xml_of
from comptoir.papers.models import LegalIdentity, Paper, PaperFile, Series
from comptoir.papers.operations import (
    IdentitySaid,
    credit_due,
    erase_old,
    issuance,
    issue,
    write_identity,
)
from comptoir.papers.reads import bytes_of
from tests.factories import make_shop
from tests.papers.issued import FILE, LAST, WHOLE, invoice_of, now, quickly, stand_in
from tests.papers.judges import EN16931, failures
from tests.papers.orders import (
    SAID,
    SIRET,
    Part,
    give_back,
    paid,
    pay,
    sold,
)
from tests.papers.orders import selling_shop as make_selling_shop
from tests.papers.samples import BOOK
from tests.papers.test_samples import words_of


def test_an_invoice_says_what_was_sold_and_stays_what_it_is(shop):
    order = paid(shop)
    made = issue(token=order.token, actor=READER, now=now())
    data = bytes_of(made)
    (page,) = words_of(data)
    for words in ("C-000001", "Les Quatre Vents SARL", "Éléonore d’Aubigné", "87000 Limoges"):
        assert words in page
    assert (made.cents, made.file.digest) == (WHOLE, sha256(data).hexdigest())
    # Whatever becomes of the shop and the order, the file is the same.
    shop.street, shop.name = "2 rue Neuve", "Autre"
    shop.save()
    write_identity(shop=shop, said=IdentitySaid(name="Autre", form="SAS"), actor=SYSTEM, now=now())
    order.lines.update(title="Autre titre")
    again = issue(token=order.token, actor=READER, now=now() + timedelta(days=400))
    assert (again, bytes_of(again)) == (made, data)


def test_an_order_that_is_paid_in_the_shop_has_no_invoice(shop):
    from comptoir.orders.operations import place
    from tests.factories import make_offer, persons_request_for

    order = place(persons_request_for(make_offer(shop=shop)))
    with pytest.raises(Conflict) as refusal:
        issue(token=order.token, actor=READER, now=now())
    assert refusal.value.code == "not_paid_here"
    assert not Series.objects.exists()


@pytest.mark.parametrize("cents", [0, WHOLE - 1])
def test_an_order_whose_money_has_not_come_has_none_yet(shop, cents):
    order = sold(shop)
    if cents:
        pay(order, cents)
    with pytest.raises(Conflict) as refusal:
        invoice_of(order)
    assert refusal.value.code == "not_paid"
    pay(order, WHOLE - cents)
    assert invoice_of(order).serial == 1


def test_nobody_has_anothers_invoice(shop):
    order = paid(shop)
    with pytest.raises(NotFound):
        issue(token="another", actor=READER, now=now())
    with pytest.raises(NotFound):
        issue(order_id=order.pk, actor=READER, now=now())


@pytest.mark.parametrize(
    ("of_shop", "of_papers", "wanting"),
    [
        ({"siret": None}, {}, ["siret"]),
        ({"street": ""}, {}, ["street"]),
        ({}, {"vat_number": ""}, ["vat_number"]),
        ({"city": ""}, {"form": ""}, ["city", "form"]),
        ({}, {"form": "S.A.R.L.", "capital": ""}, ["capital"]),
        ({}, {"form": "Société coopérative", "register": ""}, ["register"]),
    ],
)
def test_what_lacks_a_mention_is_refused_with_the_field(shop, of_shop, of_papers, wanting):
    order = paid(shop)
    type(shop).objects.filter(pk=shop.pk).update(**of_shop)
    LegalIdentity.objects.filter(shop=shop).update(**of_papers)
    with pytest.raises(Conflict) as refusal:
        invoice_of(order)
    assert (refusal.value.code, refusal.value.data["fields"]) == ("shop_lacks", wanting)
    assert not Paper.objects.exists()


def test_a_shop_that_wrote_nothing_lacks_all_of_it(shop):
    order = paid(shop)
    LegalIdentity.objects.all().delete()
    with pytest.raises(Conflict) as refusal:
        invoice_of(order)
    assert refusal.value.data["fields"] == ["name", "form", "vat_number"]
    assert "nom de l’entreprise" in str(refusal.value)


def test_an_association_has_no_capital(shop):
    said = {"form": "Association loi 1901", "capital": "", "register": ""}
    LegalIdentity.objects.filter(shop=shop).update(**said)
    assert missing(shop, LegalIdentity.objects.get(shop=shop)) == []


@pytest.mark.usefixtures("quick")
def test_no_two_shops_of_a_business_number_alike(shop):
    second = make_shop(siret=SIRET[:9] + "00082")
    with pytest.raises(Faults) as refusal:
        write_identity(shop=second, said=SAID, actor=SYSTEM, now=now())
    assert [fault.data["field"] for fault in refusal.value.faults] == ["prefix"]
    assert "C2-" in str(refusal.value.faults[0])
    write_identity(shop=second, said=replace(SAID, prefix="C2-"), actor=SYSTEM, now=now())
    assert [invoice_of(paid(each)).number for each in (shop, second)] == ["C-000001", "C2-000001"]
    # Whatever was written before that was asked: no number is there twice.
    LegalIdentity.objects.filter(shop=second).update(prefix="C-")
    invoice_of(paid(shop))
    assert invoice_of(paid(second)).number == f"C-{second.pk}-000002"
    # The control: another business numbers as it likes.
    assert invoice_of(paid(make_selling_shop(siret="55210055400013"))).number == "C-000001"


def test_what_is_written_is_checked(shop):
    wrong = IdentitySaid(name="", form="", vat_number="FR00732829320", prefix="é", counted_by="x")
    with pytest.raises(Faults) as refusal:
        write_identity(shop=shop, said=wrong, actor=SYSTEM, now=now())
    found = {fault.data["field"] for fault in refusal.value.faults}
    assert found == {"name", "form", "vat_number", "prefix", "counted_by"}


@pytest.mark.usefixtures("quick")
def test_numbers_go_on_whatever_they_begin_with_and_days_never_go_back(shop):
    first = invoice_of(paid(shop))
    said = replace(SAID, prefix="web")
    write_identity(shop=shop, said=said, actor=SYSTEM, now=now())
    second = issue(order_id=paid(shop).pk, actor=SYSTEM, now=now() - timedelta(days=3))
    assert (first.number, second.number) == ("C-000001", "WEB000002")
    assert second.day == first.day
    other = make_selling_shop(siret="55210055400013")
    assert invoice_of(paid(other)).serial == 1


@pytest.mark.parametrize("step", ["_attach", "_read_back", "xml_of", "pages_of"])
def test_what_fails_issues_nothing_and_uses_no_number(shop, monkeypatch, step):
    order = paid(shop, [Part(2000)], {BOOK: 300})

    def fail(*args):
        raise RuntimeError(step)

    for broken in ({f"comptoir.papers.invoices.file.{step}": fail}, {LAST: fail, FILE: quickly}):
        with monkeypatch.context() as context:
            for name, stands_in in broken.items():
                context.setattr(name, stands_in)
            with pytest.raises(RuntimeError), transaction.atomic():
                invoice_of(order)
        assert (Paper.objects.count(), PaperFile.objects.count()) == (0, 0)
        assert not Series.objects.filter(last__gt=0).exists()


@pytest.mark.usefixtures("quick")
def test_the_database_refuses_every_change(shop):
    made = invoice_of(paid(shop))
    for change in (
        lambda: Paper.objects.filter(pk=made.pk).update(cents=1),
        lambda: PaperFile.objects.update(pdf=b"%PDF-other"),
        lambda: PaperFile.objects.create(digest="0" * 64, pdf=b"%PDF-other"),
    ):
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            change()
        assert re.search(
            "papers_never_changed|papers_file_digest|never changed", str(refusal.value)
        )
    # The control: without the triggers the row is changed.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE papers_paper DISABLE TRIGGER papers_paper_stays")
    assert Paper.objects.filter(pk=made.pk).update(cents=1) == 1


def test_old_papers_are_deleted_and_the_series_goes_on(shop, monkeypatch):
    stand_in(monkeypatch)
    old = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first = issue(order_id=paid(shop).pk, actor=SYSTEM, now=old)
    assert erase_old(now=datetime(2036, 12, 31, tzinfo=UTC)) == 0
    assert erase_old(now=datetime(2037, 1, 1, 12, tzinfo=UTC)) == 1
    assert (Paper.objects.count(), PaperFile.objects.count()) == (0, 0)
    assert issue(order_id=first.order_id, actor=SYSTEM, now=now()).serial == 2


def test_what_is_issued_fails_no_rule(shop, monkeypatch):
    seen = []

    def looked_at(invoice, made_at, address=None):
        seen.append(xml_of(invoice, address))
        return b"%PDF-" + seen[-1]

    monkeypatch.setattr(issuance, "file_of", looked_at)
    order = paid(shop)
    invoice_of(order)
    give_back(order, 137)
    credit_due(now=now())
    assert [failures(data, EN16931) for data in seen] == [[], []]
    assert ["acquittée" in data.decode() for data in seen] == [True, False]
