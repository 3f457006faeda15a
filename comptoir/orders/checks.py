"""What must agree between orders and stock; `comptoir check` proves it at any time."""

from collections.abc import Iterator

from comptoir.core.db import fetch

_HELD = "offer {0}: {1} held, but its order lines and transfers hold {2}"
_HOLDERS = ["SELECT offer_id, held FROM orders_orderline WHERE held > 0"]
_CHECKS = (
    (
        "order {0} has ended ({1}), but still holds {2} copies",
        "SELECT o.id, o.status, sum(l.held) FROM orders_order o"
        " JOIN orders_orderline l ON l.order_id = o.id"
        " WHERE o.ended_at IS NOT NULL AND l.held > 0 GROUP BY o.id, o.status",
    ),
    (
        "order {0} is {1}, but its history ends with {2}",
        "SELECT o.id, o.status, e.status FROM orders_order o LEFT JOIN LATERAL"
        " (SELECT status FROM orders_orderevent WHERE order_id = o.id ORDER BY id DESC LIMIT 1) e"
        " ON true WHERE o.status IS DISTINCT FROM e.status",
    ),
    (
        "group {0} has no order",
        "SELECT g.id FROM orders_ordergroup g WHERE NOT EXISTS"
        " (SELECT 1 FROM orders_order WHERE group_id = g.id)",
    ),
    (
        "order {0} has no line",
        "SELECT o.id FROM orders_order o WHERE NOT EXISTS"
        " (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id)",
    ),
)


def count_also(query: str) -> None:
    """Count the copies that a package above holds: `query` yields the key of an offer and how many
    copies of it are held, a row a holder. Called as the program starts."""
    if query not in _HOLDERS:
        _HOLDERS.append(query)


def problems() -> Iterator[str]:
    """Yield a sentence for every disagreement; nothing when all is well."""
    for sentence, query in ((_HELD, _held()), *_CHECKS):
        for row in fetch(query):
            yield sentence.format(*row)


def _held() -> str:
    return (
        "SELECT o.id, o.held, coalesce(l.held, 0) FROM stock_offer o"  # noqa: S608
        f" LEFT JOIN (SELECT offer_id, sum(held) AS held FROM ({' UNION ALL '.join(_HOLDERS)}) h"
        " GROUP BY offer_id) l ON l.offer_id = o.id WHERE o.held <> coalesce(l.held, 0)"
    )
