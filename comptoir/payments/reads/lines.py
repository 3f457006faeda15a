"""What of an order's lines has come back or will not come, and what of that went back in money."""

from collections.abc import Collection
from dataclasses import dataclass

from comptoir.core.db import fetch
from comptoir.orders.models import Order

GIVEN_UP = """
    coalesce(g.gone, 0) + CASE WHEN l.status IN ('not_found', 'released')
        THEN l.quantity - coalesce(g.sent, 0) - coalesce(g.missing, 0) ELSE 0 END"""
"""The copies of a line of `CHARGED` that will not come or came back, as SQL."""
CHARGED = """
FROM orders_orderline l JOIN orders_linecharge c ON c.line_id = l.id
LEFT JOIN LATERAL (
    SELECT sum(quantity) FILTER (WHERE fate IN ('not_found', 'taken_back')) AS gone,
        sum(quantity) FILTER (WHERE fate = 'sent') AS sent,
        sum(quantity) FILTER (WHERE fate = 'not_found') AS missing
    FROM orders_portion WHERE line_id = l.id
) g ON true
"""
_LINES = f"""
SELECT l.id, l.title, l.quantity, c.unit_cents, {GIVEN_UP} AS given_up,
    coalesce((SELECT sum(quantity) FROM payments_refund r WHERE r.line_id = l.id), 0) AS refunded
{CHARGED} WHERE l.order_id = %s ORDER BY l.id
"""  # noqa: S608

_BEYOND = f"""
SELECT l.id, c.unit_cents * ({GIVEN_UP} - coalesce((
    SELECT sum(quantity) FROM payments_refund r
    WHERE r.line_id = l.id AND NOT r.reason = ANY(%(but)s)), 0))
{CHARGED} WHERE l.id = ANY(%(lines)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Returnable:
    """So many copies of a line whose price may go back: `unit_cents` each, tax included."""

    line_id: int
    title: str
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        """What all of them cost."""
        return self.quantity * self.unit_cents


def given_up(order: Order) -> list[Returnable]:
    """Return, by line, the copies that did not come or came back, and were not refunded yet."""
    return [
        Returnable(line, title, int(up) - int(refunded), unit)
        for line, title, _quantity, unit, up, refunded in fetch(_LINES, [order.pk])
        if up > refunded
    ]


def refundable(order: Order) -> list[Returnable]:
    """Return, by line, the copies of which nothing was refunded yet, sent or not."""
    return [
        Returnable(line, title, quantity - int(refunded), unit)
        for line, title, quantity, unit, _up, refunded in fetch(_LINES, [order.pk])
        if quantity > refunded
    ]


def given_up_beyond(lines: Collection[int], but: Collection[str]) -> dict[int, int]:
    """Return, by line, the price in cents of the copies that did not come or came back, less those
    of refunds `but` the ones for these reasons."""
    if not lines:
        return {}
    rows = fetch(_BEYOND, {"lines": list(lines), "but": [str(reason) for reason in but]})
    return {line: int(cents) for line, cents in rows}
