"""Moments and distances as people say them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from comptoir.core.words import ago, day_and_time, distance, hours, spaced_code

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        (NOW + timedelta(hours=8), "aujourd’hui 18 h", "today 6 p.m."),
        (NOW + timedelta(hours=24, minutes=30), "demain 10 h 30", "tomorrow 10:30 a.m."),
        (NOW + timedelta(days=5, hours=9), "samedi 19 h", "Saturday 7 p.m."),
        (
            NOW + timedelta(days=9, hours=9),
            "mercredi 2 décembre 19 h",
            "Wednesday 2 December 7 p.m.",
        ),
    ],
)
def test_a_deadline_in_words(moment, french, english):
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            assert day_and_time(moment, PARIS, NOW) == words


def test_a_deadline_is_told_on_the_shops_clock():
    with translation.override("fr"):
        assert day_and_time(NOW, ZoneInfo("Indian/Reunion"), NOW) == "aujourd’hui 13 h"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "à l’instant"),
        (timedelta(seconds=59), "à l’instant"),
        (timedelta(minutes=4), "il y a 4 min"),
        (timedelta(minutes=60), "il y a 1 h"),
        (timedelta(hours=47), "il y a 47 h"),
        (timedelta(days=2), "il y a 2 jours"),
    ],
)
def test_the_age_of_a_figure(age, words):
    with translation.override("fr"):
        assert ago(NOW - age, NOW) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(3, "10 m"), (804, "800 m"), (997, "1,0 km"), (2449, "2,4 km"), (9960, "10 km")],
)
def test_distances(metres, words):
    with translation.override("fr"):
        assert distance(metres) == words


def test_opening_hours():
    spans = [(time(10), time(12, 30)), (time(14), time(19))]
    with translation.override("fr"):
        assert hours(spans) == "10 h – 12 h 30, 14 h – 19 h"


def test_a_code_is_read_aloud_in_two_halves():
    assert spaced_code("48291370") == "4829\u00a01370"
    assert spaced_code("482") == "482"
