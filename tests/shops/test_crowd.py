"""Which of many shops are open at a moment: what is said of each shop alone."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptoir.shops.geography import DEPARTMENTS
from comptoir.shops.hours import state_at, week
from comptoir.shops.memory import directory
from comptoir.shops.models import Closure, Shop
from comptoir.shops.timetable import clock, crowd
from tests.factories import make_shop
from tests.trials import LENGTH, times

pytestmark = pytest.mark.django_db

HOURS = (
    "Tu-Sa 10:00-12:30,14:00-19:00; PH off",
    "Mo-Su 18:00-26:00; PH off",
    "Fr-Sa 20:00-04:00",
    "24/7",
    "off",
    "",
    "nonsense",
    '"sur rendez-vous"',
    'We 14:00-18:00; Sa 10:00-12:00 "sur rendez-vous"',
    "Mo-Fr 00:00-02:30,22:00-24:00; Sa[1] 09:00-12:00; Dec Su 14:00-18:00; PH 10:00-13:00",
)
PLACES = (
    ("86000", "Europe/Paris"),
    ("67000", "Europe/Paris"),
    ("97400", "Indian/Reunion"),
    ("97110", "America/Guadeloupe"),
    ("97500", "America/Miquelon"),
)
AROUND = (
    datetime(2026, 3, 28, tzinfo=UTC),
    datetime(2026, 10, 24, tzinfo=UTC),
    datetime(2026, 12, 24, tzinfo=UTC),
    datetime(2027, 3, 27, tzinfo=UTC),
    datetime(2026, 5, 26, tzinfo=UTC),
)


def make_shops() -> list[Shop]:
    shops = []
    for text in HOURS:
        for postcode, zone in PLACES:
            shop = make_shop(opening_hours=text, postcode=postcode, time_zone=zone)
            if len(shops) % 3 == 0:
                for first in (date(2026, 3, 28), date(2026, 12, 25)):
                    Closure.objects.create(
                        shop=shop, first_day=first, last_day=first + timedelta(days=1)
                    )
            shops.append(shop)
    return shops


@pytest.mark.proof
def test_those_open_at_an_instant_are_those_of_which_it_is_said_alone():
    """Every 67 minutes of three days around changes of clocks and holidays, at length every 29."""
    minutes = 29 if LENGTH > 1 else 67
    shops, kept = make_shops(), directory()
    shown = set()
    for start in AROUND:
        for step in range(3 * 24 * 60 // minutes):
            at = start + timedelta(minutes=minutes * step)
            alone = {shop.pk for shop in shops if state_at(kept.shops[shop.pk], at).is_open}
            assert kept.open_at(at) == alone, at
            shown |= alone
    assert len(shown) == 6 * len(PLACES), "all that have hours at which one may just come"


@pytest.mark.proof
def test_a_moment_without_a_time_zone_is_on_each_shops_own_clock():
    shops, kept = make_shops(), directory()
    dice = random.Random(11)
    for start in AROUND:
        for _each in range(times(15)):
            shown = start.replace(tzinfo=None) + timedelta(minutes=dice.randrange(3 * 24 * 60))
            alone = {
                shop.pk
                for shop in shops
                if state_at(
                    kept.shops[shop.pk], shown.replace(tzinfo=ZoneInfo(shop.time_zone))
                ).is_open
            }
            assert kept.open_at(shown) == alone, shown


def test_sunday_at_eleven_is_another_instant_overseas():
    text = "Su 10:00-12:00"
    here = make_shop(opening_hours=text)
    there = make_shop(opening_hours=text, postcode="97400", time_zone="Indian/Reunion")
    assert directory().open_at(datetime.fromisoformat("2026-11-29 11:00")) == {here.pk, there.pk}
    assert directory().open_at(datetime(2026, 11, 29, 10, tzinfo=UTC)) == {here.pk}
    assert directory().open_at(datetime(2026, 11, 29, 7, tzinfo=UTC)) == {there.pk}


def test_seconds_count():
    shop = make_shop(opening_hours="Su 10:00-12:00")
    assert directory().open_at(datetime.fromisoformat("2026-11-29 11:59:59.999999")) == {shop.pk}
    assert directory().open_at(datetime.fromisoformat("2026-11-29 12:00")) == frozenset()


def test_the_shops_that_open_on_a_day_are_those_whose_week_has_hours_then():
    shops, kept = make_shops(), directory()
    for start in AROUND:
        for ahead in range(3):
            day = start.date() + timedelta(days=ahead)
            alone = {s.pk for s in shops if week(kept.shops[s.pk], day, days=1)[0].spans}
            assert kept.open_on(day) == alone


def test_a_closure_that_is_entered_counts_at_once():
    shop = make_shop(opening_hours="24/7")
    at = datetime(2026, 11, 29, 10, tzinfo=UTC)
    assert directory().open_at(at) == {shop.pk}
    shop.closures.create(first_day=date(2026, 11, 29), last_day=date(2026, 11, 29))
    assert directory().open_at(at) == frozenset()


def test_a_day_is_worked_out_once_however_many_time_zones_there_are(monkeypatch):
    """The control: another day is worked out anew."""
    for each in DEPARTMENTS.values():
        make_shop(opening_hours="24/7", postcode=f"{each.code}00"[:5], time_zone=each.time_zone)
    worked_out = []
    monkeypatch.setattr(crowd, "spans_on", lambda *of: worked_out.append(of) or clock.spans_on(*of))
    kept, at = directory(), datetime(2026, 11, 29, 10, tzinfo=UTC)
    assert len({shop.time_zone for shop in kept.public}) > 10
    assert len(kept.open_at(at)) == len(kept.public)
    assert len(worked_out) >= 2 * len(kept.public)
    worked_out.clear()
    assert len(kept.open_at(at)) == len(kept.public)
    assert not worked_out
    kept.open_at(at + timedelta(days=5))
    assert worked_out
