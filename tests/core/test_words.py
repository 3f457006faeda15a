"""Moments and distances as people say them."""

import inspect
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from comptoir.core.words import (
    ago,
    day_and_time,
    distance,
    hours,
    in_words,
    spaced_code,
    until,
    weight,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


MOMENTS = {
    "today": NOW + timedelta(hours=8),
    "tomorrow": NOW + timedelta(hours=24, minutes=30),
    "weekday": NOW + timedelta(days=5, hours=9),
    "date": NOW + timedelta(days=9, hours=9),
    "first": NOW + timedelta(days=8, hours=9),
    "past": NOW - timedelta(days=2),
}


def plain(text: str) -> str:
    """Return a text with its bound spaces as plain ones."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("name", "french", "english"),
    [
        ("today", "aujourd’hui à 18 h", "today at 6 PM"),
        ("tomorrow", "demain à 10 h 30", "tomorrow at 10:30 AM"),
        ("weekday", "samedi à 19 h", "Saturday at 7 PM"),
        ("date", "mercredi 2 décembre à 19 h", "Wednesday 2 December at 7 PM"),
        ("first", "mardi 1er décembre à 19 h", "Tuesday 1 December at 7 PM"),
        ("past", "samedi 21 novembre à 10 h", "Saturday 21 November at 10 AM"),
    ],
)
def test_a_moment_in_words(name, french, english):
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            assert plain(day_and_time(MOMENTS[name], PARIS, NOW)) == words


@pytest.mark.parametrize(
    ("name", "french", "english"),
    [
        ("today", "aujourd’hui jusqu’à 18 h", "today until 6 PM"),
        ("tomorrow", "jusqu’à demain 10 h 30", "until tomorrow 10:30 AM"),
        ("weekday", "jusqu’à samedi 19 h", "until Saturday 7 PM"),
        ("date", "jusqu’au mercredi 2 décembre à 19 h", "until Wednesday 2 December 7 PM"),
        ("first", "jusqu’au mardi 1er décembre à 19 h", "until Tuesday 1 December 7 PM"),
        ("past", "jusqu’au samedi 21 novembre à 10 h", "until Saturday 21 November 10 AM"),
    ],
)
def test_a_deadline_in_words(name, french, english):
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            assert plain(until(MOMENTS[name], PARIS, NOW)) == words


def test_a_moment_is_told_on_the_shops_clock_and_its_hour_never_cut():
    with translation.override("fr"):
        said = day_and_time(NOW, ZoneInfo("Indian/Reunion"), NOW)
    assert said == "aujourd’hui à 13\u00a0h"


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
    ("metres", "said"),
    [(3, "10 m"), (804, "800 m"), (997, "1,0 km"), (2449, "2,4 km"), (9960, "10 km")],
)
def test_distances(metres, said):
    with translation.override("fr"):
        assert distance(metres) == said


def test_a_weight_is_to_the_gram_with_its_thousands_apart():
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = (weight(850), weight(1495))
    assert said["fr"] == ("850\u00a0g", "1\u202f495\u00a0g")
    assert said["en"] == ("850\u00a0g", "1,495\u00a0g")


def test_opening_hours():
    spans = [(time(10), time(12, 30)), (time(14), time(19))]
    with translation.override("fr"):
        assert hours(spans) == "10 h – 12 h 30, 14 h – 19 h"
        assert hours([(time(), time())]) == "24 h sur 24"


def test_a_code_is_read_aloud_in_two_halves():
    assert spaced_code("48291370") == "4829\u00a01370"
    assert spaced_code("482") == "482"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_of_a_month_is_said_so_wherever_dates_are(language):
    first, moment = date(2026, 9, 1), datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
    french = language == "fr"
    with translation.override(language):
        assert in_words(first) == ("1er septembre 2026" if french else "1 September 2026")
        assert in_words(date(2026, 9, 11)).startswith("11 ")
        assert in_words(moment, "SHORT_DATETIME_FORMAT").startswith(
            "01/09/2026" if french else "1 Sep"
        )
        page = Template("{{ day|date:'DATE_FORMAT' }}, {{ day|date:'Y-m-d' }}, {{ no|date }}")
        shown = page.render(Context({"day": first, "no": ""}))
        assert shown == f"{in_words(first)}, 2026-09-01, "


def test_no_module_says_days_of_a_month_by_itself():
    alone = re.compile(r"date_format\([^\n]*(j [FMN]|DATE(TIME)?_FORMAT)")
    home = Path(inspect.getfile(in_words))
    saying = [
        str(path)
        for path in home.parent.parent.rglob("*.py")
        if path != home and alone.search(path.read_text(encoding="utf-8"))
    ]
    assert saying == []
