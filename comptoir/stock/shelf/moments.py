"""The moment of a till's report: how it is read, and what is too old or to come."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.shops.models import Shop
from comptoir.stock.errors import BadMoment

CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=3653)


def moment_of(as_of: datetime | None, shop: Shop, now: datetime | None = None) -> datetime:
    """Return the moment (UTC, not in the future) of a report.

    None is now less the shop's stated delay; a moment without a time zone is in the shop's own. Up
    to five minutes ahead, a clock is taken to be fast and the moment is now.
    Raises `BadMoment` beyond that, and for what is more than ten years ago.
    """
    present = now or timezone.now()
    if as_of is None:
        return present - timedelta(minutes=shop.told_delay)
    as_of = in_zone(as_of, shop)
    if as_of > present + CLOCK_SKEW:
        raise BadMoment(as_of.isoformat())
    if as_of < present - OLDEST:
        raise BadMoment(as_of.isoformat(), too_old=True)
    return min(as_of.astimezone(UTC), present)


def in_zone(moment: datetime, shop: Shop) -> datetime:
    """Return a moment with its time zone: the shop's own where it has none."""
    return moment.replace(tzinfo=ZoneInfo(shop.time_zone)) if timezone.is_naive(moment) else moment


def moment_of_day(day: date, shop: Shop, written: datetime | None = None) -> datetime:
    """Return the moment of a file that names only its day (in the shop's time zone).

    It is the moment at which the file was written, if that is on this day; otherwise the end of the
    day, or now while the day lasts. Raises `BadMoment` for a day to come or ten years ago.
    """
    zone, present = ZoneInfo(shop.time_zone), timezone.now()
    if day > present.astimezone(zone).date():
        raise BadMoment(day.isoformat())
    if day < (present - OLDEST).date():
        raise BadMoment(day.isoformat(), too_old=True)
    if written is not None and written.astimezone(zone).date() == day:
        return min(written.astimezone(UTC), present)
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone)
    return min(midnight.astimezone(UTC), present)
