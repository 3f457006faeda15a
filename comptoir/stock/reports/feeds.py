"""What a feed learns from a report that is applied."""

from comptoir.stock.reports.models import Feed, Report

TEACH = """
UPDATE stock_feed SET as_of = greatest(as_of, %(as_of)s),
    changes_as_of = CASE WHEN %(changes)s THEN greatest(changes_as_of, %(as_of)s)
                         ELSE changes_as_of END
WHERE id = %(feed)s
"""
"""The moment of the report, as a statement beside those that write it (`Reckoning.params`)."""


def learn_code(report: Report) -> None:
    """Note on the feed what its file calls the shop, if nothing is known of that yet."""
    if report.shop_code and not report.feed.shop_code:
        feeds = Feed.objects.filter(pk=report.feed_id)
        feeds.filter(shop_code="").update(shop_code=report.shop_code)
