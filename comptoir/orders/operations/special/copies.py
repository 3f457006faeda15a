"""Copies that have come from a supplier, held for the readers who wait for them.

Steps inside the transaction of a verb that has looked (`purchases`).
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from comptoir.orders.models import Delivery, LineStatus, Order, OrderLine, OrderStatus
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.holds import hold


def waiting_lines(shop_id: int) -> "QuerySet[OrderLine]":
    """Return what confirmed orders of a shop want to have ordered. Nobody orders for a trial, or
    what is to be posted and is not paid for."""
    waits = OrderLine.objects.filter(
        order__shop=shop_id,
        order__status=OrderStatus.PLACED,
        order__trial=False,
        status=LineStatus.TO_ORDER,
        condition=Condition.NEW,
    )
    return waits.exclude(order__delivery=Delivery.MAIL, order__deadline__isnull=False)


def lock_waiting(shop_id: int, product_ids: Iterable[int]) -> list[OrderLine]:
    """Lock the confirmed orders of a shop that wait for these titles, and return the lines that do,
    who asked first before the others, each with its order, its shop and its title.

    Locks: the orders, by primary key. What was cancelled while we waited is not among them.
    """
    waits = waiting_lines(shop_id).filter(product__in=list(product_ids))
    orders = Order.objects.filter(pk__in=waits.values("order")).select_for_update(of=("self",))
    found = {order.pk: order for order in orders.order_by("pk").select_related("shop")}
    # Asked anew, now that nothing of them changes any more.
    lines = list(waits.filter(order__in=found).select_related("product", "charge"))
    for line in lines:
        line.order = found[line.order_id]
    return sorted(lines, key=lambda line: (line.order.placed_at, line.pk))


def take_come(line: OrderLine, offer: Offer, copies: int) -> OrderLine | None:
    """Hold up to so many copies, which somebody has in hand, for a line of a locked order, and
    return the line that holds them; None where it would have to be parted and may not be.

    Of a line that wants more than have come, those that have are a line of their own from then on;
    the rest goes on waiting. A line that is posted, or was reckoned by a quote, stays whole: it
    waits for all its copies.
    The shop's safety stock is no reason against it: these copies were never for the shelf.

    Locks: the offer, which the caller has. Writes: the lines, the offer. Announces: the offer.
    """
    part = min(copies, line.quantity)
    if part < line.quantity:
        if line.order.delivery != Delivery.COLLECT or hasattr(line, "charge"):
            return None
        line.quantity -= part
        line.save(update_fields=["quantity"])
        line = OrderLine(
            order=line.order,
            product=line.product,
            quantity=part,
            title=line.title,
            condition=line.condition,
            price_cents=line.price_cents,
        )
    hold({offer.pk: part}, in_hand=True)
    line.offer, line.status, line.held = offer, LineStatus.HELD, part
    # Whoever unpacked it has it in hand.
    line.confidence = Confidence.SURE
    line.save()
    return line


def is_complete(order: Order, come: Iterable[int]) -> bool:
    """Return whether all that a locked order still wants has come and lies at hand: `come` are the
    keys of its lines whose copies somebody has unpacked. What stands on the shelf is not."""
    unpacked = set(come)
    live = order.lines.filter(status__in=(LineStatus.HELD, LineStatus.ASKED, LineStatus.TO_ORDER))
    lines = live.values_list("pk", "status")
    return bool(lines) and all(
        status == LineStatus.HELD and key in unpacked for key, status in lines
    )
