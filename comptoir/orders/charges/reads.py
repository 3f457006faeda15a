"""What orders are charged, and what of it is owed now: reckoned from rows, never kept."""

from collections.abc import Collection

from comptoir.core.db import fetch
from comptoir.orders.kinds import LIVE
from comptoir.orders.models import Order

# Of each line: `kept` copies are the reader's, or still to become so. Postage is owed as long as
# there is any: whoever gives all back is refunded the post too (code de la consommation, L221-24),
# and a parcel that is split, or a line that is refunded, changes nothing of it.
_KEPT = """
WITH gone AS (
    SELECT line_id, sum(quantity) FILTER (WHERE fate = 'sent') AS sent,
           sum(quantity) FILTER (WHERE fate = 'not_found') AS missing,
           sum(quantity) FILTER (WHERE fate = 'taken_back') AS back
    FROM orders_portion WHERE line_id IN
        (SELECT id FROM orders_orderline WHERE order_id = ANY(%(orders)s))
    GROUP BY line_id
), lines AS (
    SELECT l.order_id, l.id, c.unit_cents, l.quantity,
           CASE WHEN l.status = ANY(%(live)s) OR l.status = 'collected'
                THEN l.quantity - coalesce(g.missing, 0)
                ELSE coalesce(g.sent, 0) END - coalesce(g.back, 0) AS kept
    FROM orders_orderline l JOIN orders_linecharge c ON c.line_id = l.id
    LEFT JOIN gone g ON g.line_id = l.id
    WHERE l.order_id = ANY(%(orders)s)
)
"""
_AMOUNTS = (
    _KEPT
    + """
SELECT p.order_id, p.cents + sum(l.quantity * l.unit_cents),
       CASE WHEN sum(l.kept) > 0 THEN p.cents + sum(l.kept * l.unit_cents) ELSE 0 END
FROM orders_postagecharge p JOIN lines l ON l.order_id = p.order_id
GROUP BY p.order_id, p.cents
"""
)
_OF_LINES = _KEPT + " SELECT id, kept FROM lines"  # noqa: S608


def amounts(keys: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return what orders were `charged` and what is `owed` of it now, in cents, by their keys;
    without those that no quote reckoned. One query."""
    if not keys:
        return {}
    rows = fetch(_AMOUNTS, _of(keys))
    return {key: (int(charged), int(owed)) for key, charged, owed in rows}


def kept(order: Order) -> dict[int, int]:
    """Return how many copies of each line of an order are owed, by the line's key; without lines
    that no quote reckoned."""
    rows = fetch(_OF_LINES, _of([order.pk]))
    return {key: int(copies) for key, copies in rows}


def charged(order: Order) -> int:
    """Return what an order was to cost when it was placed, in cents, postage included; 0 where no
    quote reckoned it."""
    return amounts([order.pk]).get(order.pk, (0, 0))[0]


def owed(order: Order) -> int:
    """Return what is owed of an order now, in cents: copies that are still to come, were sent or
    collected, less what was taken back, and the postage while any copy is left; 0 where no quote
    reckoned it."""
    return amounts([order.pk]).get(order.pk, (0, 0))[1]


def _of(keys: Collection[int]) -> dict[str, object]:
    return {"orders": list(keys), "live": [status.value for status in LIVE]}
