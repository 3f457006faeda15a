"""What goes back is taken back by a credit note; the invoice stays."""

import pytest

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.orders.charges.models import Fate
from comptoir.orders.models import Order
from comptoir.orders.operations import merge_shops
from comptoir.orders.postal.models import PostalAddress
from comptoir.papers.content import invoiced
from comptoir.papers.invoices.file import buyer_in
from comptoir.papers.models import PaperKind
from comptoir.papers.operations import (
    credit,
    credit_due,
    issue,
)
from comptoir.papers.person import find
from comptoir.papers.reads import bytes_of
from comptoir.papers.sold import stays_sold
from comptoir.payments.kinds import RefundReason
from tests.papers.issued import WHOLE, invoice_of, now
from tests.papers.orders import (
    POSTAGE,
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
