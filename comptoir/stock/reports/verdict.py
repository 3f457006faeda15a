"""What a report would do, and why it is not applied at once.

Only `weigh` writes: to the temporary tables of `intake`, and for a report that is no preview also
stubs of products and the EANs that its shop's offers lack.
"""

from datetime import datetime

from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.stock.formats.lines import Covers, ReportMode
from comptoir.stock.reports import copies, reconcile, sales
from comptoir.stock.reports.intake import Received
from comptoir.stock.reports.models import Report, ReportReason
from comptoir.stock.reports.reconcile import Outcome, Reckoning
from comptoir.stock.shelf.models import FEED_MARK

EMPTIES_SHARE = 0.40
EMPTIES_FROM = 20
REFUSALS_SHARE = 0.05


def reckoning_of(
    report: Report,
    shop: Shop,
    clock: tuple[datetime | None, datetime | None],
    *,
    preview: bool = False,
) -> Reckoning:
    """Return what the statements of `reconcile` need of a report, whose lines are counted.

    `preview`: to change nothing.
    """
    of_copies = report.covers == Covers.COPIES
    small = report.line_count < reconcile.ANALYSE_FROM
    return Reckoning(
        shop=shop,
        feed_id=report.feed_id,
        mode=ReportMode(report.mode),
        covers=Covers(report.covers),
        as_of=report.as_of,
        new_as_of=clock[0],
        used_as_of=clock[1],
        copies_as_of=copies.clock_of_feed(report.feed_id) if of_copies else None,
        copy_prefix=f"{report.feed.format}{FEED_MARK}" if of_copies else "",
        preview=preview,
        small=small,
    )


def weigh(reckoning: Reckoning, *, lines: int, repeats: bool) -> Outcome:
    """Work out what the lines in the temporary tables do; `repeats`: a title may come twice.

    Locks the offers found, in primary-key order, unless it is for a preview.
    """
    if reckoning.mode == ReportMode.SALES:
        return sales.find(reckoning)
    reconcile.find_offers(reckoning, lines=lines, repeats=repeats)
    return reconcile.compute(reckoning)


def is_outdated(reckoning: Reckoning) -> bool:
    """Return whether all that a snapshot covers has been reported since; others never are."""
    if reckoning.mode != ReportMode.SNAPSHOT:
        return False
    clocks = {
        Covers.NEW: (reckoning.new_as_of,),
        Covers.ALL: (reckoning.new_as_of, reckoning.used_as_of),
        Covers.COPIES: (reckoning.copies_as_of,),
    }[reckoning.covers]
    return all(moment is not None and reckoning.as_of < moment for moment in clocks)


def is_overtaken(reckoning: Reckoning, outcome: Outcome) -> bool:
    """Return whether something newer is known of every title of a delta or of sales."""
    if reckoning.mode == ReportMode.SNAPSHOT:
        return False
    return 0 < outcome.overtaken == outcome.named


def find_suspicion(
    reckoning: Reckoning, received: Received, outcome: Outcome
) -> ReportReason | None:
    """Return why a snapshot is held back, or None; others never are."""
    if reckoning.mode != ReportMode.SNAPSHOT:
        return None
    # A bookshop sells mugs too: articles without a known title are no sign of a bad file.
    if received.refused - received.unnamed > REFUSALS_SHARE * received.lines:
        return ReportReason.REFUSALS
    if not outcome.emptied:
        return None
    if not received.lines:
        return ReportReason.EMPTIES
    if outcome.emptied <= EMPTIES_SHARE * EMPTIES_FROM:
        return None
    had = reconcile.in_stock(reckoning)
    if had >= EMPTIES_FROM and outcome.emptied > EMPTIES_SHARE * had:
        return ReportReason.EMPTIES
    return None


def digest() -> str:
    """Return a text that changes with anything that the report last weighed would change."""
    # A sum of hashes does not depend on the order of the rows, which has none.
    ((count, total),) = fetch(
        "SELECT count(*), coalesce(sum(hashtextextended(word, 0)), 0) FROM ("
        " SELECT concat_ws('|', offer_id, was, is_now, price_cents) AS word"
        " FROM report_result WHERE changed"
        " UNION ALL SELECT concat_ws('|', ean, condition, counted, price_cents)"
        " FROM report_offer WHERE offer_id IS NULL AND counted > 0 AND NOT overtaken) w"
    )
    return f"{count}.{total}"
