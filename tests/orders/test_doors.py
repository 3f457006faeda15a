"""Closed doors: what may be reserved, slots at the door, and the deadlines that follow."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import DomainError
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders import operations
from comptoir.orders.calendar import calendar
from comptoir.orders.doors.models import DoorsRun
from comptoir.orders.errors import DoorsClosed, SlotRefused
from comptoir.orders.mails import facts
from comptoir.orders.models import Order
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.doors.places import free_slots
from comptoir.orders.operations.requests import Customer, check
from comptoir.orders.reads import counter_orders
from comptoir.shops.doors.models import Doors, DoorsMode, DoorSpan
from comptoir.shops.memory import directory
from comptoir.shops.models import Closure, Membership
from comptoir.shops.operations import DoorsRequest, write_week
from tests.factories import (
    ALWAYS_OPEN,
    confirm_by_mail,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    request_for,
    staff_of,
)

pytestmark = pytest.mark.django_db

# Tuesday 3 March 2099, 10:00 in Paris; the shop opens Tuesday to Saturday, 10:00 to 19:00. So far
# ahead no clock of a machine that runs these tests has its closings in the past.
TUESDAY = datetime(2099, 3, 3, 9, 0, tzinfo=UTC)
FRIDAY_CLOSING = datetime(2099, 3, 6, 18, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOTS, NO_HOLDS = DoorsMode.SLOTS, DoorsMode.NO_HOLDS


def close(of, mode=SLOTS, now=TUESDAY, actor=SYSTEM, **fields):
    request = DoorsRequest(mode=mode, **fields)
    return operations.close_doors(of=of, request=request, actor=actor, now=now)


def follow(now=TUESDAY):
    """Do what the jobs that wait would do."""
    for run in DoorsRun.objects.filter(finished_at=None).order_by("pk"):
        operations.follow_doors(run.pk, now=now)


@contextmanager
def refused_as(code):
    with pytest.raises(DomainError) as refused:
        yield
    assert refused.value.code == code


def placed(offer, now=TUESDAY, **fields):
    found = place_batch([check(request_for(offer, **fields))], now=now)[0]
    if isinstance(found, DomainError):
        raise found
    return found


def known(offer, now=TUESDAY, **fields):
    """Place an order of a reader whose address is known."""
    number = Order.objects.count()
    customer = Customer("Camille Ferrand", f"camille{number}@example.org")
    return placed(offer, now, customer=customer, verified=True, **fields)


@pytest.fixture
def many(shop):
    return make_offer(shop=shop, on_hand=40, as_of=TUESDAY)


def test_with_slots_a_reservation_needs_one(shop, many):
    close(shop)
    with pytest.raises(SlotRefused) as refused:
        known(many)
    assert refused.value.code == "slot_needed"
    first = TUESDAY + timedelta(minutes=30)
    assert refused.value.free[0].start == first
    assert refused.value.data["next"][0]["start"] == first.isoformat()
    order = known(many, slot=first)
    assert (order.slot_at, order.slot_until) == (first, first + timedelta(minutes=15))
    # It is kept until the shop closes that day, for whoever is five minutes late.
    assert order.deadline == datetime(2099, 3, 3, 18, 0, tzinfo=UTC)


def test_a_full_slot_says_which_is_free_next_and_comes_free_with_each_end(shop, many):
    close(shop)
    slot = TUESDAY + HOUR
    first, _second = known(many, slot=slot), known(many, slot=slot)
    with pytest.raises(SlotRefused) as refused:
        known(many, slot=slot)
    assert refused.value.code == "slot_full"
    assert slot not in [each.start for each in refused.value.free]
    operations.cancel(token=first.token, actor=SYSTEM)
    third = known(many, slot=slot)
    operations.mark_not_found(line_id=third.lines.get().pk, actor=staff_of(shop))
    assert known(many, slot=slot).slot_at == slot
    with pytest.raises(SlotRefused):
        known(many, slot=slot)


def test_of_one_batch_only_as_many_get_a_slot_as_it_has_places(shop, many):
    close(shop)
    slot = TUESDAY + HOUR
    batch = [
        check(request_for(many, customer=Customer("A B", f"p{n}@example.org"), slot=slot))
        for n in range(5)
    ]
    outcomes = place_batch(batch, now=TUESDAY)
    assert [isinstance(each, Order) for each in outcomes] == [True, True, False, False, False]
    assert {each.code for each in outcomes[2:]} == {"slot_full"}


def test_an_unconfirmed_order_that_holds_nothing_takes_no_place(shop, settings):
    settings.UNVERIFIED_PER_ORDER = 0
    close(shop)
    many, slot = make_offer(shop=shop, on_hand=40, as_of=TUESDAY), TUESDAY + HOUR
    asking = placed(many, slot=slot)
    assert asking.deadline is None
    assert asking.slot_at == slot
    for _each in range(2):
        known(many, slot=slot)
    with pytest.raises(SlotRefused):
        known(many, slot=slot)


def test_no_reservation_while_the_mode_says_so_but_those_of_staff(shop, many):
    close(shop, NO_HOLDS, ends_at=TUESDAY + 3 * DAY)
    with pytest.raises(DoorsClosed) as refused:
        known(many)
    assert refused.value.data["until"] == (TUESDAY + 3 * DAY).isoformat()
    assert shop.name in str(refused.value)
    # Kept past the closing: the three opening days after the doors open on Friday at 10:00.
    assert placed(many, trusted=True).deadline == datetime(2099, 3, 10, 18, 0, tzinfo=UTC)


def test_planned_and_ended_by_itself(shop, many):
    close(shop, NO_HOLDS, begins_at=TUESDAY + DAY, ends_at=TUESDAY + 2 * DAY)
    assert known(many, TUESDAY).slot_at is None
    with pytest.raises(DoorsClosed):
        known(many, TUESDAY + DAY)
    assert known(many, TUESDAY + 2 * DAY).slot_at is None


def test_the_stricter_holds_and_to_end_one_leaves_the_other(shop, many):
    network = make_network()
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    own = close(shop, SLOTS)
    all_of_it = close(network, NO_HOLDS)
    with pytest.raises(DoorsClosed):
        known(many)
    operations.open_doors(doors=all_of_it, actor=SYSTEM, now=TUESDAY)
    with pytest.raises(SlotRefused):
        known(many)
    operations.open_doors(doors=own, actor=SYSTEM, now=TUESDAY)
    assert known(many).slot_at is None


def test_nothing_of_the_shop_is_written(shop, many):
    Closure.objects.create(shop=shop, first_day=TUESDAY, last_day=TUESDAY)
    before = type(shop).objects.filter(pk=shop.pk).values().get()
    closing = close(shop)
    operations.open_doors(doors=closing, actor=SYSTEM, now=TUESDAY)
    assert type(shop).objects.filter(pk=shop.pk).values().get() == before
    assert shop.closures.count() == 1
    assert not directory().doors(shop.pk)
    deeds = AuditEntry.objects.filter(shop_id=shop.pk).order_by("pk")
    assert [each.deed for each in deeds] == ["doors_closed", "doors_opened"]


def test_deadlines_wait_and_come_back_never_shorter(shop, many):
    order = known(many)
    assert order.deadline == FRIDAY_CLOSING
    closing = close(shop, NO_HOLDS, now=TUESDAY + HOUR)
    follow(TUESDAY + HOUR)
    order.refresh_from_db()
    assert order.promised_until == FRIDAY_CLOSING
    # Weeks later it is still kept: nobody could come.
    weeks = TUESDAY + 30 * DAY
    assert operations.expire_due(now=weeks) == 0
    operations.open_doors(doors=closing, actor=SYSTEM, now=weeks)
    follow(weeks)
    order.refresh_from_db()
    # Thursday 2 April: Friday, Saturday, Tuesday at 19:00.
    assert (order.promised_until, order.deadline) == (None, datetime(2099, 4, 7, 17, tzinfo=UTC))
    told = Message.objects.filter(template="order_doors")
    assert told.count() == 2
    run = DoorsRun.objects.latest("pk")
    assert (run.total, run.done, run.percent) == (1, 1, 100)


def test_opened_at_once_it_is_kept_as_was_promised(shop, many):
    order = known(many)
    closing = close(shop, NO_HOLDS)
    follow()
    operations.open_doors(doors=closing, actor=SYSTEM, now=TUESDAY + HOUR)
    follow(TUESDAY + HOUR)
    order.refresh_from_db()
    assert order.deadline == FRIDAY_CLOSING


def test_a_slot_goes_where_doors_open_and_its_copies_stay(shop, many):
    closing = close(shop)
    order = known(many, slot=TUESDAY + HOUR)
    operations.open_doors(doors=closing, actor=SYSTEM, now=TUESDAY)
    follow()
    order.refresh_from_db()
    assert (order.slot_at, order.deadline) == (None, FRIDAY_CLOSING)


def test_a_slot_goes_where_nobody_may_reserve_any_more(shop, many):
    close(shop)
    order = known(many, slot=TUESDAY + HOUR)
    close(shop, NO_HOLDS)
    follow()
    order.refresh_from_db()
    assert order.slot_at is None
    assert order.promised_until is not None


def test_a_slot_is_moved_by_its_reader_and_by_the_shop(shop, many):
    close(shop)
    order = known(many, slot=TUESDAY + HOUR)
    tomorrow = TUESDAY + DAY + HOUR
    choose = {"now": TUESDAY, "slot": tomorrow}
    moved = operations.choose_slot(token=order.token, actor=SYSTEM, **choose)
    assert moved.deadline == datetime(2099, 3, 4, 18, 0, tzinfo=UTC)
    back = operations.choose_slot(
        order_id=order.pk, slot=TUESDAY + HOUR, actor=staff_of(shop), now=TUESDAY
    )
    # Copies that were promised until tomorrow stay so.
    assert (back.slot_at, back.deadline) == (TUESDAY + HOUR, moved.deadline)
    assert Message.objects.filter(template="order_slot").count() == 2
    other = make_staff(make_shop()).actor
    with refused_as("no_such_order"):
        operations.choose_slot(order_id=order.pk, actor=other, **choose)
    operations.cancel(token=order.token, actor=SYSTEM)
    with refused_as("order_over"):
        operations.choose_slot(token=order.token, actor=SYSTEM, **choose)


def test_a_reader_moves_a_slot_so_often_and_no_more(shop, many):
    close(shop)
    order = known(many, slot=TUESDAY + HOUR)
    for hours in range(2, 7):
        slot = TUESDAY + hours * HOUR
        operations.choose_slot(token=order.token, actor=SYSTEM, slot=slot, now=TUESDAY)
    with refused_as("too_many_slots"):
        operations.choose_slot(token=order.token, actor=SYSTEM, slot=TUESDAY + HOUR, now=TUESDAY)


def test_who_reserved_before_chooses_a_slot_afterwards(shop, many):
    order = known(many)
    close(shop)
    follow()
    slot = TUESDAY + HOUR
    found = operations.choose_slot(token=order.token, actor=SYSTEM, slot=slot, now=TUESDAY)
    # Kept until Friday, as was promised; the slot is sooner.
    assert (found.slot_at, found.deadline, found.promised_until) == (slot, FRIDAY_CLOSING, None)


def test_the_shops_own_week_makes_the_slots(shop, many):
    actor = staff_of(shop)
    span = DoorSpan(weekday=1, opens=15 * 60, closes=16 * 60, every=20, places=1)
    write_week(shop=shop, spans=[span], actor=actor)
    close(shop)
    slot = datetime(2099, 3, 3, 14, 20, tzinfo=UTC)
    assert known(many, slot=slot).slot_until == slot + timedelta(minutes=20)
    with pytest.raises(SlotRefused) as refused:
        known(many, slot=slot)
    assert [each.start.hour for each in refused.value.free] == [14, 14, 14, 14, 14]
    assert refused.value.free[2].start == datetime(2099, 3, 10, 14, 0, tzinfo=UTC)


def test_what_is_wrong_is_said(shop):
    for fields, code in (
        ({"ends_at": TUESDAY - HOUR}, "bad_ends_at"),
        ({"ends_at": TUESDAY + 400 * DAY}, "bad_ends_at"),
        ({"begins_at": TUESDAY + 400 * DAY}, "bad_begins_at"),
        ({"text": "x" * 201}, "bad_text"),
    ):
        with refused_as(code):
            close(shop, **fields)
    assert not Doors.objects.exists()


def test_a_closing_with_an_end_moves_deadlines_at_once_and_tells_once(shop, many):
    order = known(many)
    close(shop, NO_HOLDS, begins_at=TUESDAY + 12 * HOUR, ends_at=TUESDAY + 2 * DAY + 12 * HOUR)
    follow()
    follow()
    order.refresh_from_db()
    # Wednesday and Thursday do not count: Friday, Saturday, Tuesday.
    tuesday = datetime(2099, 3, 10, 18, 0, tzinfo=UTC)
    assert (order.deadline, order.promised_until) == (tuesday, None)
    assert Message.objects.filter(template="order_doors").count() == 1
    (event,) = order.events.filter(kind="deadline_moved")
    assert event.data["deadline"]["before"] == FRIDAY_CLOSING.isoformat()


def test_reminder_calendar_and_board_name_the_slot(shop, many):
    close(shop)
    order = known(many, slot=TUESDAY + DAY + HOUR)
    later = known(many, slot=TUESDAY + DAY)
    actor = staff_of(shop)
    with translation.override("fr"):
        said = facts(order, str, {})
        assert "11\u202fh" in said["slot"].replace("\u00a0", "\u202f")
        (event,) = Calendar.from_ical(calendar(order, url="https://example.org/x")).walk("VEVENT")
        assert event.decoded("DTSTART") == order.slot_at
        assert event.decoded("DTEND") == order.slot_until
    waiting, _ready = counter_orders(shop, actor=actor)
    assert [each.pk for each in waiting] == [later.pk, order.pk]
    Order.objects.filter(pk=order.pk).update(status="set_aside")
    assert operations.remind_due(now=TUESDAY + DAY) == 1
    message = Message.objects.get(template="order_reminder")
    message.language = "fr"
    render(message)
    assert "à la porte" in message.text


def test_who_confirms_after_the_slot_has_filled_has_to_choose_another(settings):
    now = timezone.now()
    shop = make_shop(opening_hours=ALWAYS_OPEN)
    many = make_offer(shop=shop, on_hand=40)
    close(shop, now=now)
    slot = free_slots(shop, now)[4][0].start
    settings.UNVERIFIED_PER_ORDER = 0
    late, early = (
        placed(many, now, slot=slot, customer=Customer("A B", f"{name}@example.org"))
        for name in ("late", "early")
    )
    assert confirm_by_mail(early).slot_at == slot
    known(many, now, slot=slot)
    assert confirm_by_mail(late).slot_at is None
    assert (
        operations.choose_slot(token=late.token, actor=SYSTEM, now=now, slot=slot + HOUR).slot_at
        == slot + HOUR
    )
