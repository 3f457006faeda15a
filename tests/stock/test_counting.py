"""Counting by scanning: exactly once, with its moment, while sales go on."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.orders.operations import place
from comptoir.stock.counts import operations, steps
from comptoir.stock.counts.corrections import corrections_of, tick_off
from comptoir.stock.counts.operations import (
    Scan,
    differences,
    discard_count,
    rest_of,
    start_count,
    take_scans,
)
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.models import (
    CountedTitle,
    Offer,
    Reason,
    StockMovement,
)
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.holds import hold, write_off
from tests.factories import make_offer, make_shop, make_staff, request_for
from tests.stock.scans import apply, begin, ean, left, scan, sell, tell
from tests.trials import dice

pytestmark = pytest.mark.django_db


def test_a_shelf_says_nothing_of_what_is_not_on_it(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), 2)
    assert left(shop) == [3, 3, 3]
    assert [(d.title.ean, d.counted, d.missing) for d in differences(session)] == [(ean(1), 2, 1)]
    apply(session)
    assert left(shop) == [2, 3, 3]


def test_a_scan_counts_once_however_often_it_is_sent(shop, shelf) -> None:
    session = begin(shop)
    scans = [Scan(key=f"k{n}", code=ean(1)) for n in range(3)]
    for _each in range(3):
        take_scans(session=session, scans=scans, actor=SYSTEM)
    assert CountedTitle.objects.get().copies == 3


def test_a_scan_is_undone_and_a_number_typed(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), 4)
    scan(session, ean(1), change=-1)
    assert CountedTitle.objects.get().copies == 3
    scan(session, ean(1), number=7)
    scan(session, ean(1))
    assert CountedTitle.objects.get().copies == 8
    scan(session, ean(1), number=0)
    scan(session, ean(1), change=-1)
    assert CountedTitle.objects.get().copies == 0


def test_scans_count_by_their_moment_in_whatever_order_they_come(shop, shelf) -> None:
    said: list[dict] = [
        {"minutes_ago": 9},
        {"minutes_ago": 8, "number": 6},
        {"minutes_ago": 7, "change": -1},
        {"minutes_ago": 6, "number": 2},
        {"minutes_ago": 5},
        {"minutes_ago": 4},
        {"minutes_ago": 3, "change": -1},
    ]
    draw = dice("the order of scans")
    for _round in range(6):
        session = begin(shop)
        draw.shuffle(said)
        for each in said:
            scan(session, ean(1), **each)
        title = CountedTitle.objects.get(session=session)
        assert title.copies == 3
        assert title.last_at - title.first_at > timedelta(minutes=2, seconds=59)
        assert title.last_at - title.first_at < timedelta(minutes=3, seconds=10)


def test_a_scan_undone_before_it_comes_is_undone(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), change=-1)
    assert CountedTitle.objects.get().copies == 0
    scan(session, ean(1), minutes_ago=1)
    assert CountedTitle.objects.get().copies == 0


def test_what_was_expected_is_of_the_moment_of_the_scan(shop, shelf) -> None:
    session = begin(shop)
    sell(shop, ean(1), minutes_ago=5)
    scan(session, ean(1), 3, minutes_ago=10)
    assert CountedTitle.objects.get().expected == 3
    assert differences(session) == []
    apply(session)
    assert left(shop)[0] == 2


def test_a_pile_beyond_all_measure_keeps_no_count_from_its_end(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), number=ledger.LARGEST)
    scan(session, ean(1))
    assert CountedTitle.objects.get().copies == ledger.LARGEST
    scan(session, ean(2), 1)
    CountedTitle.objects.filter(ean=ean(1)).update(copies=ledger.LARGEST + 1)
    apply(session)
    assert left(shop) == [ledger.LARGEST, 1, 3]


def test_a_title_that_cannot_be_held_true_keeps_no_other_waiting(shop, shelf) -> None:
    """As when the server's clock was set back since the scan."""
    session = begin(shop)
    scan(session, ean(1), 2)
    scan(session, ean(2), 2)
    CountedTitle.objects.filter(ean=ean(1)).update(last_at=timezone.now() + timedelta(hours=1))
    apply(session)
    assert left(shop) == [3, 2, 3]
    assert list(session.titles.order_by("ean").values_list("outcome", flat=True)) == [
        "refused",
        "applied",
    ]


