"""From the outbox to messages: each entry once, whatever is killed and however many follow.

The position and the messages move in one transaction, behind a lock that one follower has at a
time. An entry of a transaction that commits late is read in its turn (`core.outbox`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.core import outbox
from comptoir.core.identifiers import is_own_number
from comptoir.core.locks import Space, try_lock
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Position
from comptoir.orders.models import EventKind, Order, OrderEvent
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from comptoir.stock.shelf.standing import Standing, standings
from comptoir.webhooks.models import Delivery, Endpoint, Event, Followed, Message

BATCH = 5000
OFFERS_A_MESSAGE = 100
SAVE_EVERY_SECONDS = 60
_TOPICS = (OutboxEntry.Topic.OFFER, OutboxEntry.Topic.ORDER)
_ORDER_EVENTS = {
    EventKind.PLACED: Event.ORDER_PLACED,
    EventKind.CONFIRMED: Event.ORDER_CONFIRMED,
    EventKind.SET_ASIDE: Event.ORDER_SET_ASIDE,
    EventKind.NOT_FOUND: Event.ORDER_NOT_FOUND,
    EventKind.COLLECTED: Event.ORDER_COLLECTED,
    EventKind.PAID: Event.ORDER_PAID,
    EventKind.PREPARED: Event.ORDER_PREPARED,
    EventKind.SENT_IN_PART: Event.ORDER_SENT_IN_PART,
    EventKind.SHIPPED: Event.ORDER_SHIPPED,
    EventKind.DELIVERED: Event.ORDER_DELIVERED,
    EventKind.TAKEN_BACK: Event.ORDER_TAKEN_BACK,
    EventKind.REVIVED: Event.ORDER_REVIVED,
    EventKind.CANCELLED: Event.ORDER_CANCELLED,
    EventKind.EXPIRED: Event.ORDER_EXPIRED,
    EventKind.DEADLINE_MOVED: Event.ORDER_DEADLINE_MOVED,
}

Listening = dict[int, list[Endpoint]]


@transaction.atomic
def step(limit: int = BATCH) -> int:
    """Make messages of the next entries; return how many entries there were.

    While another follower is at it, this one returns 0. Where no endpoint listens, the position
    goes to the head of the outbox. Locks: the followers' turn (`FOLLOWERS`). Writes: messages,
    their deliveries, the position.
    """
    # The turn ends with the transaction, so the next follower reads the position that this one
    # wrote. Trying, not waiting: a process that waited here would send nothing meanwhile.
    if not try_lock(Space.FOLLOWERS):
        return 0
    followed = Followed.objects.first() or Followed(xid=0, entry=0, moved_at=timezone.now())
    listening = _listening()
    if listening:
        position = Position(followed.xid, followed.entry)
        entries, after = outbox.read_after(position, limit, _TOPICS)
    else:
        entries, after = [], outbox.head()
    if entries:
        _write_stock([key for topic, key in entries if topic == OutboxEntry.Topic.OFFER], listening)
        _write_orders(
            [key for topic, key in entries if topic == OutboxEntry.Topic.ORDER], listening
        )
    now = timezone.now()
    rested = followed.pk and (now - followed.moved_at).total_seconds() < SAVE_EVERY_SECONDS
    # Without entries the position is saved seldom: entries of others are skipped again till then.
    if entries or not rested:
        followed.xid, followed.entry, followed.moved_at = after.xid, after.id, now
        followed.save()
    return len(entries)


def _listening() -> Listening:
    found: Listening = defaultdict(list)
    for endpoint in Endpoint.objects.filter(disabled_at=None).order_by("pk"):
        found[endpoint.shop_id].append(endpoint)
    return found


def _write_stock(offer_ids: Iterable[int], listening: Listening) -> None:
    """Write to each shop's endpoints how its offers now stand, a hundred a message."""
    wanted = [
        key
        for key, endpoints in listening.items()
        if any(Event.STOCK_CHANGED in endpoint.events for endpoint in endpoints)
    ]
    rows = Offer.objects.filter(pk__in=set(offer_ids), shop__in=wanted)
    changed: dict[int, dict[int, int]] = defaultdict(dict)
    for offer, key, product in rows.values_list("pk", "shop_id", "product_id").order_by("pk"):
        changed[key][offer] = product
    for shop in Shop.objects.filter(pk__in=changed).order_by("pk"):
        offers = changed[shop.pk]
        found = standings(shop, set(offers.values()))
        figures = [_figures(each) for each in found if each.offer.pk in offers]
        for start in range(0, len(figures), OFFERS_A_MESSAGE):
            data = {"shop": _named(shop), "offers": figures[start : start + OFFERS_A_MESSAGE]}
            _send(shop, Event.STOCK_CHANGED, data, listening)


def _write_orders(event_ids: Sequence[int], listening: Listening) -> None:
    """Write to each shop's endpoints the lines of history that are younger than they are."""
    events = OrderEvent.objects.filter(Q(pk__in=event_ids), order__shop__in=listening)
    for event in events.select_related("order__shop").order_by("pk"):
        kind = _ORDER_EVENTS.get(EventKind(event.kind))
        if kind is not None:
            shop = event.order.shop
            data = {"shop": _named(shop), "order": _order(event)}
            _send(shop, kind, data, listening, since=event.happened_at)


def _send(
    shop: Shop,
    event: Event,
    data: dict[str, Any],
    listening: Listening,
    since: datetime | None = None,
) -> None:
    """Write a message and its deliveries, if anybody of the shop listens to such events."""
    receivers = [
        endpoint
        for endpoint in listening[shop.pk]
        if event in endpoint.events and (since is None or endpoint.created_at <= since)
    ]
    if receivers:
        message = Message.objects.create(shop=shop, event=event, data=data)
        Delivery.objects.bulk_create(Delivery(message=message, endpoint=each) for each in receivers)


def _named(shop: Shop) -> dict[str, str | None]:
    return {"siret": shop.siret, "slug": shop.slug}


def _figures(standing: Standing) -> dict[str, Any]:
    offer = standing.offer
    own = offer.ean is not None and is_own_number(offer.ean)
    return {
        "offer": offer.pk,
        "ean": None if own else offer.ean,
        "number": offer.ean,
        "condition": offer.condition,
        "copy_ref": offer.copy_ref or None,
        "available": standing.available,
        "on_hand": offer.on_hand,
        "held": offer.held,
        "price_cents": offer.price_cents,
        "as_of": standing.as_of.isoformat(),
        "confidence": standing.confidence,
    }


def _told(order: Order) -> str | None:
    """Return until when copies are kept, if anybody knows: closed doors may have no end."""
    known = order.deadline and not order.promised_until
    return order.deadline.isoformat() if order.deadline and known else None


def _order(event: OrderEvent) -> dict[str, Any]:
    """Return what names an order, nothing that names a person."""
    order = event.order
    return {
        "code": order.code,
        "status": event.status,
        "channel": order.channel,
        "delivery": order.delivery,
        "placed_at": order.placed_at.isoformat(),
        "happened_at": event.happened_at.isoformat(),
        "deadline": _told(order),
        "slot": _slot(order),
    }


def _slot(order: Order) -> dict[str, str] | None:
    """Return when the order is collected at the door, as the API writes it; None without a slot."""
    if order.slot_at is None or order.slot_until is None:
        return None
    return {"start": order.slot_at.isoformat(), "end": order.slot_until.isoformat()}
