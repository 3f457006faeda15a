"""Sales to report: by day, rate and category, refunds apart; by the day of the money or of the
parcel."""

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.core.sheet import sheet_blocks
from comptoir.orders.charges.models import Fate
from comptoir.orders.models import Delivery, EventKind, Order
from comptoir.orders.operations import collect
from comptoir.orders.operations.status import note
from comptoir.papers import rules
from comptoir.papers.commands import papers
from comptoir.papers.models import CountedBy
from comptoir.papers.operations import issue
from comptoir.papers.phrases import calendar_in_words
from comptoir.papers.reads import bytes_of, reported
from comptoir.papers.sales import Category, Movement, sales_rows, table
from comptoir.payments.kinds import RefundReason
from comptoir.payments.models import Capture
from tests.factories import make_staff, staff_of
from tests.papers.orders import (
    MIXED,
    POSTAGE,
    SIRET,
    Part,
    give_back,
    paid,
    part_with,
    pay,
    selling_shop,
    sold,
)
from tests.papers.samples import BOOK, EXPORT, MARGIN, NONE, RECORD

PARIS = ZoneInfo("Europe/Paris")
FIRST, SECOND, THIRD = (date(2026, 11, day) for day in (3, 4, 5))


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def told(shop, by=CountedBy.PAID, first=FIRST, last=THIRD):
    rows = reported(shop, first, last, actor=SYSTEM, by=by)
    return [(row.day, row.category.value, row.rate, row.cents, row.vat_cents) for row in rows]


def test_rows_are_by_day_refunds_apart():
    rows = sales_rows(
        [
            Movement(SECOND, BOOK, 2365),
            Movement(FIRST, BOOK, 333),
            Movement(FIRST, BOOK, 333),
            Movement(FIRST, RECORD, 1200),
            Movement(FIRST, MARGIN, 800),
            Movement(FIRST, EXPORT, 100),
            Movement(FIRST, NONE, 200),
            Movement(FIRST, BOOK, -333),
            Movement(FIRST, BOOK, 0),
        ]
    )
    assert [
        (row.day, row.is_refund, row.category, row.rate, row.cents, row.vat_cents) for row in rows
    ] == [
        (FIRST, False, Category.GOODS, 550, 666, 35),
        (FIRST, False, Category.GOODS, 2000, 1200, 200),
        (FIRST, False, Category.MARGIN, 0, 800, None),
        (FIRST, False, Category.UNTAXED, 0, 300, 0),
        (FIRST, True, Category.GOODS, 550, -333, -17),
        (SECOND, False, Category.GOODS, 550, 2365, 123),
    ]


def test_the_table_is_one_that_a_french_spreadsheet_reads():
    rows = sales_rows([Movement(FIRST, BOOK, -333), Movement(FIRST, MARGIN, 123456)])
    text = b"".join(sheet_blocks(table(rows))).decode("utf-8-sig")
    heads, margin, back = csv.reader(io.StringIO(text), delimiter=";")
    assert heads[:3] == ["Jour", "Vente ou remboursement", "Catégorie"]
    assert margin == ["2026-11-03", "Vente", "TMA1", "", "EUR", "", "", "1234,56"]
    assert back == ["2026-11-03", "Remboursement", "TLB1", "5,5", "EUR", "-3,16", "-0,17", "-3,33"]


@pytest.fixture
def order(db):
    order = paid(selling_shop())
    Capture.objects.filter(order=order).update(captured_at=at(FIRST, 0))
    return order


def test_what_was_paid_counts_on_the_day_of_its_money(order):
    """Midnight in Paris is the day before in UTC."""
    whole = {tax: sum(p.cents * p.copies for p in MIXED if p.tax == tax) for tax in POSTAGE}
    assert told(order.shop) == [
        (FIRST, "TLB1", 550, whole[BOOK] + 215, 123),
        (FIRST, "TLB1", 2000, whole[RECORD] + 434, 1069),
        (FIRST, "TMA1", 0, whole[MARGIN] + 51, None),
    ]
    book, record, _used = order.lines.order_by("pk")
    give_back(order, 2150, line=book, copies=1, reason=RefundReason.ENDED, at=at(SECOND))
    give_back(order, 2990, line=record, copies=1, at=at(SECOND))
    give_back(order, 700, reason=RefundReason.ENDED, at=at(THIRD))
    assert told(order.shop)[3:] == [
        (SECOND, "TLB1", 550, -2150, -112),
        (SECOND, "TLB1", 2000, -2990, -498),
        # What goes back without a line, once all has ended, is the postage.
        (THIRD, "TLB1", 550, -215, -11),
        (THIRD, "TLB1", 2000, -434, -72),
        (THIRD, "TMA1", 0, -51, None),
    ]
    assert told(order.shop, first=SECOND, last=SECOND) == told(order.shop)[3:5]