def test_what_is_no_title_is_refused_alone(shop, shelf) -> None:
    session = begin(shop)
    scans = [
        Scan("a", "12345678"),
        Scan("b", ean(1)),
        Scan("", ean(1)),
        Scan("c" * 41, ean(1)),
        Scan("d", ean(1), number=200_000),
        Scan("e", "=1+1"),
    ]
    refused = take_scans(session=session, scans=scans, actor=SYSTEM)
    assert [each.code for each in refused] == ["12345678", ean(1), ean(1), ean(1), "=1+1"]
    assert CountedTitle.objects.get().copies == 1


def test_a_title_nobody_knew_is_kept(shop) -> None:
    session = begin(shop)
    scan(session, ean(9), 2)
    apply(session)
    assert Offer.objects.get(ean=ean(9)).on_hand == 2


@pytest.mark.parametrize("guarded", [True, False])
def test_a_sale_between_the_scan_and_the_apply_is_on_top(shop, shelf, monkeypatch, guarded) -> None:
    session = begin(shop)
    scan(session, ean(1), 3, minutes_ago=10)
    sell(shop, ean(1), minutes_ago=5)
    if not guarded:
        monkeypatch.setattr(steps, "moment_of", lambda at, shop: timezone.now())
    apply(session)
    assert left(shop)[0] == (2 if guarded else 3)


def test_a_copy_that_leaves_between_two_scans_of_its_title_is_taken_off(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), 2, minutes_ago=10)
    sell(shop, ean(1), minutes_ago=5)
    scan(session, ean(1))
    assert differences(session) == []
    apply(session)
    assert left(shop)[0] == 2


def test_a_copy_that_left_unscanned_is_taken_off_too_but_said(shop, shelf) -> None:
    """Nobody can tell which copy it was: the lower reading holds until somebody looks again."""
    session = begin(shop)
    scan(session, ean(1), minutes_ago=10)
    sell(shop, ean(1), minutes_ago=5)
    scan(session, ean(1))
    (found,) = differences(session)
    assert (found.lost, found.counted, found.missing) == (1, 1, 1)


def test_counting_again_by_a_number_forgets_what_left_before(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), 2, minutes_ago=10)
    sell(shop, ean(1), minutes_ago=5)
    scan(session, ean(1), number=2)
    assert differences(session) == []


def test_held_copies_are_counted_and_said(shop, shelf) -> None:
    place(request_for(shelf[0]))
    session = begin(shop)
    scan(session, ean(1), number=0)
    (found,) = differences(session)
    assert (found.held, found.missing) == (1, 3)
    apply(session)
    offer = Offer.objects.get(pk=shelf[0].pk)
    assert (offer.on_hand, offer.held, offer.short) == (0, 1, 1)


def test_a_whole_shop_zeroes_what_was_not_scanned(shop, shelf) -> None:
    make_offer(shop=shop, condition="VG+", product=shelf[0].product, on_hand=1)
    place(request_for(shelf[1]))
    session = begin(shop, whole=True)
    scan(session, ean(1), 3)
    late = ledger.receive(shop=shop, ean=ean(8), quantity=2, actor=SYSTEM)
    rest = rest_of(session)
    assert (rest.titles, rest.copies, rest.came_in, rest.kept) == (2, 5, 1, 1)
    apply(session, zero_rest=True)
    new = Offer.objects.filter(shop=shop, condition="new")
    assert {o.ean: o.on_hand for o in new} == {ean(1): 3, ean(2): 1, ean(3): 0, ean(8): 2}
    assert late.offer.on_hand == 2
    assert Offer.objects.get(condition="VG+").on_hand == 1


def test_a_whole_shop_may_leave_the_rest_alone_and_a_shelf_must(shop, shelf) -> None:
    session = begin(shop, whole=True)
    scan(session, ean(1), 2)
    apply(session)
    assert left(shop) == [2, 3, 3]
    with pytest.raises(Invalid) as refusal:
        begin_applying(session=begin(shop), zero_rest=True, actor=SYSTEM)
    assert refusal.value.code == "not_whole"


