"""What the page of an order says of the right to withdraw, and under which conditions it was
made."""

from typing import Any

from comptoir.orders.models import LIVE, Order
from comptoir.terms.reads import terms_of
from comptoir.withdrawals.reads import is_paid_for, items_of, unsent_of, withdrawals_of


def rights_of(order: Order) -> dict[str, Any]:
    """Return whether one may withdraw from an order, whenever, the version it was made under, and
    what was withdrawn of it: `unsent`, how many copies of which lines that have not left, and
    whether those are all (`nothing_to_send`); `all_withdrawn`, whether all that was bought was
    withdrawn from and nothing of it kept out, and `all_settled`, whether the shop has said so of
    every copy. Two queries of one that was paid at the counter, three of others, at most five more
    of one that was withdrawn from."""
    bought = is_paid_for(order)
    made = withdrawals_of(order)
    unsent = unsent_of(order) if made else {}
    nothing_left = bool(made) and bought and not items_of(order)
    kept = any(each.kept for one in made for each in one.lines.all())
    live = [line for line in order.lines.all() if line.status in LIVE]
    return {
        "may_withdraw": bought and not nothing_left,
        "terms": terms_of(order) if bought else None,
        "withdrawals": made,
        "all_withdrawn": nothing_left and not kept,
        "all_settled": all(one.ended_at is not None for one in made),
        "unsent": [(unsent[line.pk], line) for line in live if line.pk in unsent],
        "nothing_to_send": bool(unsent)
        and all(unsent.get(line.pk, 0) >= max(line.held, 1) for line in live),
    }
