"""A report of sales: so many copies of a title sold up to a moment, not how many are left.

Each becomes a movement at that moment, as if it had been entered at our counter. A figure that is
known as of a later moment contains it already; one that is reported later will
(`stock.shelf.truth`, rule 1). A copy collected through us that the shop also rings up is in the
till's sales as well: until the next figure comes it is taken away twice, for the lower reading is
promised. Less than none sold is a return: a gain, which at the very moment of a figure is in it. Of
a title that the shop never had, it waits for the next figure.
"""

from comptoir.core.db import execute, execute_all, fetch
from comptoir.stock.reports.feeds import TEACH
from comptoir.stock.reports.reconcile import KNOWN, LOCK, MOVEMENTS, OUTBOX, Outcome, Reckoning
from comptoir.stock.shelf.models import Reason
from comptoir.stock.shelf.sql import named

_OFFERS = f"""
INSERT INTO report_offer
SELECT o.id, p.id, t.ean, t.condition, t.quantity, NULL, false,
       coalesce(p.state = 'unknown', true), ''
FROM (SELECT ean, condition, greatest(-1000000, least(sum(quantity), 1000000))::int AS quantity
      FROM report_line GROUP BY ean, condition) t
LEFT JOIN LATERAL {named("t.ean", "%(shop)s")} p ON true
LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %(shop)s
     AND o.condition = t.condition AND o.copy_ref = ''
WHERE t.quantity <> 0
"""  # noqa: S608
# A sale states no price and no figure: `price_cents` and `pace` stay as they are.
_RESULT = f"""
INSERT INTO report_result
SELECT o.id, o.product_id, o.counted, o.unseen, 0, o.pace, o.price_cents, o.on_hand,
       greatest(o.on_hand - t.counted, 0), o.held, o.on_hand > 0 OR t.counted < 0
FROM report_offer t JOIN stock_offer o ON o.id = t.offer_id
WHERE {KNOWN} < %(as_of)s OR {KNOWN} = %(as_of)s AND t.counted > 0
"""  # noqa: S608
_COUNTS = """
SELECT count(*) FILTER (WHERE changed), count(*) FILTER (WHERE was > 0 AND is_now = 0),
       (SELECT count(*) FROM report_offer),
       (SELECT count(*) FROM report_offer WHERE offer_id IS NOT NULL) - count(*),
       (SELECT count(*) FROM report_offer WHERE unknown)
FROM report_result
"""
_UPDATE = """
UPDATE stock_offer o
SET on_hand = r.is_now, short = greatest(r.held - r.is_now, 0),
    moved_at = greatest(o.moved_at, %(as_of)s)
FROM report_result r WHERE r.offer_id = o.id AND r.changed
"""


def find(reckoning: Reckoning) -> Outcome:
    """Lock the offers that were sold or returned, in primary-key order, and work out what is left.

    On-hand never goes below zero. A held copy may be sold: the till that sold it knows better.
    Nothing is written yet; a preview locks none.
    """
    params = reckoning.params()
    execute(_OFFERS, params)
    if not reckoning.preview:
        fetch(LOCK)
    execute(_RESULT, params)
    ((changed, emptied, named, overtaken, unknown),) = fetch(_COUNTS)
    return Outcome(changed, emptied, named, overtaken, unknown)


def write(reckoning: Reckoning, report_id: int) -> None:
    """Write what `find` found, with its movements, in the name of the report, and what the feed
    knows."""
    params = reckoning.params() | {"report": report_id, "reason": Reason.SOLD.value}
    execute_all([MOVEMENTS, _UPDATE, OUTBOX, TEACH], params)
