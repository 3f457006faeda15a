"""Words for hours, ages and counts, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format

from comptoir.ui import words

PARIS = "Europe/Paris"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday, 11 h in Paris


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(params=["fr", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def said(language: str, french: str, english: str) -> str:
    return french if language == "fr" else english


def test_a_deadline_names_its_day(language):
    saturday = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
    assert plain(words.deadline(saturday, PARIS, NOW)) == said(
        language, "jusqu’à samedi 19 h", "until Saturday 7 PM"
    )


def test_a_deadline_is_on_the_clock_of_the_shop(language):
    late = datetime(2026, 3, 7, 21, 30, tzinfo=UTC)
    assert "samedi" in words.deadline(late, PARIS, NOW) or language == "en"
    reunion = plain(words.deadline(late, "Indian/Reunion", NOW))
    assert reunion == said(language, "jusqu’à dimanche 1 h 30", "until Sunday 1:30 AM")


def test_an_hour_is_never_cut(language):
    assert " " not in words.clock(NOW, PARIS)


@pytest.mark.parametrize(
    ("minutes", "french", "english"),
    [
        (0, "vu à l’instant (11 h)", "seen just now (11 AM)"),
        (4, "vu il y a 4 min (10 h 56)", "seen 4 min ago (10:56 AM)"),
        (200, "vu aujourd’hui à 7 h 40", "seen today at 7:40 AM"),
        (11 * 60 + 1, "vu hier à 23 h 59", "seen yesterday at 11:59 PM"),
        (2 * 1440, "vu lundi à 11 h", "seen Monday at 11 AM"),
        (6 * 1440, "vu jeudi à 11 h", "seen Thursday at 11 AM"),
        (
            7 * 1440,
            "vu il y a 7 jours, mercredi 25 février",
            "seen 7 days ago, Wednesday 25 February",
        ),
    ],
)
def test_the_age_of_a_figure_says_its_moment(language, minutes, french, english):
    moment = NOW - timedelta(minutes=minutes)
    assert plain(words.seen(moment, PARIS, NOW)) == said(language, french, english)


def test_the_age_of_a_figure_is_on_the_clock_of_the_shop():
    with translation.override("fr"):
        assert plain(words.seen(NOW - timedelta(hours=3), "Pacific/Noumea", NOW)) == (
            "vu aujourd’hui à 18 h"
        )
        midnight = datetime(2026, 3, 4, 0, 20, tzinfo=UTC)
        before = midnight - timedelta(minutes=90)
        assert plain(words.seen(before, PARIS, midnight)) == "vu hier à 23 h 50"


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("1999", "1999", "1999"),
        ("1999-03", "mars 1999", "March 1999"),
        ("1999-03-01", "1er mars 1999", "1 March 1999"),
        ("1999-03-00", "1999", "1999"),
        ("", "", ""),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(language, text, french, english):
    assert plain(words.published(text)) == said(language, french, english)


def test_a_date_of_figures_is_nobodys_other_date(language):
    moment = datetime(2026, 5, 6, 14, 30, tzinfo=UTC)
    for name, french, english in (
        ("DATE_FORMAT", "6 mai 2026", "6 May 2026"),
        ("SHORT_DATE_FORMAT", "06/05/2026", "6 May 2026"),
        ("SHORT_DATETIME_FORMAT", "06/05/2026 14:30", "6 May 2026, 2:30 PM"),
    ):
        assert date_format(moment, name) == said(language, french, english)


def test_counts_codes_and_days(language):
    assert plain(words.number(1325)) == said(language, "1 325", "1,325")
    assert plain(words.spaced_phone("+33549000000")) == "05 49 00 00 00"


@pytest.mark.parametrize(
    ("typed", "tied"),
    [
        ("Reprenez-le : il est là !", "Reprenez-le\u00a0: il est là\u00a0!"),
        ("Lu « d’une traite » ; et vous ?", "Lu «\u00a0d’une traite\u00a0»\u00a0; et vous\u00a0?"),
        ("à 10:30, puis\n: là", "à 10:30, puis\n: là"),
    ],
)
def test_no_line_of_what_people_typed_begins_with_a_sign(typed, tied):
    assert words.tied(typed) == tied
