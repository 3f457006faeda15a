"""Copies to be confirmed: by when a shop says whether they are there.

A copy that is not sure enough to be promised outright is held all the same; the shop looks at the
shelf, and its tap (set aside, or not on the shelf) is the answer.
"""

from datetime import datetime, timedelta

from django.conf import settings

from comptoir.shops.hours import after_time_open
from comptoir.shops.models import Shop


def answer_by(shop: Shop, start: datetime) -> datetime:
    """Return (UTC) when a shop asked at a moment should have answered: in opening time.

    Reads `shop.closures`. The number of hours is `COMPTOIR_ANSWER_HOURS`.
    """
    return after_time_open(shop, start, timedelta(hours=settings.ANSWER_HOURS))
