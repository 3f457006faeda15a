"""What the page of an order says of the right to withdraw, and under which conditions it was
made."""

from typing import Any

from comptoir.orders.models import LIVE, Order
from comptoir.terms.reads import terms_of
from comptoir.withdrawals.reads import is_paid_for, unsent_of, withdrawals_of


def rights_of(order: Order) -> dict[str, Any]:
    """Return whether one may withdraw from an order, whenever, the version it was made under, and
    what was withdrawn of it: `unsent`, how many copies of which lines that have not left, and
    whether those are all (`nothing_to_send`). Two queries of one that was paid at the counter,
    three of others, one more of one that was withdrawn from."""
    bought = is_paid_for(order)
    made = withdrawals_of(order)
    unsent = unsent_of(order) if made else {}
    live = [line for line in order.lines.all() if line.status in LIVE]
    return {
        "may_withdraw": bought,
        "terms": terms_of(order) if bought else None,
        "withdrawals": made,
        "unsent": [(unsent[line.pk], line) for line in live if line.pk in unsent],
        "nothing_to_send": bool(unsent)
        and all(unsent.get(line.pk, 0) >= max(line.held, 1) for line in live),
    }
