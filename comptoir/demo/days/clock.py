"""Moments of the days to come, by the day on which the demonstration is loaded."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SOON = timedelta(days=7)
_SATURDAY = 5


def saturday_after(now: datetime, zone: str) -> date:
    """Return the first Saturday a week or more after a moment, by the clock of a time zone."""
    day = today(now, zone) + SOON
    return day + timedelta(days=(_SATURDAY - day.weekday()) % 7)


def today(now: datetime, zone: str) -> date:
    """Return the day of a moment, by the clock of a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def moment(day: date, hour: int, zone: str) -> datetime:
    """Return the moment of an hour of a day, by the clock of a time zone."""
    return datetime.combine(day, time(hour), ZoneInfo(zone))
