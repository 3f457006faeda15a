"""Numbers of papers have no gap, however many are issued at once and whatever fails."""

from datetime import timedelta
from threading import Lock

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.models import Farewell
from comptoir.archives.operations.farewells import erase_gone
from comptoir.core.errors import Faults
from comptoir.orders.models import Order
from comptoir.papers.models import LegalIdentity, Numbering, Paper, Series
from comptoir.papers.operations import identity, issuance, issue, turns, write_identity
from comptoir.shops.models import Shop
from tests.concurrency.together import overtake, stopped_at, together
from tests.factories import make_shop
from tests.papers.issued import invoice_of, stand_in
from tests.papers.orders import SAID, SIRET, Part, alike, paid
from tests.papers.orders import selling_shop as make_selling_shop
from tests.papers.samples import BOOK
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


def lock_nothing(monkeypatch) -> None:
    """Take the guard out: the numbers of a business are locked by nobody."""
    monkeypatch.setattr(turns, "lock", lambda _space, *_names: None)


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_two_shops_of_a_business_number_no_paper_alike_in_one_instant(monkeypatch, locked):
    """Under one prefix, as two shops have whose SIRET came later. The control: without the lock of
    the business neither sees the other's number."""
    stand_in(monkeypatch)
    first, second = make_selling_shop(), make_shop(siret=SIRET[:9] + "00082")
    LegalIdentity.objects.create(
        shop=second, name="L", form="SARL", capital="1", register="R", vat_number=SAID.vat_number
    )
    orders = [paid(shop, [Part(2000)], {BOOK: 300}) for shop in (first, second)]
    if not locked:
        lock_nothing(monkeypatch)
    with stopped_at(issuance, "_invoice") as stop:
        raised, waited = overtake(stop, *(lambda o=o: invoice_of(o) for o in orders))
    numbers = list(Paper.objects.order_by("shop").values_list("number", flat=True))
    other = f"C-{second.pk}-000001" if locked else "C-000001"
    assert (raised, waited, numbers) == ([], locked, ["C-000001", other])


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_two_shops_of_a_business_take_no_prefix_in_one_instant(monkeypatch, locked):
    """The control: without the lock both have it."""
    shops = [make_shop(siret=SIRET), make_shop(siret=SIRET[:9] + "00082")]
    if not locked:
        lock_nothing(monkeypatch)

    def write(shop):
        write_identity(shop=shop, said=SAID, actor=SYSTEM, now=timezone.now())

    with stopped_at(identity, "note") as stop:
        raised, waited = overtake(stop, *(lambda s=s: write(s) for s in shops))
    assert ([type(each) for each in raised], waited) == ([Faults] if locked else [], locked)
    assert LegalIdentity.objects.filter(prefix="C-").count() == (1 if locked else 2)


@pytest.mark.parametrize("kept", [True, False])
def test_numbers_go_on_after_a_shop_of_the_business_left_and_was_erased(db, monkeypatch, kept):
    """The control: where nothing outlives it, a number is given twice."""
    stand_in(monkeypatch)
    if not kept:
        monkeypatch.setattr(issuance, "keep_number", lambda *_: None)
    gone = make_selling_shop()
    numbers = [invoice_of(paid(gone, [Part(2000)], {BOOK: 300})).number for _order in "ab"]
    ended = timezone.now() - timedelta(days=400)
    Shop.objects.filter(pk=gone.pk).update(ended_at=ended, paused_at=ended)
    Order.objects.filter(shop=gone).update(erased_at=ended)
    Farewell.objects.create(shop=gone, actor_kind="system")
    assert erase_gone(now=timezone.now()) == 1
    later = make_selling_shop(siret=SIRET[:9] + "00082")
    order = paid(later, [Part(2000)], {BOOK: 300})
    numbers += [invoice_of(order).number, invoice_of(paid(later, [Part(1)], {})).number]
    assert (numbers == [f"C-{n:06d}" for n in (1, 2, 3, 4)]) is kept
    assert (len(set(numbers)) == 4) is kept
    # Under a beginning that it takes later, a number that was given has the key of the shop.
    LegalIdentity.objects.filter(shop=later).update(prefix="D-")
    Numbering.objects.create(siren=SIRET[:9], prefix="D-", last=9, last_day=timezone.localdate())
    assert invoice_of(paid(later, [Part(2)], {})).number.startswith(f"D-{later.pk}-")


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_papers_that_move_in_wait_for_who_issues_one(monkeypatch, locked):
    """The control: without the lock what has moved in is read as it was, and noted over."""
    stand_in(monkeypatch)
    shop, other = make_selling_shop(), make_shop(siret=SIRET[:9] + "00082")
    LegalIdentity.objects.create(
        shop=other, name="L", form="SARL", capital="1", register="R", vat_number=SAID.vat_number
    )
    Series.objects.create(shop=other, last=8)
    invoice_of(paid(other, [Part(2000)], {BOOK: 300}))
    Numbering.objects.all().delete()
    order = paid(shop, [Part(2000)], {BOOK: 300})
    if not locked:
        lock_nothing(monkeypatch)
    with stopped_at(issuance, "keep_number") as stop:
        raised, waited = overtake(
            stop, lambda: invoice_of(order), lambda: transaction.atomic(turns.keep_numbers)(other)
        )
    found = (raised, waited, Numbering.objects.get().last)
    assert found == ([], locked, 9 if locked else 1)
