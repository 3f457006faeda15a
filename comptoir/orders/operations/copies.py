"""The copies of an order that is locked: those it asked for taken, those it holds given back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from comptoir.orders.models import LIVE, LineStatus, Order, OrderLine
from comptoir.shops.hours import deadline
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.holds import hold, lock_offers, release


def live_lines(order: Order) -> list[OrderLine]:
    """Return the lines of an order of which something may still become."""
    return list(order.lines.filter(status__in=LIVE).order_by("pk"))


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
        order.deadline = deadline(order.shop, at, order.shop.hold_days)
        order.save(update_fields=["deadline"])
    return [line for line in asked if line.status == LineStatus.ASKED]


def let_go(order: Order) -> None:
    """Give back what a locked order holds: from now on it only asks for it.

    Locks: the offers by primary key. Writes: the lines, the order, the offers. Announces: the
    offers.
    """
    lines = list(order.lines.filter(status=LineStatus.HELD))
    release(held_copies(lines))
    end_lines(lines, LineStatus.ASKED)
    order.held_until = order.deadline = None
    order.save(update_fields=["held_until", "deadline"])


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
