"""What holds at a moment where several rows close a shop's doors: its own, and its networks'.

The stricter holds: no reservation before slots. What is read here was read with the directory
(`shops.memory`), and begins and ends by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from comptoir.core.db import fetch
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.timetable.clock import Span

FAR = timedelta(days=120)
"""How far ahead a copy is kept at first where nobody knows when doors open: it is put off again."""

# Those that were taken back, or are over, say nothing. One of a network is one of each member.
_IN_FORCE = """
SELECT coalesce(d.shop_id, m.shop_id), d.id, d.mode, d.begins_at, d.ends_at, d.text,
       coalesce(n.name, '')
FROM shops_doors d
LEFT JOIN networks_network n ON n.id = d.network_id
LEFT JOIN shops_membership m ON m.network_id = d.network_id
WHERE d.ended_at IS NULL AND (d.ends_at IS NULL OR d.ends_at > now())
    AND coalesce(d.shop_id, m.shop_id) IS NOT NULL
ORDER BY d.id
"""


class Door(NamedTuple):
    """Closed doors of one shop: from when until when (UTC; None: until further notice), in which
    mode, with whose words; `network` names the network that closed them, "" is the shop itself."""

    key: int
    mode: DoorsMode
    begins: datetime
    ends: datetime | None
    text: str = ""
    network: str = ""

    def holds_at(self, moment: datetime) -> bool:
        """Whether they are closed at a moment."""
        return self.begins <= moment and (self.ends is None or moment < self.ends)

    @property
    def by_slots(self) -> bool:
        """Whether one collects at the door meanwhile."""
        return self.mode == DoorsMode.SLOTS


Doors = Sequence[Door]
NONE: Doors = ()


def read_doors() -> dict[int, tuple[Door, ...]]:
    """Return the doors that are closed now, or will be, by shop. One query."""
    found: dict[int, list[Door]] = {}
    for shop, key, mode, *rest in fetch(_IN_FORCE):
        found.setdefault(shop, []).append(Door(key, DoorsMode(mode), *rest))
    return {shop: tuple(doors) for shop, doors in found.items()}


def door_at(doors: Doors, moment: datetime) -> Door | None:
    """Return the strictest of the doors that are closed at a moment, or None where one may enter.
    It `ends` when one may enter again, whichever rows that hangs on."""
    holding = [door for door in doors if door.holds_at(moment)]
    if not holding:
        return None
    return min(holding, key=lambda door: door.by_slots)._replace(ends=_opens(doors, moment))


def _opens(doors: Doors, moment: datetime) -> datetime | None:
    """Return when one may enter again, if that is known."""
    until = moment
    while holding := [door for door in doors if door.holds_at(until)]:
        if any(door.ends is None for door in holding):
            return None
        until = max(door.ends for door in holding if door.ends)
    return until


def barred(doors: Doors, now: datetime) -> list[Span]:
    """Return when nobody may enter, for the reckoning of deadlines: what has no end lasts `FAR`."""
    far = now + FAR
    return [(door.begins, door.ends or max(far, door.begins + FAR)) for door in doors]


def is_open_ended(doors: Doors, until: datetime) -> bool:
    """Return whether nobody knows if one may enter at a moment that `barred` led to."""
    return any(door.ends is None and door.begins <= until for door in doors)