def test_applying_is_taken_up_again_and_twice_is_once(shop, shelf, monkeypatch) -> None:
    session = begin(shop, whole=True)
    scan(session, ean(1), 2)
    begin_applying(session=session, zero_rest=True, actor=SYSTEM)
    assert apply_some(session.pk, step=1) == 2
    with monkeypatch.context() as broken:
        broken.setattr(steps.StockMovement.objects, "bulk_create", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply_some(session.pk, step=1)
    begin_applying(session=session, zero_rest=True, actor=SYSTEM)
    while apply_some(session.pk, step=1):
        pass
    assert apply_some(session.pk) == 0
    assert left(shop) == [2, 0, 0]
    assert StockMovement.objects.filter(reason=Reason.COUNTED).count() == 3


@pytest.mark.parametrize(("told", "then"), [(3, 1), (2, 1), (1, 1), (0, 0)])
def test_a_till_that_told_since_is_believed_but_for_what_was_missing(shop, shelf, told, then):
    """Counted 1 of 3. The till's own sales explain as much as it then says less."""
    session = begin(shop)
    scan(session, ean(1), minutes_ago=10)
    tell(shop, told)
    apply(session)
    assert left(shop)[0] == then
    tell(shop, told)
    assert left(shop)[0] == then


def test_a_till_that_told_since_keeps_what_it_has_more(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1), 5, minutes_ago=10)
    tell(shop, 3)
    apply(session)
    assert left(shop)[0] == 3


def test_a_closed_count_takes_no_scan_and_a_given_up_one_changes_nothing(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1))
    discard_count(session=session, actor=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        take_scans(session=session, scans=[Scan("x", ean(1))], actor=SYSTEM)
    assert refusal.value.code == "count_closed"
    with pytest.raises(Conflict):
        begin_applying(session=session, zero_rest=False, actor=SYSTEM)
    assert apply_some(session.pk) == 0
    assert left(shop) == [3, 3, 3]


def test_another_shops_count_is_not_there(shop, shelf) -> None:
    session = begin(shop)
    stranger = Actor.user(make_staff(make_shop()).pk)
    for verb in (
        lambda: take_scans(session=session, scans=[], actor=stranger),
        lambda: discard_count(session=session, actor=stranger),
        lambda: begin_applying(session=session, zero_rest=False, actor=stranger),
        lambda: start_count(shop=shop, name="x", whole=False, actor=stranger),
        lambda: list(corrections_of(shop, stranger)),
        lambda: tick_off(shop=shop, offer_id=shelf[0].pk, newest=10**9, actor=stranger),
    ):
        with pytest.raises(NotFound):
            verb()


def test_what_the_till_must_be_corrected_for(shop, shelf) -> None:
    session = begin(shop)
    scan(session, ean(1))
    scan(session, ean(2), 4)
    scan(session, ean(3), 3)
    apply(session)
    found = {each.ean: each for each in corrections_of(shop, SYSTEM)}
    assert {code: each.delta for code, each in found.items()} == {ean(1): -2, ean(2): 1}
    first = found[ean(1)]
    with transaction.atomic():
        hold({first.offer_id: 1})
        write_off({first.offer_id: 1}, actor=SYSTEM, at=timezone.now())
    assert tick_off(shop=shop, offer_id=first.offer_id, newest=first.newest, actor=SYSTEM) == 1
    assert tick_off(shop=shop, offer_id=first.offer_id, newest=first.newest, actor=SYSTEM) == 0
    assert {each.ean: each.delta for each in corrections_of(shop, SYSTEM)} == {
        ean(1): -1,
        ean(2): 1,
    }
    other = make_shop()
    second = found[ean(2)]
    assert not tick_off(shop=other, offer_id=second.offer_id, newest=second.newest, actor=SYSTEM)


def test_reading_a_count_asks_little_whatever_its_size(shop, shelf, django_assert_num_queries):
    session = begin(shop, whole=True)
    scan(session, ean(1), 2)
    with django_assert_num_queries(3):
        operations.differences(session)
        operations.rest_of(session)
