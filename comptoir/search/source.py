"""What the index reads from the database."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from comptoir.core.db import fetch
from comptoir.search.schema import Source

# Available = on hand − held − safety stock, in shops open to the public. The contributors beyond
# the byline (translators, musicians…) can be searched too.
_SELECT = """
SELECT p.id, p.ean, p.kind, p.format, p.title, p.subtitle, p.byline, p.series, p.publisher,
       p.catalogue_number,
       (SELECT coalesce(string_agg(c.name, ' '), '')
          FROM catalogue_contributor c WHERE c.product_id = p.id),
       ARRAY(SELECT DISTINCT o.shop_id FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id
              WHERE o.product_id = p.id AND o.on_hand - o.held > s.safety_stock
                AND s.paused_at IS NULL)
  FROM catalogue_product p
 WHERE p.state = 'listed'
"""
_STREAM_ROWS = 2000


def read(product_ids: Iterable[int]) -> Iterator[Source]:
    """Yield those of the products that the public may find."""
    rows = fetch(_SELECT + " AND p.id = ANY(%s)", [list(product_ids)])
    return (Source(*row) for row in rows)


def count() -> int:
    """Return how many products the public may find."""
    return int(fetch("SELECT count(*) FROM catalogue_product WHERE state = 'listed'")[0][0])


def stream() -> Iterator[Source]:
    """Yield every product that the public may find, in flat memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_SELECT)
        while rows := cursor.fetchmany(_STREAM_ROWS):
            for row in rows:
                yield Source(*row)
