"""What a shop promises, as far as it lets others see it, listed for a program that pages through
it. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from comptoir.core.db import fetch_named
from comptoir.core.outbox import KEPT_SECONDS
from comptoir.shops.models import Shop
from comptoir.stock.shelf.sql import is_own

_MARGIN = timedelta(hours=1)
"""How long before they are forgotten the outbox's entries are no longer relied on."""

OVERLAP = timedelta(minutes=10)
"""How far before `since` a listing begins: an entry bears the moment at which its transaction
began, and a long one ends minutes later. What is listed twice changes nothing."""

# Step by step:
#   changed  the shop's offers that the outbox names since then;
#   known    the shop's new copies as the public sees them;
#   listed   those of them that this listing is of;
#   counted  how many these are, and how many come before this page;
#   page     the titles of this page.
_PAGE = f"""
WITH changed AS MATERIALIZED (
    -- The outbox holds the changes of all shops: what is another's goes before it is compared.
    SELECT DISTINCT e.key FROM core_outbox e
    JOIN stock_offer o ON o.id = e.key AND o.shop_id = %(shop)s
    WHERE %(since)s::timestamptz IS NOT NULL AND NOT %(all)s
      AND e.topic = 'offer' AND e.written_at >= %(since)s
), known AS (
    -- Of copies that are surely there so many as the shop lets others see.
    SELECT v.offer_id AS id, v.ean, v.price_cents, v.as_of AS seen_at,
           least(v.shown, greatest(0, v.available - v.doubtful)) AS copies
    FROM stock_standing v
    WHERE v.shop_id = %(shop)s AND v.ean IS NOT NULL AND v.condition = 'new' AND v.copy_ref = ''
      -- To whoever reads this list, a till's own number would be another article.
      AND NOT {is_own("v.ean")}
), listed AS MATERIALIZED (
    -- Read once, for both its count and its page.
    SELECT id, ean, price_cents, seen_at,
           CASE WHEN seen_at >= %(oldest)s THEN copies ELSE 0 END AS copies
    FROM known
    WHERE CASE WHEN %(since)s::timestamptz IS NULL THEN seen_at >= %(oldest)s AND copies > 0
          ELSE %(all)s OR id IN (SELECT key FROM changed)
               -- Nothing changed but the time: since then it has become too old to be shown.
               OR seen_at < %(oldest)s AND seen_at >= %(oldest_then)s END
), counted AS (
    SELECT count(*) AS total, count(*) FILTER (WHERE ean <= %(after)s) AS before FROM listed
), page AS (
    SELECT ean, copies, price_cents, seen_at FROM listed WHERE ean > %(after)s
    ORDER BY ean LIMIT %(limit)s
)
-- An empty page has a row too: its counts are those of the listing.
SELECT counted.*, page.* FROM counted LEFT JOIN page ON true ORDER BY page.ean
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
    since then (or up to `OVERLAP` before), or have become too old to be shown, whatever is left of
    them; all of them when it lies before what the outbox remembers. One query.
    """
    now = at or timezone.now()
    oldest = now - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    if since is not None:
        since -= OVERLAP
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
    rows = fetch_named(_PAGE, params)
    hours = timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    titles = [
        Listed(row.ean, row.copies, row.price_cents, row.seen_at + hours)
        for row in rows
        if row.ean is not None
    ]
    first, *_others = rows
    return ListedPage(first.total, first.before, titles)
