"""Tellings: whole or not at all, in any order, quarantined when they look wrong."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import ProductState
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.models import OutboxEntry
from comptoir.stock.formats.lines import RefusedLine, StockLine
from comptoir.stock.models import Covers, Feed, KeptLine, Offer, Reason, Report, StockMovement
from comptoir.stock.reports import reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import apply_report, discard_report, take_report
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.holds import hold, release
from tests.factories import ean, make_offer, make_product, make_shop, staff_of, take_file

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def tell(shop, figures, *, mode="snapshot", as_of=None, format="asc", **values) -> Report:
    lines = [
        each if not isinstance(each, tuple) or len(each) > 2 else StockLine(number, *each, 990)
        for number, each in enumerate(
            figures.items() if isinstance(figures, dict) else figures, start=2
        )
    ]
    return take_report(
        Incoming(
            shop=shop,
            format=format,
            mode=mode,
            as_of=as_of or ago(1),
            lines=lines,
            actor=staff_of(shop),
            **values,
        )
    )


def figures(shop) -> dict[str, int]:
    return dict(Offer.objects.filter(shop=shop).values_list("product__ean", "on_hand"))


@pytest.fixture(autouse=True)
def _ledger_explains_everything():
    yield
    assert list(checks.problems()) == []


def test_what_a_snapshot_leaves_out_is_zero_and_what_a_delta_leaves_out_is_unchanged():
    shop, one, two = make_shop(), make_product().ean, make_product().ean
    report = tell(shop, {one: 3, two: 1}, as_of=ago(3))
    assert (report.status, report.line_count, report.appeared_count) == ("applied", 2, 2)
    report = tell(shop, {one: 2}, as_of=ago(2))
    assert (report.changed_count, report.emptied_count) == (2, 1)
    assert figures(shop) == {one: 2, two: 0}
    tell(shop, {two: 4}, as_of=ago(1), mode="delta")
    assert figures(shop) == {one: 2, two: 4}


def test_the_history_names_the_feed_run_and_the_run_who_told():
    shop, product = make_shop(), make_product()
    report = tell(shop, {product.ean: 3})
    movement = StockMovement.objects.get()
    assert (movement.actor_kind, movement.actor_id) == ("feed", report.pk)
    assert (movement.delta, movement.reason, movement.happened_at) == (3, Reason.TOLD, ago(1))
    assert (report.actor_kind, report.actor_id) == ("user", staff_of(shop).id)


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
def test_what_appears_has_changed(mode):
    shop, one, two = make_shop(), make_product().ean, make_product().ean
    tell(shop, {one: 3}, as_of=ago(2))
    report = tell(shop, {one: 4, two: 1}, mode=mode)
    report.refresh_from_db()
    assert (report.changed_count, report.appeared_count) == (2, 1)


def test_an_unknown_title_is_kept_by_its_ean():
    code = ean()
    report = tell(make_shop(), {code: 2})
    offer = Offer.objects.get()
    assert (report.unknown_count, offer.product.ean, offer.on_hand) == (1, code, 2)
    assert offer.product.state == ProductState.UNKNOWN


def test_the_same_telling_again_writes_nothing():
    shop, product = make_shop(), make_product()
    tell(shop, {product.ean: 3})
    before = list(Offer.objects.values())
    report = tell(shop, {product.ean: 3})
    assert (report.status, report.changed_count, report.appeared_count) == ("applied", 0, 0)
    assert list(Offer.objects.values()) == before
    assert StockMovement.objects.count() == 1


def test_an_older_snapshot_is_kept_in_history_and_changes_nothing():
    shop, product = make_shop(), make_product()
    tell(shop, {product.ean: 3}, as_of=ago(2))
    report = tell(shop, {product.ean: 9}, as_of=ago(3))
    assert (report.status, report.reason) == ("outdated", "outdated")
    assert figures(shop) == {product.ean: 3}
    assert Feed.objects.get().as_of == ago(2)


def test_an_older_delta_changes_only_what_nothing_newer_is_known_of():
    shop, one, two = make_shop(), make_product().ean, make_product().ean
    tell(shop, {one: 5}, mode="delta", as_of=ago(2))
    report = tell(shop, {one: 9, two: 4}, mode="delta", as_of=ago(3))
    assert (report.status, report.overtaken_count) == ("applied", 1)
    assert figures(shop) == {one: 5, two: 4}
    report = tell(shop, {one: 8}, mode="delta", as_of=ago(4))
    assert (report.status, report.overtaken_count) == ("outdated", 1)


def test_two_feeds_of_one_shop_know_of_each_other():
    shop, one, new = make_shop(), make_product().ean, make_product().ean
    tell(shop, {one: 5}, as_of=ago(2))
    report = tell(shop, {one: 9, new: 1}, mode="delta", as_of=ago(3), format="api")
    assert report.status == "outdated"
    assert figures(shop) == {one: 5}


def test_the_same_ean_twice():
    shop, product = make_shop(), make_product()
    twice = [StockLine(2, product.ean, 2, 990), StockLine(3, product.ean, 3, 1290)]
    tell(shop, twice, as_of=ago(2))
    offer = Offer.objects.get()
    assert (offer.on_hand, offer.price_cents) == (5, 1290)
    tell(shop, list(reversed(twice)), mode="delta", as_of=ago(1))
    assert figures(shop) == {product.ean: 3}


def test_a_tite_live_file_says_nothing_of_used_copies():
    used = make_offer(condition="VG", as_of=ago(5))
    tell(used.shop, {make_product().ean: 1}, covers=Covers.NEW)
    used.refresh_from_db()
    assert used.on_hand == 1
    tell(used.shop, {make_product().ean: 1}, format="csv")
    used.refresh_from_db()
    assert used.on_hand == 0


def test_a_price_that_is_not_told_stays():
    offer = make_offer(as_of=ago(5), price_cents=700)
    tell(offer.shop, [StockLine(2, offer.product.ean, 1)])
    offer.refresh_from_db()
    assert offer.price_cents == 700


def test_an_error_midway_leaves_nothing(monkeypatch):
    shop = make_shop()

    def broken():
        yield StockLine(2, ean(), 3)
        raise Invalid("broken", "the file ends in the middle")

    with pytest.raises(Invalid), transaction.atomic():
        tell(shop, broken())
    monkeypatch.setattr(reconcile, "_CLOCK", "SELECT 1/0")
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        tell(shop, {ean(): 3})
    assert not Offer.objects.exists()
    assert not Report.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_followers_hear_of_what_appears_and_disappears_alone():
    shop = make_shop(safety_stock=1)
    products = [make_product() for _ in range(3)]
    tell(shop, dict(zip((p.ean for p in products), (1, 2, 5), strict=True)), as_of=ago(3))
    heard = OutboxEntry.objects.filter(topic="product").order_by("key")
    assert [entry.key for entry in heard] == [products[1].pk, products[2].pk]
    OutboxEntry.objects.all().delete()
    tell(shop, dict(zip((p.ean for p in products), (0, 1, 4), strict=True)), as_of=ago(2))
    assert [entry.key for entry in heard.all()] == [products[1].pk]


def test_followers_of_offers_hear_of_every_figure_and_price_that_changes():
    shop = make_shop()
    products = [make_product() for _ in range(3)]
    tell(shop, {p.ean: 2 for p in products}, as_of=ago(3))
    offers = {offer.product_id: offer.pk for offer in Offer.objects.all()}
    heard = OutboxEntry.objects.filter(topic="offer").order_by("key")
    assert [entry.key for entry in heard] == sorted(offers.values())
    OutboxEntry.objects.all().delete()
    tell(shop, dict(zip((p.ean for p in products), (2, 1, 2), strict=True)), as_of=ago(2))
    assert [entry.key for entry in heard.all()] == [offers[products[1].pk]]


def test_copies_that_were_promised_and_are_gone_are_counted_short():
    offer = make_offer(on_hand=3, as_of=ago(9))
    hold({offer.pk: 2})
    for hours, told, short in ((8, 1, 1), (7, 0, 2), (6, 2, 0), (5, 1, 1)):
        tell(offer.shop, {offer.product.ean: told}, as_of=ago(hours))
        offer.refresh_from_db()
        assert (offer.on_hand, offer.held, offer.short) == (told, 2, short)
    release({offer.pk: 2})
    offer.refresh_from_db()
    assert (offer.held, offer.short) == (0, 0)


# Quarantine.


def stocked(count: int):
    shop = make_shop()
    codes = [make_product().ean for _ in range(count)]
    tell(shop, dict.fromkeys(codes, 1), as_of=ago(5))
    return shop, codes


@pytest.mark.parametrize(
    ("had", "left", "status"),
    [(20, 12, "applied"), (20, 11, "quarantined"), (19, 1, "applied"), (19, 0, "quarantined")],
)
def test_a_snapshot_that_empties_a_shop_is_held_back(had, left, status):
    shop, codes = stocked(had)
    report = tell(shop, dict.fromkeys(codes[:left], 1))
    assert report.status == status
    assert sum(figures(shop).values()) == (left if status == "applied" else had)


@pytest.mark.parametrize(
    ("refused", "status"), [(5, "applied"), (6, "quarantined"), (100, "refused")]
)
def test_a_snapshot_with_many_bad_lines_is_held_back(refused, status):
    lines = [StockLine(n, make_product().ean, 1) for n in range(100 - refused)]
    lines += [RefusedLine(n, "bad_ean", "no EAN\0", "x\ud800") for n in range(refused)]
    report = tell(make_shop(), lines)
    assert (report.status, report.refused_count, len(report.refusals)) == (status, refused, refused)
    assert Offer.objects.count() == (95 if status == "applied" else 0)


def test_a_delta_is_never_held_back_for_its_bad_lines():
    product = make_product()
    lines = [StockLine(2, product.ean, 1), RefusedLine(3, "bad_ean", "no EAN", "x")]
    assert tell(make_shop(), lines, mode="delta").status == "applied"


def test_one_click_applies_what_was_held_back():
    shop, codes = stocked(20)
    report = tell(shop, dict.fromkeys(codes[:5], 2))
    assert (report.status, report.reason, report.kept_lines.count()) == (
        "quarantined",
        "empties",
        5,
    )
    done = apply_report(report=report, actor=staff_of(shop)).report
    assert (done.status, done.emptied_count, done.changed_count) == ("applied", 15, 20)
    assert (done.decided_kind, done.decided_id) == ("user", staff_of(shop).id)
    assert sum(figures(shop).values()) == 10
    assert not KeptLine.objects.exists()
    with pytest.raises(Conflict) as caught:
        apply_report(report=report, actor=staff_of(shop))
    assert caught.value.code == "not_quarantined"


def test_what_was_held_back_is_not_applied_after_something_newer():
    shop, codes = stocked(20)
    report = tell(shop, dict.fromkeys(codes[:5], 2), as_of=ago(3))
    tell(shop, dict.fromkeys(codes, 3), as_of=ago(2))
    with pytest.raises(Conflict) as caught:
        apply_report(report=report, actor=staff_of(shop))
    assert caught.value.code == "not_quarantined"
    assert not KeptLine.objects.exists()
    assert sum(figures(shop).values()) == 60


def test_discarding_forgets_the_lines_alone():
    shop, codes = stocked(20)
    report = tell(shop, dict.fromkeys(codes[:5], 2))
    assert discard_report(report=report, actor=staff_of(shop)).status == "discarded"
    report.refresh_from_db()
    assert (report.reason, report.decided_kind, report.decided_id) == (
        "empties",
        "user",
        staff_of(shop).id,
    )
    assert not KeptLine.objects.exists()


@pytest.mark.parametrize("left", [5, 20])
@pytest.mark.parametrize(
    ("covers", "newer", "goes"),
    [("new", "new", True), ("all", "all", True), ("new", "all", True), ("all", "new", False)],
)
def test_a_newer_snapshot_discards_what_was_held_back(left, covers, newer, goes):
    shop, codes = stocked(20)
    old = tell(shop, dict.fromkeys(codes[:5], 2), as_of=ago(3), covers=covers)
    new = tell(shop, dict.fromkeys(codes[:left], 3), as_of=ago(2), covers=newer, format="csv")
    assert new.status == ("quarantined" if left == 5 else "applied")
    old.refresh_from_db()
    assert (old.status == "discarded", old.kept_lines.exists()) == (goes, not goes)
    assert (old.reason, old.decided_kind) == ("empties", "system" if goes else "")
    assert (old.decided_at is not None) == goes
    assert new.kept_lines.count() == (5 if left == 5 else 0)


def test_neither_a_delta_nor_an_older_snapshot_discards_what_was_held_back():
    shop, codes = stocked(20)
    held = tell(shop, dict.fromkeys(codes[:5], 2), as_of=ago(2))
    tell(shop, dict.fromkeys(codes, 3), as_of=ago(1), mode="delta")
    tell(shop, dict.fromkeys(codes, 3), as_of=ago(3))
    tell(make_shop(), {codes[0]: 1}, as_of=ago(1))
    held.refresh_from_db()
    assert (held.status, held.kept_lines.count()) == ("quarantined", 5)


# Moments.


def asc_file(code: str, shop: str = "1234") -> BytesIO:
    return BytesIO(
        f"EXTRACTION STOCK DU 15/10/2025\r\n{shop}{code}00030000000840\r\n".encode("latin-1")
    )


def test_a_file_teaches_what_the_till_calls_the_shop():
    shop, product = make_shop(), make_product()
    told = {"shop": shop, "format": "asc", "actor": SYSTEM}
    report = take_file(stream=asc_file(product.ean), file_name="1234_ART.asc", **told)
    assert (report.status, report.file_name) == ("applied", "1234_ART.asc")
    assert report.as_of == datetime(2025, 10, 15, 22, tzinfo=UTC)
    assert Feed.objects.get().shop_code == "1234"
    report = take_file(stream=asc_file(product.ean, "5678"), as_of=ago(1), **told)
    assert (report.status, report.reason, report.refusals[0][1]) == (
        "refused",
        "nothing",
        "other_shop",
    )
    assert figures(shop) == {product.ean: 3}


@pytest.mark.parametrize("code", ["12  ", "  12", " É2 ", "1\xff\x80é"])
def test_a_code_with_blanks_or_accents_is_known_again(code):
    shop, product = make_shop(), make_product()
    told = {"shop": shop, "format": "asc", "actor": SYSTEM}
    for hours in (3, 2):
        report = take_file(stream=asc_file(product.ean, code), as_of=ago(hours), **told)
        assert (report.status, report.refused_count) == ("applied", 0)
    assert Feed.objects.get().shop_code == code
    report = take_file(stream=asc_file(product.ean, "1234"), as_of=ago(1), **told)
    assert report.refusals[0][1] == "other_shop"


def test_a_first_file_that_was_held_back_teaches_when_it_is_applied():
    shop, codes = make_shop(), [make_product().ean for _ in range(20)]
    tell(shop, dict.fromkeys(codes, 1), as_of=ago(5), format="csv")
    report = take_file(
        stream=asc_file(codes[0], "12  "), shop=shop, format="asc", actor=SYSTEM, as_of=ago(3)
    )
    feed = Feed.objects.get(format="asc")
    assert (report.status, feed.shop_code) == ("quarantined", "")
    apply_report(report=report, actor=staff_of(shop))
    feed.refresh_from_db()
    assert feed.shop_code == "12  "


@pytest.mark.parametrize(("format", "mode"), [("asc", "delta"), ("api", "snapshot")])
def test_a_file_of_no_such_kind(format, mode):
    with pytest.raises(Invalid):
        take_file(shop=make_shop(), stream=asc_file(ean()), format=format, mode=mode, actor=SYSTEM)
