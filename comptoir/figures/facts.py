"""What is counted of an order: one row each, read from the orders and their history."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from comptoir.core.db import fetch_named
from comptoir.orders.figures import UNCONFIRMED

STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480, 600, 900, 1200, 2400)
"""Upper bounds of how long something took, in minutes of opening time, included; the step behind
the last is longer."""

SETTLED_DAYS = 7
"""For so many days it is counted whether a day's readers were new; then the count stays."""


class Fact(NamedTuple):
    """One order to collect, no trial: where and when it counts, how it stands, what was
    collected, and when the shop answered and set it aside (UTC), from when on it could.

    `answered_at` is None where nobody placed it but the shop. `newcomer` is None where it cannot be
    told whether its reader was new.
    """

    shop_id: int
    day: date
    network_id: int | None
    channel: str
    outcome: str
    copies: int
    cents: int
    unanswered: bool
    begins_at: datetime
    answered_at: datetime | None
    set_aside_at: datetime | None
    newcomer: bool | None


# A reader is known by the keyed hash of a confirmed address: `became` is when the order became a
# person's own. The mark of a browser says that they came before. How far back one looks is shorter
# than the keys are kept, by as long as the count may change: so that it is the same whenever it is
# made.
_FACTS = f"""
WITH asked AS (SELECT * FROM unnest(%(shops)s::bigint[], %(days)s::date[]) AS a(shop_id, day)),
counted AS (
  SELECT a.day, o.*, o.channel IN ('web', 'api') AS by_reader,
    (o.ended_at IS NOT NULL AND {UNCONFIRMED}) AS lapsed, e.*,
    CASE WHEN a.day <= %(settled)s OR o.email_key = '' OR o.channel NOT IN ('web', 'api') THEN NULL
         WHEN o.verified AND o.confirm_by IS NULL THEN o.placed_at
         ELSE e.confirmed_at END AS became
  FROM asked a JOIN shops_shop s ON s.id = a.shop_id
  JOIN orders_order o ON o.shop_id = a.shop_id
   AND o.placed_at >= a.day::timestamp AT TIME ZONE s.time_zone
   AND o.placed_at < (a.day + 1)::timestamp AT TIME ZONE s.time_zone
   AND o.delivery = 'collect' AND NOT o.trial
  LEFT JOIN LATERAL (
    SELECT min(happened_at) FILTER (WHERE kind = 'confirmed') AS confirmed_at,
      min(happened_at) FILTER (WHERE kind = 'set_aside') AS set_aside_at,
      min(happened_at) FILTER (WHERE kind IN ('set_aside', 'not_found', 'collected')
        OR kind = 'cancelled' AND actor_kind IN ('user', 'token')) AS answered_at
    FROM orders_orderevent WHERE order_id = o.id) e ON true)
SELECT shop_id, day, network_id, channel,
  CASE WHEN lapsed THEN 'unconfirmed' WHEN ended_at IS NULL THEN 'open' ELSE status END AS outcome,
  coalesce(l.copies, 0)::int AS copies, coalesce(l.cents, 0)::bigint AS cents,
  (by_reader AND status = 'expired' AND NOT lapsed AND answered_at IS NULL) AS unanswered,
  coalesce(confirmed_at, placed_at) AS begins_at,
  CASE WHEN by_reader THEN answered_at END AS answered_at,
  CASE WHEN by_reader THEN set_aside_at END AS set_aside_at,
  CASE WHEN became IS NULL THEN NULL WHEN verified AND confirm_by IS NULL THEN false
  ELSE NOT EXISTS (
    SELECT FROM orders_order p LEFT JOIN LATERAL (
      SELECT min(happened_at) AS at FROM orders_orderevent
      WHERE order_id = p.id AND kind = 'confirmed') c ON true
    WHERE p.email_key <> '' AND p.email_key = counted.email_key
      AND (c.at IS NOT NULL OR p.verified AND p.confirm_by IS NULL)
      AND (coalesce(c.at, p.placed_at), p.id) < (became, counted.id)
      AND (p.ended_at IS NULL OR p.ended_at > became - %(back)s)) END AS newcomer
FROM counted LEFT JOIN LATERAL (
  SELECT sum(quantity) AS copies, sum(quantity * price_cents) AS cents FROM orders_orderline
  WHERE order_id = counted.id AND status = 'collected') l ON true
"""  # noqa: S608


def facts(days: Sequence[tuple[int, date]]) -> Iterator[Fact]:
    """Yield what is counted of the orders placed at shops on days of their own clocks."""
    params = {
        "shops": [shop for shop, _day in days],
        "days": [day for _shop, day in days],
        "settled": settled_until(),
        "back": timedelta(days=settings.ERASE_AFTER_DAYS - SETTLED_DAYS - 1),
    }
    for row in fetch_named(_FACTS, params):
        yield Fact(**row._asdict())


def settled_until() -> date:
    """Return the last day of which it is no longer counted whether its readers were new. Where the
    keys are not kept for long enough to tell, that is every day."""
    if settings.ERASE_AFTER_DAYS <= SETTLED_DAYS + 1:
        return date.max
    return timezone.localdate() - timedelta(days=SETTLED_DAYS)


def step_of(took: timedelta) -> int:
    """Return the number of the step in which a time falls."""
    return bisect_left(STEPS, took / timedelta(minutes=1))
