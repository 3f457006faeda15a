"""How often the copies that readers reserved were on the shelf."""

from datetime import datetime, timedelta

from django.db import transaction

from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.track_record import lock_track_record, write_track_record

REMEMBERED = timedelta(days=90)

_LOOKED_FOR = """
SELECT coalesce(sum(l.quantity), 0),
       coalesce(sum(l.quantity) FILTER (WHERE l.status = 'not_found'), 0)
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.shop_id = %(shop)s AND NOT o.trial AND o.placed_at > %(since)s AND l.offer_id IS NOT NULL
  AND l.confidence <> %(to_confirm)s
  AND (l.status IN ('not_found', 'collected', 'sent') OR EXISTS (
      SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.kind = 'set_aside'))
"""


@transaction.atomic
def count_track_record(*, shop_id: int, now: datetime) -> None:
    """Count the copies reserved in a shop in the last 90 days, and those not on the shelf.

    Only copies that somebody searched for count: set aside, handed over, or missing. A reservation
    cancelled before that proves nothing about the shelf. Special orders and copies that the shop
    had to confirm were no promise, and do not count.

    Guard: none, a step of other verbs and of a job. Locks and writes: the shop's track record.
    Announces nothing.
    """
    # Before the count: of two at once the second sees what the first wrote, and none is lost.
    lock_track_record(shop_id, now=now)
    ((promised, missing),) = fetch(
        _LOOKED_FOR,
        {"shop": shop_id, "since": now - REMEMBERED, "to_confirm": Confidence.TO_CONFIRM.value},
    )
    write_track_record(shop_id, promised=promised, missing=missing)


def count_track_records(*, now: datetime) -> int:
    """Count the track record of every shop anew, each in its own transaction; return how many."""
    shops = list(Shop.objects.order_by("pk").values_list("pk", flat=True))
    for key in shops:
        count_track_record(shop_id=key, now=now)
    return len(shops)
