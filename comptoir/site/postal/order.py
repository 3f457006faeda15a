"""What the page of an order that is posted shows besides."""

from collections import Counter
from typing import Any

from comptoir.core.errors import Message
from comptoir.orders.charges.bill import Bill, bill_of, charged_lines
from comptoir.orders.charges.models import Fate, Portion
from comptoir.orders.models import LIVE, Order, OrderStatus, PostalAddress
from comptoir.orders.postal.guards import parts_sent
from comptoir.site.postal.countries import COUNTRIES
from comptoir.withdrawals.reads import unsent_of


def posted(order: Order, bill: Bill | None = None) -> dict[str, Any]:
    """Return the charges, the address and how an order stands with the post; of its `bill`, if that
    was read. `pay_until` is until when it may be paid for, None where it is paid or over."""
    bill = bill or bill_of(order)
    address = PostalAddress.objects.filter(pk=order.pk).first()
    open_to_pay = order.status in (OrderStatus.UNCONFIRMED, OrderStatus.PLACED)
    sent = order.status == OrderStatus.PREPARED and parts_sent(order)
    return {
        "bill": bill,
        "charged_lines": charged_lines(order, bill) if bill else [],
        "pay_until": order.deadline if open_to_pay else None,
        "address_lines": address.lines if address else [],
        "country": _abroad(address.country) if address else "",
        "sent": sent,
        "to_come": _to_come(order) if sent else [],
        "may_cancel": open_to_pay,
    }


def _abroad(country: str) -> Message:
    return "" if country == "FR" else COUNTRIES.get(country, country)


def _to_come(order: Order) -> list[str]:
    """Return what of an order that was sent in part is still to be sent, in words:
    not what its reader has withdrawn from."""
    gone: Counter[int] = Counter()
    for line, copies in Portion.objects.filter(
        line__order=order, fate__in=(Fate.SENT, Fate.NOT_FOUND)
    ).values_list("line_id", "quantity"):
        gone[line] += copies
    gone.update(unsent_of(order))
    left = [(line, line.quantity - gone[line.pk]) for line in order.lines.all()]
    return [
        line.title if copies == 1 else f"{copies} × {line.title}"
        for line, copies in left
        if copies > 0 and line.status in LIVE
    ]
