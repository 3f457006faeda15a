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

from comptoir.orders.models import LineStatus, OrderLine
from comptoir.orders.operations.memory import FreeCopies, Of, Unconfirmed
from comptoir.orders.operations.requests import Checked
from comptoir.stock.shelf.holds import LockedOffer


@dataclass(slots=True)
class Bounds:
    """What is held unconfirmed, and of how many copies (a shop's), in the course of a batch.

    `networks` is what is held from addresses and ranges, `counted` what this batch holds besides;
    `room` is how many more copies the act that is just decided may hold.
    """

    shops: Unconfirmed = field(default_factory=Unconfirmed)
    copies: FreeCopies = field(default_factory=FreeCopies)
    networks: Counter[Of] = field(default_factory=Counter)
    counted: Counter[Of] = field(default_factory=Counter)
    room: int = 0

    def keep_within(
        self, checked: Checked, lines: Iterable[OrderLine], offers: Mapping[int, LockedOffer]
    ) -> tuple[list[OrderLine], bool]:
        """Return the lines of an unconfirmed order, what may not be held split off and asked for.

        The copies are there (`offers`, locked). Says too whether a last copy is among those held;
        counts what is held.
        """
        kept: list[OrderLine] = []
        is_last = False
        for line in lines:
            if line.offer_id is None or not line.held:
                kept.append(line)
                continue
            offer = offers[line.offer_id]
            copies = self._copies(checked, offer, min(line.quantity, self.room))
            takes_last = copies >= offer.available
            kept += _split(line, copies)
            self.room -= copies
            is_last |= takes_last
            self._count(checked, offer.id, copies, last=takes_last)
        return kept, is_last

    def _copies(self, checked: Checked, offer: LockedOffer, wanted: int) -> int:
        """Return how many of the copies that are wanted of an offer may be held."""
        copies = self._allowed(checked, offer, wanted)
        # What is remembered of the shop may be more than is held by now, never less.
        if copies < wanted and self.shops.read_anew(checked.request.shop_id):
            copies = self._allowed(checked, offer, wanted)
        return copies

    def _allowed(self, checked: Checked, offer: LockedOffer, wanted: int) -> int:
        copies = max(0, min(wanted, self._room(checked, offer)))
        if copies >= offer.available and self._last_room(checked) < 1:
            # The last one stays for whoever confirms.
            copies = offer.available - 1
        return copies

    def _room(self, checked: Checked, offer: LockedOffer) -> int:
        """Return how many more copies of an offer this request may hold, the last one included."""
        shop, network = checked.request.shop_id, checked.network
        copies = self.copies.of(shop)
        of_title = self._held(shop, "offer", offer.id)
        rooms = [
            _share(copies, settings.UNVERIFIED_PERCENT) - self._held(shop, "shop", shop),
            _share(offer.available + of_title, settings.UNVERIFIED_PERCENT) - of_title,
        ]
        if checked.by_phone:
            percent = settings.UNVERIFIED_PHONE_PERCENT
            rooms += [1, _share(copies, percent) - self._held(shop, "phone", shop)]
        if network.address:
            rooms += [
                network.of_address(settings.UNVERIFIED_PER_ADDRESS, settings.UNVERIFIED_PER_RANGE)
                - self._held_from("address", network.address),
                network.of_range(settings.UNVERIFIED_PER_RANGE)
                - self._held_from("range", network.range),
            ]
        return min(rooms)

    def _last_room(self, checked: Checked) -> int:
        shop = checked.request.shop_id
        most = _share(self.copies.of(shop), settings.LAST_COPIES_PERCENT)
        return most - self._held(shop, "last", shop)

    def _held(self, shop: int, kind: str, key: int) -> int:
        return self.shops.held(shop, kind, key) + self.counted[kind, str(key)]

    def _held_from(self, kind: str, key: str) -> int:
        return self.networks[kind, key] + self.counted[kind, key]

    def _count(self, checked: Checked, offer_id: int, copies: int, *, last: bool) -> None:
        shop, network = str(checked.request.shop_id), checked.network
        for of in (
            ("shop", shop),
            ("offer", str(offer_id)),
            ("address", network.address),
            ("range", network.range),
        ):
            self.counted[of] += copies
        if checked.by_phone:
            self.counted["phone", shop] += copies
        if last:
            self.counted["last", shop] += 1


def learn_bounds(batch: Sequence[Checked], shops: Unconfirmed, copies: FreeCopies) -> Bounds:
    """Return what is held unconfirmed in the shops, from the addresses and ranges of a batch.

    The caller holds the turns of all of them (`turns_of`), so that nothing is added meanwhile; but
    of a mark whose contact is forgotten in the moment before its turn: it is idle for longer than a
    mark counts (`known_contacts.KNOWN_FOR`), so nobody has one.
    """
    unconfirmed = [checked for checked in batch if checked.is_bounded]
    if not unconfirmed:
        return Bounds()
    keys = sorted({checked.request.shop_id for checked in unconfirmed})
    addresses = {c.network.address for c in unconfirmed} - {""}
    ranges = {c.network.range for c in unconfirmed} - {""}
    networks = shops.learn(keys, addresses, ranges)
    held = {key: shops.held(key, "shop", key) for key in keys}
    wanted: Counter[int] = Counter()
    for checked in unconfirmed:
        wanted[checked.request.shop_id] += sum(line.quantity for line in checked.request.lines)
    # So few may be held of however few: a shop whose requests are confirmed is never added up.
    least = settings.UNVERIFIED_LEAST
    copies.learn([key for key in keys if held[key] + wanted[key] > least], held)
    return Bounds(shops, copies, networks)


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
