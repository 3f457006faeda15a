"""What waits to be ordered, what was, and what is being unpacked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Max, Prefetch, QuerySet, Sum

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.orders.models import OrderLine
from comptoir.orders.operations.special.copies import waiting_lines
from comptoir.purchases.errors import no_such_purchase
from comptoir.purchases.kinds import Answer, LineState
from comptoir.purchases.models import (
    Arrival,
    ArrivedCopies,
    Buyer,
    Purchase,
    PurchaseLine,
    Supplier,
    Wish,
)
from comptoir.purchases.sources import Proposal, proposals_of, suppliers_of
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ForReader:
    """Copies that a reader's order still wants to have ordered; `refused` by how many suppliers."""

    line: OrderLine
    copies: int
    refused: int = 0


@dataclass(slots=True)
class Item:
    """One title to be ordered: for readers, who asked first before the others, and for the shelf
    (`wish`). Where the shop has not said of whom it is bought, `proposal` says who distributes it
    as notices say."""

    product: Product
    readers: list[ForReader] = field(default_factory=list)
    wish: Wish | None = None
    proposal: Proposal | None = None

    @property
    def copies(self) -> int:
        """How many copies are to be ordered in all."""
        return sum(each.copies for each in self.readers) + (self.wish.quantity if self.wish else 0)


@dataclass(frozen=True, slots=True)
class List:
    """What is to be ordered of one supplier, or of nobody yet (None). `seen` names the list as it
    is: whoever sends it says which one they looked at."""

    supplier: Supplier | None
    items: Sequence[Item]
    seen: str

    @property
    def copies(self) -> int:
        """How many copies are to be ordered in all."""
        return sum(item.copies for item in self.items)


def lists_of(*, shop: Shop, actor: Actor) -> list[List]:
    """Return what a shop is to order, a list a supplier by name, first what has none yet.

    Of readers only confirmed special orders are there, as long as they wait and are not ordered.

    Guard: `BUY_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    return lists_in(in_scope(shop, actor, Verb.BUY_COPIES))


def lists_in(shop: Shop) -> list[List]:
    """Return the lists of a shop for whoever has been let in. Five queries, and two where some of
    it is nobody's yet."""
    items = items_of(shop)
    suppliers = suppliers_of(shop, [item.product for item in items])
    number = next_number(shop)
    by_supplier: dict[int | None, list[Item]] = {}
    known = {each.pk: each for each in suppliers.values()}
    nobodys = [item.product for item in items if item.product.pk not in suppliers]
    proposals = proposals_of(shop, nobodys) if nobodys else {}
    for item in items:
        supplier = suppliers.get(item.product.pk)
        item.proposal = proposals.get(item.product.pk)
        by_supplier.setdefault(supplier.pk if supplier else None, []).append(item)
    lists = [
        List(known.get(key or 0), several, seen_of(number, several))
        for key, several in by_supplier.items()
    ]
    return sorted(lists, key=lambda one: (one.supplier is not None, str(one.supplier or "")))


def items_of(shop: Shop) -> list[Item]:
    """Return the titles that a shop is to order, readers' first, by when they were asked for."""
    items: dict[int, Item] = {}
    for reader in _for_readers(shop):
        product = reader.line.product
        items.setdefault(product.pk, Item(product)).readers.append(reader)
    for wish in Wish.objects.filter(shop=shop).select_related("product").order_by("pk"):
        items.setdefault(wish.product_id, Item(wish.product)).wish = wish
    return list(items.values())


def _for_readers(shop: Shop) -> list[ForReader]:
    lines = (
        waiting_lines(shop.pk)
        .select_related("product", "order")
        .prefetch_related(Prefetch("purchase_lines", PurchaseLine.objects.order_by("pk")))
        .order_by("order__placed_at", "pk")
    )
    found = []
    for line in lines:
        bought = list(line.purchase_lines.all())
        lacks = line.quantity - sum(each.awaited for each in bought)
        if lacks > 0:
            refused = sum(each.answer == Answer.UNAVAILABLE for each in bought)
            found.append(ForReader(line, lacks, refused))
    return found


