"""The slots in which a shop hands over at its door: from the week it wrote for that, or else from
its opening hours."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from comptoir.shops.doors.models import DoorSpan
from comptoir.shops.doors.rules import Doors, door_at
from comptoir.shops.models import Shop
from comptoir.shops.timetable.clock import Span, instant, shut_by_holiday, spans_on
from comptoir.shops.timetable.holidays import region_of

DAYS_AHEAD = 14
"""For how many days, today included, slots can be chosen."""
NOTICE = timedelta(minutes=30)
"""How long before a slot begins it can still be chosen: somebody has to fetch the copies."""
EVERY, PLACES = 15, 2
"""The minutes of a slot and its places, where the shop has said nothing."""
_MINUTE = timedelta(minutes=1)


class Slot(NamedTuple):
    """A time at the door, in UTC, and for how many readers."""

    start: datetime
    end: datetime
    places: int


def slots_of(
    shop: Shop, week: Iterable[DoorSpan], doors: Doors, now: datetime, *, notice: timedelta = NOTICE
) -> list[Slot]:
    """Return the slots that can be chosen now, full or not, the earliest first: those in which the
    doors are closed and one collects at them. Reads the shop's closures."""
    zone, spans = ZoneInfo(shop.time_zone), list(week)
    today = now.astimezone(zone).date()
    found: dict[datetime, Slot] = {}
    for ahead in range(DAYS_AHEAD):
        for slot in _on(shop, spans, today + timedelta(days=ahead), zone):
            if slot.start >= now + notice and _is_by_slots(doors, slot):
                found.setdefault(slot.start, slot)
    return [found[start] for start in sorted(found)]


def _is_by_slots(doors: Doors, slot: Slot) -> bool:
    ends = (door_at(doors, slot.start), door_at(doors, slot.end - _MINUTE))
    return all(door is not None and door.by_slots for door in ends)


def _on(shop: Shop, week: list[DoorSpan], day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """Yield the slots of a day: none on one on which the shop is shut."""
    if any(each.first_day <= day <= each.last_day for each in shop.closures.all()):
        return
    region = region_of(shop.postcode)
    if not week:
        for span in spans_on(shop.opening_hours, region, day, zone):
            yield from _cut(span, EVERY, PLACES)
    elif not shut_by_holiday(shop.opening_hours, region, day):
        for each in week:
            if each.weekday == day.weekday():
                # As instants: where the clocks change, the day has an hour of slots more or less.
                opens = instant(day, each.opens, zone)
                closes = instant(day, each.closes, zone, later=True)
                yield from _cut((opens, closes), each.every, each.places)


def _cut(span: Span, every: int, places: int) -> Iterator[Slot]:
    start, length = span[0], timedelta(minutes=every)
    while start + length <= span[1]:
        yield Slot(start, start + length, places)
        start += length
