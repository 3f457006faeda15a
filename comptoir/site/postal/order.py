"""What the page of an order that is posted shows besides."""

from typing import Any

from comptoir.orders.charges.bill import bill_of, tax_in_words
from comptoir.orders.models import Order, OrderStatus, PostalAddress
from comptoir.orders.postal.guards import parts_sent


def posted(order: Order) -> dict[str, Any]:
    """Return the charges, the address and how an order stands with the post. `pay_until` is until
    when it may be paid for, None where it is paid or over."""
    bill = bill_of(order)
    address = PostalAddress.objects.filter(pk=order.pk).first()
    open_to_pay = order.status in (OrderStatus.UNCONFIRMED, OrderStatus.PLACED)
    lines = [] if bill is None else [(x, bill.lines[x.pk]) for x in order.lines.all()]
    return {
        "bill": bill,
        "charged_lines": [
            (
                line,
                charge.unit_cents * line.quantity,
                tax_in_words(charge.scheme, charge.rate, charge.vat_cents),
            )
            for line, charge in lines
        ],
        "pay_until": order.deadline if open_to_pay else None,
        "address_lines": address.lines if address else [],
        "country": address.country if address else "",
        "sent": order.status == OrderStatus.PREPARED and parts_sent(order),
        "may_cancel": open_to_pay,
    }
