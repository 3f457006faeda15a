"""What a shop's record says: how often its till speaks, and how often a copy was not there."""

from datetime import datetime

from comptoir.core.db import execute
from comptoir.shops.models import Shop
from comptoir.stock.shelf.models import TrackRecord


def lock_track_record(shop_id: int, *, now: datetime) -> None:
    """Make others who count for a shop's record wait until the transaction ends."""
    execute(
        "INSERT INTO stock_shoprecord (shop_id, as_of) VALUES (%s, %s)"
        " ON CONFLICT (shop_id) DO UPDATE SET as_of = excluded.as_of",
        [shop_id, now],
    )


def write_track_record(shop_id: int, *, promised: int, missing: int) -> None:
    """Note how many copies were looked for in a shop, and how many of them were not there.

    The caller has counted them under `lock_track_record`.
    """
    TrackRecord.objects.filter(shop_id=shop_id).update(promised=promised, missing=missing)


def track_record_of(shop: Shop) -> TrackRecord:
    """Return a shop's record; an empty one for a shop of which nothing is known."""
    return TrackRecord.objects.filter(shop=shop).first() or TrackRecord(shop=shop)
