"""What is given back step by step is what was invoiced, to the cent and to the rate."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comptoir.papers.content import content_of, sale_in
from comptoir.papers.invoices.data import as_terms
from comptoir.papers.invoices.sums import (
    Sale,
    given_back,
    gross_of,
    nets,
    reduced,
    sums_of,
    without,
)
from comptoir.papers.invoices.values import Carriage, Sold
from comptoir.quotes.basket import Scheme, Tax
from comptoir.quotes.shares import tax_within
from tests.papers.rows import sums_in
from tests.papers.samples import BOOK, MARGIN, RECORD, book, record, used

TAXES = [BOOK, RECORD, MARGIN, Tax(Scheme.RATE, 210), Tax(Scheme.EXPORT)]


@st.composite
def sales(draw):
    count = draw(st.integers(1, 8))
    lines = [
        Sold(n, f"Titre {n}", draw(st.integers(1, 9)), draw(st.integers(0, 9_999)), tax)
        for n, tax in enumerate(draw(st.lists(st.sampled_from(TAXES), min_size=count, max_size=8)))
    ]
    taxes = {line.tax: None for line in lines}
    return Sale(lines, [Carriage(tax, draw(st.integers(0, 900))) for tax in taxes])


@st.composite
def steps(draw):
    """Return a sale, and what stays of it after each of some steps: at last nothing."""
    sale = draw(sales())
    found = [sale]
    for _step in range(draw(st.integers(0, 5))):
        before = found[-1]
        if draw(st.booleans()):
            lines = []
            for line in before.lines:
                left = draw(st.integers(0, line.quantity))
                if left:
                    less = line.less_cents if left == line.quantity else 0
                    lines.append(
                        Sold(
                            line.line, line.title, left, line.unit_cents, line.tax, less_cents=less
                        )
                    )
            found.append(Sale(lines, before.carriage if lines else []))
        elif before.cents:
            named = {line.line: draw(st.integers(0, 500)) for line in before.lines[:2]}
            found.append(reduced(before, draw(st.integers(1, before.cents)), named))
    return [*found, Sale([], [])]


@given(steps())
def test_an_invoice_and_its_credit_notes_are_nothing_once_all_is_given_back(states):
    invoiced, sums = states[0], sums_of(states[0])
    left = {each.tax: [each.cents, each.vat_cents] for each in sums}
    total = sum(each.cents for each in sums)
    for stays in states[1:]:
        back, fall = given_back(invoiced, stays)
        invoiced = without(invoiced, back)
        for each in fall:
            assert each.cents >= 0
            left[each.tax][0] -= each.cents
            left[each.tax][1] -= each.vat_cents
            # No step's VAT is more than a cent from that of its own amount.
            assert abs(each.vat_cents - tax_within(each.cents, each.tax.rate)) <= 1
        # What stays invoiced is what stays sold, unless a step gave more than it took.
        assert invoiced.cents == total - sum(each.cents for each in fall)
        total = invoiced.cents
        assert {tax: cents for tax, (cents, _vat) in left.items() if cents} == {
            tax: cents for tax, cents in gross_of(invoiced).items() if cents
        }
    assert all(amounts == [0, 0] for amounts in left.values())


@given(sales())
def test_the_parts_are_the_sums(sale):
    sums = sums_of(sale)
    parts = [*sale.lines, *sale.carriage]
    found = nets(parts, sums)
    for each in sums:
        of_tax = [net for part, net in zip(parts, found, strict=True) if part.tax == each.tax]
        assert sum(of_tax) == each.net_cents
    assert all(0 <= net <= part.cents for net, part in zip(found, parts, strict=True))


@given(sales(), st.integers(0, 99_999), st.integers(0, 2_000))
def test_a_reduction_takes_what_it_says_and_no_more(sale, less, of_first):
    found = reduced(sale, less, {0: of_first})
    assert found.cents == max(0, sale.cents - less)
    assert all(part.cents >= 0 for part in (*found.lines, *found.carriage))


@given(sales())
def test_a_row_keeps_what_a_paper_said(sale):
    sums = sums_of(sale)
    kept = content_of(sale, sums)
    assert (sale_in(kept), sums_in(kept)) == (Sale(sale.lines, sale.carriage), sums)


def test_a_copy_that_comes_back_stands_with_its_price():
    sale = Sale([record(1, 2990, 3), used(2)], [Carriage(RECORD, 500)])
    back, sums = given_back(sale, Sale([record(1, 2990, 2), used(2)], sale.carriage))
    assert (back.lines, back.carriage) == ([record(1, 2990, 1)], [])
    assert [(each.cents, each.vat_cents) for each in sums] == [(2990, 498)]


def test_a_price_that_falls_stands_as_one_piece():
    sale = Sale([book(1, 2000, 2)], [])
    back, _sums = given_back(sale, reduced(sale, 300, {1: 300}))
    assert back.lines == [replace(book(1, 300, 1), detail="remboursement partiel")]


def test_a_reduction_stays_with_the_line_that_is_named():
    sale = Sale([book(1, 2000), record(2, 3000)], [Carriage(BOOK, 200), Carriage(RECORD, 300)])
    found = reduced(sale, 500, {2: 500})
    assert (found.lines[0], found.lines[1].cents) == (sale.lines[0], 2500)
    spread = reduced(sale, 550, {})
    assert [part.cents for part in (*spread.lines, *spread.carriage)] == [1800, 2700, 180, 270]


def test_a_gift_after_another_takes_what_it_says_though_shares_are_rounded_anew():
    """Of 10 cents the third line bears one, of 11 none."""
    sale = Sale([book(1, 6000), book(2, 6000), book(3, 2000)], [])
    first, second = reduced(sale, 10, {}), reduced(sale, 11, {})
    assert second.lines[2].cents > first.lines[2].cents
    back, sums = given_back(first, second)
    assert (back.cents, sum(each.cents for each in sums)) == (1, 1)
    assert without(first, back).cents == second.cents == 13_989


def test_the_vat_of_a_line_whose_neighbours_were_taken_back_is_its_own():
    """Three books of 3.33: the VAT of each rounds to 17 cents, that of all three is 52."""
    sale = Sale([book(n, 333) for n in (1, 2, 3)], [])
    assert [each.vat_cents for each in sums_of(sale)] == [52]
    _back, first = given_back(sale, Sale(sale.lines[:2], []))
    _back, second = given_back(Sale(sale.lines[:2], []), Sale(sale.lines[:1], []))
    assert [each.vat_cents for each in (*first, *second, *sums_of(Sale(sale.lines[:1], [])))] == [
        17, 18, 17
    ]  # fmt: skip


def test_prices_of_several_copies_are_never_rounded():
    terms = as_terms_of([book(1, 333, 7)])
    (line,) = terms["BG-25"]
    assert (line["BT-129"], line["BT-149"], line["BT-146"]) == ("7", "7", line["BT-131"])


def as_terms_of(lines):
    from tests.papers.samples import invoice

    return as_terms(invoice(lines))
