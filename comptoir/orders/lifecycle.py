"""The life of an order: one status, one table of moves."""

from comptoir.orders.models import Delivery, Order, OrderStatus

S = OrderStatus
MOVES: dict[Delivery, dict[OrderStatus, frozenset[OrderStatus]]] = {
    Delivery.COLLECT: {
        S.UNCONFIRMED: frozenset(
            {S.PLACED, S.SET_ASIDE, S.COLLECTED, S.NOT_FOUND, S.CANCELLED, S.EXPIRED}
        ),
        S.PLACED: frozenset({S.SET_ASIDE, S.COLLECTED, S.NOT_FOUND, S.CANCELLED, S.EXPIRED}),
        S.SET_ASIDE: frozenset({S.COLLECTED, S.NOT_FOUND, S.CANCELLED, S.EXPIRED}),
        S.COLLECTED: frozenset(),
        S.NOT_FOUND: frozenset(),
        S.CANCELLED: frozenset(),
        S.EXPIRED: frozenset(),
    }
}


def allowed(order: Order) -> frozenset[OrderStatus]:
    """Return the statuses this order may move to."""
    return MOVES[Delivery(order.delivery)][OrderStatus(order.status)]
