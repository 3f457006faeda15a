"""Which issues of magazines a report tells: one EAN means them all, so they stand beside it."""

from comptoir.core.db import execute, fetch
from comptoir.stock.reports.reconcile import Reckoning

_ISSUES = """
UPDATE stock_offer o SET issue = l.issue
FROM (SELECT ean, condition, max(issue) AS issue FROM report_line WHERE issue <> ''
      GROUP BY ean, condition) l
WHERE o.shop_id = %(shop)s AND o.ean = l.ean AND o.condition = l.condition AND o.copy_ref = ''
  AND o.as_of <= %(as_of)s AND o.issue <> l.issue
"""


def write(reckoning: Reckoning) -> None:
    """Write which issue of each magazine a report tells, where nothing newer is known.

    Of several the last counts: the shop's copies are of one EAN, whatever their issue. An offer of
    which the issue changes is a candidate of the report, and locked, even if its figure stays.
    """
    if fetch("SELECT EXISTS (SELECT FROM report_line WHERE issue <> '')") == [(True,)]:
        execute(_ISSUES, reckoning.params())
