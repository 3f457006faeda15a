"""Histories of reservations, drawn at random, and what plain Python counts of them.

An order moves by the steps that the verbs use (`orders.operations.status`), at moments of the past;
the history keeps what it did in plain values, and the oracle reads these alone.
"""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.accounts.actors import READER, SYSTEM, Actor
from comptoir.networks.models import Network
from comptoir.orders.models import Channel, EventKind, LineStatus, Order, OrderLine, OrderStatus
from comptoir.orders.operations.status import move_all, note
from comptoir.shops.models import Shop
from tests.factories import make_product

SHOP = Actor.user(1)
_numbers = itertools.count(1)


@dataclass
class Told:
    """One order, as it was drawn."""

    order: Order
    shop: Shop
    placed: datetime
    network: Network | None
    channel: str
    reader: str
    marked: bool
    owned_at: datetime | None
    confirmed: bool = False
    answered_at: datetime | None = None
    set_aside_at: datetime | None = None
    outcome: str = "open"
    ended_at: datetime | None = None
    copies: int = 0
    cents: int = 0
    erased: bool = False


@dataclass
class History:
    """Orders of some shops, and the dice that move them."""

    shops: list[Shop]
    networks: list[Network]
    dice: random.Random
    first: datetime
    orders: list[Told] = field(default_factory=list)
    readers: int = 6
    clock: datetime | None = None
    """Where it is set, each thing happens after those before it, as in life."""

    def step(self) -> None:
        """Do one thing: place an order, or move one that is open."""
        open_ones = [each for each in self.orders if each.ended_at is None]
        if not open_ones or self.dice.random() < 0.4:
            self.place()
        else:
            self.move(self.dice.choice(open_ones))

    def moment(self) -> datetime:
        """Return a moment of the history, often about midnight or where clocks change."""
        if self.clock is not None:
            return self.tick(self.clock)
        days = self.dice.randrange(0, 60)
        hour = self.dice.choice([0, 1, 2, 9, 12, 18, 21, 22, 23])
        return self.first + timedelta(days=days, hours=hour, minutes=self.dice.randrange(60))

    def tick(self, at: datetime) -> datetime:
        """Return a moment after `at`; with a clock, one that is later than all before."""
        if self.clock is not None:
            self.clock = at = self.clock + timedelta(minutes=self.dice.randrange(200))
            return at
        return at + timedelta(minutes=self.dice.randrange(1, 3000))

    def place(self, **fixed: Any) -> Told:
        """Place an order."""
        shop = self.dice.choice(self.shops)
        channel = self.dice.choice(["web", "web", "web", "api", "phone", "counter"])
        by_reader = channel in {"web", "api"}
        marked = by_reader and self.dice.random() < 0.3
        known = {
            "shop": shop,
            "placed": self.moment(),
            "network": self.dice.choice([None, *self.networks]),
            "channel": channel,
            "reader": f"key{self.dice.randrange(self.readers)}" if by_reader else "",
            "marked": marked,
        } | fixed
        number, at = next(_numbers), known["placed"]
        unconfirmed = known["channel"] in {"web", "api"} and not known["marked"]
        order = Order.objects.create(
            token=f"t{number}",
            code=f"{number:08d}",
            shop=known["shop"],
            status=OrderStatus.UNCONFIRMED if unconfirmed else OrderStatus.PLACED,
            channel=Channel(known["channel"]),
            name="Camille",
            email_key=known["reader"],
            verified=known["marked"],
            placed_at=at,
            confirm_by=at + timedelta(hours=2) if unconfirmed else None,
            network=known["network"],
        )
        note(order, EventKind.PLACED, actor=READER, at=at)
        told = Told(order, **known, owned_at=at if known["marked"] else None)
        told.confirmed = not unconfirmed
        self.orders.append(told)
        return told

    def move(self, told: Told) -> None:
        """Move an open order on."""
        at = self.tick(max(filter(None, (told.placed, told.owned_at, told.set_aside_at))))
        if told.order.status == OrderStatus.UNCONFIRMED:
            if self.dice.random() < 0.6:
                self.confirm(told, at)
            else:
                self.end(told, self.dice.choice(["expired", "cancelled"]), at)
        elif told.order.status == OrderStatus.PLACED and self.dice.random() < 0.6:
            self.set_aside(told, at)
        else:
            ends = ["collected", "not_found", "cancelled", "expired"]
            self.end(told, self.dice.choice(ends), at, self.dice.choice([SHOP, READER]))

    def confirm(self, told: Told, at: datetime) -> None:
        """Have its reader confirm it by the link."""
        told.order.verified = True
        told.order.save(update_fields=["verified"])
        move_all([told.order], OrderStatus.PLACED, EventKind.CONFIRMED, actor=READER, at=at)
        told.confirmed, told.owned_at = True, at

    def set_aside(self, told: Told, at: datetime) -> None:
        """Have the shop set it aside."""
        move_all([told.order], OrderStatus.SET_ASIDE, EventKind.SET_ASIDE, actor=SHOP, at=at)
        told.confirmed, told.set_aside_at = True, at
        told.answered_at = told.answered_at or at

    def end(self, told: Told, how: str, at: datetime, actor: Actor = SYSTEM) -> None:
        """End it."""
        if how == "collected":
            told.copies, told.cents = self.dice.randrange(1, 4), self.dice.randrange(300, 3000)
            OrderLine.objects.create(
                order=told.order,
                product=make_product(),
                status=LineStatus.COLLECTED,
                quantity=told.copies,
                price_cents=told.cents,
                title="T",
            )
            told.cents *= told.copies
        move_all([told.order], OrderStatus(how), EventKind(how), actor=actor, at=at)
        told.ended_at = at
        told.outcome = how if told.confirmed else "unconfirmed"
        if how in {"collected", "not_found"} or (how == "cancelled" and actor is SHOP):
            told.answered_at = told.answered_at or at
            told.outcome = how if how != "cancelled" or told.confirmed else told.outcome


def day_of(told: Told) -> date:
    """Return the day on which an order counts, by the clock of its shop."""
    return told.placed.astimezone(ZoneInfo(told.shop.time_zone)).date()


def tallies(orders: list[Told]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return what a plain count finds by shop, day, network and channel: the sums, and how many
    were answered and set aside; nothing of readers."""
    found: dict[tuple[Any, ...], Counter[str]] = {}
    for told in orders:
        key = (told.shop.pk, day_of(told), told.network and told.network.pk, told.channel)
        sums = found.setdefault(key, Counter())
        by_reader = told.channel in {"web", "api"}
        sums["placed"] += 1
        sums[told.outcome] += 1
        sums["copies"] += told.copies
        sums["cents"] += told.cents
        sums["answers"] += by_reader and told.answered_at is not None
        sums["set_asides"] += by_reader and told.set_aside_at is not None
        sums["unanswered"] += by_reader and told.outcome == "expired" and told.answered_at is None
    return {key: +sums for key, sums in found.items()}


def newcomers(orders: list[Told]) -> int:
    """Return how many readers came first by an order that they confirmed, for all that is known:
    of each only the first, and none who had a mark before."""
    seen: set[str] = set()
    count = 0
    owned = [told for told in orders if told.owned_at and told.channel in {"web", "api"}]
    for told in sorted(owned, key=lambda each: (each.owned_at, each.order.pk)):
        count += not told.marked and told.reader not in seen
        seen.add(told.reader)
    return count


START = datetime(2026, 2, 20, tzinfo=UTC)
"""Histories begin here; the clocks of Paris change on 29 March."""
