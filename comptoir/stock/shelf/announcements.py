"""Who follows the stock is told of every offer that changed, and of a product whose copies in a
shop begin or cease to be there: what may be promised of it crosses zero.

The rule stands here once, for SQL and for Python; `tests/stock/test_announcements.py` holds every
verb to it. Entries go into the outbox with the change itself, so that neither is without the other.
"""

from comptoir.core.models import OutboxEntry


def crosses(before: str, after: str) -> str:
    """Return, as SQL, whether the copies that may be promised begin or cease to be there."""
    return f"(({before}) > 0) <> (({after}) > 0)"


def has_crossed(before: int, after: int) -> bool:
    """Return what `crosses` says in SQL."""
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
