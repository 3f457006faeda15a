"""How much is held for reservations that nobody has confirmed.

Anybody can type an address that is not theirs, from as many networks as they like. So what no mark
in the browser, no link of a mail and no shop has confirmed holds copies within bounds: of a title,
of a shop, from an address and its range, in one order, by telephone alone. What the bounds do not
allow is asked for (`LineStatus.ASKED`): it is held as soon as somebody confirms it, if a copy is
still free then. The numbers are settings, `docs/operating.md`; no other setting lifts them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from comptoir.core.db import among, fetch
from comptoir.orders.models import LineStatus, OrderLine
from comptoir.orders.operations.memory import FreeCopies
from comptoir.orders.operations.requests import Checked
from comptoir.stock.shelf.holds import LockedOffer

Of = tuple[str, str]
"""What a bound is of: its kind, and which shop (also by phone, also last copies), offer, address or
range."""

# An order that holds anything has a deadline; those that only ask are not read, however many. Lines
# of mixed orders count as last copies whole: a bound that is reached early costs a wait for a link.
_HELD = f"""
WITH kept AS MATERIALIZED (
    SELECT o.shop_id::text AS shop, o.address_key, o.range_key, o.email = '' AS by_phone,
           o.held_until IS NOT NULL AS is_last, l.offer_id::text AS offer, l.held
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.status = 'unconfirmed' AND o.deadline IS NOT NULL AND l.held > 0
      AND (o.shop_id {among("%(shops)s")} OR o.address_key {among("%(addresses)s", "text")}
           OR o.range_key {among("%(ranges)s", "text")})
)
SELECT 'shop', shop, sum(held) FROM kept GROUP BY shop
UNION ALL SELECT 'phone', shop, sum(held) FROM kept WHERE by_phone GROUP BY shop
UNION ALL SELECT 'last', shop, count(*) FROM kept WHERE is_last GROUP BY shop
UNION ALL SELECT 'offer', offer, sum(held) FROM kept
WHERE offer = ANY(%(offers)s) GROUP BY offer
UNION ALL SELECT 'address', address_key, sum(held) FROM kept
WHERE address_key = ANY(%(addresses)s) GROUP BY address_key
UNION ALL SELECT 'range', range_key, sum(held) FROM kept
WHERE range_key = ANY(%(ranges)s) GROUP BY range_key
"""  # noqa: S608


@dataclass(slots=True)
class Bounds:
    """What is held unconfirmed, and of how many copies (a shop's), in the course of a batch."""

    held: Counter[Of] = field(default_factory=Counter)
    copies: dict[int, int] = field(default_factory=dict)

    def keep_within(
        self, checked: Checked, lines: Iterable[OrderLine], offers: Mapping[int, LockedOffer]
    ) -> tuple[list[OrderLine], bool]:
        """Return the lines of an unconfirmed order, what may not be held split off and asked for.

        The copies are there (`offers`, locked). Says too whether a last copy is among those held;
        counts what is held.
        """
        kept: list[OrderLine] = []
        room, is_last = settings.UNVERIFIED_PER_ORDER, False
        for line in lines:
            if line.offer_id is None or not line.held:
                kept.append(line)
                continue
            offer = offers[line.offer_id]
            copies = max(0, min(line.quantity, room, self._room(checked, offer)))
            if copies >= offer.available and self._last_room(checked) < 1:
                # The last one stays for whoever confirms.
                copies = offer.available - 1
            takes_last = copies >= offer.available
            kept += _split(line, copies)
            room -= copies
            is_last |= takes_last
            self._count(checked, offer.id, copies, last=takes_last)
        return kept, is_last

    def _room(self, checked: Checked, offer: LockedOffer) -> int:
        """Return how many more copies of an offer this request may hold, the last one included."""
        shop, network = checked.request.shop_id, checked.network
        of_title = offer.available + self.held["offer", str(offer.id)]
        rooms = [
            _share(self.copies[shop], settings.UNVERIFIED_PERCENT) - self.held["shop", str(shop)],
            _share(of_title, settings.UNVERIFIED_PERCENT) - self.held["offer", str(offer.id)],
        ]
        if checked.by_phone:
            percent = settings.UNVERIFIED_PHONE_PERCENT
            rooms += [1, _share(self.copies[shop], percent) - self.held["phone", str(shop)]]
        if network.address:
            rooms += [
                network.of_address(settings.UNVERIFIED_PER_ADDRESS, settings.UNVERIFIED_PER_RANGE)
                - self.held["address", network.address],
                network.of_range(settings.UNVERIFIED_PER_RANGE) - self.held["range", network.range],
            ]
        return min(rooms)

    def _last_room(self, checked: Checked) -> int:
        shop = checked.request.shop_id
        most = _share(self.copies[shop], settings.LAST_COPIES_PERCENT)
        return most - self.held["last", str(shop)]

    def _count(self, checked: Checked, offer_id: int, copies: int, *, last: bool) -> None:
        shop, network = str(checked.request.shop_id), checked.network
        self.held.update({("shop", shop): copies, ("offer", str(offer_id)): copies})
        self.held.update({("address", network.address): copies, ("range", network.range): copies})
        if checked.by_phone:
            self.held["phone", shop] += copies
        if last:
            self.held["last", shop] += 1


def learn_bounds(batch: Sequence[Checked], free: FreeCopies) -> Bounds:
    """Return what is held unconfirmed in the shops, from the addresses and ranges of a batch.

    The caller holds the turns of all of them (`turns_of`), so that nothing is added meanwhile; but
    of a mark whose contact is forgotten in the moment before its turn: it is idle for longer than a
    mark counts (`known_contacts.KNOWN_FOR`), so nobody has one.
    """
    unconfirmed = [checked for checked in batch if checked.is_bounded]
    if not unconfirmed:
        return Bounds()
    shops = sorted({checked.request.shop_id for checked in unconfirmed})
    addresses = {c.network.address for c in unconfirmed} - {""}
    ranges = {c.network.range for c in unconfirmed} - {""}
    offers = {str(line.offer_id) for c in unconfirmed for line in c.request.lines if line.offer_id}
    # Of each shop's other offers, addresses and ranges there may be thousands: none is read.
    asked = {"addresses": sorted(addresses), "ranges": sorted(ranges), "offers": sorted(offers)}
    rows = fetch(_HELD, {"shops": shops, **asked})
    held: Counter[Of] = Counter({(kind, key): int(copies) for kind, key, copies in rows})
    of_shops = {shop: held["shop", str(shop)] for shop in shops}
    return Bounds(held, free.find(shops, of_shops))


def turns_of(batch: Iterable[Checked]) -> set[str]:
    """Return the turns (`Space.PLACING`) of what bounds the unconfirmed requests of a batch.

    Two batches would each count only what was held before both. Marks that nothing backs are not
    to be among them any more (`history.believed`).
    """
    turns: set[str] = set()
    for checked in batch:
        if checked.is_bounded:
            shop = f"shop {checked.request.shop_id}"
            turns |= {shop, checked.network.address, checked.network.range}
    return turns - {""}


def _share(copies: int, percent: int) -> int:
    """Return how many of so many copies may be held so that they are at most that share of what is
    then left free; never fewer than `UNVERIFIED_LEAST`."""
    least: int = settings.UNVERIFIED_LEAST
    return max(least, copies * percent // (100 + percent))


def _split(line: OrderLine, copies: int) -> list[OrderLine]:
    """Return the line with so many copies held, and the rest asked for by a line of its own."""
    if copies == line.quantity:
        return [line]
    if not copies:
        line.status, line.held = LineStatus.ASKED, 0
        return [line]
    values = {f.attname: getattr(line, f.attname) for f in OrderLine._meta.concrete_fields}
    asked = OrderLine(
        **(values | {"status": LineStatus.ASKED, "held": 0, "quantity": line.quantity - copies})
    )
    line.quantity = line.held = copies
    return [line, asked]
