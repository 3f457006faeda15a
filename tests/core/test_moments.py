"""Moments as programs write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from comptoir.core.text import read_moment

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-05T14:02:00Z", None, datetime(2026, 11, 5, 14, 2, tzinfo=UTC)),
        ("2026-11-05T14:02:00+01:00", UTC, datetime(2026, 11, 5, 13, 2, tzinfo=UTC)),
        ("2026-11-05T14:02", PARIS, datetime(2026, 11, 5, 13, 2, tzinfo=UTC)),
        ("2026-07-05 14:02", PARIS, datetime(2026, 7, 5, 12, 2, tzinfo=UTC)),
        ("2026-11-05T14:02:00.500", UTC, datetime(2026, 11, 5, 14, 2, 0, 500_000, tzinfo=UTC)),
        ("2026-11-05", UTC, datetime(2026, 11, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(text, zone, expected):
    found = read_moment(text, zone)
    assert found == expected
    assert zone is None or found.tzinfo is UTC


def test_without_a_zone_a_moment_stays_as_it_is_written():
    assert read_moment("2026-11-05T14:02").tzinfo is None


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-05", "14:02", "٢٠٢٦-11-05", "2026" * 5_000]
)
def test_what_is_no_moment_is_none(text):
    assert read_moment(text, UTC) is None
    assert read_moment(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00+10:00", "9999-12-31T23:00-10:00"])
def test_a_moment_that_utc_does_not_hold_is_none(text):
    assert read_moment(text, UTC) is None
