"""What may be read of orders, each read with what its page shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet
from django.utils.crypto import constant_time_compare

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import by_number
from comptoir.core.db import Columns, as_text, fetch, fetch_named, remember
from comptoir.core.identifiers import find_number
from comptoir.networks.models import Network
from comptoir.networks.portal import portal
from comptoir.notifications.reads import Departure, departures
from comptoir.orders.charges.models import PostageCharge
from comptoir.orders.contacts import confirmation_proof, group_proof
from comptoir.orders.doors.models import DoorsRun
from comptoir.orders.errors import no_such_order
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import (
    OPEN_STATUSES,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderStatus,
    ShopAlert,
)
from comptoir.orders.operations.moves import about, about_group
from comptoir.orders.operations.rows import remember_lines
from comptoir.shops.memory import directory, shown_keys
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from comptoir.stock.models import Condition
from comptoir.stock.shelf.copies import photo_is_shown
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import ShopOffer

FOUND_AT_MOST = 50
RUNS = 3
"""How many switches of doors an office is shown the progress of."""
# A link that did not leave is its reader's, who is told on their page: anybody may type an address.
_UNREACHED = """
SELECT DISTINCT o.id FROM notifications_message m
JOIN orders_order o ON o.id = CASE WHEN m.about LIKE 'order:%%' THEN substr(m.about, 7)::bigint END
    OR o.group_id = CASE WHEN m.about LIKE 'group:%%' THEN substr(m.about, 7)::bigint END
WHERE m.failing_since IS NOT NULL AND m.reason <> 'too_late'
  AND m.template NOT IN ('order_confirm', 'group_confirm')
  AND (m.status = 'failed' OR m.failing_since < now() - interval '15 minutes')
  AND o.shop_id = %s AND (o.ended_at IS NULL OR o.ended_at > now() - interval '2 days')
ORDER BY o.id
"""
_ORDER, _LINE, _PRODUCT = Columns(Order), Columns(OrderLine), Columns(Product)
_POSTAGE = Columns(PostageCharge)
_BY_TOKEN = f"""
SELECT {_ORDER.of("o")}, {_LINE.of("l")}, {_PRODUCT.of("p")}, {_POSTAGE.of("c")},
       EXISTS (SELECT FROM stock_usedcopy u WHERE u.photo_id = l.photo) AS photo_is_shown
FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
LEFT JOIN catalogue_product p ON p.id = l.product_id
LEFT JOIN orders_postagecharge c ON c.order_id = o.id
WHERE o.token = %(token)s ORDER BY l.id
"""  # noqa: S608
_IN_A_LIST = Columns(Product, "description")
_BY_KEYS = f"""
SELECT {_ORDER.of("o")}, {_LINE.of("l")}, {_IN_A_LIST.of("p")},
       EXISTS (SELECT FROM stock_usedcopy u WHERE u.photo_id = l.photo) AS photo_is_shown
FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
LEFT JOIN catalogue_product p ON p.id = l.product_id
WHERE o.id IN ({{keys}}) ORDER BY o.id, l.id
"""  # noqa: S608
_SOMEBODY, _SOME_SHOP = -1, -2
_ALERT = Columns(ShopAlert)
_ALERT_OF = f"SELECT {_ALERT.of('a')} FROM orders_shopalert a WHERE a.shop_id = %(shop)s"  # noqa: S608


def order_by_token(token: str) -> Order:
    """Return the order of a customer's own page, as `with_lines` does, with its `postage`, by one
    query. Raises `NotFound`, also under the host of a portal that it is none of."""
    rows = fetch_named(_BY_TOKEN, {"token": token}, binary=True)
    order = _ORDER.make(rows[0]) if rows else None
    if order is None or not _is_of_site(order):
        raise no_such_order()
    order.shop = directory().shops[order.shop_id]
    _remember_postage(order, rows[0])
    remember_lines(order, [_line(order, row) for row in rows if row.orderline__id])
    return order


def _remember_postage(order: Order, row: Any) -> None:  # noqa: ANN401  a named row
    """Let `order.postage` answer from memory, also that there is none, as `select_related` does."""
    postage = _POSTAGE.make(row) if row.postagecharge__order_id else None
    Order._meta.get_field("postage").set_cached_value(order, postage)
    if postage:
        postage.order = order


def _is_of_site(order: Order) -> bool:
    """Return whether an order is one of the site that answers: of a shop that it shows, or placed
    there, wherever its shop belongs by now."""
    shown = portal()
    if shown is None or (shown.network and shown.network.pk == order.network_id):
        return True
    return order.shop_id == shown.shop_id or order.shop_id in (shown_keys() or ())


def _line(order: Order, row: Any, product: Columns[Product] = _PRODUCT) -> OrderLine:  # noqa: ANN401  a named row
    line = _LINE.make(row)
    line.order, line.product = order, product.make(row)
    line.photo_is_shown = row.photo_is_shown  # type: ignore[attr-defined]
    return line


def order_to_confirm(token: str, proof: str) -> Order:
    """Return the order that the link of its mail names. Raises `NotFound` for another proof."""
    order = order_by_token(token)
    if not constant_time_compare(proof, confirmation_proof(order)):
        raise no_such_order()
    return order


def group_by_token(token: str) -> OrderGroup:
    """Return the group of a reader's page; its `orders.all()` are in the order in which they were
    asked, as `with_lines` reads them, from memory. Raises `NotFound`."""
    group = OrderGroup.objects.filter(token=token).first()
    if group is None:
        raise no_such_order()
    orders = list(with_lines(Order.objects.filter(group=group).order_by("pk")))
    if not all(map(_is_of_site, orders)):
        raise no_such_order()
    for order in orders:
        order.shop = directory().shops[order.shop_id]
    remember(group, "orders", orders)
    return group


def group_to_confirm(token: str, proof: str) -> OrderGroup:
    """Return the group that the link of its mail names. Raises `NotFound` for another proof."""
    group = group_by_token(token)
    email = next((order.email for order in group.orders.all() if order.email), "")
    if not email or not constant_time_compare(proof, group_proof(token, email)):
        raise no_such_order()
    return group


def mail_of_group(group: OrderGroup) -> Departure | None:
    """Return how the newest mail about a whole group stands; None where there was none."""
    return departures([about_group(group.pk)]).get(about_group(group.pk))


def group_of_several(order: Order) -> str:
    """Return the token of the act that an order was asked in together with others; empty where it
    is alone."""
    others = Order.objects.filter(group=order.group_id).exclude(pk=order.pk)
    return order.group.token if order.group and others.exists() else ""


def with_lines(orders: OrderQuerySet) -> OrderQuerySet:
    """Return orders with shop, lines, products and the facts of used copies, in two queries."""
    return orders.select_related("shop").prefetch_related(Prefetch("lines", queryset=_lines()))


def _lines() -> QuerySet[OrderLine]:
    known = OrderLine.objects.annotate(photo_is_shown=photo_is_shown("photo"))
    return known.select_related("product").defer("product__description").order_by("pk")


def counter_tasks(shop_id: int, *, actor: Actor) -> list[Order]:
    """Return what a shop still has to set aside, oldest first."""
    orders = Order.objects.visible_to(actor).filter(shop_id=shop_id).waiting()
    return list(with_lines(orders.order_by("placed_at", "pk")))


def counter_ready(shop_id: int, *, actor: Actor) -> list[Order]:
    """Return what waits to be collected in a shop, the nearest deadline first."""
    orders = Order.objects.visible_to(actor).filter(shop_id=shop_id, status=OrderStatus.SET_ASIDE)
    return list(with_lines(orders.order_by("deadline", "pk")))


def expected_at_the_door(
    shop_id: int, first: datetime, last: datetime, *, actor: Actor
) -> list[Order]:
    """Return the orders whose slot at the door of a shop begins between two moments, and that are
    open or were handed over, in the order of their slots, and then of their names."""
    there = (*OPEN_STATUSES, OrderStatus.COLLECTED)
    orders = Order.objects.visible_to(actor).filter(
        shop_id=shop_id, slot_at__gte=first, slot_at__lt=last, status__in=there
    )
    return list(with_lines(orders.order_by("slot_at", "name", "pk")))


def door_runs(network: Network) -> list[DoorsRun]:
    """Return how far the orders of a network's shops follow its doors, the newest switch first."""
    found = DoorsRun.objects.filter(doors__network=network)
    return list(found.order_by("-pk")[:RUNS])


def counter_orders(shop: Shop, *, actor: Actor) -> tuple[list[Order], list[Order]]:
    """Return what `counter_tasks` and `counter_ready` do, both by one query; who has a time at the
    door comes first, the earliest first."""
    asked = {"shop": shop.pk, "actor": actor.id}
    both: list[Order] = []
    for _key, rows in groupby(
        fetch_named(_on_the_board(actor.kind), asked, binary=True), attrgetter("order__id")
    ):
        first, *more = rows
        order = _ORDER.make(first)
        order.shop = shop
        remember_lines(
            order, [_line(order, row, _IN_A_LIST) for row in (first, *more) if row.orderline__id]
        )
        both.append(order)
    ready = [order for order in both if order.status == OrderStatus.SET_ASIDE]
    waiting = [order for order in both if order.status != OrderStatus.SET_ASIDE]
    ready.sort(key=lambda x: (x.slot_at is None, x.slot_at, x.deadline is None, x.deadline, x.pk))
    waiting.sort(key=lambda x: (x.slot_at is None, x.slot_at or x.placed_at, x.placed_at, x.pk))
    return waiting, ready


