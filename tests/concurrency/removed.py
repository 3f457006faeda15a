"""What stands in for the guards of a hold where a test takes them out."""

from comptoir.core.db import execute, fetch_named
from comptoir.stock.shelf import holds

LOCK = "FOR NO KEY UPDATE OF o"


def read_without_lock(offer_ids):
    """Stand in for `lock_offers`: the same reading, and no lock."""
    assert LOCK in holds._LOCK_OFFERS
    rows = fetch_named(holds._LOCK_OFFERS.replace(LOCK, ""), {"ids": sorted(offer_ids)})
    return {row.offer_id: holds._locked(row) for row in rows}


def take_without_condition(quantities):
    """Stand in for `hold`."""
    for offer, quantity in quantities.items():
        execute("UPDATE stock_offer SET held = held + %s WHERE id = %s", [quantity, offer])


def drop_constraint():
    """Let the database accept what it is there to refuse."""
    execute("ALTER TABLE stock_offer DROP CONSTRAINT IF EXISTS stock_offer_promised_once")
