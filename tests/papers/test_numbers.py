"""Numbers of papers have no gap, however many are issued at once and whatever fails."""

from threading import Lock

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.papers.models import Paper, Series
from comptoir.papers.operations import (
    issuance,
    issue,
)
from tests.concurrency.together import overtake, stopped_at, together
from tests.papers.orders import (
    Part,
    alike,
    paid,
)
from tests.papers.orders import selling_shop as make_selling_shop
from tests.papers.samples import BOOK
from tests.papers.test_issuing import invoice_of, stand_in
from tests.trials import HOURS, tally


def numbered(shop, *, orders: int, workers: int, monkeypatch) -> list[int]:
    """Have so many invoices asked for at once, each third of which fails at first; return the
    numbers that were given."""
    keys = alike(paid(shop, [Part(2000)], {BOOK: 300}), orders)
    make, failed, turn = issuance.file_of, set(), Lock()

    def fail_at_first(invoice, made_at, address=None):
        with turn:
            fails = int(invoice.order) % 3 == 0 and invoice.order not in failed
            failed.add(invoice.order)
        if fails:
            raise RuntimeError("forced")
        return make(invoice, made_at, address)

    monkeypatch.setattr(issuance, "file_of", fail_at_first)

    def work(mine):
        for key in mine:
            for _try in range(2):
                try:
                    issue(order_id=key, actor=SYSTEM, now=timezone.now())
                except RuntimeError:
                    continue
                break

    assert not together(
        *(lambda n=n: work(keys[n::workers]) for n in range(workers)), patience=3600
    )
    tally("invoices", orders)
    return sorted(Paper.objects.filter(shop=shop).values_list("serial", flat=True))


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_thousand_at_once_have_no_gap(monkeypatch):
    orders = 1000 if HOURS else 40
    if not HOURS:
        stand_in(monkeypatch)
    shop = make_selling_shop()
    assert numbered(shop, orders=orders, workers=8, monkeypatch=monkeypatch) == list(
        range(1, orders + 1)
    )


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_waits_for_the_number(monkeypatch):
    stand_in(monkeypatch)
    shop = make_selling_shop()
    first, second = (paid(shop, [Part(2000)], {BOOK: 300}) for _order in "ab")
    with stopped_at(issuance, "_invoice") as stop:
        raised, waited = overtake(stop, lambda: invoice_of(first), lambda: invoice_of(second))
    assert (raised, waited) == ([], True)
    assert [paper.serial for paper in Paper.objects.all()] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_get_one_number(monkeypatch):
    """The control: the series is read and not locked; only the constraint is left."""
    from comptoir.papers.operations import invoices

    def turn_of(shop):
        Series.objects.bulk_create([Series(shop=shop)], ignore_conflicts=True)
        return Series.objects.get(shop=shop)

    stand_in(monkeypatch)
    monkeypatch.setattr(invoices, "turn_of", turn_of)
    shop = make_selling_shop()
    Series.objects.create(shop=shop)
    first, second = (paid(shop, [Part(2000)], {BOOK: 300}) for _order in "ab")
    with stopped_at(issuance, "_invoice") as stop:
        raised, waited = overtake(stop, lambda: invoice_of(first), lambda: invoice_of(second))
    assert not waited
    assert "papers_paper_serial" in str(raised[0])
