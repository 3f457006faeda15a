"""Closed doors by themselves: which hold, the slots of a week on the clock, and what is said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import DomainError
from comptoir.shops import memory
from comptoir.shops.doors.models import DoorsMode, DoorSpan
from comptoir.shops.doors.phrases import in_short, sentences
from comptoir.shops.doors.rules import Door, door_at
from comptoir.shops.doors.slots import slots_of
from comptoir.shops.models import Closure, Membership
from comptoir.shops.operations import DoorsRequest, write_week
from comptoir.shops.operations.doors import shut_doors, unbar_doors
from tests.factories import ALWAYS_OPEN, make_network, make_shop

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2099, 3, 2, 7, 0, tzinfo=UTC)  # 8:00 in Paris
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOTS, NO_HOLDS = DoorsMode.SLOTS, DoorsMode.NO_HOLDS


def door(mode=SLOTS, begins=MONDAY, ends=None, **fields):
    return Door(1, mode, begins, ends, **fields)


def test_from_monday_eight_on_and_until_its_end_alone():
    doors = [door(ends=MONDAY + DAY)]
    assert door_at(doors, MONDAY - timedelta(minutes=1)) is None
    assert door_at(doors, MONDAY) is not None
    assert door_at(doors, MONDAY + DAY - timedelta(minutes=1)) is not None
    assert door_at(doors, MONDAY + DAY) is None


def test_the_stricter_is_shown_with_the_end_of_all_that_hold_on_end():
    first = door(NO_HOLDS, ends=MONDAY + DAY)
    second = door(SLOTS, begins=MONDAY + HOUR, ends=MONDAY + 3 * DAY)
    both = [second, first]
    assert door_at(both, MONDAY + HOUR).mode == NO_HOLDS
    assert door_at(both, MONDAY + HOUR).ends == MONDAY + 3 * DAY
    assert door_at(both, MONDAY + 2 * DAY).mode == SLOTS
    assert door_at([*both, door(SLOTS)], MONDAY + HOUR).ends is None


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        # In March Paris has no 2 o'clock, in October it has two; otherwise a night has five hours.
        (date(2099, 3, 29), 4),
        (date(2099, 10, 25), 6),
        (date(2099, 10, 26), 5),
    ],
)
def test_where_clocks_change_a_night_has_an_hour_of_slots_more_or_less(day, hours):
    shop = make_shop(opening_hours=ALWAYS_OPEN)
    week = [DoorSpan(weekday=day.weekday(), opens=0, closes=300, every=30, places=1)]
    now = datetime.combine(day, datetime.min.time(), PARIS).astimezone(UTC) - HOUR
    found = slots_of(shop, week, [door(begins=now)], now)
    of_day = [slot for slot in found if slot.start.astimezone(PARIS).date() == day]
    assert len(of_day) == 2 * hours
    assert all(slot.end - slot.start == timedelta(minutes=30) for slot in of_day)


def test_slots_are_of_opening_hours_and_of_no_day_on_which_the_shop_is_shut():
    shop = make_shop(time_zone="Indian/Reunion", postcode="97400")
    Closure.objects.create(shop=shop, first_day=date(2099, 3, 4), last_day=date(2099, 3, 4))
    found = slots_of(shop, (), [door(ends=MONDAY + 4 * DAY)], MONDAY)
    zone = ZoneInfo("Indian/Reunion")
    days = {slot.start.astimezone(zone).date().day for slot in found}
    # Tuesday and Thursday: it is shut on Monday and Wednesday; and on Friday the doors are open
    # again from 11:00 on its clock on: what is left of it is one hour.
    assert days == {3, 5, 6}
    assert len([slot for slot in found if slot.start.astimezone(zone).day == 6]) == 4
    assert found[0].start.astimezone(zone).hour == 10
    assert slots_of(shop, (), [door(NO_HOLDS)], MONDAY) == []
    assert slots_of(shop, (), [], MONDAY) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": 600, "closes": 600},
        {"every": 4},
        {"every": 90},
        {"places": 0},
        {"places": 51},
        {"weekday": 7},
    ],
)
def test_a_week_that_cannot_be_is_refused_and_the_old_one_stays(wrong):
    shop = make_shop()
    right = {"weekday": 0, "opens": 600, "closes": 660, "every": 15, "places": 2}
    write_week(shop=shop, spans=[DoorSpan(**right)], actor=SYSTEM)
    with pytest.raises(DomainError) as refused:
        write_week(shop=shop, spans=[DoorSpan(**(right | wrong))], actor=SYSTEM)
    assert refused.value.code == "bad_week"
    with pytest.raises(DomainError):
        write_week(shop=shop, spans=[DoorSpan(**right), DoorSpan(**right)], actor=SYSTEM)
    assert shop.door_spans.count() == 1


def test_a_networks_switch_is_seen_by_who_keeps_the_directory_and_leaves_its_shops(
    monkeypatch, shops_are_kept, django_assert_num_queries
):
    shop, other = make_shop(opening_hours=ALWAYS_OPEN), make_shop()
    network = make_network(name="Les Libraires")
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    kept = memory.directory()
    request = DoorsRequest(mode=NO_HOLDS, text="Grève")
    closing = shut_doors(of=network, request=request, actor=SYSTEM, now=MONDAY)
    # The control: within its second a process shows what it has.
    assert memory.directory() is kept
    monkeypatch.setattr(memory, "KEPT_SECONDS", 0.0)
    seen = memory.directory()
    assert seen.door(shop.pk, MONDAY)[1:] == (NO_HOLDS, MONDAY, None, "Grève", "Les Libraires")
    assert seen.door(other.pk, MONDAY) is None
    # The shops themselves are not read again: none of their rows has changed.
    assert [each is kept.shops[each.pk] for each in seen.public] == [True, True]
    state = seen.state(shop.pk, MONDAY)
    assert (state.is_open, state.opens_at, state.door.network) == (False, None, "Les Libraires")
    assert shop.pk not in seen.open_at(MONDAY)
    unbar_doors(doors=closing, actor=SYSTEM, now=MONDAY)
    opened = memory.directory()
    assert opened.state(shop.pk, MONDAY).is_open
    assert shop.pk in opened.open_at(MONDAY)


def test_a_second_tap_closes_nothing_twice_and_one_opens():
    shop = make_shop()
    request = DoorsRequest(mode=SLOTS)

    def tap(now):
        return shut_doors(of=shop, request=request, actor=SYSTEM, now=now)

    first = tap(MONDAY + timedelta(seconds=59))
    assert tap(MONDAY + timedelta(seconds=61)) == first
    unbar_doors(doors=first, actor=SYSTEM, now=MONDAY + HOUR)
    assert not memory.directory().doors(shop.pk)
    assert tap(MONDAY + timedelta(seconds=62)) != first


def test_what_is_said_in_both_languages():
    until = datetime(2099, 3, 21, 7, 0, tzinfo=UTC)
    with translation.override("fr"):
        assert "jusqu’à nouvel ordre" in sentences(door(), PARIS, MONDAY)
        told = " ".join(in_short(door(ends=until), PARIS, MONDAY).split())
        assert told == "porte close jusqu’au samedi 21 mars à 8 h, retrait à la porte"
    with translation.override("en"):
        assert in_short(door(NO_HOLDS), PARIS, MONDAY) == (
            "doors closed until further notice, no reservations"
        )
