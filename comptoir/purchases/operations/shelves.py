"""An arrival put away: the stock rises, readers' copies are held for them, and they are told.

What is in the hand is certain; what the till counts already is not. Between the sending of a
purchase and its arrival somebody may have entered the delivery at the till, and sold copies beside,
so that its figure tells nothing of it. So, where the till has spoken since the copies were ordered,
any copy that was free before may be one of those that are now in the hand: so many are not added a
second time. What is held for others stands aside and is none of them. Of the two readings the
lower one holds, until the till's next figure, which contains what came before it, says which was
right (`stock.shelf.truth`, rule 1). Where the till has not spoken since, all that came is added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Sum
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.orders.models import Delivery, OrderLine
from comptoir.orders.operations.moves import set_aside
from comptoir.orders.operations.special.copies import is_complete, lock_waiting, take_come
from comptoir.purchases.errors import no_such_scan
from comptoir.purchases.kinds import LineState, Step
from comptoir.purchases.models import Arrival, ArrivedCopies, PurchaseLine
from comptoir.purchases.operations.steps import note, tell_of_copies
from comptoir.purchases.reads import come_lines
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.locks import lock_shared, read_clock


@dataclass(slots=True)
class PutAway:
    """What became of an arrival: whose orders are ready, who lacks something still, and how many
    copies are for readers and for the shelf."""

    arrival: Arrival
    ready: list[int] = field(default_factory=list)
    part: list[int] = field(default_factory=list)
    for_readers: int = 0
    for_shelf: int = 0


@dataclass(frozen=True, slots=True)
class _Come:
    """Copies that have come for a line that waited (`ordered`, its key): the line that holds them,
    which is another where the first was parted."""

    ordered: int
    held: OrderLine


@transaction.atomic
def put_away(*, shop: Shop, arrival_id: int, actor: Actor) -> PutAway:
    """Put what was scanned away, once: copies come into the stock, and those that readers wait for
    are held for them, who asked first before the others.

    An order of which all has come is set aside as by the tap on the board, with its mail; who still
    waits for something else is told what has come. Of an arrival that was put away before, what
    became of it is answered.

    Guard: `BUY_COPIES`. Locks: the shop, the orders that wait, its clock shared, the offers by
    primary key. Writes: the arrival, offers, movements (`received`), orders with lines and history,
    lines of purchases with theirs, mails. Announces: the offers, their products if they crossed
    zero, the lines of history. Raises `NotFound` (also `no_such_scan`), `Forbidden`, `Conflict`
    (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    arrival = Arrival.objects.filter(shop=shop, pk=arrival_id).first()
    if arrival is None:
        raise no_such_scan()
    if arrival.closed_at is not None:
        return _as_it_was(arrival)
    done = PutAway(arrival)
    now = timezone.now()
    come = _share_out(shop, done, actor, now)
    arrival.closed_at = now
    arrival.save(update_fields=["closed_at"])
    _tell(done, come, actor)
    return done


def _share_out(shop: Shop, done: PutAway, actor: Actor, now: datetime) -> dict[int, list[_Come]]:
    """Have the stock rise by what was scanned, and hold readers' copies; return these by order."""
    scans = done.arrival.scans
    counts = dict(scans.values_list("product").annotate(sum=Sum("copies")).order_by("product"))
    come: dict[int, list[_Come]] = {}
    waiting = lock_waiting(shop.pk, counts)
    _lock_offers(shop, counts)
    for product in Product.objects.filter(pk__in=counts).order_by("pk"):
        copies = counts[product.pk]
        offer = _receive(shop, product, copies, actor)
        left = copies
        for line in (each for each in waiting if each.product_id == product.pk):
            left -= _give(done.arrival, line, offer, left, come)
        done.for_readers += copies - left
        done.for_shelf += left
        _count_off(shop, product, copies, come, actor, now)
    return come


def _as_it_was(arrival: Arrival) -> PutAway:
    """Return what became of an arrival that was put away before."""
    lines = arrival.for_readers.select_related("order_line__order")
    held = sum(each.copies for each in lines)
    scanned = arrival.scans.aggregate(sum=Sum("copies"))["sum"] or 0
    orders = {each.order_line.order_id for each in lines}
    return PutAway(arrival, ready=sorted(orders), for_readers=held, for_shelf=scanned - held)


def _lock_offers(shop: Shop, products: Iterable[int]) -> None:
    """Lock what the shop has of these titles, by primary key, before any of it changes."""
    lock_shared(shop.pk)
    mine = ledger.locked().filter(shop=shop, product__in=list(products), condition=Condition.NEW)
    list(mine.filter(copy_ref="").order_by("pk").values_list("pk", flat=True))


def _receive(shop: Shop, product: Product, copies: int, actor: Actor) -> Offer:
    """Have a shop's stock say what came; return the offer. As many copies as the till may count
    already are not added."""
    mine = ledger.locked().filter(shop=shop, product=product, condition=Condition.NEW, copy_ref="")
    before = mine.first()
    free = max(0, before.on_hand - before.held) if before else 0
    if before is None or not _may_be_counted(shop, product, before):
        free = 0
    new = copies - min(copies, free)
    if before is not None and not new:
        return before
    number = product.number or product.ref
    return ledger.receive(shop=shop, ean=number, quantity=new, actor=actor).offer


def _may_be_counted(shop: Shop, product: Product, offer: Offer) -> bool:
    """Return whether the shop's till has told a figure since the copies were ordered, so that they
    may be in it; of copies that nobody ordered here, whether it ever has."""
    told = [moment for moment in read_clock(shop.pk) if moment is not None]
    if offer.reported_by_id:
        told.append(offer.as_of)
    owed = PurchaseLine.objects.filter(
        purchase__shop=shop, product=product, state=LineState.ORDERED
    )
    since = owed.aggregate(first=Min("purchase__sent_at"))["first"]
    return any(since is None or moment > since for moment in told)


def _give(
    arrival: Arrival,
    line: OrderLine,
    offer: Offer,
    left: int,
    come: dict[int, list[_Come]],
) -> int:
    """Hold copies for a line that waits; return how many."""
    held = take_come(line, offer, left) if left else None
    if held is None:
        return 0
    ArrivedCopies.objects.create(arrival=arrival, order_line=held, copies=held.quantity)
    come.setdefault(held.order_id, []).append(_Come(line.pk, held))
    return held.quantity


def _count_off(
    shop: Shop,
    product: Product,
    copies: int,
    come: dict[int, list[_Come]],
    actor: Actor,
    at: datetime,
) -> None:
    """Count copies off what suppliers owe: of the lines of those who got theirs first, then of the
    oldest. What is over was never ordered here."""
    given: dict[int, int] = {}
    for each in (one for several in come.values() for one in several):
        if each.held.product_id == product.pk:
            given[each.ordered] = given.get(each.ordered, 0) + each.held.quantity
    owed = PurchaseLine.objects.filter(
        purchase__shop=shop, product=product, state=LineState.ORDERED
    ).select_related("purchase")
    left = copies
    lines = sorted(owed, key=lambda each: (each.order_line_id not in given, each.pk))
    for line in lines:
        most = given.get(line.order_line_id or 0, line.awaited)
        part = min(left, line.awaited, most)
        if part <= 0:
            continue
        left -= part
        line.received += part
        if line.awaited == 0:
            line.state = LineState.RECEIVED
        line.save(update_fields=["received", "state"])
        note(line.purchase, Step.RECEIVED, actor=actor, at=at, line=line, copies=part)


def _tell(done: PutAway, come: dict[int, list[_Come]], actor: Actor) -> None:
    """Set those orders aside of which all has come; tell the others what has."""
    unpacked = come_lines(come)
    for order_id, copies in sorted(come.items()):
        order = copies[0].held.order
        is_collected = order.delivery == Delivery.COLLECT
        if is_collected and is_complete(order, unpacked.get(order_id, [])):
            set_aside(order_id=order_id, actor=actor)
            done.ready.append(order_id)
        else:
            tell_of_copies(order, *[each.held.pk for each in copies])
            done.part.append(order_id)
