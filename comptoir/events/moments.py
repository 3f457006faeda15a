"""The clock of a shop: what somebody typed there becomes a moment, and a moment a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.shops.models import Shop


def moment_at(shop: Shop, typed: datetime, *, field: str) -> datetime:
    """Return the moment (UTC) at which a shop's clock shows this naive time.

    An hour that the clock shows twice, in the night on which it is put back, is the first of the
    two. Raises `Invalid` (`no_such_hour`) for one that it skips; `too_far` for one that no other
    clock shows, at the ends of the calendar.
    """
    zone = ZoneInfo(shop.time_zone)
    try:
        moment = typed.replace(tzinfo=zone, fold=0).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        told = _("This is more than two years away: check the year.")
        raise Invalid("too_far", told, field=field) from None
    if shown != typed:
        told = _("That night the clocks go forward: this hour does not exist.")
        raise Invalid("no_such_hour", told, field=field)
    return moment


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday of a day's week, and the Monday after it."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def midnight(day: date, zone: str) -> datetime:
    """Return the moment at which a day begins in a time zone (UTC)."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
