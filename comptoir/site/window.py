"""What stands in the window: titles that have just come onto a shelf."""

from django.core.cache import cache

from comptoir.core.db import fetch

SHOWN = 12
KEPT_SECONDS = 60

# The newest lines of the ledger are at the end of its primary key: this reads a few hundred rows
# whatever the size of the stock.
_NEWEST = """
WITH lately AS (
    SELECT id, offer_id FROM stock_stockmovement
    WHERE delta > 0 AND reason IN ('received', 'told') ORDER BY id DESC LIMIT 600
), standing AS (
    SELECT DISTINCT ON (p.id) p.id, p.kind, lately.id AS movement
    FROM lately
    JOIN stock_standing v ON v.offer_id = lately.offer_id
    JOIN catalogue_product p ON p.id = v.product_id AND p.state = 'listed'
    WHERE v.available > 0 AND NOT v.paused
    ORDER BY p.id, lately.id DESC
)
SELECT id FROM (
    SELECT id, movement, row_number() OVER (PARTITION BY kind ORDER BY movement DESC) AS place
    FROM standing
) turns
ORDER BY place, movement DESC
LIMIT %s
"""


def newest_on_shelf(limit: int = SHOWN) -> list[int]:
    """Return the keys of titles just received and still to be had, kinds in turn, newest first."""
    key = f"site:newest:{limit}"
    found: list[int] | None = cache.get(key)
    if found is None:
        found = [product_id for (product_id,) in fetch(_NEWEST, [limit])]
        cache.set(key, found, KEPT_SECONDS)
    return found
