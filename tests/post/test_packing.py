"""Parcels: what is fetched, packed and handed over, and never more than was ordered."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import READER
from comptoir.core.errors import Conflict, DomainError
from comptoir.notifications.models import Message
from comptoir.orders.models import LineStatus, Order, OrderStatus
from comptoir.orders.operations import status
from comptoir.orders.operations.postal import keep_back
from comptoir.post import operations
from comptoir.post.errors import NothingToFetch, NotToPost, TooMany
from comptoir.post.models import Fetched, Parcel, ParcelLine
from comptoir.post.operations import contents, steps
from comptoir.post.prints import leaves_the_union, row_of
from comptoir.post.reads import days_post, parcels_of, pick_list
from tests.concurrency.together import overtake, stopped_at, together
from tests.factories import make_offer, make_product, make_shop, staff_of
from tests.post.world import make_posted, packed
from tests.trials import seeds


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def actor(shop):
    return staff_of(shop)


def offer_of(shop, on_hand=5, **product):
    return make_offer(shop=shop, product=make_product(**product), on_hand=on_hand)


def test_only_what_is_paid_for_is_to_be_posted(shop, actor):
    offer = offer_of(shop)
    unpaid = make_posted((offer, 1), paid=False)
    paid = make_posted((offer, 2), email="other@example.org")
    day = days_post(shop=shop, actor=actor)
    assert [each.order for each in day.orders] == [paid]
    with pytest.raises(NotToPost):
        operations.pack(order_id=unpaid.pk, actor=actor)


def test_the_pick_list_goes_by_section_and_author(shop, actor):
    books = [offer_of(shop, title=t, byline=b) for t, b in (("B", "Zola"), ("A", "Hugo"))]
    record = offer_of(shop, title="Kind of Blue", kind="record", format="lp", byline="Davis")
    make_posted((record, 1), (books[0], 1), (books[1], 1))
    listed = [
        (part.section, [each.line.title for _order, each in part.rows])
        for part in pick_list(days_post(shop=shop, actor=actor))
    ]
    assert listed == [("books", ["A", "B"]), ("vinyl", ["Kind of Blue"])]


def test_copies_of_one_title_stand_together_on_the_pick_list(shop, actor):
    same = {"title": "Carmen", "byline": "Mérimée"}
    one, other = offer_of(shop, **same), offer_of(shop, **same)
    used = make_offer(shop=shop, product=one.product, condition="VG", on_hand=1)
    make_posted((used, 1), (other, 1))
    make_posted((one, 1), email="other@example.org")
    ((_books, rows),) = [
        (part.section, part.rows) for part in pick_list(days_post(shop=shop, actor=actor))
    ]
    assert [each.line.offer_id for _order, each in rows] == [one.pk, used.pk, other.pk]


def test_scans_go_to_the_oldest_order_and_prepare_it(shop, actor):
    offer, other = offer_of(shop), offer_of(shop)
    first = make_posted((offer, 1), (other, 1))
    second = make_posted((offer, 1), email="other@example.org")
    assert operations.fetch(shop=shop, text=offer.ean, actor=actor).order == first
    assert operations.fetch(shop=shop, text=offer.ean, actor=actor).order == second
    second.refresh_from_db()
    assert second.status == OrderStatus.PREPARED
    first.refresh_from_db()
    assert first.status == OrderStatus.PLACED
    with pytest.raises(NothingToFetch):
        operations.fetch(shop=shop, text=offer.ean, actor=actor)
    operations.fetch(shop=shop, text=other.ean, actor=actor)
    first.refresh_from_db()
    assert first.status == OrderStatus.PREPARED


def test_one_of_three_missing_leaves_two_to_be_posted(shop, actor):
    order = make_posted((offer_of(shop), 3))
    line = order.lines.get()
    operations.tick(line_id=line.pk, quantity=2, actor=actor)
    with pytest.raises(TooMany):
        operations.miss(line_id=line.pk, quantity=2, actor=actor)
    operations.miss(line_id=line.pk, quantity=1, actor=actor)
    order.refresh_from_db()
    assert order.status == OrderStatus.PREPARED
    parcel = operations.pack(order_id=order.pk, actor=actor)
    assert [each.quantity for each in parcel.contents.all()] == [2]


def test_parts_sent_apart_and_what_is_left_stays_prepared(shop, actor):
    order = make_posted((offer_of(shop), 3))
    line = order.lines.get()
    first = operations.pack(order_id=order.pk, copies={line.pk: 1}, actor=actor)
    operations.hand_over(parcel_id=first.pk, actor=actor)
    order.refresh_from_db()
    assert order.status != OrderStatus.SHIPPED
    rest = operations.pack(order_id=order.pk, actor=actor)
    assert packed(line) == 3
    with pytest.raises(DomainError):
        operations.pack(order_id=order.pk, actor=actor)
    operations.hand_over(parcel_id=rest.pk, actor=actor)
    assert operations.hand_over(parcel_id=rest.pk, actor=actor).handed_at
    order.refresh_from_db()
    line.refresh_from_db()
    assert (order.status, line.status) == (OrderStatus.SHIPPED, LineStatus.SENT)
    assert Message.objects.filter(template="parcel_left").count() == 2
    assert order.postage.cents == 300
    with pytest.raises(Conflict):
        operations.unpack(parcel_id=rest.pk, actor=actor)


def test_there_once_the_last_parcel_is(shop, actor):
    order = make_posted((offer_of(shop), 2))
    line = order.lines.get()
    parcels = [
        operations.pack(order_id=order.pk, copies={line.pk: 1}, actor=actor) for _each in "ab"
    ]
    with pytest.raises(Conflict):
        operations.deliver(parcel_id=parcels[0].pk, actor=actor)
    for parcel in parcels:
        operations.hand_over(parcel_id=parcel.pk, actor=actor)
    operations.receive(token=order.token, parcel_id=parcels[0].pk, actor=READER)
    order.refresh_from_db()
    assert order.status == OrderStatus.SHIPPED
    operations.deliver(parcel_id=parcels[1].pk, actor=actor)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
    kinds = [step.kind for step in parcels[0].steps.all()]
    assert kinds == ["packed", "handed", "delivered"]
    assert parcels[0].steps.last().actor_kind == "reader"


def test_a_parcel_is_taken_apart_and_packed_anew(shop, actor):
    order = make_posted((offer_of(shop), 2))
    line = order.lines.get()
    for _copy in range(2):
        assert operations.put_in(order_id=order.pk, text=line.product.ean, actor=actor) == line
    assert packed(line) == 2
    operations.unpack(parcel_id=Parcel.objects.get().pk, actor=actor)
    assert (packed(line), Parcel.objects.count()) == (0, 0)
    assert Fetched.objects.get().quantity == 2


def walk(shop, actor, seed):
    """Do forty things to an order at random, and look after each that nothing is too much."""
    chance = random.Random(seed)
    order = make_posted((offer_of(shop), 3), (offer_of(shop), 2), (offer_of(shop), 1))
    lines = list(order.lines.all())
    for _step in range(40):
        line = chance.choice(lines)
        parcels = list(Parcel.objects.filter(order=order)) or [Parcel(pk=0)]
        parcel = chance.choice(parcels).pk
        number = chance.randint(0, 3)
        try:
            do(chance.randrange(8), order, line, parcel, number, actor)
        except DomainError:
            continue
        look(order)


def do(which, order, line, parcel, number, actor):
    """Do one of eight things to an order."""
    at = {"parcel_id": parcel, "actor": actor}
    of = {"order_id": order.pk, "actor": actor}
    on = {"line_id": line.pk, "quantity": number, "actor": actor}
    match which:
        case 0:
            operations.pack(copies={line.pk: number}, **of)
        case 1:
            operations.pack(copies={line.pk: number}, parcel_id=parcel, **of)
        case 2:
            operations.put_in(text=line.product.ean, **of)
        case 3:
            operations.tick(**on)
        case 4:
            operations.miss(**on)
        case 5:
            operations.unpack(**at)
        case 6:
            operations.hand_over(**at)
        case 7:
            operations.deliver(**at)


def look(order):
    for line in Order.objects.get(pk=order.pk).lines.all():
        gone = sum(each.quantity for each in line.portions.filter(fate="not_found"))
        assert packed(line) + gone <= line.quantity
        here = ParcelLine.objects.filter(line=line, parcel__handed_at=None)
        assert sum(each.quantity for each in here) <= line.held
        fetched = Fetched.objects.filter(line=line).first()
        assert fetched is None or packed(line) <= fetched.quantity <= line.quantity - gone


@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(4))
def test_whatever_is_done_in_whatever_order(shop, actor, seed):
    walk(shop, actor, seed)


def two_pack(order, actor):
    with stopped_at(contents, "_put") as stop:
        raised, _waited = overtake(
            stop,
            lambda: operations.pack(order_id=order.pk, actor=actor),
            lambda: operations.pack(order_id=order.pk, actor=actor),
        )
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_who_pack_at_once_put_in_no_more_than_there_is():
    shop = make_shop()
    order = make_posted((offer_of(shop), 3))
    raised = two_pack(order, staff_of(shop))
    assert [error.code for error in raised] == ["empty_parcel"]
    assert packed(order.lines.get()) == 3


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_they_put_in_twice_as_much(monkeypatch):
    shop = make_shop()
    order = make_posted((offer_of(shop), 3))
    actor = staff_of(shop)

    def unlocked(actor, **which):
        return Order.objects.visible_to(actor).select_related("shop").get(**which)

    assert steps.lock_served is status.lock_served
    monkeypatch.setattr(steps, "lock_served", unlocked)
    assert two_pack(order, actor) == []
    assert packed(order.lines.get()) == 6


@pytest.mark.django_db(transaction=True)
def test_many_scanners_fetch_each_copy_once():
    shop = make_shop()
    offer = offer_of(shop, on_hand=6)
    for n in range(3):
        make_posted((offer, 2), email=f"r{n}@example.org")
    actor = staff_of(shop)

    def scan():
        operations.fetch(shop=shop, text=offer.ean, actor=actor)

    raised = together(*[scan] * 8)
    assert [type(error) for error in raised] == [NothingToFetch] * 2
    assert sorted(Fetched.objects.values_list("quantity", flat=True)) == [2, 2, 2]


@pytest.mark.parametrize("kept_back", [True, False])
def test_there_once_the_rest_of_what_arrived_is_missed_or_kept_back(shop, actor, kept_back):
    order = make_posted((offer_of(shop), 2))
    line = order.lines.get()
    parcel = operations.pack(order_id=order.pk, copies={line.pk: 1}, actor=actor)
    operations.hand_over(parcel_id=parcel.pk, actor=actor)
    operations.deliver(parcel_id=parcel.pk, actor=actor)
    (keep_back if kept_back else operations.miss)(line_id=line.pk, quantity=1, actor=actor)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED


def test_a_country_without_postcodes_has_its_customs_until_the_address_is_erased(shop):
    order = make_posted((offer_of(shop), 1), country="HK", postcode="")
    assert leaves_the_union(order)
    order.address.erased_at = order.placed_at
    assert not leaves_the_union(order)


def test_papers_of_many_parcels_cost_as_many_queries_as_those_of_two(shop, actor):
    keys = []
    for number in range(4):
        order = make_posted((offer_of(shop), 2), email=f"r{number}@example.org", country="CH")
        keys += [operations.pack(order_id=order.pk, actor=actor).pk]

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            for parcel in parcels_of(shop=shop, keys=some, actor=actor):
                row_of(parcel)
        return len(captured)

    assert queries(keys[:2]) == queries(keys)
