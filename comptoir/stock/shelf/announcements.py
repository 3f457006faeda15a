"""What is announced to those who follow the stock: each offer that changed, and each product of
which a shop begins or ceases to have a copy to promise (the number crosses zero).

The rule stands here once, for SQL and for Python; `tests/stock/test_announcements.py` holds every
verb to it. The outbox is written in the transaction of the change: neither is without the other.
"""

from comptoir.core.models import OutboxEntry


def crosses(before: str, after: str) -> str:
    """Return the SQL condition that there are copies to promise before or after, and not both."""
    return f"(({before}) > 0) <> (({after}) > 0)"


def has_crossed(before: int, after: int) -> bool:
    """Return whether there are copies to promise before or after, and not both: `crosses`."""
    return (before > 0) != (after > 0)


def announcement(source: str, before: str, after: str) -> str:
    """Return the statement that announces the changed offers of `source`.

    `source` is a table or a named step with `id` and `product_id`; `before` and `after` are what
    may be promised of each of its rows, in SQL.
    """
    return (
        "INSERT INTO core_outbox (topic, key)"  # noqa: S608
        f" SELECT 'offer', id FROM {source}"
        f" UNION ALL SELECT DISTINCT 'product', product_id FROM {source}"
        f" WHERE {crosses(before, after)}"
    )


def entries_of(
    offer_id: int, product_id: int, before: int, after: int
) -> list[tuple[OutboxEntry.Topic, int]]:
    """Return what is to be announced of one offer that changed, as `announcement` would."""
    entries = [(OutboxEntry.Topic.OFFER, offer_id)]
    if has_crossed(before, after):
        entries.append((OutboxEntry.Topic.PRODUCT, product_id))
    return entries
