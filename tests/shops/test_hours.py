"""When a shop is open, until when, and the day a hold ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops.hours import (
    after_time_open,
    deadline,
    is_holiday,
    state_at,
    time_open,
    validate,
    week,
)
from comptoir.shops.models import Closure, Shop
from tests.factories import make_shop

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
LUNCH = "Tu-Sa 10:00-12:30,14:00-19:00; PH off"
NIGHT = "Fr-Sa 20:00-04:00"


def shop(hours=LUNCH, postcode="86000", zone="Europe/Paris"):
    return Shop(opening_hours=hours, postcode=postcode, time_zone=zone)


def paris(*parts, fold=0):
    return datetime(*parts, tzinfo=PARIS, fold=fold)


def closed(first, last):
    return [Closure(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))]


def until(a_shop, start, days=1, closures=()):
    """The deadline on the shop's own clock, as people read it."""
    found = deadline(a_shop, start, days, closures=closures)
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(a_shop.time_zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param(paris(2026, 11, 24, 11), 1, "2026-11-25 19:00", id="the next day"),
        pytest.param(paris(2026, 11, 24, 8), 1, "2026-11-25 19:00", id="before opening"),
        pytest.param(paris(2026, 11, 24, 13), 3, "2026-11-27 19:00", id="during lunch"),
        pytest.param(paris(2026, 11, 27, 23, 59), 3, "2026-12-02 19:00", id="over a weekend"),
        pytest.param(paris(2026, 4, 4, 11), 1, "2026-04-07 19:00", id="Easter Monday"),
        pytest.param(paris(2026, 4, 30, 11), 1, "2026-05-02 19:00", id="1 May"),
        pytest.param(paris(2026, 7, 13, 11), 1, "2026-07-15 19:00", id="14 July"),
        pytest.param(paris(2026, 5, 13, 11), 1, "2026-05-15 19:00", id="Ascension"),
        pytest.param(paris(2027, 5, 5, 11), 1, "2027-05-07 19:00", id="Ascension moves"),
        pytest.param(paris(2026, 12, 31, 11), 1, "2027-01-02 19:00", id="into a new year"),
        pytest.param(paris(2026, 11, 24, 11), 0, "2026-11-25 19:00", id="no day is one day"),
        pytest.param(paris(2028, 2, 26, 11), 1, "2028-02-29 19:00", id="29 February"),
    ],
)
def test_a_hold_ends_at_the_last_closing_of_the_nth_opening_day(start, days, expected):
    assert until(shop(), start, days) == expected


def test_the_day_of_the_start_is_the_shops_own():
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert until(shop(), late) == "2026-11-25 19:00"
    there = shop(postcode="97400", zone="Indian/Reunion")
    assert until(there, late) == "2026-11-26 19:00"


def test_a_holiday_without_a_rule_changes_nothing():
    assert until(shop("Tu-Sa 10:00-19:00"), paris(2026, 7, 13, 11)) == "2026-07-14 19:00"


def test_hours_of_a_holiday_are_read():
    assert until(shop("Tu-Sa 10:00-19:00; PH 10:00-13:00"), paris(2026, 7, 13, 11)) == (
        "2026-07-14 13:00"
    )


@pytest.mark.parametrize(
    ("postcode", "zone", "day"),
    [
        ("97400", "Indian/Reunion", "2026-12-20"),
        ("97110", "America/Guadeloupe", "2026-05-27"),
        ("97200", "America/Martinique", "2026-05-22"),
        ("97300", "America/Cayenne", "2026-06-10"),
        ("97600", "Indian/Mayotte", "2026-04-27"),
        ("67000", "Europe/Paris", "2026-12-26"),
        ("57000", "Europe/Paris", "2026-04-03"),
        ("68000", "Europe/Paris", "2027-03-26"),
    ],
)
def test_a_department_keeps_its_own_holidays(postcode, zone, day):
    holiday = date.fromisoformat(day)
    assert is_holiday(holiday, postcode)
    assert not is_holiday(holiday, "86000")
    there, elsewhere = shop("10:00-19:00; PH off", postcode, zone), shop("10:00-19:00; PH off")
    noon = datetime.combine(holiday, time(12))
    assert state_at(there, noon.replace(tzinfo=ZoneInfo(zone)), closures=[]).is_open is False
    assert state_at(elsewhere, noon.replace(tzinfo=PARIS), closures=[]).is_open is True
    assert is_holiday(date(2026, 7, 14), postcode)


