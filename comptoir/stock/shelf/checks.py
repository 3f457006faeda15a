"""What must agree within the stock; `comptoir check` proves it at any time."""

from collections.abc import Iterator

from comptoir.catalogue.models import TILL_SOURCE
from comptoir.core.db import fetch
from comptoir.stock.shelf.sql import is_own

_CHECKS = (
    (
        "offer {0}: {1} on hand, but its ledger sums to {2}",
        "SELECT o.id, o.on_hand, coalesce(m.total, 0) FROM stock_offer o"
        " LEFT JOIN (SELECT offer_id, sum(delta) AS total FROM stock_stockmovement"
        " GROUP BY offer_id) m ON m.offer_id = o.id WHERE o.on_hand <> coalesce(m.total, 0)",
    ),
    (
        "offer {0}: {1} held, but only {2} on hand and {3} known to be short",
        "SELECT id, held, on_hand, short FROM stock_offer WHERE held > on_hand + short",
    ),
    (
        "offer {0}: {1} known to be short, but {2} of {3} held are on hand",
        "SELECT id, short, on_hand, held FROM stock_offer"
        " WHERE short > greatest(held - on_hand, 0)",
    ),
    (
        "offer {0}: {1} of the till's {2} copies left unseen",
        "SELECT id, unseen, counted FROM stock_offer WHERE unseen > counted",
    ),
    (
        "feed run {0} is {1}, but its lines are kept",
        "SELECT DISTINCT r.id, r.status FROM stock_feedrun r"
        " JOIN stock_keptline l ON l.run_id = r.id"
        " WHERE r.status NOT IN ('quarantined', 'previewed')",
    ),
    (
        "offer {0} is of shop {1}, and its article ({2}) is another shop's own",
        "SELECT o.id, o.shop_id, p.source_ref FROM stock_offer o"  # noqa: S608
        " JOIN catalogue_product p ON p.id = o.product_id"
        f" WHERE p.source = '{TILL_SOURCE}' AND NOT starts_with(p.source_ref, o.shop_id || ':')",
    ),
    (
        "product {0} has the EAN {1}, which is a till's own number",
        f"SELECT id, ean FROM catalogue_product WHERE {is_own('ean')}",  # noqa: S608
    ),
)


def problems() -> Iterator[str]:
    """Yield a sentence for every disagreement; nothing when all is well."""
    for sentence, query in _CHECKS:
        for row in fetch(query):
            yield sentence.format(*row)
