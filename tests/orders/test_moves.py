"""What may be done to an order, by whom, and what it does to the copies."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import NotFound
from comptoir.notifications.models import Message
from comptoir.orders import checks, operations
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import LineStatus, OrderStatus
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.shops.memory import directory
from comptoir.stock.models import StockMovement
from tests.factories import confirm_by_mail, make_offer, make_shop, make_staff, request_for

pytestmark = pytest.mark.django_db


def numbers(offer):
    offer.refresh_from_db()
    return offer.on_hand, offer.held, offer.short


def test_set_aside_then_collected(order, offer, staff):
    operations.set_aside(order_id=order.pk, actor=staff.actor)
    assert numbers(offer) == (2, 1, 0)
    collected = operations.collect(order_id=order.pk, actor=staff.actor)
    assert collected.status == OrderStatus.COLLECTED
    assert collected.ended_at is not None
    assert numbers(offer) == (1, 0, 0)
    movement = StockMovement.objects.get(offer=offer, reason="collected")
    assert (movement.delta, movement.actor_kind, movement.actor_id) == (-1, "user", staff.pk)
    assert [event.kind for event in order.events.all()] == ["placed", "set_aside", "collected"]
    assert list(checks.problems()) == []


def test_done_twice_is_done_once(order, offer, staff):
    for verb in (operations.set_aside, operations.collect):
        verb(order_id=order.pk, actor=staff.actor)
        verb(order_id=order.pk, actor=staff.actor)
    assert numbers(offer) == (1, 0, 0)
    assert order.events.count() == 3
    assert Message.objects.filter(template="order_ready").count() == 1


def test_another_shops_order_does_not_exist(order):
    stranger = make_staff(make_shop())
    for verb in (operations.set_aside, operations.collect, operations.cancel):
        with pytest.raises(NotFound):
            verb(order_id=order.pk, actor=stranger.actor)
    with pytest.raises(NotFound):
        operations.mark_not_found(line_id=order.lines.get().pk, actor=stranger.actor)
    with pytest.raises(NotFound):
        operations.set_aside(order_id=order.pk, actor=READER)


def test_not_on_the_shelf_corrects_the_ledger_and_tells_the_reader(order, offer, staff):
    line = order.lines.get()
    ended = operations.mark_not_found(line_id=line.pk, actor=staff.actor)
    assert ended.status == OrderStatus.NOT_FOUND
    assert numbers(offer) == (1, 0, 0)
    assert StockMovement.objects.get(offer=offer, reason="not_found").delta == -1
    mail = Message.objects.get(template="order_not_found")
    assert mail.context["line"] == line.pk
    assert list(checks.problems()) == []


def test_one_missing_title_does_not_end_the_others(shop, offer, staff):
    other = make_offer(shop=shop)
    order = place(request_for(offer, other, trusted=True))
    line = order.lines.get(offer=other)
    after = operations.mark_not_found(line_id=line.pk, actor=staff.actor)
    assert after.status == OrderStatus.PLACED
    operations.collect(order_id=order.pk, actor=staff.actor)
    assert numbers(other) == (0, 0, 0)
    assert numbers(offer) == (1, 0, 0)
    line.refresh_from_db()
    assert line.status == LineStatus.NOT_FOUND


def test_cancelled_copies_are_for_others_again(order, offer):
    operations.cancel(token=order.token, actor=READER)
    operations.cancel(token=order.token, actor=READER)
    assert numbers(offer) == (2, 0, 0)
    assert order.events.count() == 2


def test_the_shops_tap_confirms_a_phone_order(offer, staff):
    order = place(request_for(offer, customer=Customer("Ana", phone="0549000000")))
    assert operations.set_aside(order_id=order.pk, actor=staff.actor).status == "set_aside"


def test_a_copy_the_till_had_already_sold_is_not_counted_down_twice(order, offer, staff):
    offer.refresh_from_db()
    offer.on_hand, offer.short = 0, 1
    offer.save()
    StockMovement.objects.create(
        offer=offer,
        delta=-2,
        reason="told",
        happened_at=order.placed_at,
        actor_kind="feed",
    )
    operations.collect(order_id=order.pk, actor=staff.actor)
    assert numbers(offer) == (0, 0, 0)
    assert not StockMovement.objects.filter(reason="collected").exists()


S = OrderStatus
POSTED = {S.PREPARED, S.SHIPPED, S.DELIVERED}
VERBS = {
    "confirm": confirm_by_mail,
    "set aside": lambda order: operations.set_aside(order_id=order.pk, actor=SYSTEM),
    "collect": lambda order: operations.collect(order_id=order.pk, actor=SYSTEM),
    "not found": lambda order: operations.mark_not_found(
        line_id=order.lines.get().pk, actor=SYSTEM
    ),
    "cancel": lambda order: operations.cancel(order_id=order.pk, actor=SYSTEM),
    "expire": lambda order: operations.expire_due(now=order.placed_at + timedelta(days=60)),
}
MOST_STATEMENTS = {
    "confirm": 11,
    "set aside": 9,
    "collect": 13,
    "not found": 22,
    "cancel": 10,
    "expire": 15,
}
BEGINNINGS = {
    S.UNCONFIRMED: (),
    S.PLACED: ("confirm",),
    S.SET_ASIDE: ("confirm", "set aside"),
    S.COLLECTED: ("confirm", "set aside", "collect"),
    S.NOT_FOUND: ("confirm", "not found"),
    S.CANCELLED: ("cancel",),
    S.EXPIRED: ("expire",),
}
# What each verb makes of an order of each status; where the same status stands, it changes nothing;
# where none stands, it is refused.
OPEN_ENDS = {
    "collect": S.COLLECTED,
    "not found": S.NOT_FOUND,
    "cancel": S.CANCELLED,
    "expire": S.EXPIRED,
}
TABLE = {
    S.UNCONFIRMED: {"confirm": S.PLACED, "set aside": S.SET_ASIDE, **OPEN_ENDS},
    S.PLACED: {"confirm": S.PLACED, "set aside": S.SET_ASIDE, **OPEN_ENDS},
    S.SET_ASIDE: {"confirm": S.SET_ASIDE, "set aside": S.SET_ASIDE, **OPEN_ENDS},
    S.COLLECTED: {"collect": S.COLLECTED, "expire": S.COLLECTED},
    S.NOT_FOUND: {"not found": S.NOT_FOUND, "expire": S.NOT_FOUND},
    S.CANCELLED: {"cancel": S.CANCELLED, "expire": S.CANCELLED},
    S.EXPIRED: {"expire": S.EXPIRED},
}


def test_the_table_speaks_of_every_status():
    assert set(TABLE) == set(BEGINNINGS) == set(OrderStatus) - POSTED


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", BEGINNINGS)
def test_every_verb_on_every_status(offer, status, verb):
    order = place(request_for(offer))
    for step in BEGINNINGS[status]:
        VERBS[step](order)
    order.refresh_from_db()
    assert order.status == status
    events, before = order.events.count(), numbers(offer)
    wanted = TABLE[status].get(verb)
    if wanted is None:
        with pytest.raises(MoveRefused):
            VERBS[verb](order)
    else:
        VERBS[verb](order)
    order.refresh_from_db()
    assert order.status == (wanted or status)
    assert order.events.count() == events + (order.status != status)
    if order.status == status:
        assert numbers(offer) == before
    assert list(checks.problems()) == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_writes_the_row_of_its_order_once(offer, verb, shops_are_kept):
    """Each writing of it writes most of the indexes of orders, too."""
    order = place(request_for(offer))
    directory()
    with CaptureQueriesContext(connection) as asked:
        VERBS[verb](order)
    written = [each["sql"] for each in asked if each["sql"].startswith("UPDATE")]
    assert len([sql for sql in written if "orders_order " in sql.replace('"', "")]) == 1
    assert len(asked) <= MOST_STATEMENTS[verb]
