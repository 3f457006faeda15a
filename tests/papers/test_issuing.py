"""Papers are issued once, numbered without a gap, never changed, and taken back by others."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Faults, NotFound
from comptoir.orders.charges.models import Fate
from comptoir.orders.models import Order
from comptoir.orders.operations import merge_shops
from comptoir.orders.postal.models import PostalAddress
from comptoir.papers.content import invoiced
from comptoir.papers.identity import missing
from comptoir.papers.invoices.data import xml_of
from comptoir.papers.invoices.file import buyer_in
from comptoir.papers.models import LegalIdentity, Paper, PaperFile, PaperKind, Series
from comptoir.papers.operations import (
    IdentitySaid,
    credit,
    credit_due,
    erase_old,
    issuance,
    issue,
    write_identity,
)
from comptoir.papers.person import find
from comptoir.papers.reads import bytes_of
from comptoir.papers.sold import stays_sold
from comptoir.payments.kinds import RefundReason
from tests.factories import make_shop
from tests.papers.judges import EN16931, failures
from tests.papers.orders import (
    MIXED,
    POSTAGE,
    SAID,
    SIRET,
    Part,
    give_back,
    paid,
    part_with,
    pay,
    sold,
)
from tests.papers.orders import selling_shop as make_selling_shop
from tests.papers.rows import sums_in
from tests.papers.samples import BOOK, RECORD
from tests.papers.test_samples import words_of
from tests.trials import dice

WHOLE = sum(part.cents * part.copies for part in MIXED) + sum(POSTAGE.values())


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def shop(db):
    return make_selling_shop()


@pytest.fixture
def quick(monkeypatch):
    """Have files made at once, where what is tried is not the file."""
    stand_in(monkeypatch)


FILE = "comptoir.papers.operations.issuance.file_of"
LAST = "comptoir.papers.operations.issuance.acted_by"


def quickly(invoice, made_at, address=None) -> bytes:
    return f"%PDF- {invoice.number} {random.random()}".encode()


def stand_in(monkeypatch) -> None:
    monkeypatch.setattr(FILE, quickly)


def invoice_of(order: Order) -> Paper:
    return issue(order_id=order.pk, actor=SYSTEM, now=now())


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


def test_what_comes_back_is_taken_back_by_a_credit_note(shop):
    order = paid(shop)
    first = invoice_of(order)
    record = order.lines.order_by("pk")[1]
    part_with(record, 2, Fate.SENT)
    part_with(record, 1, Fate.TAKEN_BACK)
    give_back(order, 2990, line=record, copies=1, reason=RefundReason.ENDED)
    # By a bank, say, a year later: who bought is known by the invoice alone.
    email = order.email
    Order.objects.filter(pk=order.pk).update(name="", email="", email_key="", erased_at=now())
    PostalAddress.objects.filter(order=order).update(name="", street="", erased_at=now())
    assert credit_due(now=now()) == 1
    note = order.papers.get(kind=PaperKind.CREDIT)
    assert buyer_in(bytes_of(note)) == buyer_in(bytes_of(first))
    assert buyer_in(bytes_of(note)).street == "3 place de l’Église"
    assert (note.number, note.earlier, note.cents) == ("C-000002", first.number, 2990)
    (page,) = words_of(bytes_of(note))
    assert f"{first.number} du" in page
    assert "Éléonore d’Aubigné" in page
    (found,) = find(email)
    urls = [url for row in found.rows for url in row.values() if "/facture/" in str(url)]
    assert [url.rpartition("/")[2] for url in urls] == ["C-000001.pdf", "C-000002.pdf"]
    assert list(find("another@example.org")) == []
    # Done twice it is done once; and the invoice stays the order's.
    assert credit_due(now=now()) == 0
    assert credit(order_id=order.pk, actor=SYSTEM, now=now()) is None
    assert invoice_of(order) == first


@pytest.mark.usefixtures("quick")
def test_what_a_shop_invoiced_that_became_part_of_another_is_taken_back_as_its_own(shop):
    order = paid(shop)
    first = invoice_of(order)
    into = make_selling_shop(siret="55210055400013")
    merge_shops(shop=shop, into=into, actor=SYSTEM)
    give_back(order, 500)
    assert credit_due(now=now()) == 1
    note = order.papers.get(kind=PaperKind.CREDIT)
    assert (note.shop, note.serial, note.earlier) == (shop, 2, first.number)
    # The control: what it sells from now on is the other's.
    assert invoice_of(paid(into)).number == "C-000001"


@pytest.mark.usefixtures("quick")
def test_an_amount_that_the_shop_gives_back_is_a_price_that_fell(shop):
    order = paid(shop)
    invoice_of(order)
    give_back(order, 500, line=order.lines.order_by("pk")[0], copies=None)
    give_back(order, 100)
    assert credit_due(now=now()) == 1
    note = order.papers.get(kind=PaperKind.CREDIT)
    assert note.cents == 600
    assert sum(line["unit_cents"] for line in note.content["lines"][:1]) >= 500


@pytest.mark.usefixtures("quick")
def test_before_its_invoice_what_went_back_is_not_on_it(shop):
    order = paid(shop)
    book = order.lines.order_by("pk")[0]
    part_with(book, 1, Fate.NOT_FOUND)
    give_back(order, 2150, line=book, copies=1, reason=RefundReason.ENDED)
    made = invoice_of(order)
    assert made.cents == WHOLE - 2150
    assert book.pk not in {line["line"] for line in made.content["lines"]}


def test_after_a_refund_the_invoice_has_full_prices_and_its_credit_note_follows(shop):
    order = paid(shop, [Part(850), Part(2990, 2, RECORD)], {BOOK: 950})
    record = order.lines.order_by("pk")[1]
    give_back(order, 250)
    part_with(record, 2, Fate.SENT)
    part_with(record, 1, Fate.TAKEN_BACK)
    give_back(order, 2990, line=record, copies=1, reason=RefundReason.ENDED)
    made = issue(token=order.token, actor=READER, now=now())
    note = order.papers.get(kind=PaperKind.CREDIT)
    assert (made.number, note.number, note.earlier) == ("C-000001", "C-000002", "C-000001")
    # As it was sold, the copy that came back too; then what went back.
    assert [line["unit_cents"] for line in made.content["lines"]] == [850, 2990]
    assert made.content["carriage"][0]["cents"] == 950
    assert (made.cents, note.cents) == (850 + 2 * 2990 + 950, 250 + 2990)
    assert made.cents - note.cents == stays_sold(order).cents == 850 + 2990 + 950 - 250
    (page,) = words_of(bytes_of(note))
    assert "remboursement partiel" in page
    assert credit_due(now=now()) == 0
    assert issue(token=order.token, actor=READER, now=now()) == made


@pytest.mark.usefixtures("quick")
def test_what_was_never_paid_for_is_not_invoiced_though_it_came_back(shop):
    order = sold(shop, [Part(850), Part(2990, 2, RECORD)], {BOOK: 950})
    pay(order, 850 + 2990 + 950)
    record = order.lines.order_by("pk")[1]
    part_with(record, 2, Fate.SENT)
    part_with(record, 1, Fate.TAKEN_BACK)
    assert invoice_of(order).cents == 850 + 2990 + 950
    assert not order.papers.filter(kind=PaperKind.CREDIT).exists()


@pytest.mark.usefixtures("quick")
def test_an_order_that_goes_on_after_all_gets_another_invoice(shop):
    order = paid(shop, [Part(2000)], {BOOK: 300})
    invoice_of(order)
    refund = give_back(order, 2300)
    assert credit_due(now=now()) == 1
    assert invoiced(list(order.papers.all())).cents == 0
    refund.delete()
    assert invoice_of(order).serial == 3


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("draw", range(6))
def test_sums_agree_whatever_goes_back_in_whatever_order(shop, draw):
    """Orders of several rates, parts of which come back, are not found or are given back, with
    credit notes between or after: what stays invoiced is what is in hand, tax by tax."""
    chance = dice(f"papers {draw}")
    parts = [
        Part(chance.randint(1, 4000), chance.randint(1, 3), chance.choice([BOOK, *POSTAGE]))
        for _line in range(chance.randint(1, 4))
    ]
    postage = {tax: chance.randint(0, 400) for tax in {part.tax for part in parts}}
    order = paid(shop, parts, postage)
    invoice_of(order)
    lines = list(order.lines.order_by("pk"))
    left = [part.copies for part in parts]
    for line, part in zip(lines, parts, strict=True):
        part_with(line, part.copies, Fate.SENT)
    while sum(left):
        in_hand = stays_sold(order).cents
        place = chance.choice([n for n, copies in enumerate(left) if copies])
        if chance.random() < 0.3 and in_hand > 1:
            give_back(order, chance.randint(1, min(in_hand - 1, 300)))
        else:
            copies = chance.randint(1, left[place])
            part_with(lines[place], copies, Fate.TAKEN_BACK)
            left[place] -= copies
            settle(order, lines[place], copies, parts[place])
        if chance.random() < 0.5:
            credit_due(now=now())
            assert invoiced(list(order.papers.all())).cents == stays_sold(order).cents
    settle(order)
    credit_due(now=now())
    assert stays_sold(order).cents == 0
    total: dict[object, list[int]] = {}
    for paper in order.papers.all():
        sign = 1 if paper.kind == PaperKind.INVOICE else -1
        for each in sums_in(paper.content):
            sums = total.setdefault(each.tax, [0, 0])
            sums[0] += sign * each.cents
            sums[1] += sign * each.vat_cents
    assert all(sums == [0, 0] for sums in total.values())
    assert [paper.serial for paper in shop.papers.all()] == list(range(1, shop.papers.count() + 1))


def settle(order, line=None, copies=0, part=None) -> None:
    """Pay back what is in hand beyond what is owed, as `payments` does."""
    from comptoir.payments.reads.state import state_of

    if surplus := state_of(order).surplus:
        give_back(order, surplus, line=line, copies=copies or None, reason=RefundReason.ENDED)


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