def test_a_comment_that_says_ph_is_no_rule_of_a_regional_holiday():
    there = shop('10:00-19:00 "fermé PH"; PH off "PH"', "97400", "Indian/Reunion")
    noon = datetime(2026, 12, 20, 12, tzinfo=REUNION)
    assert state_at(there, noon, closures=[]).is_open is False


def test_a_closure_is_stepped_over():
    start = paris(2026, 11, 24, 11)
    assert until(shop(), start, 3, closed("2026-11-26", "2026-11-27")) == "2026-12-01 19:00"
    assert until(shop(), start, 1, closed("2026-11-20", "2026-11-24")) == "2026-11-25 19:00"
    assert until(shop(), start, 1, closed("2026-11-25", "2026-11-25")) == "2026-11-26 19:00"


def test_a_month_of_closure_is_stepped_over():
    assert until(shop(), paris(2026, 7, 31, 11), 3, closed("2026-08-01", "2026-08-31")) == (
        "2026-09-03 19:00"
    )


def test_a_night_belongs_to_the_day_it_begins_on():
    start = paris(2026, 11, 25, 11)
    assert until(shop(NIGHT), start, 1) == "2026-11-28 04:00"
    assert until(shop(NIGHT), start, 2) == "2026-11-29 04:00"
    assert until(shop(NIGHT), start, 1, closed("2026-11-27", "2026-11-27")) == "2026-11-29 04:00"


@pytest.mark.parametrize("hours", ["", "off", "nonsense", "2020 Mo 10:00-12:00"])
def test_a_hold_always_ends(hours):
    assert until(shop(hours), paris(2026, 11, 24, 11), 3) == "2026-11-27 19:00"


def test_unknown_hours_respect_a_closure():
    start = paris(2026, 11, 24, 11)
    assert until(shop(""), start, 3, closed("2026-11-25", "2026-11-30")) == "2026-12-03 19:00"


def test_a_closure_of_more_than_a_year_still_ends_the_hold():
    forever = closed("2026-01-01", "2030-01-01")
    assert until(shop(), paris(2026, 11, 24, 11), 3, forever) == "2026-11-27 19:00"


def test_a_shop_that_never_shuts_counts_every_day_to_midnight():
    assert until(shop("24/7"), paris(2026, 11, 24, 11), 2) == "2026-11-27 00:00"


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param(paris(2026, 3, 28, 11), "10:00-19:00", "2026-03-29T17:00", id="spring"),
        pytest.param(paris(2026, 10, 24, 11), "10:00-19:00", "2026-10-25T18:00", id="autumn"),
        pytest.param(paris(2026, 3, 27, 11), NIGHT, "2026-03-29T02:00", id="spring night"),
        pytest.param(paris(2026, 10, 23, 11), NIGHT, "2026-10-25T03:00", id="autumn night"),
        pytest.param(
            paris(2026, 3, 27, 11), "Sa 20:00-26:30", "2026-03-29T01:30", id="skipped hour"
        ),
        pytest.param(
            paris(2026, 10, 23, 11), "Sa 20:00-26:30", "2026-10-25T01:30", id="hour come twice"
        ),
    ],
)
def test_daylight_saving(start, hours, expected):
    found = deadline(shop(hours), start, 1, closures=[])
    assert found.strftime("%Y-%m-%dT%H:%M") == expected


def test_reunion_has_no_summer_time():
    there = shop("10:00-19:00", "97400", "Indian/Reunion")
    for start in (
        datetime(2026, 3, 28, 8, tzinfo=REUNION),
        datetime(2026, 7, 1, 8, tzinfo=REUNION),
    ):
        assert deadline(there, start, 1, closures=[]).hour == 15


