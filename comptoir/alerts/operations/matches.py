"""Which alerts the stock answers: told by the outbox, and by a look at all of them now and then.

Two statements a batch: what shops have of the titles (`standing.who_has`, which also says how sure
it is), and one `UPDATE` that finds, by index, who waits for them within reach.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.alerts.models import Alert, Followed
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.locks import Space, try_lock
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Position
from comptoir.shops.places import EARTH_RADIUS_M
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.sql import METRES
from comptoir.stock.shelf.standing import ShopOffer, who_has

BATCH = 5000
TITLES = 1000
"""Of so many titles the offers are read at once."""
SAVE_EVERY_SECONDS = 60
# Both: an offer may become sure, or cheaper to reach, while the number of copies crosses no zero;
# and a shop's merger tells of products alone.
_TOPICS = (OutboxEntry.Topic.PRODUCT, OutboxEntry.Topic.OFFER)
_WAITED_FOR = """
SELECT DISTINCT a.product_id FROM alerts_alert a WHERE a.confirmed_at IS NOT NULL
AND a.due_at IS NULL AND a.product_id IN (
    SELECT unnest(%(products)s::bigint[])
    UNION SELECT o.product_id FROM stock_offer o WHERE o.id = ANY(%(offers)s::bigint[])
)
"""
_AWAY = METRES.replace("%(latitude)s", "a.latitude").replace("%(longitude)s", "a.longitude")
_FOUND = f"""
WITH here AS MATERIALIZED (
    SELECT * FROM unnest(%(products)s::bigint[], %(shops)s::bigint[], %(used)s::boolean[])
        AS h (product_id, shop_id, used)
)
UPDATE alerts_alert SET due_at = %(now)s WHERE id IN (
    SELECT a.id FROM here JOIN alerts_alert a USING (product_id)
    JOIN shops_shop s ON s.id = here.shop_id
    WHERE a.confirmed_at IS NOT NULL AND a.due_at IS NULL AND a.ends_at > %(now)s
      AND (a.wanted = 'any' OR (a.wanted = 'used') = here.used)
      AND {_AWAY} <= a.radius_km * 1000
      AND (a.shop_id IS NULL OR a.shop_id = here.shop_id)
      AND (a.network_id IS NULL OR EXISTS (SELECT FROM shops_membership m
          WHERE m.shop_id = here.shop_id AND m.network_id = a.network_id))
    FOR UPDATE OF a SKIP LOCKED
)
"""  # noqa: S608 - ours


@transaction.atomic
def follow(limit: int = BATCH) -> int:
    """Mark the alerts that the next entries of the outbox answer as due; return how many entries
    there were.

    While another is at it, this one returns 0. Where nobody waits, the position goes to the head of
    the outbox. Guard: none, the system's own. Locks: the turn (`ALERT_NEWS`); the alerts found, or
    skips them. Writes: them, the position.
    """
    if not try_lock(Space.ALERT_NEWS):
        return 0
    now = timezone.now()
    followed = Followed.objects.first() or Followed(xid=0, entry=0, moved_at=now)
    if Alert.objects.confirmed().filter(due_at=None).exists():
        position = Position(followed.xid, followed.entry)
        entries, after = outbox.read_after(position, limit, _TOPICS)
    else:
        entries, after = [], outbox.head()
    if entries:
        _look(entries, now)
    rested = followed.pk and (now - followed.moved_at).total_seconds() < SAVE_EVERY_SECONDS
    if entries or not rested:
        followed.xid, followed.entry, followed.moved_at = after.xid, after.id, now
        followed.save()
    return len(entries)


def look_at_all(*, now: datetime) -> int:
    """Mark all alerts as due that the stock answers now; return how many.

    It finds what no entry of the outbox tells: a shop that is no longer paused or has moved, a
    report that is discarded, so that a copy is sure again, an outbox that was not read for too
    long. Guard: none, the system's own. Locks, a batch of titles a transaction: the alerts found,
    or skips them. Writes: them.
    """
    waited = Alert.objects.confirmed().filter(due_at=None, ends_at__gt=now).order_by("product")
    keys = list(waited.values_list("product_id", flat=True).distinct())
    return sum(find(keys[start : start + TITLES], now=now) for start in range(0, len(keys), TITLES))


def _look(entries: Collection[tuple[str, int]], now: datetime) -> None:
    changed = {topic: [key for kind, key in entries if kind == topic] for topic in _TOPICS}
    products, offers = (changed[topic] for topic in _TOPICS)
    keys = [key for (key,) in fetch(_WAITED_FOR, {"products": products, "offers": offers})]
    for start in range(0, len(keys), TITLES):
        find(keys[start : start + TITLES], now=now)


def find(product_ids: Sequence[int], *, now: datetime) -> int:
    """Mark as due the alerts on these titles that shops near can answer; return how many.

    Locks: the alerts, or skips those that somebody else holds. Writes: them.
    """
    found = who_has(product_ids, at=now)
    sure = [
        offer
        for offers in found.values()
        for offer in offers
        if offer.confidence != Confidence.TO_CONFIRM
    ]
    return _mark(sure, now) if sure else 0


def _mark(offers: Sequence[ShopOffer], now: datetime) -> int:
    return execute(
        _FOUND,
        {
            "products": [offer.product_id for offer in offers],
            "shops": [offer.shop.pk for offer in offers],
            "used": [offer.condition != Condition.NEW for offer in offers],
            "earth": EARTH_RADIUS_M,
            "now": now,
        },
    )
