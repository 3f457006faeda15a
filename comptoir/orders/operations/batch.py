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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import TILL_SOURCE, ProductState, own_ref
from comptoir.core.db import Mould, fetch
from comptoir.core.errors import DomainError, Invalid, NotFound
from comptoir.core.locks import Space, lock
from comptoir.orders.errors import CopiesGone, NotOrderedHere
from comptoir.orders.models import (
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations.attempts import Attempts, count_attempts
from comptoir.orders.operations.bounds import Bounds, learn_bounds, turns_of
from comptoir.orders.operations.history import History, believed, read_history
from comptoir.orders.operations.known_contacts import refresh
from comptoir.orders.operations.memory import Shops
from comptoir.orders.operations.requests import Checked, LineRequest, PlaceRequest
from comptoir.orders.operations.rows import write_orders
from comptoir.orders.terms import answer_by, may_be_ordered
from comptoir.shops.hours import deadline
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition
from comptoir.stock.shelf.copies import CopyFacts, photo_is_shown
from comptoir.stock.shelf.holds import LockedOffer, hold, lock_offers

Outcome = Order | DomainError
ORDERS = Mould(Order)
LINES = Mould(OrderLine)


@dataclass(frozen=True, slots=True)
class Title:
    """A listed title that somebody wants ordered; its price in cents. `own_ref` is that of an
    article of one shop alone, empty for what is the same everywhere."""

    title: str
    price_cents: int | None
    kind: str
    availability: str
    own_ref: str

    def is_seen_in(self, shop_id: int) -> bool:
        """Whether a shop may have it."""
        return not self.own_ref or self.own_ref.startswith(own_ref(shop_id, ""))


@dataclass(slots=True)
class Facts:
    """What the database holds, under lock, of everything that a batch needs; and its requests as
    they count by that."""

    requests: list[Checked]
    earlier: dict[str, Order]
    history: History
    shops: dict[int, Shop]
    deadlines: Callable[[Shop, datetime], datetime]
    offers: dict[int, LockedOffer]
    titles: dict[int, Title]
    bounds: Bounds
    attempts: Attempts


class Forgotten(Exception):
    """A mark of a batch has no contact behind it any more; `known` are those that are."""

    def __init__(self, known: Mapping[str, int]) -> None:
        super().__init__("a mark that nothing backs")
        self.known = known


def place_batch(
    batch: Sequence[Checked], *, now: datetime, shops: Shops | None = None
) -> list[Outcome]:
    """Place each of these orders, or return why not; in the order in which they came.

    An order is placed whole or not at all. No copy is promised twice: offers are locked, and taken
    by one conditional update. One commit holds the order, its history and its mail.

    Guard: none, see `gatherer.place`; what nobody confirmed holds copies within `bounds`. Locks:
    turns of contacts, idempotency keys and bounds (`PLACING`), counts of attempts, offers by
    primary key. Writes: those counts, orders, lines, history, offers (`held`), mails, known
    contacts.
    Announces: lines of history, offers. Raises `CopiesGone` only if the locks were circumvented;
    refusals are returned.
    """
    shops = shops or Shops()
    try:
        return _place(batch, now, shops, sure=False)
    except Forgotten as forgotten:
        # It is bounded, and has to wait as those do: the turns are taken anew, all of them at once.
        batch = [believed(checked, forgotten.known) for checked in batch]
        return _place(batch, now, shops, sure=True)


@transaction.atomic
def _place(batch: Sequence[Checked], now: datetime, shops: Shops, *, sure: bool) -> list[Outcome]:
    facts = _learn(batch, shops, sure=sure)
    outcomes: list[Outcome] = []
    placed: list[tuple[Checked, Order, list[OrderLine]]] = []
    fresh: set[int] = set()
    wanted: Counter[int] = Counter()
    for checked in facts.requests:
        try:
            order, lines = _decide(checked, facts, now)
        except DomainError as refusal:
            outcomes.append(refusal)
            continue
        # Two requests with one new key share one order, which has no primary key to compare yet.
        if order.pk is None and id(order) not in fresh:
            fresh.add(id(order))
            placed.append((checked, order, lines))
            wanted.update({x.offer_id: x.held for x in lines if x.offer_id and x.held})
        outcomes.append(order)
    hold(wanted)
    write_orders(placed)
    persons = (checked.person_key for checked, _order, _lines in placed)
    refresh(facts.history.known, persons, now)
    return outcomes


def _learn(batch: Sequence[Checked], shops: Shops, *, sure: bool) -> Facts:
    """Take the locks in their fixed order and read what the decisions need.

    Raises `Forgotten`, before any row is locked, where the turns taken were not all that were
    needed; not where it is `sure` of the marks.
    """
    contacts = {key for checked in batch for key in checked.contact_keys}
    keys = {c.request.idempotency_key for c in batch if c.request.idempotency_key}
    # Persons, or two baskets of one person would each count only the orders before both; keys, or
    # the second try of a request would not see the first. One call, in the order of the keys and
    # before any row is locked: whoever waits here holds no row that another batch needs.
    lock(Space.PLACING, *contacts, *keys, *turns_of(batch))
    history = read_history(contacts, keys)
    taken, batch = batch, [believed(checked, history.known) for checked in batch]
    if not sure and any(now is not then for now, then in zip(batch, taken, strict=True)):
        raise Forgotten(history.known)
    attempts = count_attempts(batch)
    lines = [line for checked in batch for line in checked.request.lines]
    special = {line.product_id for line in lines if line.offer_id is None}
    return Facts(
        requests=batch,
        earlier=_earlier(set(history.used)) if history.used else {},
        history=history,
        shops=shops.find({checked.request.shop_id for checked in batch}),
        deadlines=shops.deadline,
        attempts=attempts,
        bounds=learn_bounds(batch, shops.unconfirmed, shops.copies),
        offers=lock_offers(line.offer_id for line in lines if line.offer_id is not None),
        titles=_titles(special),
    )


def _earlier(keys: set[str]) -> dict[str, Order]:
    lines = OrderLine.objects.annotate(photo_is_shown=photo_is_shown("photo")).order_by("pk")
    orders = Order.objects.filter(idempotency_key__in=keys).select_related("shop")
    found = orders.prefetch_related(Prefetch("lines", lines))
    return {order.idempotency_key or "": order for order in found}


def _titles(product_ids: set[int]) -> dict[int, Title]:
    if not product_ids:
        return {}
    rows = fetch(
        "SELECT id, title, list_price_cents, kind, availability,"
        " CASE WHEN source = %s THEN source_ref ELSE '' END FROM catalogue_product"
        " WHERE id = ANY(%s) AND state = %s",
        [TILL_SOURCE, list(product_ids), ProductState.LISTED.value],
    )
    return {key: Title(*row) for key, *row in rows}


def _decide(checked: Checked, facts: Facts, now: datetime) -> tuple[Order, list[OrderLine]]:
    """Return the order this request makes, or the one it made before; count what it takes.

    Raises `NotFound`, `Invalid`, `NotOrderedHere`, `TooMany`, `TooMany…Orders` or `CopiesGone`,
    leaving `facts` as it was but for the attempts counted.
    """
    request = checked.request
    if request.idempotency_key in facts.earlier:
        return _same(facts.earlier[request.idempotency_key or ""], request.request_digest), []
    facts.attempts.spend(checked)
    shop = facts.shops.get(request.shop_id)
    if shop is None:
        raise NotFound("no_such_shop", _("There is no such shop."))
    facts.history.check(checked)
    order, lines = _promise(checked, shop, facts, now)
    # The next request of the batch decides on what this one leaves: nothing is written before all
    # are decided, so the database would still show it the same copies and the same count of orders.
    for line in lines:
        if line.offer_id is not None:
            facts.offers[line.offer_id].available -= line.held
    facts.history.count(checked)
    if request.idempotency_key:
        facts.earlier[request.idempotency_key] = order
    return order, lines


def _promise(
    checked: Checked, shop: Shop, facts: Facts, now: datetime
) -> tuple[Order, list[OrderLine]]:
    """Return the order, with no more held than the bounds allow what nobody confirmed."""
    lines = _lines(checked.request, shop, facts, now)
    status, confirm_by = _confirmation(checked.request, shop, now)
    if status != OrderStatus.UNCONFIRMED:
        return _order(checked, shop, lines, facts, now, status=status), lines
    lines, is_last = facts.bounds.keep_within(checked, lines, facts.offers)
    minutes = timedelta(minutes=settings.LAST_COPY_MINUTES)
    order = _order(
        checked,
        shop,
        lines,
        facts,
        now,
        status=status,
        confirm_by=confirm_by,
        held_until=now + minutes if is_last else None,
        address_key=checked.network.address,
        range_key=checked.network.range,
    )
    return order, lines


def _same(order: Order, digest: str) -> Order:
    if order.request_digest != digest:
        raise Invalid(
            "idempotency_key_reused",
            _("This idempotency key was already used for another request."),
        )
    return order


def _lines(request: PlaceRequest, shop: Shop, facts: Facts, now: datetime) -> list[OrderLine]:
    lines: list[OrderLine] = []
    gone: list[dict[str, int]] = []
    needed: Counter[int] = Counter()
    for line in request.lines:
        if line.offer_id is None:
            lines.append(_special_line(line, request, shop, facts))
            continue
        offer = facts.offers.get(line.offer_id)
        if offer is None or offer.shop_id != shop.pk or offer.product_id != line.product_id:
            raise NotFound("no_such_offer", _("This shop does not have this title."))
        needed[offer.id] += line.quantity
        if offer.available < needed[offer.id]:
            gone.append(
                {
                    "product_id": offer.product_id,
                    "offer_id": offer.id,
                    "available": max(offer.available, 0),
                }
            )
        lines.append(_stock_line(line, offer, needed[offer.id], now))
    if gone:
        raise CopiesGone(gone)
    return lines


def _stock_line(line: LineRequest, offer: LockedOffer, taken: int, now: datetime) -> OrderLine:
    """Return the line, graded by the offer under its lock, whatever a page showed before."""
    made = LINES.make(
        product_id=offer.product_id,
        offer_id=offer.id,
        status=LineStatus.HELD,
        quantity=line.quantity,
        held=line.quantity,
        confidence=offer.confidence(taken, now),
        title=offer.title,
        condition=offer.condition,
        price_cents=offer.price_cents,
        **_copy(offer.copy),
    )
    # What the copy shows now was read with it; whoever is answered in the loop may not ask again.
    made.photo_is_shown = bool(made.photo)  # type: ignore[attr-defined]
    return made


def _copy(facts: CopyFacts | None) -> dict[str, str]:
    """Return what a line keeps of the one-off copy that the reader chose."""
    if facts is None:
        return {}
    return {
        "copy_ref": facts.ref,
        "sleeve": facts.sleeve,
        "note": facts.note,
        "photo": facts.photo,
    }


def _special_line(line: LineRequest, request: PlaceRequest, shop: Shop, facts: Facts) -> OrderLine:
    found = facts.titles.get(line.product_id)
    if found is None or not found.is_seen_in(shop.pk):
        raise NotFound("no_such_product", _("There is no such title in the catalogue."))
    ordered = may_be_ordered(shop, kind=found.kind, availability=found.availability)
    if not (request.trusted or ordered):
        raise NotOrderedHere(line.product_id)
    return LINES.make(
        product_id=line.product_id,
        status=LineStatus.TO_ORDER,
        quantity=line.quantity,
        title=found.title,
        condition=Condition.NEW,
        price_cents=found.price_cents,
    )


def _order(
    checked: Checked,
    shop: Shop,
    lines: Sequence[OrderLine],
    facts: Facts,
    now: datetime,
    *,
    status: OrderStatus,
    **unconfirmed: Any,  # noqa: ANN401
) -> Order:
    request, customer = checked.request, checked.request.customer
    held = any(line.held for line in lines)
    waits = status == OrderStatus.PLACED and any(line.to_confirm for line in lines)
    order = ORDERS.make(
        token=secrets.token_urlsafe(16),
        code=f"{secrets.randbelow(10**8):08d}",
        status=status,
        channel=request.channel,
        language=customer.language,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        email_key=checked.email_key,
        phone_key=checked.phone_key,
        verified=bool(checked.person_key),
        placed_at=now,
        deadline=facts.deadlines(shop, now) if held else None,
        answer_by=answer_by(shop, now) if waits else None,
        idempotency_key=request.idempotency_key,
        request_digest=request.request_digest,
        **unconfirmed,
    )
    order.shop = shop
    return order


def _confirmation(
    request: PlaceRequest, shop: Shop, now: datetime
) -> tuple[OrderStatus, datetime | None]:
    """Return the first status: a link to an address that anybody may have typed, the shop's tap for
    a phone alone."""
    if request.trusted or request.verified:
        return OrderStatus.PLACED, None
    if request.customer.email:
        return OrderStatus.UNCONFIRMED, now + timedelta(minutes=settings.CONFIRM_MINUTES)
    return OrderStatus.UNCONFIRMED, deadline(shop, now, 1)