def state(a_shop, moment, closures=()):
    """Whether it is open, until when and from when, on the shop's clock."""
    zone = ZoneInfo(a_shop.time_zone)
    found = state_at(a_shop, moment, closures=closures)
    shown = [
        each and each.astimezone(zone).strftime("%a %H:%M")
        for each in (found.until, found.opens_at)
    ]
    return found.is_open, *shown


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (LUNCH, paris(2026, 11, 24, 9, 59), (False, None, "Tue 10:00")),
        (LUNCH, paris(2026, 11, 24, 10), (True, "Tue 12:30", None)),
        (LUNCH, paris(2026, 11, 24, 12, 30), (False, None, "Tue 14:00")),
        (LUNCH, paris(2026, 11, 24, 18, 59), (True, "Tue 19:00", None)),
        (LUNCH, paris(2026, 11, 28, 19), (False, None, "Tue 10:00")),
        (LUNCH, paris(2026, 7, 14, 12), (False, None, "Wed 10:00")),
        (NIGHT, paris(2026, 11, 28, 1), (True, "Sat 04:00", None)),
        (NIGHT, paris(2026, 3, 29, 3, 30), (True, "Sun 04:00", None)),
        (NIGHT, paris(2026, 10, 25, 2, 30, fold=1), (True, "Sun 04:00", None)),
        ("24/7", paris(2026, 11, 28, 1), (True, None, None)),
        ("Mo 18:00-24:00; Tu 00:00-02:00", paris(2026, 11, 23, 20), (True, "Tue 02:00", None)),
        ("off", paris(2026, 11, 24, 10), (False, None, None)),
        ("10:00-19:00 unknown", paris(2026, 11, 24, 11), (False, None, None)),
        ("", paris(2026, 11, 24, 10), (None, None, None)),
        ("nonsense", paris(2026, 11, 24, 10), (None, None, None)),
    ],
)
def test_open_now(hours, moment, expected):
    assert state(shop(hours), moment) == expected


def test_a_closure_shuts_and_tells_when_it_opens_again():
    moment = paris(2026, 11, 24, 11)
    assert state(shop(), moment, closed("2026-11-24", "2026-11-26")) == (False, None, "Fri 10:00")
    assert state(shop("24/7"), moment, closed("2026-11-26", "2026-11-26")) == (
        True,
        "Thu 00:00",
        None,
    )


def test_open_now_overseas_is_on_the_local_clock():
    there = shop("Mo-Sa 09:00-18:00", "97400", "Indian/Reunion")
    assert state_at(there, datetime(2026, 11, 24, 5, 30, tzinfo=UTC), closures=[]).is_open is True
    assert state_at(there, datetime(2026, 11, 24, 14, 30, tzinfo=UTC), closures=[]).is_open is False


def test_a_week_shows_spans_holidays_and_closures():
    closures = closed("2026-07-17", "2026-07-18")
    days = week(shop(), date(2026, 7, 13), closures=closures)
    assert [day.day.day for day in days] == [13, 14, 15, 16, 17, 18, 19]
    assert days[2].spans == ((time(10), time(12, 30)), (time(14), time(19)))
    assert [day.is_closed for day in days] == [True, True, False, False, True, True, True]
    assert [day.holiday for day in days] == [False, True, False, False, False, False, False]
    assert [day.closure for day in days] == [None] * 4 + closures * 2 + [None]


def test_a_week_of_nights_and_of_the_unknown():
    nights = week(shop(NIGHT), date(2026, 11, 27), days=2, closures=[])
    assert nights[0].spans == ((time(20), time(4)),)
    unknown = week(shop(""), date(2026, 11, 27), days=1, closures=[])[0]
    assert (unknown.known, unknown.is_closed, unknown.spans) == (False, False, ())


@pytest.mark.parametrize(
    "text",
    [
        LUNCH,
        NIGHT,
        "24/7",
        "",
        "Mo-Sa 09:30-19:00; Jul-Aug Mo off; Dec Su 10:00-18:00; PH off",
        'We[1] 18:00-20:00 "lecture"',
        "Mo-Fr 10:00-19:00, Sa 10:00-18:00",
    ],
)
def test_hours_that_can_be_read(text):
    assert validate(f"  {text} ") == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [("Lu-Ve 10h-19h parfois", "parfois"), ("Tu-Sa 10:00-19", "19"), ("Mo 25:00-26:00", "25:00")],
)
def test_hours_that_cannot_be_read_show_where(text, rest):
    with pytest.raises(Invalid) as caught:
        validate(text)
    assert caught.value.code == "bad_hours"
    assert text[caught.value.data["position"] :].startswith(rest)


