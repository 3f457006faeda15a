"""By appointment: neither open nor closed, said in words, and never the end of anything."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from comptoir.shops.hours import after_time_open, deadline, state_at, time_open, week
from comptoir.shops.models import Closure, Shop
from comptoir.shops.phrases import day_in_words, understood

PARIS = ZoneInfo("Europe/Paris")
REST = 'We-Sa 10:00-18:00 || "sur rendez-vous"'
"""Open from Wednesday to Saturday, by appointment at all other times."""


def shop(hours, **columns):
    return Shop(**{"opening_hours": hours, "postcode": "86000"} | columns)


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


def state(hours, moment, closures=()):
    found = state_at(shop(hours), moment, closures=closures)
    opens = found.opens_at and found.opens_at.astimezone(PARIS).strftime("%a %H:%M")
    return found.is_open, found.appointment and found.appointment.comment, opens


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (REST, paris(2026, 11, 28, 11), (True, None, None)),
        (REST, paris(2026, 11, 28, 18), (False, "sur rendez-vous", "Wed 10:00")),
        (REST, paris(2026, 11, 30, 3), (False, "sur rendez-vous", "Wed 10:00")),
        (REST, paris(2026, 12, 2, 9, 59), (False, "sur rendez-vous", "Wed 10:00")),
        ('"sur rendez-vous"', paris(2026, 11, 28, 11), (False, "sur rendez-vous", None)),
        ("Mo-Fr 10:00-18:00 unknown", paris(2026, 11, 27, 11), (False, "", None)),
        ("Mo-Fr 10:00-18:00 unknown", paris(2026, 11, 27, 19), (False, None, None)),
        (
            'Fr 10:00-18:00; Sa 10:00-18:00 "RDV"',
            paris(2026, 11, 28, 11),
            (False, "RDV", "Fri 10:00"),
        ),
        (
            'Fr 10:00-18:00; Sa 10:00-18:00 "RDV"',
            paris(2026, 11, 28, 19),
            (False, None, "Fri 10:00"),
        ),
        ('Fr 22:00-03:00 "RDV"', paris(2026, 11, 28, 2), (False, "RDV", None)),
        (
            'Mo-Sa 10:00-18:00; PH off || "RDV"',
            paris(2026, 12, 25, 11),
            (False, "RDV", "Sat 10:00"),
        ),
        ('Mo-Sa 10:00-18:00; Su closed "RDV"', paris(2026, 11, 29, 11), (False, None, "Mon 10:00")),
    ],
)
def test_a_third_state(hours, moment, expected):
    assert state(hours, moment) == expected


def test_a_closure_is_not_by_appointment():
    closures = [Closure(first_day=date(2026, 11, 30), last_day=date(2026, 11, 30))]
    assert state(REST, paris(2026, 11, 30, 11), closures) == (False, None, "Wed 10:00")
    (monday,) = week(shop(REST), date(2026, 11, 30), days=1, closures=closures)
    assert monday.is_closed


@pytest.mark.parametrize("hours", [REST, 'We-Sa 10:00-18:00; Mo-Tu,Su 09:00-23:00 "RDV"'])
@pytest.mark.parametrize("ahead", range(14))
def test_no_deadline_ends_by_appointment(hours, ahead):
    start = paris(2026, 11, 23, 11) + timedelta(days=ahead)
    plain = shop("We-Sa 10:00-18:00")
    for days in (1, 3):
        end = deadline(shop(hours), start, days, closures=())
        assert end == deadline(plain, start, days, closures=())
        assert end.astimezone(PARIS).time() == time(18)


def test_time_by_appointment_is_no_time_open():
    saturday, wednesday = paris(2026, 11, 28, 17), paris(2026, 12, 2, 11)
    assert time_open(shop(REST), saturday, wednesday, closures=()) == timedelta(hours=2)
    hours_later = after_time_open(shop(REST), saturday, timedelta(hours=2), closures=())
    assert hours_later == wednesday


@pytest.mark.parametrize(
    "hours", ['"sur rendez-vous"', "Mo-Fr 09:00-23:00 unknown", "24/7 unknown"]
)
def test_a_shop_by_appointment_alone_keeps_copies_as_one_whose_hours_are_not_known(hours):
    start = paris(2026, 11, 24, 11)
    shut = [Closure(first_day=date(2026, 11, 25), last_day=date(2026, 11, 25))]
    assert deadline(shop(hours), start, 2, closures=shut) == paris(2026, 11, 27, 19)
    assert deadline(shop(hours), start, 2, closures=shut).tzinfo is UTC
    assert after_time_open(shop(hours), start, timedelta(hours=9), closures=()) == paris(
        2026, 11, 25, 11
    )


@pytest.mark.parametrize(
    ("hours", "saturday", "sunday"),
    [
        (REST, "10 h – 18 h, sinon sur rendez-vous", "sur rendez-vous"),
        ('Sa 10:00-18:00 "RDV"', "10 h – 18 h (RDV)", "fermé"),
        ("Sa 10:00-18:00 unknown", "10 h – 18 h (sur rendez-vous ou sur demande)", "fermé"),
        ("Sa 10:00-12:00,14:00-18:00", "10 h – 12 h, 14 h – 18 h", "fermé"),
        ('Sa 10:00-12:00, Sa 14:00-18:00 unknown "RDV"', "10 h – 12 h, 14 h – 18 h (RDV)", "fermé"),
        ("", "horaires inconnus", "horaires inconnus"),
    ],
)
def test_a_day_in_words(hours, saturday, sunday):
    days = week(shop(hours), date(2026, 11, 28), days=2, closures=())
    with translation.override("fr"):
        assert [day_in_words(day) for day in days] == [saturday, sunday]


def test_what_is_understood_shows_the_week_the_holidays_and_what_was_overlooked():
    with translation.override("fr"):
        found = understood("PH off; Mo-Sa 10:00-18:00", postcode="97400", today=date(2026, 11, 28))
        assert [hours for _day, hours in found.week] == [
            "10 h – 18 h",
            "fermé",
            *["10 h – 18 h"] * 5,
        ]
        assert found.holidays[:2] == [
            ("dimanche 20\u00a0décembre", "fermé"),
            ("vendredi 25\u00a0décembre", "10 h – 18 h"),
        ]
        assert "« PH off »" in found.remarks[0].replace("\u202f", " ")
        unread = understood("Lu 10h", postcode="86000", today=date(2026, 11, 28))
    assert unread.remarks == []
    assert {hours for _day, hours in unread.week} == {"horaires inconnus"}
