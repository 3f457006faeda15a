"""How sure a copy is, from what is known of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import ReportStatus
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import discard_report, take_report
from comptoir.stock.shelf.confidence import (
    MEMORY_DAYS,
    Evidence,
    Habits,
    grade,
    pace_at,
    risk,
    trading_days,
)
from comptoir.stock.shelf.holds import hold, write_off
from comptoir.stock.shelf.standing import who_has
from tests.factories import make_offer, make_shop

NOON = datetime(2025, 10, 15, 10, tzinfo=UTC)  # in Paris
NIGHT = datetime(2025, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Habits(confirm_after=26 * 60)


def graded(habits=SHOP, at=NOON, as_of=NIGHT, **known):
    return grade(Evidence(**({"available": 1, "as_of": as_of} | known)), habits, at)


def test_a_usual_title_of_last_night_is_sure():
    assert graded() == "sure"


def test_a_figure_past_the_shops_limit_is_to_be_confirmed():
    assert graded(at=NIGHT + timedelta(hours=27)) == "to_confirm"


def test_the_last_copy_of_what_sells_every_day_is_less_and_less_sure_as_the_day_goes():
    fast = {"pace": 0.6, "paced_at": NIGHT}
    at_opening, later, at_six = (NIGHT + timedelta(hours=h) for h in (7.6, 8.5, 16))
    assert graded(at=at_opening, **fast) == "sure"
    assert graded(at=later, **fast) == "likely"
    assert graded(at=at_six, **fast) == "to_confirm"
    assert graded(at=at_six, available=4, **fast) == "sure"


def test_what_sold_long_ago_is_as_sure_as_any_other():
    assert graded(pace=0.6, paced_at=NIGHT - 90 * DAY) == "sure"


def test_what_the_till_contradicts_is_likely_at_most():
    assert graded(available=3, unseen=1) == "likely"


def test_a_copy_of_which_two_readings_are_possible_is_to_be_confirmed():
    assert graded(available=1, doubtful=1) == "to_confirm"
    assert graded(available=2, doubtful=1) == "sure"


@pytest.mark.parametrize(
    ("promised", "missing", "expected"),
    [(0, 0, "sure"), (200, 2, "sure"), (105, 10, "likely"), (99, 40, "to_confirm"), (2, 2, "sure")],
)
def test_the_shops_record_counts(promised, missing, expected):
    habits = Habits(26 * 60, promised=promised, missing=missing)
    assert graded(habits, at=NIGHT + timedelta(hours=7)) == expected


def test_a_till_that_falls_silent_grades_its_offers_down():
    live = Habits(26 * 60, reported_every=10)
    assert graded(live, at=NOON + timedelta(hours=1), as_of=NOON) == "sure"
    assert graded(live, at=NOON + timedelta(hours=4), as_of=NOON) == "likely"
    nightly = Habits(26 * 60, reported_every=1440)
    assert graded(nightly, at=NOON + timedelta(hours=4)) == "sure"


def test_a_night_sells_nothing():
    evening = datetime(2025, 10, 15, 18, tzinfo=UTC)
    assert trading_days(evening, evening + timedelta(hours=13), "Europe/Paris") == 0
    assert trading_days(NIGHT, NIGHT + DAY, "Europe/Paris") == pytest.approx(1)
    assert trading_days(NOON, NIGHT, "Europe/Paris") == 0


def test_the_pace_of_one_copy_a_day_is_learnt_and_forgotten():
    pace, at = 0.0, NIGHT
    for _ in range(120):
        pace, at = pace_at(pace, at, at + DAY, fallen=1), at + DAY
    assert pace == pytest.approx(1, rel=0.05)
    assert pace_at(pace, at, at + MEMORY_DAYS * DAY) == pytest.approx(pace / 2.718, rel=0.01)
    assert pace_at(pace, at, at - DAY) == pace


_KNOWN = st.builds(
    Evidence,
    available=st.integers(0, 40),
    as_of=st.just(NIGHT),
    unseen=st.integers(0, 3),
    doubtful=st.integers(0, 3),
    pace=st.floats(0, 20),
)


@given(_KNOWN, st.integers(0, 3000), st.integers(0, 600))
def test_time_never_makes_it_surer_and_no_risk_is_beyond_belief(known, minutes, more):
    at = NIGHT + timedelta(minutes=minutes)
    order = ["sure", "likely", "to_confirm"]
    unpaced = Evidence(known.available, known.as_of, known.unseen, known.doubtful)
    now, later = (grade(unpaced, SHOP, at + timedelta(minutes=m)) for m in (0, more))
    assert order.index(now) <= order.index(later)
    assert 0 <= risk(known, SHOP, at) <= 1


@pytest.mark.django_db
def test_a_snapshot_that_is_held_back_contests_the_shop_until_it_is_decided():
    shop = make_shop()
    now = timezone.now()
    offers = [make_offer(shop=shop, as_of=now - timedelta(hours=2)) for _ in range(30)]
    product = offers[0].product_id
    reckoning = {"shop": shop, "format": "api", "mode": "snapshot", "actor": SYSTEM}
    report = take_report(
        Incoming(as_of=now, lines=[StockLine(1, offers[0].product.ean, 1)], **reckoning)
    )
    assert report.status == ReportStatus.QUARANTINED
    assert who_has([product])[product][0].confidence == "to_confirm"
    discard_report(report=report, actor=SYSTEM)
    assert who_has([product])[product][0].confidence == "sure"


@pytest.mark.django_db
def test_whoever_did_not_find_one_copy_did_not_see_the_others():
    offer = make_offer(on_hand=3)
    hold({offer.pk: 1})
    write_off({offer.pk: 1}, actor=SYSTEM, at=timezone.now())
    (shown,) = who_has([offer.product_id])[offer.product_id]
    assert (shown.available, shown.confidence) == (2, "to_confirm")


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["snapshot", "delta"])
def test_tellings_teach_the_pace_as_the_pure_rule_does(mode):
    start = timezone.now() - 40 * DAY
    offer = make_offer(on_hand=9, as_of=start)
    told, pace, at, before = {1: 8, 3: 8, 4: 5, 9: 7, 20: 0, 30: 4, 33: 3}, 0.0, start, 9
    for days, figure in told.items():
        moment = start + days * DAY
        take_report(
            Incoming(
                shop=offer.shop,
                format="api",
                mode=mode,
                as_of=moment,
                lines=[StockLine(1, offer.product.ean, figure)],
                actor=SYSTEM,
            )
        )
        since = at if before else moment
        if figure != before or mode == "delta":
            pace = pace_at(pace, since, moment, fallen=before - figure)
            at = moment
        before = figure
        offer.refresh_from_db()
        assert offer.pace == pytest.approx(pace)
