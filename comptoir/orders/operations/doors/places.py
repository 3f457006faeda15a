"""The places of slots: how many are taken, and one for a reservation that is being placed.

A place is taken by an open order that names the slot; of those that nobody has confirmed, by one
that holds a copy: so they are bounded as copies are (`operations.bounds`). Nothing is counted down
when an order ends. Whoever takes one has the slot's turn first (`turns_of`): two would each count
only the orders before both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comptoir.core.db import fetch
from comptoir.orders.errors import DoorsClosed, SlotRefused
from comptoir.orders.operations.requests import Checked, PlaceRequest
from comptoir.shops.doors.models import DoorSpan
from comptoir.shops.doors.rules import Door
from comptoir.shops.doors.slots import Slot, slots_of
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop

Of = tuple[int, datetime]
"""A slot: its shop's key, and when it begins."""

SHOWN = 5
"""How many of the next free slots somebody is told who got none."""

_TAKEN = """
SELECT shop_id, slot_at, count(*) FROM orders_order
WHERE shop_id = ANY(%s) AND slot_at >= %s AND ended_at IS NULL
    AND (status <> 'unconfirmed' OR deadline IS NOT NULL)
GROUP BY shop_id, slot_at
"""


def turn_of(shop_id: int, start: datetime) -> str:
    """Return the name of a slot's turn (`Space.PLACING`)."""
    return f"slot {shop_id} {start.astimezone(UTC):%Y%m%d%H%M}"


def turns_of(batch: Iterable[Checked]) -> set[str]:
    """Return the turns of the slots that the requests of a batch name."""
    asked = ((checked.request.shop_id, checked.request.slot) for checked in batch)
    return {turn_of(shop, slot) for shop, slot in asked if slot is not None}


def taken_in(shops: Iterable[int], since: datetime) -> Counter[Of]:
    """Return how many places are taken in the slots of shops that begin at a moment or later."""
    rows = fetch(_TAKEN, [list(shops), since])
    return Counter({(shop, start): count for shop, start, count in rows})


def free_slots(shop: Shop, now: datetime) -> list[tuple[Slot, int]]:
    """Return the slots of a shop that can be chosen now, with how many places of each are free:
    none where its doors are open. Two queries and the closures."""
    offered = slots_of(shop, shop.door_spans.all(), directory().doors(shop.pk), now)
    taken = taken_in([shop.pk], now) if offered else Counter[Of]()
    return [(slot, max(slot.places - taken[shop.pk, slot.start], 0)) for slot in offered]


@dataclass(slots=True)
class Places:
    """Of a batch: which shops' doors are closed now, the slots offered there, and how many places
    of each are taken, those of this batch among them."""

    now: datetime
    doors: dict[int, Door] = field(default_factory=dict)
    weeks: dict[int, list[DoorSpan]] = field(default_factory=dict)
    taken: Counter[Of] = field(default_factory=Counter)
    _offered: dict[int, list[Slot]] = field(default_factory=dict)

    def slot_for(self, request: PlaceRequest, shop: Shop) -> Slot | None:
        """Return the slot that a request gets, if one has to be had; nothing is taken yet.

        What staff enter goes past closed doors. A slot that is named where doors are open by then
        is not needed. Raises `DoorsClosed` or `SlotRefused`.
        """
        door = self.doors.get(shop.pk)
        if door is None or (request.trusted and request.slot is None):
            return None
        if not door.by_slots:
            if request.trusted:
                return None
            raise DoorsClosed(door, shop, self.now)
        offered = self._slots(shop)
        slot = next((each for each in offered if each.start == request.slot), None)
        if slot is None or self.taken[shop.pk, slot.start] >= slot.places:
            code = "slot_needed" if request.slot is None else "no_such_slot"
            raise SlotRefused("slot_full" if slot else code, shop, self._next(shop))
        return slot

    def take(self, shop_id: int, start: datetime, *, back: bool = False) -> None:
        """Count a place of a slot as taken, or as free again."""
        self.taken[shop_id, start] += -1 if back else 1

    def _slots(self, shop: Shop) -> list[Slot]:
        if shop.pk not in self._offered:
            doors = directory().doors(shop.pk)
            week = self.weeks.get(shop.pk, [])
            self._offered[shop.pk] = slots_of(shop, week, doors, self.now)
        return self._offered[shop.pk]

    def _next(self, shop: Shop) -> list[Slot]:
        free = (x for x in self._slots(shop) if self.taken[shop.pk, x.start] < x.places)
        return [slot for slot, _n in zip(free, range(SHOWN), strict=False)]


def learn_places(batch: Sequence[Checked], now: datetime) -> Places:
    """Return what is known of the slots of a batch's shops. The caller has the turns of those that
    the batch names (`turns_of`). No query where no shop of it has closed its doors."""
    kept = directory()
    asked = {checked.request.shop_id for checked in batch}
    doors = {key: door for key in asked if (door := kept.door(key, now))}
    by_slots = [key for key, door in doors.items() if door.by_slots]
    if not by_slots:
        return Places(now, doors)
    weeks: defaultdict[int, list[DoorSpan]] = defaultdict(list)
    for span in DoorSpan.objects.filter(shop__in=by_slots).order_by("pk"):
        weeks[span.shop_id].append(span)
    return Places(now, doors, dict(weeks), taken_in(by_slots, now))
