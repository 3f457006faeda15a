"""What may be read of a day's post: orders to be posted, what of each is fetched and packed, and
their parcels."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import order_key
from comptoir.core.db import fetch
from comptoir.core.identifiers import find_number
from comptoir.orders.charges.withheld import withheld, withheld_of
from comptoir.orders.models import (
    Delivery,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.postal import guards
from comptoir.post.carriers import page_of
from comptoir.post.errors import no_such_parcel
from comptoir.post.models import Parcel
from comptoir.post.withheld import KEPT_FACTS, something_is_left
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import Condition
from comptoir.stock.shelf.window import SECTION

LEFT_SHOWN = timedelta(days=14)
"""For so long parcels that have left stand in the list, unless they are delivered before."""
MOST_SHOWN = 300
TO_POST = (OrderStatus.PLACED, OrderStatus.PREPARED)
_COUNTS = """
SELECT l.id, coalesce(f.quantity, 0),
       coalesce(sum(c.quantity) FILTER (WHERE p.handed_at IS NULL), 0),
       coalesce(sum(c.quantity) FILTER (WHERE p.handed_at IS NOT NULL), 0)
FROM orders_orderline l
LEFT JOIN post_fetched f ON f.line_id = l.id
LEFT JOIN post_parcelline c ON c.line_id = l.id
LEFT JOIN post_parcel p ON p.id = c.parcel_id
WHERE l.order_id = ANY(%s) GROUP BY l.id, f.quantity
"""
_PLACES = f"""
SELECT l.id, {SECTION}, {order_key("p.byline")}, {order_key("l.title")}
FROM orders_orderline l JOIN catalogue_product p ON p.id = l.product_id WHERE l.id = ANY(%s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One line of an order to be posted, in copies: `held` are here and not sent yet; of the line
    were `fetched` from the shelf so far, sent ones included, `packed` lie in parcels that are still
    here, `sent` have left, and `withheld`, of those held, are not to leave (`post.withheld`)."""

    line: OrderLine
    held: int
    fetched: int
    packed: int
    sent: int
    withheld: int = 0

    @property
    def leaving(self) -> int:
        """How many that are here are to leave."""
        return self.held - self.withheld

    @property
    def to_fetch(self) -> int:
        """How many have still to be fetched from the shelf."""
        return max(0, self.leaving + self.sent - self.fetched)

    @property
    def to_pack(self) -> int:
        """How many have still to be put into a parcel."""
        return max(0, self.leaving - self.packed)

    @property
    def to_take_out(self) -> int:
        """How many lie in parcels that are here and are not to leave."""
        return max(0, self.packed - self.leaving)


@dataclass(frozen=True, slots=True)
class ToPost:
    """An order to be posted: its lines with what is done of each, and its parcels, the first one
    first."""

    order: Order
    lines: Sequence[LineStanding]
    parcels: Sequence[Parcel]

    @property
    def to_fetch(self) -> int:
        """How many copies have still to be fetched."""
        return sum(each.to_fetch for each in self.lines)

    @property
    def to_pack(self) -> int:
        """How many copies have still to be packed."""
        return sum(each.to_pack for each in self.lines)

    @property
    def here(self) -> list[Parcel]:
        """The parcels that have not left."""
        return [parcel for parcel in self.parcels if parcel.handed_at is None]

    def to_take_out(self, parcel: Parcel) -> list[tuple[OrderLine, int]]:
        """Return how many copies of which line of a parcel that is here are not to leave."""
        if parcel.handed_at is not None:
            return []
        over = {each.line.pk: each.to_take_out for each in self.lines}
        found = [(each, over.get(each.line_id, each.quantity)) for each in parcel.contents.all()]
        return [(each.line, min(each.quantity, count)) for each, count in found if count]


@dataclass(frozen=True, slots=True)
class Day:
    """A day's post of a shop: orders to be posted, the oldest first, and parcels that have left
    lately and are not known to have come, the newest first."""

    orders: Sequence[ToPost] = ()
    gone: Sequence[Parcel] = ()


@dataclass(frozen=True, slots=True)
class Picking:
    """The copies to fetch of one part of the shop, by author and title; `section` is one of
    `stock.shelf.window.SECTION_NAMES`."""

    section: str
    rows: list[tuple[Order, LineStanding]] = field(default_factory=list)


def paid(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Narrow to orders to be posted that are paid for: nothing else leaves a shop."""
    return orders.filter(guards.paid(), delivery=Delivery.MAIL, status__in=TO_POST)


def _to_do(shop_id: int) -> QuerySet[Order]:
    return paid(Order.objects.filter(shop=shop_id)).filter(something_is_left())


def days_post(*, shop: Shop, actor: Actor, at: datetime | None = None) -> Day:
    """Return a shop's post of a day: at most `MOST_SHOWN` orders, and as many parcels.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    waiting = _to_do(shop.pk).order_by("placed_at", "pk")
    since = (at or timezone.now()) - LEFT_SHOWN
    gone = Parcel.objects.filter(order__shop=shop, handed_at__gte=since, delivered_at=None)
    known = gone.select_related("order", "order__address").order_by("-handed_at", "-pk")
    return Day(standing_of(waiting[:MOST_SHOWN]), list(known[:MOST_SHOWN]))


def to_pack_with(*, shop: Shop, text: str, actor: Actor) -> tuple[ToPost, LineStanding] | None:
    """Return the oldest order into whose parcel a fetched copy of this number, as it was scanned,
    is still to go, one that is all fetched before any other, and the copy's line; None where there
    is none.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    number = find_number(text)
    found = [
        (each, line)
        for each in (days_post(shop=shop, actor=actor).orders if number else ())
        for line in each.lines
        if line.to_pack > line.to_fetch
        and number in (line.line.product.ean, line.line.product.number)
    ]
    return min(found, key=lambda pair: bool(pair[0].to_fetch), default=None)


def how_many(shop_id: int) -> int:
    """Return of how many orders a shop has to post something. For whoever has been let in to its
    counter."""
    return _to_do(shop_id).aggregate(n=Count("pk"))["n"]


def standing_of(orders: "QuerySet[Order]") -> list[ToPost]:
    """Return how far orders to be posted are, in the order of the query. Five queries."""
    known_lines = OrderLine.objects.select_related("product", "charge").order_by("pk")
    lines = known_lines.annotate(withheld=withheld())
    parcels = Parcel.objects.prefetch_related("contents")
    known = orders.select_related("address", "shop", "postage")
    found = list(known.prefetch_related(Prefetch("lines", lines), Prefetch("parcels", parcels)))
    counts = _counts([order.pk for order in found])
    return [
        ToPost(
            order,
            [
                LineStanding(line, line.held, *counts[line.pk], withheld_of(line))
                for line in order.lines.all()
                if line.status == LineStatus.HELD or counts[line.pk][2]
            ],
            list(order.parcels.all()),
        )
        for order in found
    ]


def _counts(keys: Collection[int]) -> dict[int, tuple[int, int, int]]:
    rows = fetch(_COUNTS, [list(keys)])
    return {key: (int(taken), int(packed), int(sent)) for key, taken, packed, sent in rows}


def pick_list(day: Day) -> list[Picking]:
    """Return the copies of a day that have still to be fetched, in the order in which they stand:
    by part of the shop, author and title, those of one title together, new before used. One
    query."""
    wanted = [(each.order, line) for each in day.orders for line in each.lines if line.to_fetch]
    keys = [line.line.pk for _order, line in wanted]
    places = {key: place for key, *place in fetch(_PLACES, [keys])}
    found: dict[str, Picking] = defaultdict(lambda: Picking(""))

    def stands(each: tuple[Order, LineStanding]) -> tuple[list[str], int, bool]:
        line = each[1].line
        return [x or "" for x in places[line.pk]], line.product_id, line.condition != Condition.NEW

    for order, line in sorted(wanted, key=stands):
        section = places[line.line.pk][0]
        part = found.setdefault(section, Picking(section))
        part.rows.append((order, line))
    return list(found.values())


def to_post(*, shop: Shop, order_id: int, actor: Actor) -> ToPost:
    """Return how far an order of a shop is, also one that has left.

    Guard: `SERVE_ORDERS`. Raises `NotFound` (`no_such_shop`, `no_such_parcel`), `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    orders = Order.objects.filter(shop=shop, pk=order_id, delivery=Delivery.MAIL)
    found = standing_of(orders)
    if not found:
        raise no_such_parcel()
    return found[0]


def parcels_of(*, shop: Shop, keys: Collection[int], actor: Actor) -> list[Parcel]:
    """Return these parcels of a shop, with all that papers show of them (`prints`), in the order in
    which they were packed; however many they are, by as many queries.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    known = Parcel.objects.filter(order__shop=shop, pk__in=keys).order_by("packed_at", "pk")
    found = known.select_related("order", "order__shop", "order__address", "order__postage")
    return list(
        found.prefetch_related(
            "contents",
            "contents__line__product",
            "contents__line__charge",
            "order__parcels",
            Prefetch("order__lines", OrderLine.objects.annotate(withheld=withheld())),
            "order__lines__portions",
            Prefetch("order__events", KEPT_FACTS.queryset, to_attr=KEPT_FACTS.to_attr),
            "order__shop__tariffs",
        )
    )


def parcels_by_token(token: str) -> list[Parcel]:
    """Return the parcels of the order of a reader's secret that have left, with what is in each; an
    order that is unknown has none."""
    gone = Parcel.objects.filter(order__token=token, handed_at__isnull=False)
    known = gone.select_related("order", "order__address")
    return list(known.prefetch_related("contents", "contents__line"))


def tracking_page(parcel: Parcel) -> str:
    """Return the address at which its carrier shows a parcel; empty where none is known. Reads the
    order's address."""
    address = getattr(parcel.order, "address", None)
    return page_of(parcel.carrier, parcel.tracking, address.postcode if address else "")


def number_waits(shop_id: int) -> set[str]:
    """Return the codes of the orders of a shop that have a parcel without a number."""
    waits = Q(parcels__tracking="", parcels__delivered_at=None)
    found = Order.objects.filter(waits, shop=shop_id, erased_at=None).annotate(c=F("code"))
    return set(found.values_list("c", flat=True))
