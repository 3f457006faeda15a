"""Until when copies are kept by a shop whose doors are closed, or will be."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from comptoir.shops import memory
from comptoir.shops.doors.rules import barred, is_open_ended
from comptoir.shops.hours import deadline, week
from comptoir.shops.models import Shop
from comptoir.shops.timetable.clock import instant, minutes


class Kept(NamedTuple):
    """A deadline (UTC). It is `provisional` where it hangs on doors of which nobody knows when they
    open: it is put off for as long as they are closed, and told to nobody as a date."""

    until: datetime
    provisional: bool


def kept_until(shop: Shop, start: datetime, days: int, *, now: datetime | None = None) -> Kept:
    """Return `shops.hours.deadline` as the doors have it that are closed: days on which nobody may
    enter do not count. `now` is when this is asked, the start unless it is given."""
    doors = memory.directory().doors(shop.pk)
    if not doors:
        return Kept(deadline(shop, start, days), False)
    until = deadline(shop, start, days, barred=barred(doors, now or start))
    return Kept(until, is_open_ended(doors, until))


Reckon = Callable[[Shop, datetime, int, datetime], Kept]
"""Returns `kept_until` of a shop, a start, a number of days, asked at a moment."""


def reckon(shop: Shop, start: datetime, days: int, now: datetime) -> Kept:
    """Return `kept_until`, as a `Reckon`."""
    return kept_until(shop, start, days, now=now)


def reckon_once() -> Reckon:
    """Return `reckon` for many orders of one moment: each shop, local day and number of days is
    worked out once."""
    known: dict[tuple[int, date, int], Kept] = {}

    def reckoned(shop: Shop, start: datetime, days: int, now: datetime) -> Kept:
        of = (shop.pk, start.astimezone(ZoneInfo(shop.time_zone)).date(), days)
        if of not in known:
            known[of] = reckon(shop, start, days, now)
        return known[of]

    return reckoned


def slot_deadline(shop: Shop, end: datetime) -> datetime:
    """Return until when copies are kept whose reader comes to a slot: until the shop closes that
    day, for who is five minutes late is served all the same; never before the slot's `end`."""
    zone = ZoneInfo(shop.time_zone)
    day = week(shop, end.astimezone(zone).date(), days=1)[0]
    closings = [
        instant(day.day, minutes(closes), zone) for opens, closes in day.spans if closes > opens
    ]
    return max([end, *closings])
