"""The life of an order: one status, one table of moves for each way in which it is handed over."""

from comptoir.orders.models import Delivery, Order, OrderStatus

S = OrderStatus
_ENDS = frozenset({S.NOT_FOUND, S.CANCELLED, S.EXPIRED})
_FINAL: dict[OrderStatus, frozenset[OrderStatus]] = {status: frozenset() for status in S}
MOVES: dict[Delivery, dict[OrderStatus, frozenset[OrderStatus]]] = {
    Delivery.COLLECT: _FINAL
    | {
        S.UNCONFIRMED: frozenset({S.PLACED, S.SET_ASIDE, S.COLLECTED}) | _ENDS,
        S.PLACED: frozenset({S.SET_ASIDE, S.COLLECTED}) | _ENDS,
        S.SET_ASIDE: frozenset({S.COLLECTED}) | _ENDS,
    },
    Delivery.MAIL: _FINAL
    | {
        S.UNCONFIRMED: frozenset({S.PLACED}) | _ENDS,
        S.PLACED: frozenset({S.PREPARED, S.SHIPPED}) | _ENDS,
        # It has been paid for, and what is paid for does not expire.
        S.PREPARED: frozenset({S.SHIPPED, S.NOT_FOUND, S.CANCELLED}),
        S.SHIPPED: frozenset({S.DELIVERED}),
        # Money that comes after the hold has gone, where the copies are free again.
        S.EXPIRED: frozenset({S.PLACED}),
    },
}
"""From each status to which others an order may move. An order that has ended moves on only by
post: what was sent arrives, and what expired unpaid is taken up again (`postal.revive`)."""


def allowed(order: Order) -> frozenset[OrderStatus]:
    """Return the statuses this order may move to."""
    return MOVES[Delivery(order.delivery)][OrderStatus(order.status)]
