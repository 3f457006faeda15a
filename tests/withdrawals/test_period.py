"""Until when one may withdraw: pure dates."""

from datetime import date, timedelta

import pytest

from comptoir.orders.operations.privacy.erasure import TAKEN_BACK
from comptoir.withdrawals.operations.spans import LONGER
from comptoir.withdrawals.period import period_of, working_day

PARIS, STRASBOURG = "75011", "67000"
PLACED = date(2026, 11, 1)


def last_day(received: date, *, told: bool = True, postcode: str = PARIS) -> date | None:
    return period_of(received, PLACED, told=told, postcode=postcode).last_day


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        (date(2026, 11, 9), date(2026, 11, 23)),  # a Monday: the day of receiving counts not
        (date(2026, 11, 14), date(2026, 11, 30)),  # ends on a Saturday, goes on until Monday
        (date(2026, 11, 15), date(2026, 11, 30)),  # ends on a Sunday
        (date(2026, 12, 11), date(2026, 12, 28)),  # Friday is Christmas, then a weekend
        (date(2027, 3, 15), date(2027, 3, 30)),  # Easter Monday
    ],
)
def test_it_ends_on_a_working_day(received, ends):
    assert last_day(received) == ends


def test_holidays_are_those_of_the_shops_place():
    day = date(2026, 12, 12)  # ends on Saturday 26 December, in Alsace a holiday besides
    assert last_day(day) == last_day(day, postcode=STRASBOURG) == date(2026, 12, 28)
    good_friday = date(2027, 3, 12)
    assert last_day(good_friday) == date(2027, 3, 26)
    assert last_day(good_friday, postcode=STRASBOURG) == date(2027, 3, 30)


def test_without_the_notice_it_is_twelve_months_longer():
    assert last_day(date(2026, 11, 9), told=False) == date(2027, 11, 23)
    assert last_day(date(2028, 2, 15), told=False) == date(2029, 2, 28)  # from 29 February
    # The fourteen days end on Saturday 28 November, so on Monday the 30th: the months begin there.
    assert last_day(date(2026, 11, 14), told=False) == date(2027, 11, 30)


def test_who_was_not_told_is_kept_at_least_as_long():
    """Whatever weekends and holidays fall where: from any day of three years, in two places."""
    days = [date(2026, 6, 19) + timedelta(days=n) for n in range(3 * 365)]
    for postcode in (PARIS, STRASBOURG):
        for day in days:
            assert last_day(day, told=False, postcode=postcode) <= day + TAKEN_BACK + LONGER


def test_it_stays_open_while_nothing_was_received():
    found = period_of(None, PLACED, told=True, postcode=PARIS)
    assert found.last_day is None
    assert found.is_open(date(2031, 1, 1))


def test_the_last_day_is_part_of_it():
    found = period_of(date(2026, 11, 9), PLACED, told=True, postcode=PARIS)
    assert found.is_open(date(2026, 11, 23))
    assert not found.is_open(date(2026, 11, 24))


def test_control_a_day_that_is_free_is_passed_over():
    friday = date(2026, 11, 27)
    assert working_day(friday, lambda _day: False) == friday
    assert working_day(friday, lambda day: day == friday) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("told_later", "ends"),
    [
        (date(2027, 3, 1), date(2027, 3, 15)),  # fourteen days from the notice
        (date(2026, 11, 10), date(2026, 11, 24)),
        (date(2026, 10, 1), date(2026, 11, 23)),  # before the goods came: never sooner than told
        (date(2027, 11, 23), date(2027, 11, 23)),  # on the last day of the twelve months: no longer
        (date(2028, 1, 10), date(2027, 11, 23)),  # after all is over
        (date(2027, 2, 27), date(2027, 3, 15)),  # ends on a Saturday, goes on until Monday
    ],
)
def test_a_notice_that_is_given_later_leaves_fourteen_days(told_later, ends):
    monday = date(2026, 11, 9)
    found = period_of(monday, PLACED, told=False, told_later=told_later, postcode=PARIS)
    assert found.last_day == ends
    assert found.is_open(ends)
    assert not found.is_open(ends + timedelta(days=1))
