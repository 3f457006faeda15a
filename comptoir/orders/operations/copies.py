"""The copies of orders that are locked: those they asked for taken, those they hold let go."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from comptoir.core.db import among, execute, fetch
from comptoir.orders.charges.withheld import withheld
from comptoir.orders.models import LIVE, LineStatus, Order, OrderLine
from comptoir.orders.operations.doors.keep import FIELDS, keep
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.holds import hold, lock_offers
from comptoir.stock.shelf.models import Offer

_END_LINES = f"""
WITH live AS (
    SELECT id, offer_id, held FROM orders_orderline
    WHERE order_id {among("%(orders)s")} AND status = ANY(%(before)s)
), ended AS (
    UPDATE orders_orderline l SET status = %(after)s, held = 0 FROM live WHERE l.id = live.id
)
SELECT offer_id, sum(held)::int FROM live WHERE offer_id IS NOT NULL AND held > 0 GROUP BY offer_id
"""  # noqa: S608


def live_lines(order: Order) -> list[OrderLine]:
    """Return the lines of an order of which something may still become, with how many copies of
    each are not to leave the shop (`charges.withheld`)."""
    found = order.lines.filter(status__in=LIVE).annotate(withheld=withheld())
    return list(found.order_by("pk"))


def take_asked(order: Order, lines: Sequence[OrderLine], *, at: datetime) -> list[OrderLine]:
    """Hold what these lines of a locked order ask for, each whole or not at all.

    All of `lines` that have an offer are locked, so that what follows may touch any of them.
    Returns the lines for which no copy was free: they stay asked for, and the shop answers, as for
    what was not promised outright. With the first copies comes the order's deadline.

    Locks: the offers by primary key. Writes: the lines, the order, the offers. Announces: the
    offers. Raises nothing of its own.
    """
    asked = [line for line in lines if line.status == LineStatus.ASKED]
    if not asked:
        return []
    offers = lock_offers(line.offer_id for line in lines if line.offer_id is not None)
    taken: Counter[int] = Counter()
    for line in asked:
        offer = offers.get(line.offer_id or 0)
        if offer is None or offer.available < taken[offer.id] + line.quantity:
            line.confidence = Confidence.TO_CONFIRM
            continue
        taken[offer.id] += line.quantity
        line.confidence = offer.confidence(taken[offer.id], at)
        line.status, line.held = LineStatus.HELD, line.quantity
    hold(taken)
    OrderLine.objects.bulk_update(asked, ["confidence", "status", "held"])
    if taken and order.deadline is None:
        keep(order, at, at=at)
        order.save(update_fields=[*FIELDS])
    return [line for line in asked if line.status == LineStatus.ASKED]


def take_arrived(order: Order, offer: Offer, copies: int, *, at: datetime) -> OrderLine | None:
    """Hold for a locked order so many copies that have come for it, and return its line; None where
    it waits for no such copies any more, or for more than have come or are free.

    The shop's safety stock is no reason against copies that have come: they were never for the
    shelf.

    Locks: the offer. Writes: the line, the order, the offer. Announces: the offer. Raises nothing
    of its own.
    """
    waits = order.lines.filter(status__in=(LineStatus.TO_ORDER, LineStatus.ASKED))
    alike = waits.filter(product=offer.product_id, condition=offer.condition)
    line = alike.order_by("pk").first()
    free = lock_offers([offer.pk]).get(offer.pk)
    if line is None or free is None:
        return None
    in_hand = line.quantity <= copies
    if not in_hand and free.available < line.quantity:
        return None
    hold({offer.pk: line.quantity}, in_hand=in_hand)
    line.offer, line.status, line.held = offer, LineStatus.HELD, line.quantity
    # Whoever unpacked it has it in hand.
    line.confidence = Confidence.SURE
    line.save(update_fields=["offer", "status", "held", "confidence"])
    if order.deadline is None:
        keep(order, at, at=at)
        order.save(update_fields=[*FIELDS])
    return line


def let_go(orders: Sequence[Order]) -> Counter[int]:
    """Have locked orders only ask for what they hold, and return how many copies of each offer that
    is: the caller gives them back (`holds.release`). Writes: the orders, their lines.
    """
    keys = [order.pk for order in orders]
    execute("UPDATE orders_order SET held_until = NULL, deadline = NULL WHERE id = ANY(%s)", [keys])
    for order in orders:
        order.held_until = order.deadline = None
    return _end_lines(orders, (LineStatus.HELD,), LineStatus.ASKED)


def end_live_lines(orders: Sequence[Order], status: LineStatus) -> Counter[int]:
    """Give the live lines of locked orders their last status, and return how many copies of each
    offer they held: the caller gives them back. Writes: the lines."""
    return _end_lines(orders, LIVE, status)


def _end_lines(
    orders: Sequence[Order], before: Sequence[LineStatus], after: LineStatus
) -> Counter[int]:
    rows = fetch(
        _END_LINES,
        {
            "orders": [order.pk for order in orders],
            "before": [status.value for status in before],
            "after": after.value,
        },
    )
    return Counter(dict(rows))


def held_copies(lines: Iterable[OrderLine]) -> Counter[int]:
    """Return how many copies these lines hold of each offer."""
    held: Counter[int] = Counter()
    for line in lines:
        if line.offer_id is not None and line.held:
            held[line.offer_id] += line.held
    return held


def end_lines(lines: Iterable[OrderLine], status: LineStatus) -> None:
    """Give lines their last status; a line that ended holds nothing."""
    OrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(status=status, held=0)
