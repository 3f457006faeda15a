"""List prices that suppliers announced for a day, taken over as the day comes."""

from datetime import date

from django.db import transaction

from comptoir.core import outbox
from comptoir.core.db import fetch
from comptoir.core.locks import Space, lock
from comptoir.core.models import OutboxEntry

_BATCH = 1_000

_TAKE = """
WITH due AS (
    SELECT product_id FROM catalogue_comingprice WHERE since <= %(today)s
    GROUP BY product_id ORDER BY product_id LIMIT %(batch)s
), past AS (
    DELETE FROM catalogue_comingprice coming USING due
    WHERE coming.product_id = due.product_id AND since <= %(today)s
    RETURNING coming.*
), newest AS (
    SELECT DISTINCT ON (product_id) * FROM past ORDER BY product_id, since DESC
)
UPDATE catalogue_product p
SET list_price_cents = newest.list_price_cents, vat_rate = newest.vat_rate,
    updated_at = statement_timestamp()
FROM newest WHERE p.id = newest.product_id
RETURNING p.id
"""


def take_due_prices(*, today: date) -> int:
    """Give each product the list price that was announced for `today` or a day before (Paris).

    Returns how many products got one. Done a thousand a transaction: what was interrupted goes on
    where it stood, and done twice it is done once.

    Guard: none, the system's own. Locks: the catalogue's turn, as imports do. Writes: products; the
    coming prices of days past are removed. Announces: the products.
    """
    total = 0
    while taken := _take(today):
        total += taken
    return total


@transaction.atomic
def _take(today: date) -> int:
    lock(Space.CATALOGUE)
    keys = [key for (key,) in fetch(_TAKE, {"today": today, "batch": _BATCH})]
    outbox.publish(OutboxEntry.Topic.PRODUCT, keys)
    return len(keys)
