"""Locks of one kind are taken in one order, whatever order the data came in."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import Shop
from comptoir.shops.operations import imports
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer
from comptoir.stock.reports import reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf.holds import lock_offers
from tests.concurrency.together import Stop, overtake, stopped_at
from tests.factories import make_offer, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def import_two(tmp_path):
    """Return what imports two files at once that name the same shops in opposite orders."""
    shops = [make_shop(), make_shop()]

    def importing(name, rows):
        path = tmp_path / name
        lines = [f"{s.name};books;{s.postcode};{s.city};46.5802;0.3404" for s in rows]
        table = "\n".join(["name;kind;postcode;city;latitude;longitude", *lines])
        path.write_text(table, encoding="utf-8")
        summary = imports.import_shops(path=path, report=tmp_path / f"{name}.refused")
        assert summary.refused == 0, summary.first_refusals
        assert summary.created == 0

    def both():
        with stopped_at(imports, "note_offered") as stop:
            return overtake(
                stop,
                lambda: importing("one.csv", shops),
                lambda: importing("two.csv", shops[::-1]),
            )[0]

    return both


def test_two_imports_of_the_same_shops_take_turns(import_two):
    assert import_two() == []


def test_control_without_turns_they_deadlock(import_two, monkeypatch):
    monkeypatch.setattr(imports, "lock", lambda space: None)
    (error,) = import_two()
    assert "deadlock" in str(error)


@pytest.fixture
def import_one_twice(tmp_path):
    """Return what imports one file twice at once, and gives the number of shops that it made."""
    path = tmp_path / "shops.csv"
    path.write_text(
        "name;kind;postcode;city;latitude;longitude\n"
        "Le Pilori;books;86000;Poitiers;46.5802;0.3404\n",
        encoding="utf-8",
    )

    def importing():
        imports.import_shops(path=path, report=tmp_path / "refused.csv")

    def both():
        with stopped_at(imports, "note_offered") as stop:
            raised, waited = overtake(stop, importing, importing)
        assert waited
        assert raised == []
        return Shop.objects.count()

    return both


def test_a_file_that_is_imported_twice_at_once_makes_a_shop_once(import_one_twice):
    assert import_one_twice() == 1


def test_control_known_from_before_the_wait_alone_it_makes_two(import_one_twice, monkeypatch):
    class Early(imports.Directory):
        def __init__(self):
            super().__init__()
            self.catch_up = lambda: None

        def _free_slug(self, slug):
            return f"{slug}-{Shop.objects.count()}"

    monkeypatch.setattr(imports, "Directory", Early)
    assert import_one_twice() == 2


def tell_while_reserving():
    """Tell of two offers, the second of which has yet to learn its EAN, while a basket has the
    first one and goes on to the second."""
    shop = make_shop()
    old = timezone.now() - timedelta(hours=5)
    offers = [make_offer(shop=shop, on_hand=3, as_of=old) for _ in range(2)]
    Offer.objects.filter(pk=offers[1].pk).update(ean=None)
    lines = [StockLine(n, offer.product.ean, 1, 990) for n, offer in enumerate(offers)]
    stop = Stop()

    def reserve():
        with transaction.atomic():
            lock_offers([offers[0].pk])
            stop.wait()
            lock_offers([offers[1].pk])

    def tell():
        take_report(
            Incoming(
                shop=shop, format="asc", mode="snapshot", as_of=None, lines=lines, actor=SYSTEM
            )
        )

    raised, waited = overtake(stop, reserve, tell)
    assert waited
    return raised


def test_a_telling_that_fills_eans_in_does_not_deadlock():
    assert tell_while_reserving() == []
    assert set(Offer.objects.values_list("on_hand", flat=True)) == {1}


def test_control_without_the_locks_of_the_whole_shop_it_does(monkeypatch):
    monkeypatch.setattr(reconcile, "_LOCK_SHOP", "SELECT %(shop)s")
    (error,) = tell_while_reserving()
    assert "deadlock" in str(error)
