"""What the index reads from the database."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from comptoir.catalogue.models import TILL_SOURCE
from comptoir.core.db import fetch
from comptoir.search.schema import Source

_COLUMNS = """
SELECT p.id, p.ean, p.kind, p.format, p.title, p.subtitle, p.byline,
       concat_ws(' ', p.series, nullif(p.series_number, '')), p.publisher,
       p.catalogue_number, coalesce(c.names, ''), coalesce(o.shops, '{}')
  FROM catalogue_product p
"""
_NAMES = "SELECT string_agg(name, ' ') AS names FROM catalogue_contributor"
# What may be promised and is shown, in shops open to the public.
_SHOPS = """
SELECT array_agg(shop_id) AS shops FROM stock_standing WHERE shown > 0 AND NOT paused
"""
# An article of one shop alone is found as what that shop has, not as a title.
_FOUND = f"""
 WHERE p.state = 'listed' AND (p.source <> '{TILL_SOURCE}' OR o.shops IS NOT NULL)"""
# A few products: what belongs to each is looked up.
_SOME = f"""{_COLUMNS}
  LEFT JOIN LATERAL ({_NAMES} WHERE product_id = p.id) c ON true
  LEFT JOIN LATERAL ({_SHOPS} AND product_id = p.id) o ON true
{_FOUND} AND p.id = ANY(%s)
"""
# All of a range: what belongs to them is grouped once.
_RANGE = "product_id > %(after)s AND product_id <= %(last)s"
_ALL = f"""{_COLUMNS}
  LEFT JOIN ({_NAMES.replace("SELECT", "SELECT product_id,")} WHERE {_RANGE} GROUP BY product_id) c
         ON c.product_id = p.id
  LEFT JOIN ({_SHOPS.replace("SELECT", "SELECT product_id,")} AND {_RANGE} GROUP BY product_id) o
         ON o.product_id = p.id
{_FOUND} AND {_RANGE.replace("product_id", "p.id")}
"""
_LAST = 2**63 - 1
EVERY = (0, _LAST)
"""The range of all keys."""
_STREAM_ROWS = 2000


def read(product_ids: Iterable[int]) -> Iterator[Source]:
    """Yield those of the products that the public may find."""
    rows = fetch(_SOME, [list(product_ids)])
    return map(Source._make, rows)


def database() -> str:
    """Return what names this database and no other, not even one restored from its dump."""
    rows = fetch(
        "SELECT c.system_identifier, d.oid FROM pg_control_system() c, pg_database d"
        " WHERE d.datname = current_database()"
    )
    return "/".join(map(str, rows[0]))


def count() -> int:
    """Return how many products the public may find, at most."""
    return int(fetch("SELECT count(*) FROM catalogue_product WHERE state = 'listed'")[0][0])


def halves() -> tuple[tuple[int, int], tuple[int, int]]:
    """Return two ranges of keys, each of half of the products: above the first, up to the last."""
    ((middle,),) = fetch(
        "SELECT coalesce((SELECT id FROM catalogue_product ORDER BY id"
        " OFFSET (SELECT count(*) / 2 FROM catalogue_product) LIMIT 1), 0)"
    )
    return (0, middle), (middle, _LAST)


def stream(after: int, last: int) -> Iterator[Source]:
    """Yield every product of a range of keys that the public may find, in flat memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        with connection.cursor() as setting:
            setting.execute("SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '64MB'")
        cursor.execute(_ALL, {"after": after, "last": last})
        while rows := cursor.fetchmany(_STREAM_ROWS):
            yield from map(Source._make, rows)
