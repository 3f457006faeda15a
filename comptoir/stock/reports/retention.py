"""Which reports are forgotten: old ones that changed nothing; a till that repeats itself makes
many."""

from datetime import datetime, timedelta

from comptoir.core.db import fetch
from comptoir.stock.reports.models import Report

KEPT = timedelta(days=90)
NEWEST_KEPT = 100
MOST = 10_000

# A feed's newest reports stay: by them its rhythm and its silence are known. So does the newest
# snapshot of copies, the feed's clock (`reports.copies.clock_of_feed`). That no movement names an
# applied run is looked up in the ledger itself, and not taken from its counts.
_WITHOUT_EFFECT = """
SELECT r.id
FROM stock_feed f
CROSS JOIN LATERAL (
    SELECT n.received_at FROM stock_feedrun n WHERE n.feed_id = f.id
    ORDER BY n.received_at DESC OFFSET %(newest)s LIMIT 1
) newest
JOIN stock_feedrun r ON r.feed_id = f.id
    AND r.received_at <= newest.received_at AND r.received_at < %(before)s
WHERE r.status IN ('outdated', 'refused') OR (
    r.status = 'applied' AND r.changed_count = 0 AND r.emptied_count = 0 AND r.appeared_count = 0
    AND (r.covers <> 'copies' OR EXISTS (
        SELECT FROM stock_feedrun l WHERE l.feed_id = f.id AND l.status = 'applied'
          AND l.covers = 'copies' AND l.mode = 'snapshot' AND l.as_of > r.as_of))
    AND NOT EXISTS (
        SELECT FROM stock_stockmovement m WHERE m.actor_kind = 'feed' AND m.actor_id = r.id))
ORDER BY r.id LIMIT %(most)s
"""


def forget_old_reports(*, now: datetime) -> int:
    """Remove the reports that changed nothing and are older than 90 days; return how many.

    What a movement names stays for ever. At most 10,000 at a time; the rest waits for the next
    night.

    Guard: none, the system's own. Locks: the reports removed, no clock. Announces nothing.
    """
    # Found outside the transaction that removes them: the search is long, and a report without
    # effect never gets one.
    found = fetch(_WITHOUT_EFFECT, {"newest": NEWEST_KEPT, "before": now - KEPT, "most": MOST})
    _all, gone = Report.objects.filter(pk__in=[key for (key,) in found]).delete()
    return gone.get(Report._meta.label, 0)
