"""What the page of an order says of the right to withdraw, and under which conditions it was
made."""

from typing import Any

from comptoir.orders.models import Order
from comptoir.terms.reads import terms_of
from comptoir.withdrawals.reads import is_paid_for, withdrawals_of


def rights_of(order: Order) -> dict[str, Any]:
    """Return whether one may withdraw from an order, whenever, the version it was made under, and
    what was withdrawn of it. Two queries of one that was paid at the counter, three of others."""
    bought = is_paid_for(order)
    return {
        "may_withdraw": bought,
        "terms": terms_of(order) if bought else None,
        "withdrawals": withdrawals_of(order),
    }
