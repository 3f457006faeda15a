"""Previews: what a telling would do is shown, and nothing changes until somebody applies it."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.core.errors import Conflict
from comptoir.stock.formats.lines import RefusedLine, StockLine
from comptoir.stock.models import KeptLine, Offer, Report, ReportStatus, ShopClock, StockMovement
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import (
    apply_report,
    discard_report,
    preview_report,
    take_report,
)
from comptoir.stock.reports.preview import Kind, open_preview
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.holds import hold
from comptoir.stock.shelf.ledger import sell
from tests.factories import ean, make_offer, make_product, make_shop, staff_of

pytestmark = pytest.mark.django_db

TRUTH = (
    "stock_offer",
    "stock_stockmovement",
    "stock_shopclock",
    "catalogue_product",
    "core_outbox",
)


def ago(hours: float):
    return timezone.now() - timedelta(hours=hours)


def state() -> str:
    """Return a hash of all that a reader or a till could see."""
    rows = [fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in TRUTH]
    return sha256(repr(rows).encode()).hexdigest()


def said(shop, lines, *, mode="snapshot", as_of=None, **fields):
    values = {"format": "csv", "as_of": as_of or ago(1), "actor": staff_of(shop), "covers": "new"}
    return values | {"shop": shop, "mode": mode, "lines": lines} | fields


def line(code: str, quantity: int, price: int | None = 1290, number: int = 2) -> StockLine:
    return StockLine(number, code, quantity, price)


@pytest.fixture(autouse=True)
def _ledger_explains_everything():
    yield
    assert list(checks.problems()) == []


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def shelf(shop):
    """Five titles, to vanish, fall, rise, stay, and to cost more than their publisher says."""
    ShopClock.objects.create(shop=shop)
    offers = [make_offer(shop=shop, on_hand=n, as_of=ago(5)) for n in (2, 3, 1, 4, 1)]
    return [each.product.ean for each in offers]


def lines_of(shelf) -> list[StockLine]:
    if not Product.objects.filter(ean=ean(900)).exists():
        make_product(ean=ean(900))
    return [
        line(shelf[1], 1, number=2),
        line(shelf[2], 2, number=3),
        line(shelf[3], 4, number=4),
        line(shelf[4], 1, 1500, number=5),
        line(ean(900), 6, number=6),
        line(ean(901), 2, number=7),
    ]


def test_a_preview_changes_nothing_and_tells_what_would(shop, shelf):
    lines = [*lines_of(shelf), RefusedLine(8, "bad_ean", "No EAN.", "=x")]
    before = state()
    report = preview_report(Incoming(**said(shop, lines)))
    with open_preview(report) as preview:
        counts = preview.counts()
        vanish = preview.rows(Kind.VANISHES)
        prices = preview.rows(Kind.PRICES)
    assert state() == before
    assert (report.status, report.reason, report.line_count, report.refused_count) == (
        "previewed",
        "refusals",
        7,
        1,
    )
    assert counts == {
        Kind.SHORT: 0,
        Kind.VANISHES: 1,
        Kind.APPEARS: 2,
        Kind.FALLS: 1,
        Kind.RISES: 1,
        Kind.REPRICED: 1,
        Kind.PRICES: 1,
        Kind.UNKNOWN: 1,
    }
    assert [(row.ean, row.was, row.now) for row in vanish] == [(shelf[0], 2, 0)]
    assert [(row.ean, row.price, row.list_price) for row in prices] == [(shelf[4], 1500, 1290)]
    assert prices[0].is_unlawful
    assert Offer.objects.filter(shop=shop).count() == 5


def test_applied_it_does_what_a_direct_import_does(shop, shelf):
    lines = lines_of(shelf)
    other = make_shop()
    for code, n in zip(shelf, (2, 3, 1, 4, 1), strict=True):
        product = Offer.objects.get(shop=shop, ean=code).product
        make_offer(shop=other, product=product, on_hand=n, as_of=ago(5))
    moment = ago(1)
    direct = take_report(Incoming(**said(other, lines, as_of=moment)))
    report = preview_report(Incoming(**said(shop, lines, as_of=moment)))
    with open_preview(report) as preview:
        seen = preview.digest
        counts = preview.counts()
    done = apply_report(report=report, actor=staff_of(shop), seen=seen)
    assert not done.moved
    values = ("ean", "condition", "price_cents", "on_hand", "counted", "unseen", "as_of")
    mine, others = (
        list(Offer.objects.filter(shop=each).order_by("ean").values_list(*values))
        for each in (shop, other)
    )
    moved = [
        [offer for offer in each if offer[0] != shelf[3]]  # as it was: told by neither
        for each in (mine, others)
    ]
    assert moved[0] == moved[1]
    for name in ("changed_count", "appeared_count", "emptied_count", "unknown_count", "status"):
        assert getattr(done.report, name) == getattr(direct, name), name
    with open_preview(Report.objects.get(pk=report.pk)) as preview:
        past = preview.counts()
    for kind in (Kind.VANISHES, Kind.APPEARS, Kind.FALLS, Kind.RISES):
        assert past[kind] == counts[kind]


def test_what_moved_meanwhile_is_computed_again_and_said(shop, shelf):
    report = preview_report(Incoming(**said(shop, lines_of(shelf), as_of=ago(1))))
    with open_preview(report) as preview:
        seen = preview.digest
    sell(shop=shop, ean=shelf[2], actor=staff_of(shop))
    done = apply_report(report=report, actor=staff_of(shop), seen=seen)
    assert done.moved
    # The copy was sold after the till's moment: two counted, one left.
    assert Offer.objects.get(shop=shop, ean=shelf[2]).on_hand == 1


def test_reserved_copies_that_would_not_be_there_come_first(shop, shelf):
    offer = Offer.objects.get(ean=shelf[0])
    hold({offer.pk: 1})
    report = preview_report(Incoming(**said(shop, lines_of(shelf))))
    with open_preview(report) as preview:
        assert [row.ean for row in preview.rows(Kind.SHORT)] == [shelf[0]]


def test_a_discarded_preview_leaves_its_history_and_no_line(shop, shelf):
    lines = lines_of(shelf)
    before = state()
    report = preview_report(Incoming(**said(shop, lines, key="k")))
    discard_report(report=report, actor=staff_of(shop))
    report.refresh_from_db()
    assert (report.status, report.decided_id, report.key) == (
        ReportStatus.DISCARDED,
        staff_of(shop).id,
        "",
    )
    assert not KeptLine.objects.exists()
    assert state() == before
    assert take_report(Incoming(**said(shop, lines_of(shelf), key="k"))).status == "applied"


def test_a_preview_has_not_been_heard_until_it_is_applied(shop, shelf):
    report = preview_report(Incoming(**said(shop, lines_of(shelf), key="k")))
    told = take_report(Incoming(**said(shop, lines_of(shelf), key="k")))
    assert (told.status, told.pk == report.pk) == ("applied", False)
    with pytest.raises(Conflict) as caught:
        apply_report(report=report, actor=staff_of(shop), seen="")
    assert caught.value.code == "already_told"
    with pytest.raises(Conflict) as caught:
        preview_report(Incoming(**said(shop, lines_of(shelf), key="k")))
    assert caught.value.code == "already_told"


def test_of_a_delta_the_last_line_still_counts_after_a_preview(shop, shelf):
    lines = [line(shelf[0], n, number=number) for number, n in enumerate((9, 7, 5), start=2)]
    report = preview_report(Incoming(**said(shop, lines, mode="delta")))
    apply_report(report=report, actor=staff_of(shop), seen="")
    assert Offer.objects.get(ean=shelf[0]).on_hand == 5


def test_what_is_older_than_what_was_told_since_changes_nothing(shop, shelf):
    report = preview_report(Incoming(**said(shop, lines_of(shelf), as_of=ago(2))))
    take_report(Incoming(**said(shop, [line(code, 8) for code in shelf], as_of=ago(1))))
    before = StockMovement.objects.count()
    done = apply_report(report=report, actor=staff_of(shop), seen="")
    assert (done.report.status, StockMovement.objects.count()) == (ReportStatus.OUTDATED, before)
    late = preview_report(Incoming(**said(shop, lines_of(shelf), as_of=ago(2))))
    assert late.reason == "outdated"


@pytest.mark.parametrize("mode", ["delta", "sales"])
def test_of_what_was_all_reported_since_nothing_is_applied(shop, shelf, mode):
    report = preview_report(Incoming(**said(shop, [line(shelf[0], 1)], as_of=ago(2), mode=mode)))
    take_report(Incoming(**said(shop, [line(code, 8) for code in shelf], as_of=ago(1))))
    before = StockMovement.objects.count()
    done = apply_report(report=report, actor=staff_of(shop)).report
    assert (done.status, done.changed_count) == (ReportStatus.OUTDATED, 0)
    assert StockMovement.objects.count() == before


def test_two_people_look_at_once_and_neither_sees_the_others(shop, shelf):
    one = preview_report(Incoming(**said(shop, [line(shelf[0], 1)], as_of=ago(2))))
    two = preview_report(Incoming(**said(shop, [line(shelf[1], 1)], as_of=ago(1), actor=SYSTEM)))
    with open_preview(one) as preview:
        assert [row.ean for row in preview.rows(Kind.FALLS)] == [shelf[0]]
    with open_preview(two) as preview:
        assert [row.ean for row in preview.rows(Kind.FALLS)] == [shelf[1]]
