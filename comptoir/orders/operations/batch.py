"""Placing orders, many in one transaction.

On two cores a commit waits longer for the disk than the work takes, and it holds the row meanwhile.
So requests that wait together are decided together (`orders.operations.gatherer`): a handful of
set-based statements and one commit, whatever their number. Placing one is a batch of one.

The order of locks is fixed: advisory locks of persons, idempotency keys and bounds (sorted), then
counts of attempts (sorted), then offers (sorted), then, at the commit, the shops and products that
foreign keys name, shared. Two batches therefore never wait for each other in a circle;
`docs/locking.md` has the locks of everybody else.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Invalid, NotFound
from comptoir.core.locks import Space, lock
from comptoir.orders.charges.reckoner import Reckoner, learn_charges
from comptoir.orders.errors import GroupRefused, PrepayNeeded
from comptoir.orders.group import GroupMode, OrderGroup, Refused
from comptoir.orders.lines import Title, promised_lines, read_titles
from comptoir.orders.models import Order, OrderLine, OrderStatus
from comptoir.orders.operations.attempts import Attempts, count_attempts
from comptoir.orders.operations.bounds import Bounds, learn_bounds, turns_of
from comptoir.orders.operations.doors.places import Places, learn_places
from comptoir.orders.operations.doors.places import turns_of as turns_of_slots
from comptoir.orders.operations.groups.again import earlier, earlier_groups
from comptoir.orders.operations.groups.requests import Asked, CheckedGroup
from comptoir.orders.operations.history import (
    History,
    as_the_shop_trusts,
    believed,
    read_history,
)
from comptoir.orders.operations.known_contacts import refresh
from comptoir.orders.operations.memory import Shops
from comptoir.orders.operations.postal.charges import write_charges
from comptoir.orders.operations.releases.guard import Guard, learn_releases, names_of
from comptoir.orders.operations.requests import Checked, PlaceRequest
from comptoir.orders.operations.rows import Placed, Terms, order_of, write_orders
from comptoir.orders.terms import pay_by
from comptoir.orders.trust.demand import Demand
from comptoir.shops.choice.portals import name_of, portal_at
from comptoir.shops.doors.terms import Kept
from comptoir.shops.hours import deadline
from comptoir.shops.memory import is_shown
from comptoir.shops.models import Shop
from comptoir.stock.shelf.holds import LockedOffer, hold, lock_offers

Outcome = Order | OrderGroup | DomainError
Made = TypeVar("Made", Order, OrderGroup)


@dataclass(slots=True)
class Facts:
    """What the database holds, under lock, of everything that a batch needs; and its requests as
    they count by that."""

    requests: list[Asked]
    earlier: dict[str, Order]
    groups: dict[str, OrderGroup]
    history: History
    shops: dict[int, Shop]
    deadlines: Callable[[Shop, datetime], Kept]
    offers: dict[int, LockedOffer]
    titles: dict[int, Title]
    bounds: Bounds
    attempts: Attempts
    places: Places
    releases: Guard
    charges: Reckoner


class Forgotten(Exception):
    """A mark of a batch does not count: its contact is known no more, or its person did not collect
    in that shop. `requests` are those of the batch as they count."""

    def __init__(self, requests: Sequence[Asked]) -> None:
        super().__init__("a mark that does not count")
        self.requests = requests


def place_batch(
    batch: Sequence[Asked], *, now: datetime, shops: Shops | None = None
) -> list[Outcome]:
    """Place each of these orders and groups, or return why not; in the order in which they came.

    An order is placed whole or not at all, and so is a group of mode `all`: all is decided before
    anything is written, and what one is refused touches no other. No copy is promised twice: offers
    are locked, and taken by one conditional update. One commit holds the order, its history and its
    mail.

    Guard: none, see `gatherer.place`; what nobody confirmed holds copies within `bounds`. Locks:
    turns of contacts, idempotency keys and bounds (`PLACING`), counts of attempts, offers by
    primary key, those of a whole batch at once. Writes: those counts, groups, orders, lines,
    history, offers (`held`), mails, known contacts.
    Announces: lines of history, offers. Raises `CopiesGone` only if the locks were circumvented;
    refusals are returned.
    """
    shops = shops or Shops()
    try:
        return _place(batch, now, shops, sure=False)
    except Forgotten as forgotten:
        # It is bounded, and has to wait as those do: the turns are taken anew, all of them at once.
        return _place(forgotten.requests, now, shops, sure=True)


@transaction.atomic
def _place(batch: Sequence[Asked], now: datetime, shops: Shops, *, sure: bool) -> list[Outcome]:
    facts = _learn(batch, shops, now, sure=sure)
    outcomes: list[Outcome] = []
    placed: list[Placed] = []
    groups: list[tuple[OrderGroup, list[Order]]] = []
    wanted: Counter[int] = Counter()
    for asked in facts.requests:
        try:
            outcome, fresh = _decide(asked, facts, now)
        except DomainError as refusal:
            outcomes.append(refusal)
            continue
        outcomes.append(outcome)
        placed += fresh
        if fresh and isinstance(outcome, OrderGroup):
            groups.append((outcome, [order for _part, order, _lines in fresh]))
        for _part, _order, lines in fresh:
            wanted.update({x.offer_id: x.held for x in lines if x.offer_id and x.held})
    hold(wanted)
    write_orders(placed, groups)
    write_charges(facts.charges.made)
    persons = (checked.person_key for checked, _order, _lines in placed)
    refresh(facts.history.known, persons, now)
    return outcomes


def _learn(batch: Sequence[Asked], shops: Shops, now: datetime, *, sure: bool) -> Facts:
    """Take the locks in their fixed order and read what the decisions need.

    Raises `Forgotten`, before any row is locked, where the turns taken were not all that were
    needed; not where it is `sure` of the marks.
    """
    batch, history, groups = _take_turns(batch, shops, sure=sure)
    attempts = count_attempts([asked.counted for asked in batch])
    parts = [part for asked in batch for part in asked.parts]
    found = shops.find({part.request.shop_id for part in parts})
    lines = [line for part in parts for line in part.request.lines]
    special = {line.product_id for line in lines if line.offer_id is None}
    return Facts(
        requests=batch,
        earlier=earlier(set(history.used)) if history.used else {},
        groups=earlier_groups(groups) if groups else {},
        history=history,
        shops=found,
        deadlines=shops.deadline,
        attempts=attempts,
        places=learn_places(parts, now),
        releases=learn_releases(parts, now),
        bounds=learn_bounds(parts, shops.unconfirmed, shops.copies),
        offers=lock_offers(line.offer_id for line in lines if line.offer_id is not None),
        titles=read_titles(special),
        charges=learn_charges(parts, found, now),
    )


def _take_turns(
    batch: Sequence[Asked], shops: Shops, *, sure: bool
) -> tuple[list[Asked], History, set[str]]:
    """Wait for the turns of a batch. Return its requests as they count, what their persons did
    before, and the keys of its groups. Raises `Forgotten` as `_learn` says."""
    contacts = {key for asked in batch for key in asked.counted.contact_keys}
    joint = {asked.key for asked in batch if asked.key and isinstance(asked, CheckedGroup)}
    keys = {asked.key for asked in batch if asked.key} - joint
    # Persons, or two baskets of one person would each count only the orders before both; keys, or
    # the second try of a request would not see the first. One call, in the order of the keys and
    # before any row is locked: whoever waits here holds no row that another batch needs.
    parts = [part for asked in batch for part in asked.parts]
    lock(Space.PLACING, *contacts, *keys, *joint, *turns_of(parts), *turns_of_slots(parts))
    found = shops.find({part.request.shop_id for part in parts})
    trust = {key for part in parts if (key := part.trust_key)}
    history = read_history(contacts, keys, trust)
    counts = [believed(asked, history.known) for asked in batch]
    if history.uncollected:
        counts = [as_the_shop_trusts(asked, history, found) for asked in counts]
    if not sure and any(new is not then for new, then in zip(counts, batch, strict=True)):
        raise Forgotten(counts)
    return counts, history, joint


def _decide(asked: Asked, facts: Facts, now: datetime) -> tuple[Order | OrderGroup, list[Placed]]:
    """Return the order or the group that this request makes, with the orders to be written; or
    what it made before. Count what it takes.

    Raises `NotFound`, `Invalid`, `NotOrderedHere`, `TooMany`, `TooMany…Orders`, `CopiesGone` or
    `GroupRefused`, leaving `facts` as it was but for the attempts counted.
    """
    known: dict[str, Any] = facts.groups if isinstance(asked, CheckedGroup) else facts.earlier
    key = asked.key or ""
    if key in known:
        return _same(known[key], asked.digest), []
    facts.attempts.spend(asked.counted)
    facts.bounds.room = settings.UNVERIFIED_PER_ORDER
    made: Order | OrderGroup
    if isinstance(asked, CheckedGroup):
        facts.history.check(asked.counted)
        made, placed = _decide_group(asked, facts, now)
    else:
        shop = _shop(asked, facts)
        facts.history.check(asked)
        made, lines = _promise(asked, shop, facts, now)
        placed = [(asked, made, lines)]
    facts.history.count(asked.counted)
    if key:
        known[key] = made
    return made, placed


def _decide_group(
    group: CheckedGroup, facts: Facts, now: datetime
) -> tuple[OrderGroup, list[Placed]]:
    """Return the group and its orders. Raises `GroupRefused`, leaving `facts` as it was."""
    placed: list[Placed] = []
    refused: list[Refused] = []
    before = Counter(facts.bounds.counted)
    for part in group.parts:
        try:
            order, lines = _promise(part, _shop(part, facts), facts, now)
        except DomainError as refusal:
            titles = [line.product_id for line in part.request.lines]
            refused.append(Refused(part.request.shop_id, refusal.code, titles))
            continue
        placed.append((part, order, lines))
    if not placed or (refused and group.mode == GroupMode.ALL):
        for part, order, lines in placed:
            _take(order, lines, facts, back=True)
            facts.releases.count(part, order.shop, now, back=True)
        facts.bounds.counted = before
        raise GroupRefused(refused, facts.shops, whole=group.mode == GroupMode.ALL)
    made = OrderGroup(
        token=secrets.token_urlsafe(16),
        mode=group.mode,
        placed_at=now,
        idempotency_key=group.key,
        request_digest=group.digest,
        refused=[asdict(each) for each in refused],
    )
    return made, placed


def _shop(checked: Checked, facts: Facts) -> Shop:
    """Return the shop of an order. One that the portal does not show under whose host it is asked
    is not there; what staff enter is for their own shop, wherever they work. Raises `NotFound`."""
    request = checked.request
    shop = facts.shops.get(request.shop_id)
    shown = portal_at(name_of(request.host)) if request.host and not request.trusted else None
    if shop is None or (shown and not is_shown(shop, shown)):
        raise NotFound("no_such_shop", _("There is no such shop."))
    return shop


def _promise(
    checked: Checked, shop: Shop, facts: Facts, now: datetime
) -> tuple[Order, list[OrderLine]]:
    """Return the order, with no more held than the bounds allow what nobody confirmed.

    What comes after it in the batch decides on what it leaves: nothing is written before all are
    decided, so the database would still show the same copies.
    """
    request = checked.request
    posted = request.posted_to is not None
    facts.releases.check(
        checked, shop, now, names_of(request, facts.titles, facts.offers), posted=posted
    )
    if facts.history.demand(checked, shop) == Demand.PREPAY:
        raise PrepayNeeded(shop)
    # Closed doors are none for the post.
    slot = None if posted else facts.places.slot_for(request, shop)
    lines = promised_lines(request, shop, facts.offers, facts.titles, now)
    if request.is_charged:
        facts.charges.quote(request, shop, lines)
    status, confirm_by = _confirmation(request, shop, now)
    unconfirmed: dict[str, Any] = {}
    if status == OrderStatus.UNCONFIRMED:
        lines, unconfirmed = _bounded(checked, lines, facts, now, confirm_by)
    terms = Terms(shop, slot, status, facts.deadlines)
    order = order_of(checked, lines, terms, now, **unconfirmed)
    _take(order, lines, facts)
    facts.releases.count(checked, shop, now)
    if request.is_charged:
        facts.charges.keep(request, shop, order, lines)
    return order, lines


def _bounded(
    checked: Checked,
    lines: list[OrderLine],
    facts: Facts,
    now: datetime,
    confirm_by: datetime | None,
) -> tuple[list[OrderLine], dict[str, Any]]:
    """Return the lines of an order that nobody confirmed, with what the bounds let it hold, and
    what its row says of that."""
    lines, is_last = facts.bounds.keep_within(checked, lines, facts.offers)
    minutes = timedelta(minutes=settings.LAST_COPY_MINUTES)
    # What is paid for is held for as long as its payment page says.
    until = confirm_by if checked.request.is_charged else now + minutes
    return lines, {
        "confirm_by": confirm_by,
        "held_until": until if is_last else None,
        "address_key": checked.network.address,
        "range_key": checked.network.range,
    }


def _take(order: Order, lines: Sequence[OrderLine], facts: Facts, *, back: bool = False) -> None:
    """Count the copies that an order holds, and its place at the door, as gone or there again."""
    if order.slot_at and (order.status != OrderStatus.UNCONFIRMED or order.deadline):
        facts.places.take(order.shop_id, order.slot_at, back=back)
    for line in lines:
        if line.offer_id is not None:
            facts.offers[line.offer_id].available += line.held if back else -line.held


def _same(made: Made, digest: str) -> Made:
    if made.request_digest != digest:
        raise Invalid(
            "idempotency_key_reused",
            _("This idempotency key was already used for another request."),
        )
    return made


def _confirmation(
    request: PlaceRequest, shop: Shop, now: datetime
) -> tuple[OrderStatus, datetime | None]:
    """Return the first status: a link to an address that anybody may have typed, the shop's tap for
    a phone alone. Money confirms what is posted too, and alone what is prepaid."""
    if request.waits_for_money:
        return OrderStatus.UNCONFIRMED, pay_by(now)
    if request.trusted or request.verified:
        return OrderStatus.PLACED, None
    if request.posted_to:
        return OrderStatus.UNCONFIRMED, pay_by(now)
    if request.customer.email:
        return OrderStatus.UNCONFIRMED, now + timedelta(minutes=settings.CONFIRM_MINUTES)
    return OrderStatus.UNCONFIRMED, deadline(shop, now, 1)