def test_all_rows_together_are_what_is_in_hand(order):
    give_back(order, 137, at=at(SECOND))
    give_back(order, 1, at=at(THIRD))
    came = sum(row[3] for row in told(order.shop))
    assert came == order.captures.get().cents - 138


def test_what_was_sent_counts_on_the_day_of_its_parcel(order):
    book, record, used = order.lines.order_by("pk")
    part_with(book, 1, Fate.SENT, at=at(SECOND))
    part_with(record, 1, Fate.SENT, at=at(THIRD))
    part_with(used, 1, Fate.NOT_FOUND, at=at(THIRD))
    by = CountedBy.SENT
    assert told(order.shop, by) == [
        (SECOND, "TLB1", 550, 2150 + 215, 123),
        (SECOND, "TLB1", 2000, 434, 72),
        (SECOND, "TMA1", 0, 51, None),
        (THIRD, "TLB1", 2000, 2990, 498),
    ]
    # What never went is no sale, and its money that goes back no refund of one.
    give_back(order, 750, line=used, copies=1, reason=RefundReason.ENDED, at=at(THIRD))
    assert len(told(order.shop, by)) == 4
    # What came back is, once, whoever paid it back first.
    give_back(order, 2150, line=book, copies=1, at=at(THIRD))
    assert told(order.shop, by)[-1] == (THIRD, "TLB1", 550, -2150, -112)
    part_with(book, 1, Fate.TAKEN_BACK, at=at(THIRD))
    assert told(order.shop, by)[-1] == (THIRD, "TLB1", 550, -2150, -112)


def test_a_gift_for_a_copy_that_stays_counts_beside_one_that_came_back(db):
    order = paid(selling_shop(), [Part(1000, 2)], {BOOK: 0})
    line = order.lines.get()
    part_with(line, 2, Fate.SENT, at=at(FIRST))
    part_with(line, 1, Fate.TAKEN_BACK, at=at(SECOND))
    give_back(order, 1000, line=line, copies=1, reason=RefundReason.ENDED, at=at(SECOND))
    give_back(order, 400, line=line, copies=1, at=at(THIRD))
    give_back(order, 600, line=line, at=at(THIRD, 13))
    by = CountedBy.SENT
    assert [row[3] for row in told(order.shop, by)] == [2000, -1000, -1000]
    # The control: what the shop gave first for a copy that then comes back counts once, ever.
    part_with(line, 1, Fate.TAKEN_BACK, at=at(THIRD))
    assert [row[3] for row in told(order.shop, by)] == [2000, -1000, -1000]
    give_back(order, 1, line=line, at=at(THIRD, 20))
    assert told(order.shop, by, first=THIRD)[-1][3] == -1001


@pytest.mark.parametrize("reason", [RefundReason.PROVIDER, RefundReason.OWNER])
def test_what_was_given_back_for_no_line_and_then_came_back_counts_once(reason, db):
    """All of an order on the provider's site, say; whatever the span of the report."""
    order = paid(selling_shop(), [Part(1000), Part(2000)], {BOOK: 300})
    one, _other = order.lines.order_by("pk")
    for line in order.lines.all():
        part_with(line, 1, Fate.SENT, at=at(FIRST))
    give_back(order, 1200, reason=reason, at=at(SECOND))
    by = CountedBy.SENT
    # The control: of what stays with its reader it is a gift.
    assert [row[3] for row in told(order.shop, by)] == [3300, -1200]
    part_with(one, 1, Fate.TAKEN_BACK, at=at(THIRD))
    assert [row[3] for row in told(order.shop, by)] == [3300, -200, -1000]
    give_back(order, 100, reason=reason, at=at(THIRD))
    assert [row[3] for row in told(order.shop, by, first=THIRD)] == [-1100]