@pytest.mark.django_db
def test_closures_come_from_the_database_once(django_assert_num_queries):
    made = make_shop(opening_hours=LUNCH)
    made.closures.create(first_day=date(2026, 11, 25), last_day=date(2026, 11, 26))
    with django_assert_num_queries(2):
        found = Shop.objects.prefetch_related("closures").get(pk=made.pk)
        assert deadline(found, paris(2026, 11, 24, 11), 1) == paris(2026, 11, 27, 19)
        assert state_at(found, paris(2026, 11, 25, 11)).opens_at == paris(2026, 11, 27, 10)
        assert week(found, date(2026, 11, 25))[0].is_closed


def test_any_start_gives_a_deadline_in_the_future_when_the_shop_closes():
    """Through a whole year, an hour at a time in steps that meet every hour of the day."""
    a_shop, moment = shop(), paris(2026, 1, 1)
    while moment < paris(2027, 1, 1):
        end = deadline(a_shop, moment, 3, closures=[])
        assert end > moment + timedelta(days=2)
        assert state_at(a_shop, end - timedelta(minutes=1), closures=[]).until == end
        moment += timedelta(hours=25)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param(paris(2026, 11, 24, 11), paris(2026, 11, 24, 12), 1.0, id="within a span"),
        pytest.param(paris(2026, 11, 24, 12), paris(2026, 11, 24, 15), 1.5, id="over lunch"),
        pytest.param(paris(2026, 11, 21, 18), paris(2026, 11, 24, 11), 2.0, id="over a weekend"),
        pytest.param(paris(2026, 11, 10, 18), paris(2026, 11, 12, 11), 2.0, id="11 November"),
        pytest.param(paris(2026, 11, 24, 12), paris(2026, 11, 24, 11), 0.0, id="backwards"),
    ],
)
def test_the_time_for_which_a_shop_was_open(start, end, hours):
    assert time_open(shop(), start, end, closures=()) == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 6), (date(2026, 10, 25), 8)])
def test_the_time_open_over_a_change_of_clocks_is_the_time_that_passed(day, hours):
    # From Saturday 22:00 to Sunday 05:00 on the clock, in a shop that never shuts.
    before = day - timedelta(days=1)
    start = paris(before.year, before.month, before.day, 22)
    end = paris(day.year, day.month, day.day, 5)
    assert time_open(shop("24/7"), start, end, closures=()) == timedelta(hours=hours)
    assert after_time_open(shop("24/7"), start, timedelta(hours=hours), closures=()) == end


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param(paris(2026, 11, 24, 9), 1, paris(2026, 11, 24, 11), id="before opening"),
        pytest.param(paris(2026, 11, 24, 12), 2, paris(2026, 11, 24, 15, 30), id="over lunch"),
        pytest.param(paris(2026, 11, 21, 18), 2, paris(2026, 11, 24, 11), id="over a weekend"),
        pytest.param(paris(2026, 11, 10, 18), 2, paris(2026, 11, 12, 11), id="11 November"),
    ],
)
def test_when_a_shop_will_have_been_open_for_so_long(start, hours, expected):
    assert after_time_open(shop(), start, timedelta(hours=hours), closures=()) == expected


def test_a_closure_is_not_open_time_and_hours_not_known_are_assumed():
    start, week_later = paris(2026, 11, 24, 10), paris(2026, 12, 1, 10)
    assert time_open(shop(), start, week_later, closures=closed("2026-11-24", "2026-11-30")) == (
        timedelta()
    )
    assert time_open(shop(""), start, week_later, closures=()) == timedelta(hours=7 * 9)
    never = after_time_open(shop("off"), start, timedelta(hours=4), closures=())
    assert never == start + timedelta(hours=4)
