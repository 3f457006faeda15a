"""The feed of a report: found or made, and what it learns once the report is applied."""

from comptoir.core.db import Columns, fetch_named
from comptoir.shops.models import Shop
from comptoir.stock.reports.models import Feed, Report

# The columns that a shop named are for who reads its files.
_COLUMNS = Columns(Feed, "columns")
# Every sale at a till asks it: by the ORM it would take three times as long.
_FIND = (
    f"SELECT {_COLUMNS.of('f')} FROM stock_feed f"  # noqa: S608
    " WHERE f.shop_id = %s AND f.format = %s"
)

TEACH = """
UPDATE stock_feed SET as_of = greatest(as_of, %(as_of)s),
    changes_as_of = CASE WHEN %(changes)s THEN greatest(changes_as_of, %(as_of)s)
                         ELSE changes_as_of END
WHERE id = %(feed)s
"""
"""The moment of the report, as a statement beside those that write it (`Reckoning.params`)."""


def feed_of(shop: Shop, format: str) -> Feed:
    """Return a shop's feed of a format, made with its first report."""
    for row in fetch_named(_FIND, [shop.pk, format]):
        return _COLUMNS.make(row)
    feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
    return feed


def learn_code(report: Report) -> None:
    """Note on the feed what its file calls the shop, if nothing is known of that yet."""
    if report.shop_code and not report.feed.shop_code:
        feeds = Feed.objects.filter(pk=report.feed_id)
        feeds.filter(shop_code="").update(shop_code=report.shop_code)