@pytest.mark.parametrize("came", [1000, 600, 0, None])
def test_what_was_paid_at_the_counter_is_the_tills_sale(came, db):
    """Also what was paid there once a transfer was taken back, for all of it or a part."""
    order = sold(selling_shop(), [Part(1000)], {BOOK: 0})
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.COLLECT)
    if came is not None:
        note(order, EventKind.PAID, actor=SYSTEM, at=at(FIRST))
    if came:
        pay(order, came)
    collect(order_id=order.pk, actor=SYSTEM)
    Order.objects.filter(pk=order.pk).update(ended_at=at(SECOND))
    assert [row[3] for row in told(order.shop, CountedBy.SENT)] == ([came] if came else [])


def test_what_came_in_twice_and_went_back_is_no_sale_less(db):
    """Where sales count on the day of their parcel. The postage of what came back whole is: once,
    whatever was paid too much before."""
    order = paid(selling_shop(), [Part(1000)], {BOOK: 300})
    part_with(order.lines.get(), 1, Fate.SENT, at=at(FIRST))
    give_back(order, 1300, reason=RefundReason.ENDED, at=at(SECOND))
    by = CountedBy.SENT
    assert [row[3] for row in told(order.shop, by)] == [1300]
    part_with(order.lines.get(), 1, Fate.TAKEN_BACK, at=at(THIRD))
    give_back(order, 1000, line=order.lines.get(), reason=RefundReason.ENDED, at=at(THIRD))
    give_back(order, 300, reason=RefundReason.ENDED, at=at(THIRD))
    assert [(row[0], row[3]) for row in told(order.shop, by)] == [(FIRST, 1300), (THIRD, -1300)]


def test_the_shop_chooses_the_day_and_its_owner_alone_has_the_table(order):
    shop = order.shop
    part_with(order.lines.order_by("pk")[0], 1, Fate.SENT, at=at(SECOND))
    assert {row.day for row in reported(shop, FIRST, THIRD, actor=SYSTEM)} == {FIRST}
    shop.legal_identity.counted_by = CountedBy.SENT
    shop.legal_identity.save()
    assert {row.day for row in reported(shop, FIRST, THIRD, actor=SYSTEM)} == {SECOND}
    with pytest.raises(Forbidden):
        reported(shop, FIRST, THIRD, actor=staff_of(shop))
    with pytest.raises(NotFound):
        reported(shop, FIRST, THIRD, actor=make_staff(selling_shop(siret=None)).actor)
    for last in (FIRST - timedelta(days=1), FIRST + timedelta(days=367)):
        with pytest.raises(Invalid):
            reported(shop, FIRST, last, actor=SYSTEM)


def run(*words: str) -> str:
    done = CliRunner().invoke(papers, words)
    assert not done.exit_code, done.output
    return done.output


def test_the_command_line_does_the_same(order, tmp_path):
    shop = order.shop
    out, pdf = tmp_path / "ventes.csv", tmp_path / "facture.pdf"
    days = ("--since", FIRST.isoformat(), "--until", THIRD.isoformat())
    assert run("sales", SIRET, *days).count("\n") == 4
    run("sales", SIRET, *days, "--out", str(out))
    assert out.read_bytes().startswith(b"\xef\xbb\xbfJour;")
    run("invoice", shop.slug, order.code, "--out", str(pdf))
    made = issue(order_id=order.pk, actor=SYSTEM, now=timezone.now())
    assert pdf.read_bytes() == bytes_of(made)
    assert run("list", SIRET).startswith("C-000001\t")
    said = run("identity", SIRET, "--vat-number", "", "--capital", "9 000 €")
    assert "9 000 €" in said
    assert "numéro de TVA" in said
    assert CliRunner().invoke(papers, ["invoice", SIRET, "00000000"]).exit_code
    assert "1er septembre 2027" in run("calendar")


def test_the_calendar_is_that_of_the_law():
    days = [(row.values["who"], row.values["what"], row.since) for row in rules.calendar()]
    assert days == [
        ("all", "receive", date(2026, 9, 1)),
        ("large", "issue", date(2026, 9, 1)),
        ("small", "issue", date(2027, 9, 1)),
    ]
    assert len(calendar_in_words()) == 3
    assert all(row.source for kind in rules.rows().values() for row in kind)


def test_a_word_of_law_holds_from_its_day_on():
    before, after = date(2026, 8, 31), date(2026, 9, 1)
    assert "operation" not in rules.mentions(before, "380")
    assert "operation" in rules.mentions(after, "380")
    assert [row.values["code"] for row in rules.notes(before)] == ["PMT", "PMD", "AAB"]
    assert [row.values["code"] for row in rules.notes(after)] == ["PMT", "PMD", "AAB", "BAR"]
