"""A moment as somebody writes it, and what is said to who writes none."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from comptoir.core.errors import Invalid
from comptoir.shops.timetable.moments import read_day_and_time, read_moment

NOW = datetime(2026, 11, 29, 11, 20, 30, tzinfo=UTC)
"""A Sunday, 12:20 in Paris."""


def read(text: str) -> str:
    return read_moment(text, now=NOW).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-06T11:00", "2026-12-06T11:00"),
        ("2026-12-06 11:00:30", "2026-12-06T11:00"),
        ("  2026-12-06   11:00 ", "2026-12-06T11:00"),
        ("2026-12-06T11:00Z", "2026-12-06T11:00+00:00"),
        ("2026-12-06T11:00+01:00", "2026-12-06T10:00+00:00"),
        ("2026-12-06T11:00+0400", "2026-12-06T07:00+00:00"),
        ("2026-12-06T11:00-03:00", "2026-12-06T14:00+00:00"),
        # As an address brings it that did not write its plus sign as %2B.
        ("2026-12-06T11:00 01:00", "2026-12-06T10:00+00:00"),
        ("dimanche 13 h", "2026-11-29T13:00"),
        ("dimanche 11 h 30", "2026-12-06T11:30"),
        ("Sunday 11:00", "2026-12-06T11:00"),
        ("sunday at 1 PM", "2026-11-29T13:00"),
        ("su 12:20", "2026-11-29T12:20"),
        ("lundi à midi", "2026-11-30T12:00"),
        ("dimanche à minuit", "2026-11-30T00:00"),
        ("mar. 10h", "2026-12-01T10:00"),
        ("9:00", "2026-11-30T09:00"),
        ("aujourd’hui à 9 h", "2026-11-29T09:00"),
        ("today 18:00", "2026-11-29T18:00"),
        ("demain 18h", "2026-11-30T18:00"),
        ("Tomorrow 6 pm", "2026-11-30T18:00"),
        ("6 décembre à 11 h", "2026-12-06T11:00"),
        ("dimanche 6 décembre 11h", "2026-12-06T11:00"),
        ("1er mars 10 h", "2027-03-01T10:00"),
        ("29 novembre 9 h", "2027-11-29T09:00"),
    ],
)
def test_a_moment_is_read(text, expected):
    assert read(text) == expected


def test_a_word_that_is_one_of_two_languages_is_that_of_the_reader():
    with override("en"):
        assert read("3 mar 11 am") == "2027-03-03T11:00"
    with override("fr"):
        assert read("mar 11 h") == "2026-12-01T11:00"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "bad_moment", "no day and time"),
        ("soon", "bad_moment", "no day and time"),
        ("2026-13-01 10:00", "bad_moment", "“2026-12-06 11:00”"),
        ("2026-12-06T25:00", "bad_moment", "no day and time"),
        ("0001-01-01T00:00+05:00", "bad_moment", "no day and time"),
        ("2026-12-06", "bad_moment", "at what time?"),
        ("dimanche", "bad_moment", "at what time?"),
        ("demain", "bad_moment", "at what time?"),
        ("dimanche 25:00", "bad_moment", "no day and time"),
        ("dimanche 10h 11h", "bad_moment", "no day and time"),
        ("lundi mardi 10h", "bad_moment", "no day and time"),
        ("mardi 6 décembre 10h", "bad_moment", "no day and time"),
        ("demain dimanche 10h", "bad_moment", "no day and time"),
        ("29 février 10h", "bad_moment", "no day and time"),
        ("12 14 10h", "bad_moment", "no day and time"),
        ("2026-11-20 10:00", "passed", "is past"),
        ("2027-12-20 10:00", "too_far", "more than a year ahead"),
        ("2027-12-20T10:00Z", "too_far", "more than a year ahead"),
        ("x" * 10_000, "bad_moment", "no day and time"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(text, code, words):
    with override("en"), pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.code == code
    with override("en"):
        assert words in str(caught.value)
        assert len(str(caught.value)) < 250


def test_the_two_fields_of_a_form_are_one_moment():
    assert read_day_and_time("2026-12-06", "11:00", now=NOW) == datetime.fromisoformat(
        "2026-12-06 11:00"
    )
    assert read_day_and_time("su", "11:00", now=NOW) == datetime.fromisoformat("2026-12-06 11:00")
    assert read_day_and_time("", "11:00", now=NOW) == datetime.fromisoformat("2026-11-30 11:00")
    assert read_day_and_time(" ", "", now=NOW) is None
    with pytest.raises(Invalid):
        read_day_and_time("2026-12-06", "", now=NOW)
