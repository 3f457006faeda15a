"""The slots of a shop in a form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from comptoir.core.words import clock, dated
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.slots import Slot
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.site.basket import Part


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


def days_of_slots(
    shop: Shop, now: datetime, chosen: datetime | None = None
) -> list[DayOfSlots] | None:
    """Return the slots of a shop by day, None where its doors are open, or nobody may reserve."""
    door = directory().door(shop.pk, now)
    if door is None or not door.by_slots:
        return None
    zone = ZoneInfo(shop.time_zone)
    found = free_slots(shop, now)
    if chosen is None:
        chosen = next((slot.start for slot, free in found if free), None)
    today = now.astimezone(zone).date()
    days = groupby(found, key=lambda each: each[0].start.astimezone(zone).date())
    return [DayOfSlots(dated(day, today), _choices(each, zone, chosen)) for day, each in days]


def _choices(
    found: Iterable[tuple[Slot, int]], zone: ZoneInfo, chosen: datetime | None
) -> list[Choice]:
    return [
        Choice(
            slot.start.isoformat(),
            f"{clock(slot.start, zone)} – {clock(slot.end, zone)}",
            not free and slot.start != chosen,
            slot.start == chosen,
        )
        for slot, free in found
    ]


def read_slot(text: str) -> datetime | None:
    """Return the beginning of a slot as a form sends it, None for anything else."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def slots_field(part: Part, chosen: datetime | None, name: str = "slot") -> SafeString | None:
    """Return the field by which a form asks for a slot of a shop; None where none is needed."""
    days = days_of_slots(part.at.shop, timezone.now(), chosen)
    if days is None:
        return None
    return render_to_string("site/parts/slots.html", {"slots": days, "name": name})
