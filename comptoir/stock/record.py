"""What a shop's record says: how often its till speaks, and how often a copy was not there."""

from datetime import datetime

from django.db import transaction

from comptoir.core.db import run
from comptoir.shops.models import Shop
from comptoir.stock.models import RunStatus, ShopRecord, TellingMode

REMEMBERED = 20
FEWEST = 3

_RHYTHM = """
WITH told AS (
    SELECT f.shop_id, f.id,
           r.received_at - lag(r.received_at) OVER (PARTITION BY f.id ORDER BY r.received_at) AS gap
    FROM stock_feed f CROSS JOIN LATERAL (
        SELECT received_at FROM stock_feedrun
        WHERE feed_id = f.id AND status = %(applied)s AND mode = %(snapshot)s AND covers <> 'copies'
        ORDER BY received_at DESC LIMIT %(most)s
    ) r
), rhythms AS (
    SELECT shop_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM gap)) AS seconds
    FROM told WHERE gap IS NOT NULL GROUP BY shop_id, id HAVING count(*) >= %(fewest)s
), usual AS (
    SELECT shop_id, ceil(min(seconds) / 60)::int AS minutes FROM rhythms GROUP BY shop_id
)
INSERT INTO stock_shoprecord AS k (shop_id, told_every, as_of)
SELECT shop_id, minutes, %(now)s FROM usual ORDER BY shop_id
ON CONFLICT (shop_id) DO UPDATE SET told_every = excluded.told_every, as_of = excluded.as_of
WHERE k.told_every IS DISTINCT FROM excluded.told_every
"""


@transaction.atomic
def remember_rhythms(*, now: datetime) -> int:
    """Note how often the tills of all shops usually tell their whole stock.

    Returns how many of these changed. It is the median of a feed's last twenty intervals, in
    minutes, of the feed that speaks most often. Tellings of what changed do not count: they leave
    most figures as old as they were.
    """
    return run(
        _RHYTHM,
        {
            "applied": RunStatus.APPLIED.value,
            "snapshot": TellingMode.SNAPSHOT.value,
            "most": REMEMBERED + 1,
            "fewest": FEWEST,
            "now": now,
        },
    )


def lock_record(shop_id: int, *, now: datetime) -> None:
    """Make others who count for a shop's record wait until the transaction ends."""
    run(
        "INSERT INTO stock_shoprecord (shop_id, as_of) VALUES (%s, %s)"
        " ON CONFLICT (shop_id) DO UPDATE SET as_of = excluded.as_of",
        [shop_id, now],
    )


def write_record(shop_id: int, *, promised: int, missing: int) -> None:
    """Note how many copies were looked for in a shop, and how many of them were not there.

    The caller has counted them under `lock_record`.
    """
    ShopRecord.objects.filter(shop_id=shop_id).update(promised=promised, missing=missing)


def record_of(shop: Shop) -> ShopRecord:
    """Return a shop's record; an empty one for a shop of which nothing is known."""
    return ShopRecord.objects.filter(shop=shop).first() or ShopRecord(shop=shop)
