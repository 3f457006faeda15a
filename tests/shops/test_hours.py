"""When a shop is open, until when, and the day a hold ends."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from comptoir.shops.hours import deadline
from comptoir.shops.models import Shop

PARIS = ZoneInfo("Europe/Paris")
LUNCH = "Tu-Sa 10:00-12:30,14:00-19:00; PH off"


def shop(hours=LUNCH, postcode="86000", zone="Europe/Paris"):
    return Shop(opening_hours=hours, postcode=postcode, time_zone=zone)


def paris(*parts, fold=0):
    return datetime(*parts, tzinfo=PARIS, fold=fold)


def until(a_shop, start, days=1, closures=()):
    """The deadline on the shop's own clock, as people read it."""
    found = deadline(a_shop, start, days, closures=closures)
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(a_shop.time_zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (paris(2026, 11, 24, 11), 1, "2026-11-25 19:00"),
        (paris(2026, 11, 24, 11), 3, "2026-11-27 19:00"),
        (paris(2026, 11, 27, 23, 59), 3, "2026-12-02 19:00"),
        (paris(2026, 4, 4, 11), 1, "2026-04-07 19:00"),
        (paris(2026, 4, 30, 11), 1, "2026-05-02 19:00"),
        (paris(2026, 7, 13, 11), 1, "2026-07-15 19:00"),
        (paris(2026, 5, 13, 11), 1, "2026-05-15 19:00"),
        (paris(2026, 3, 28, 11), 1, "2026-03-31 19:00"),
        (paris(2026, 11, 24, 11), 0, "2026-11-25 19:00"),
    ],
)
def test_a_hold_ends_at_the_last_closing_of_the_nth_opening_day(start, days, expected):
    assert until(shop(), start, days) == expected
