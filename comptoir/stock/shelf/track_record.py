"""A shop's track record: how often its till reports, and how often a promised copy was missing."""

from datetime import datetime

from comptoir.core.db import execute
from comptoir.shops.models import Shop
from comptoir.stock.shelf.models import TrackRecord


def lock_track_record(shop_id: int, *, now: datetime) -> None:
    """Lock a shop's track record until the transaction ends; it is made if the shop has none.

    Guard: the caller's. Writes: its moment. Announces nothing.
    """
    # The write is the lock: who counts at the same time waits here, and then counts this too.
    execute(
        "INSERT INTO stock_shoprecord (shop_id, as_of) VALUES (%s, %s)"
        " ON CONFLICT (shop_id) DO UPDATE SET as_of = excluded.as_of",
        [shop_id, now],
    )


def write_track_record(shop_id: int, *, promised: int, missing: int) -> None:
    """Note how many promised copies were searched in a shop, and how many of them were missing.

    Guard: the caller's. Locks: the caller has counted them under `lock_track_record`. Writes: the
    shop's track record. Announces nothing.
    """
    TrackRecord.objects.filter(shop_id=shop_id).update(promised=promised, missing=missing)


def track_record_of(shop: Shop) -> TrackRecord:
    """Return a shop's track record; an empty one, unsaved, for a shop that has none."""
    return TrackRecord.objects.filter(shop=shop).first() or TrackRecord(shop=shop)
