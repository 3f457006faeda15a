"""Figures of a period for the yearly report: sums alone, of which nobody is the subject.

They are counted from the orders themselves, which stay when the personal data in them is erased.
Reservations are orders to collect: what is posted is not among them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from comptoir.core.db import fetch, fetch_named


class Figures(NamedTuple):
    """What became of the reservations placed in a period. `what` is the month (`2026-11`), the
    shop's word, or empty for all. `copies` and `cents` are of what was collected, at the prices at
    which it was reserved; `unconfirmed` ended because nobody confirmed them."""

    what: str
    placed: int
    unconfirmed: int
    collected: int
    copies: int
    cents: int
    not_found: int
    cancelled: int
    expired: int
    open: int


class Standing(NamedTuple):
    """What the network has at this moment: shops that the public sees, those of them whose till
    reported within a week, titles of the catalogue, and titles on sale somewhere."""

    shops: int
    shops_heard: int
    titles: int
    titles_on_sale: int


_GROUPS: Mapping[str, str] = {
    "all": "''",
    "month": "to_char(o.placed_at AT TIME ZONE %(zone)s, 'YYYY-MM')",
    "shop": "s.slug",
}
UNCONFIRMED = """o.status IN ('unconfirmed', 'expired', 'cancelled') AND o.confirm_by IS NOT NULL
    AND NOT EXISTS (SELECT FROM orders_orderevent e WHERE e.order_id = o.id
                    AND e.kind IN ('confirmed', 'set_aside'))"""
"""That nobody confirmed an order, neither its reader nor the shop by setting it aside: a condition
of SQL on `orders_order o`."""
_COUNTED = """
WITH counted AS (
  SELECT {what} AS what, o.status, {unconfirmed} AND o.ended_at IS NOT NULL AS unconfirmed,
         l.copies, l.cents
  FROM orders_order o JOIN shops_shop s ON s.id = o.shop_id
  LEFT JOIN LATERAL (SELECT sum(quantity) AS copies, sum(quantity * price_cents) AS cents
                     FROM orders_orderline
                     WHERE order_id = o.id AND status = 'collected') l ON true
  WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s AND NOT o.trial
    AND o.delivery = 'collect')
SELECT what, count(*) AS placed, count(*) FILTER (WHERE unconfirmed) AS unconfirmed,
       count(*) FILTER (WHERE status = 'collected') AS collected,
       coalesce(sum(copies), 0)::bigint AS copies, coalesce(sum(cents), 0)::bigint AS cents,
       count(*) FILTER (WHERE status = 'not_found') AS not_found,
       count(*) FILTER (WHERE status = 'cancelled' AND NOT unconfirmed) AS cancelled,
       count(*) FILTER (WHERE status = 'expired' AND NOT unconfirmed) AS expired,
       count(*) FILTER (WHERE status IN ('unconfirmed', 'placed', 'set_aside')) AS open
FROM counted GROUP BY what ORDER BY what
"""


def figures(by: str, first: date, last: date) -> list[Figures]:
    """Return the figures of the days `first` to `last`, both included, by the installation's clock:
    `by` is `all`, `month` or `shop`. Whoever had no reservation is not among them."""
    zone = ZoneInfo(settings.TIME_ZONE)
    since, until = (datetime.combine(day, time.min, zone) for day in (first, _after(last)))
    sql = _COUNTED.format(what=_GROUPS[by], unconfirmed=UNCONFIRMED)
    params = {"since": since, "until": until, "zone": settings.TIME_ZONE}
    return [Figures(**row._asdict()) for row in fetch_named(sql, params)]


def standing() -> Standing:
    """Return what the network has now."""
    ((shops, heard, titles, on_sale),) = fetch(
        "SELECT (SELECT count(*) FROM shops_shop WHERE paused_at IS NULL),"
        " (SELECT count(DISTINCT s.id) FROM shops_shop s JOIN stock_feed f ON f.shop_id = s.id"
        " WHERE s.paused_at IS NULL AND f.as_of > now() - interval '7 days'),"
        " (SELECT count(*) FROM catalogue_product WHERE state = 'listed'),"
        " (SELECT count(DISTINCT product_id) FROM stock_offer WHERE on_hand > 0)"
    )
    return Standing(shops, heard, titles, on_sale)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
