"""The slots of a shop in a form: which can be chosen, by day, and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from comptoir.core.text import read_moment, wrong_year
from comptoir.core.words import clock, dated, in_words
from comptoir.shops.doors.slots import Slot
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot as a form shows it: what it sends, and the hour; full ones cannot be chosen."""

    value: str
    label: str
    full: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """The slots of one day, under its name."""

    label: str
    choices: list[Choice]


def days_of(
    found: Iterable[tuple[Slot, int]], shop: Shop, now: datetime, chosen: datetime | None = None
) -> list[DayOfSlots]:
    """Return slots, each with how many places are free, by the days of a shop."""
    zone, found = ZoneInfo(shop.time_zone), list(found)
    if chosen is None:
        chosen = next((slot.start for slot, free in found if free), None)
    today = now.astimezone(zone).date()
    days = groupby(found, key=lambda each: dated(each[0].start.astimezone(zone).date(), today))
    return [DayOfSlots(label, _choices(each, zone, chosen)) for label, each in days]


def _choices(
    found: Iterable[tuple[Slot, int]], zone: ZoneInfo, chosen: datetime | None
) -> list[Choice]:
    return [
        Choice(
            slot.start.isoformat(),
            _named(slot, zone),
            not free and slot.start != chosen,
            slot.start == chosen,
        )
        for slot, free in found
    ]


def _named(slot: Slot, zone: ZoneInfo) -> str:
    """Return a slot's day and hours: a field that is not open shows nothing of its groups. The day
    is short, or a telephone would cut off the hour."""
    day = in_words(slot.start.astimezone(zone), "D j M")
    return f"{day}, {clock(slot.start, zone)} – {clock(slot.end, zone)}"


def read_slot(text: str) -> datetime | None:
    """Return the beginning of a slot as a form sends it, None for anything else."""
    moment = read_moment(text[:40])
    if moment is None or moment.tzinfo is None or wrong_year(moment, "slot"):
        return None
    return moment.astimezone(UTC)
