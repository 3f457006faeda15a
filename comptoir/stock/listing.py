"""What a shop promises, listed for a program that pages through it. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from comptoir.core.db import fetch
from comptoir.core.outbox import KEPT_SECONDS
from comptoir.shops.models import Shop
from comptoir.stock.sql import SEEN_AT, available

_MARGIN = timedelta(hours=1)
"""How long before they are forgotten the outbox's entries are no longer relied on."""

_LISTED = f"""
WITH changed AS (
    SELECT DISTINCT key FROM core_outbox
    WHERE %(since)s::timestamptz IS NOT NULL AND NOT %(all)s
      AND topic = 'offer' AND written_at >= %(since)s
), known AS (
    SELECT o.id, o.ean, o.price_cents, {SEEN_AT} AS seen_at,
           greatest(0, {available("o", "s")} - o.doubtful) AS copies
    FROM stock_offer o
    JOIN shops_shop s ON s.id = o.shop_id
    LEFT JOIN stock_shopclock c ON c.shop_id = s.id
    LEFT JOIN stock_feed f ON f.id = o.told_by_id
    WHERE o.shop_id = %(shop)s AND o.ean IS NOT NULL AND o.condition = 'new' AND o.copy_ref = ''
), listed AS (
    SELECT id, ean, price_cents, seen_at,
           CASE WHEN seen_at >= %(oldest)s THEN copies ELSE 0 END AS copies
    FROM known
    WHERE CASE WHEN %(since)s::timestamptz IS NULL THEN seen_at >= %(oldest)s AND copies > 0
          ELSE %(all)s OR id IN (SELECT key FROM changed)
               OR seen_at < %(oldest)s AND seen_at >= %(oldest_then)s END
)
"""  # noqa: S608
_COUNTS = f"""{_LISTED}
SELECT count(*), count(*) FILTER (WHERE ean <= %(after)s) FROM listed
"""  # noqa: S608
_PAGE = f"""{_LISTED}
SELECT ean, copies, price_cents, seen_at FROM listed WHERE ean > %(after)s
ORDER BY ean LIMIT %(limit)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Listed:
    """One title: new copies that may be promised outright (0: gone), price in cents, and until
    when that may be believed."""

    ean: str
    available: int
    price_cents: int | None
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page: of so many titles in all, those after the first `offset`."""

    total: int
    offset: int
    titles: list[Listed]


def list_promised(
    shop: Shop,
    *,
    after: str = "",
    limit: int,
    since: datetime | None = None,
    at: datetime | None = None,
) -> ListedPage:
    """Return the titles of a shop by EAN, new copies only, after the EAN `after`.

    Without `since`: those of which a copy may be promised. With it: those whose figures changed
    since then, or have become too old to be shown, whatever is left of them; all of them when it
    lies before what the outbox remembers. Two queries.
    """
    now = at or timezone.now()
    oldest = now - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    remembered = now - timedelta(seconds=KEPT_SECONDS) + _MARGIN
    params = {
        "shop": shop.pk,
        "after": after,
        "limit": limit,
        "since": since,
        "all": since is not None and since < remembered,
        "oldest": oldest,
        "oldest_then": oldest - (now - since) if since else oldest,
    }
    ((total, offset),) = fetch(_COUNTS, params)
    hours = timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    rows = fetch(_PAGE, params)
    titles = [Listed(ean, copies, price, seen + hours) for ean, copies, price, seen in rows]
    return ListedPage(int(total), int(offset), titles)
