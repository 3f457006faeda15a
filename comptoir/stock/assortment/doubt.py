"""`confidence.grade` as SQL, for lists: whether a copy is to be confirmed at a moment.

How likely it is that so many copies are sold rises with how many are expected to be. So for each
number of copies there is a number that may be expected at most, the same for all of a shop; it is
found once, by the very functions that grade an offer, and SQL only compares.
"""

from datetime import datetime, timedelta

from django.conf import settings

from comptoir.shops.models import Shop
from comptoir.stock.shelf.confidence import (
    MANY,
    MEMORY_DAYS,
    OPENS,
    TRADING,
    USUAL_PACE,
    Habits,
    most_expected,
    traded,
)
from comptoir.stock.shelf.models import TrackRecord
from comptoir.stock.shelf.sql import STANDING

_LOCAL = f"({STANDING['as_of']} AT TIME ZONE %(zone)s)"
_TRADED = (
    f"({_LOCAL}::date - date '0001-01-01' + 1 + least(1, greatest(0, (date_part('hour', {_LOCAL})"
    f" + date_part('minute', {_LOCAL}) / 60 - {OPENS}) / {TRADING})))"
)
_DAYS = f"greatest(0, %(traded)s::float8 - {_TRADED})"
_PACE = (
    f"(o.pace * exp(-greatest(0, date_part('epoch', %(at)s::timestamptz - o.as_of) / 86400)"
    f" / {MEMORY_DAYS}) + {USUAL_PACE!r})"
)
_COPIES = f"({STANDING['available']} - o.doubtful)"
# First what needs no reckoning. Calendar days are more than days of trade by one at most.
TO_CONFIRM = f"""
{STANDING["available"]} > 0 AND CASE
    WHEN {_COPIES} <= 0 THEN true
    WHEN {STANDING["as_of"]} < CASE WHEN {STANDING["by_hand"]} THEN %(old_copy)s ELSE %(old)s END
        THEN true
    WHEN {STANDING["contested_at"]} > {STANDING["as_of"]} THEN true
    ELSE {_PACE} * {_DAYS} > (%(expected)s::float8[])[least({_COPIES}, {MANY + 1})]
END
"""
"""Whether an offer of `STANDING_OF` can be promised, but only by the shop's tap (`Confidence`)."""


def doubt_values(shop: Shop, at: datetime) -> dict[str, object]:
    """Return the values that `TO_CONFIRM` names, at a moment. One query."""
    record = TrackRecord.objects.filter(shop=shop).first()
    habits = Habits(
        confirm_after=shop.confirm_after,
        time_zone=shop.time_zone,
        promised=record.promised if record else 0,
        missing=record.missing if record else 0,
    )
    return {
        "at": at,
        "zone": shop.time_zone,
        "traded": traded(at, shop.time_zone),
        "old": at - timedelta(minutes=shop.confirm_after),
        "old_copy": at - timedelta(days=settings.HIDE_COPIES_AFTER_DAYS),
        "expected": [most_expected(copies, habits) for copies in range(1, MANY + 2)],
    }