@lru_cache(maxsize=len(ActorKind))
def _on_the_board(kind: ActorKind) -> str:
    """Return the statement of `counter_orders` for actors of a kind."""
    orders = Order.objects.visible_to(Actor(kind, _SOMEBODY)).filter(shop_id=_SOME_SHOP)
    found = orders.waiting() | orders.filter(status=OrderStatus.SET_ASIDE)
    return _BY_KEYS.format(keys=as_text(found.values("pk"), actor=_SOMEBODY, shop=_SOME_SHOP))


@dataclass(frozen=True, slots=True)
class Day:
    """What waits in a shop on one day: what is `to_set_aside` and, of that, `to_answer`: its reader
    waits to hear; what is ready, and `ends` today."""

    to_set_aside: list[Order]
    to_answer: list[Order]
    ends: list[Order]

    @property
    def waits(self) -> bool:
        """Whether anything does."""
        return bool(self.to_set_aside or self.ends)


def day_at(shop: Shop, now: datetime) -> Day:
    """Return what waits in a shop on its own day of a moment."""
    zone = ZoneInfo(shop.time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), zone)
    waiting = counter_tasks(shop.pk, actor=SYSTEM)
    ready = counter_ready(shop.pk, actor=SYSTEM)
    return Day(
        to_set_aside=waiting,
        to_answer=[order for order in waiting if order.to_confirm],
        ends=[order for order in ready if order.deadline and order.deadline <= midnight],
    )


def alert_of(shop: Shop) -> ShopAlert:
    """Return how a shop hears of new reservations."""
    rows = fetch_named(_ALERT_OF, {"shop": shop.pk})
    return _ALERT.make(rows[0]) if rows else ShopAlert(shop=shop)


def unreached_ids(shop_id: int) -> list[int]:
    """Return which orders of a shop a mail to their reader is about that does not leave: refused,
    or late by a quarter of an hour; of those that ended, for two days."""
    return [key for (key,) in fetch(_UNREACHED, [shop_id])]


def unreached(keys: Collection[int], *, actor: Actor) -> list[tuple[Order, Departure]]:
    """Return those orders, each with how its newest mail stands: their readers are to be called.

    Where a later mail has left, the reader was reached.
    """
    if not keys:
        return []
    found = Order.objects.visible_to(actor).filter(pk__in=keys)
    orders = list(with_lines(found.exclude(email="").order_by("pk")))
    stand = departures([name for order in orders for name in _subjects(order)])
    told = [(order, _newest(order, stand)) for order in orders]
    return [(order, how) for order, how in told if how and how.left is None]


def mail_of(order: Order) -> Departure | None:
    """Return how the newest mail to the reader of an order stands; None where there was none."""
    return _newest(order, departures(_subjects(order))) if order.email else None


def _subjects(order: Order) -> list[str]:
    """Return the subjects of the mails about an order: its own, and its group's."""
    own = about(order.pk)
    return [own, about_group(order.group_id)] if order.group_id else [own]


def _newest(order: Order, stand: Mapping[str, Departure]) -> Departure | None:
    """Return how the newest mail about an order stands: the group's come before its own."""
    return next((stand[name] for name in _subjects(order) if name in stand), None)


def find_at_counter(shop_id: int, text: str, *, actor: Actor) -> list[Order]:
    """Return the orders of a shop that a code, a name, a title or a number may mean.

    Eight digits are a code, of an open or an ended order; anything else is searched in open ones.
    """
    text = " ".join(text.split())
    orders = Order.objects.visible_to(actor).filter(shop_id=shop_id)
    code = text.replace(" ", "")
    if len(code) == 8 and code.isdigit():
        return list(with_lines(orders.filter(code=code)))
    if not text:
        return []
    number = find_number(text)
    if number:
        meant = Q(**by_number(number, shop_id, "lines__product__"))
    else:
        meant = Q(name__icontains=text) | Q(lines__title__icontains=text)
    found = orders.open().filter(meant).distinct().order_by("placed_at")
    return list(with_lines(found)[:FOUND_AT_MOST])


def elsewhere(
    product_ids: Collection[int], *, shop: Shop, limit: int = 3
) -> dict[int, list[ShopOffer]]:
    """Return, for each title, the offers of the nearest other shops that have it now."""
    near = Point(shop.latitude, shop.longitude)
    # The shop itself may stand in front with an offer a condition.
    found = nearest_offers(product_ids, near, most=limit + len(Condition))
    return {
        product: [offer for offer in nearest.offers if offer.shop.pk != shop.pk][:limit]
        for product, nearest in found.items()
    }