def next_number(shop: Shop) -> int:
    """Return the number that a shop's next purchase gets; under the shop's lock it stays true."""
    last = Purchase.objects.filter(shop=shop).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def seen_of(number: int, items: Iterable[Item]) -> str:
    """Return a digest of a list: which purchase it would be, of what, how much."""
    said = [str(number)]
    for item in items:
        said += [f"r{each.line.pk}:{each.copies}" for each in item.readers]
        if item.wish:
            said.append(f"w{item.wish.pk}:{item.wish.quantity}")
    return sha256(" ".join(sorted(said)).encode()).hexdigest()


def purchases_of(*, shop: Shop, actor: Actor) -> list[Purchase]:
    """Return the newest purchases of a shop, newest first, at most `MOST_SHOWN`, with their lines.

    Guard: `BUY_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES)
    return list(_whole().filter(shop=shop).order_by("-number")[:MOST_SHOWN])


def purchase_of(*, shop: Shop, number: int, actor: Actor) -> Purchase:
    """Return one purchase of a shop with its lines, titles and history.

    Guard: `BUY_COPIES`. Raises `NotFound` (also `no_such_purchase`), `Forbidden`, `Conflict`
    (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES)
    found = _whole().filter(shop=shop, number=number).first()
    if found is None:
        raise no_such_purchase()
    return found


def own_gln_of(shop: Shop) -> str:
    """Return the GLN by which suppliers know a shop, for who buys for it; "" where it said none."""
    return Buyer.objects.filter(shop=shop).values_list("gln", flat=True).first() or ""


def _whole() -> "QuerySet[Purchase]":
    lines = PurchaseLine.objects.select_related("product", "order_line__order")
    known = Purchase.objects.select_related("supplier", "shop")
    return known.prefetch_related(Prefetch("lines", lines), "steps")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One title of an open arrival: how many copies were scanned, how many were awaited of
    suppliers, how many readers wait for; `last_scan` is the key of its newest scan."""

    product: Product
    copies: int
    awaited: int
    readers: int
    last_scan: int

    @property
    def surplus(self) -> int:
        """How many more came than were ordered."""
        return max(0, self.copies - self.awaited)

    @property
    def missing(self) -> int:
        """How many of those ordered did not come."""
        return max(0, self.awaited - self.copies)


def open_arrival(*, shop: Shop, actor: Actor) -> tuple[Arrival | None, list[Unpacked]]:
    """Return what a shop is unpacking, the title scanned last first.

    Guard: `BUY_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES)
    arrival = Arrival.objects.filter(shop=shop, closed_at=None).first()
    return arrival, unpacked(arrival) if arrival else []


def unpacked(arrival: Arrival) -> list[Unpacked]:
    """Return the titles of an arrival, the one scanned last first. Four queries."""
    scans = arrival.scans.values("product").annotate(copies=Sum("copies"), last=Max("pk"))
    rows = {row["product"]: row for row in scans}
    awaited = awaited_copies(arrival.shop_id, rows)
    waits = waiting_lines(arrival.shop_id).filter(product__in=rows)
    readers = dict(waits.values_list("product").annotate(copies=Sum("quantity")))
    found = [
        Unpacked(
            product,
            rows[product.pk]["copies"],
            awaited.get(product.pk, 0),
            readers.get(product.pk, 0),
            rows[product.pk]["last"],
        )
        for product in Product.objects.filter(pk__in=rows)
    ]
    return sorted(found, key=lambda each: -each.last_scan)


def awaited_copies(shop_id: int, products: Iterable[int]) -> dict[int, int]:
    """Return how many copies of each of these titles a shop's suppliers still owe. One query."""
    found: dict[int, int] = {}
    lines = PurchaseLine.objects.filter(
        purchase__shop=shop_id, state=LineState.ORDERED, product__in=list(products)
    )
    for line in lines:
        found[line.product_id] = found.get(line.product_id, 0) + line.awaited
    return found


def come_lines(order_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the lines of these orders whose copies somebody has unpacked, by order. One query."""
    found: dict[int, list[int]] = {}
    rows = ArrivedCopies.objects.filter(order_line__order__in=list(order_ids))
    for order_id, line_id in rows.values_list("order_line__order", "order_line"):
        found.setdefault(order_id, []).append(line_id)
    return found
