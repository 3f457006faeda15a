"""What people type as opening hours: read as it is meant, or refused with what to write instead."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from comptoir.core.errors import Invalid
from comptoir.shops.hours import validate
from comptoir.shops.timetable.doubts import remarks
from comptoir.shops.timetable.holidays import is_kept
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import State

WEEK = [date(2026, 11, 30) + timedelta(days=ahead) for ahead in range(7)]
"""A Monday to Sunday without a holiday."""


def day(text, when):
    """What begins on a day: `10:00-12:00`, with a question mark where it is by appointment."""
    return " ".join(
        f"{clock(piece.opens)}-{clock(piece.closes)}" + ("" if piece.state is State.OPEN else "?")
        for piece in read(text).pieces(when, "")
    )


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def week(text):
    return [day(text, when) for when in WEEK]


def refusal(text):
    with pytest.raises(Invalid) as caught:
        validate(text)
    assert caught.value.code == "bad_hours"
    with translation.override("en"):
        return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mo-sa 9:30-18:00", "Mo-Sa 09:30-18:00"),
        ("MO-SA 10:00-18:00; ph OFF", "Mo-Sa 10:00-18:00; PH off"),
        ("Mo–Sa 10:00–18:00", "Mo-Sa 10:00-18:00"),
        ("Mo - Sa 10:00 − 18:00", "Mo-Sa 10:00-18:00"),
        ("Mo-Sa 10:00-18:00;", "Mo-Sa 10:00-18:00"),
        (" ; Mo-Sa 10:00-18:00 ;; PH off ; ", "Mo-Sa 10:00-18:00; PH off"),
        ("Mo-Sa 09:00 - 12:00 , 13:30 - 18:00", "Mo-Sa 09:00-12:00,13:30-18:00"),
        ("Mo-Sa 09:00-12:00, 13:30-18:00", "Mo-Sa 09:00-12:00,13:30-18:00"),
        ("Mo , We 10:00-18:00", "Mo,We 10:00-18:00"),
        ("Mo: 10:00-18:00", "Mo 10:00-18:00"),
        ("Mo-We 10:00-18:00,Fr 10:00-12:00", "Mo-We 10:00-18:00, Fr 10:00-12:00"),
        ("Mo\u00a010:00\u202f-\u200b18:00", "Mo 10:00-18:00"),
        ("Mo-Fr 10:00-18:00||“sur RDV”", 'Mo-Fr 10:00-18:00 || "sur RDV"'),
        ("« sur rendez-vous »", '"sur rendez-vous"'),
        ("week 1-53/2 Sa 10:00-12:00", "week 01-53/2 Sa 10:00-12:00"),
        ("Mo-Sa 10:00-18:00; Dec 24,31 off", "Mo-Sa 10:00-18:00; Dec 24,Dec 31 off"),
        ("Mo-Sa 10:00-18:00; Dec 5-8 off", "Mo-Sa 10:00-18:00; Dec 05-Dec 08 off"),
        ("2026 Dec 28-Jan 03 off", "2026 Dec 28-2027 Jan 03 off"),
        ("2027 Jan 02,09 off", "2027 Jan 02,2027 Jan 09 off"),
        ("24/7; PH Closed", "24/7; PH closed"),
    ],
)
def test_how_it_is_typed_changes_nothing(typed, kept):
    assert validate(typed) == kept
    assert validate(kept) == kept


def test_blanks_round_commas_and_dashes_open_no_other_day():
    assert week("Tu-Sa 9:00 - 12:00 , 14:00 - 18:00")[-1] == ""
    assert week("Tu-Sa 9:00 - 12:00 , 14:00 - 18:00")[1] == "09:00-12:00 14:00-18:00"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mo-Fr 10:00-18:00; SH off", "“SH”"),
        ("SH Mo-Sa 14:00-18:00", "“SH”"),
        ("PH,SH off", "“SH”"),
        ("Mo-Sa 09:00-12:00; 13:30-18:00", "“Mo-Sa 09:00-12:00,13:30-18:00”"),
        ("09:00-12:00; 13:30-18:00", "“09:00-12:00,13:30-18:00”"),
        ("Mo-Fr 9:00-12:00; We 14:00-18:00", "“Mo-Fr 09:00-12:00, We 14:00-18:00”"),
        ("Sa 9:00-12:00; Sa 14:00-18:00", "“Sa 09:00-12:00,14:00-18:00”"),
        ("Dec 24 9:00-12:00; Dec 24 14:00-16:00", "“Dec 24 09:00-12:00,14:00-16:00”"),
        ("Sa 9:00-12:00 off, 14:00-18:00 open; Mo off", "names no day"),
        ('Mo-Sa 10:00-18:00; "sur RDV"', '“Mo-Sa 10:00-18:00 || "sur RDV"”'),
        ('Mo-Sa 10:00-18:00, "sur RDV"', '“Mo-Sa 10:00-18:00 || "sur RDV"”'),
        ('Mo-Sa 10:00-18:00; 18:00-20:00 "RDV"', '“Mo-Sa 10:00-18:00, Mo-Sa 18:00-20:00 "RDV"”'),
        ('Mo-Sa 10:00-12:00, 14:00-18:00 "RDV"', "Is only 14:00-18:00"),
        ("Mo-Sa 10:00-18:00 || Su 10:00-12:00", "“||”"),
        ("Mo-Sa 10:00+", "closing time"),
        ("Mo-Sa 10:00-18:00+", "closing time"),
        ("Mo-Sa 10:00", "when it opens"),
        ("Mo-Sa 10:00-18:00/00:30", "“10:00-18:00”"),
        ("Mo-Sa 10:00-10:00", "“00:00-24:00”"),
        ("Fr 10:00-34:00", "“10:00-34:00” goes on for more than a day"),
        ("Fr 10:00-35:00", "“10:00-35:00” goes on for more than a day"),
        ("Mo-Sa sunrise-19:00", "the sun"),
        ("Mo-Sa 10:00-(sunset-01:00)", "the sun"),
        ("Mo-Sa", "“Mo-Sa 10:00-19:00”"),
        ("Mo-Sa 10:00-18:00; PH open", "“PH 10:00-19:00”"),
        ("Su PH off", "“PH Su”"),
        ("Apr 31 off", "no Apr 31"),
        ("Feb 30-Mar 02 off", "no Feb 30"),
        ("2027 Feb 29 off", "no 2027 Feb 29"),
        ("Dec 24-10 off", "ends before"),
        ("2026 Nov-Feb off", "ends before"),
        ("2027 Feb 01-2026 Mar 01 off", "ends before"),
        ("week 50-02 Sa off", "ends before"),
        ("2026 Dec 24,Dec 31 off", "its own year"),
        ('Mo-Sa 10:00-18:00 "sur RDV', "quotation mark"),
        ("Mo-Sa 10:00-18:00,", "stop short"),
        ("Mo-Sa 10:00-18:00 ||", "stop short"),
    ],
)
def test_what_is_not_true_is_refused_with_what_to_write(text, says):
    assert says in refusal(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Lu-Ve 10h-19h", "Mo-Fr 10:00-19:00"),
        ("lun-sam 9h30-12h 14h-18h30", "Mo-Sa 09:30-12:00,14:00-18:30"),
        ("Mardi au samedi de 10h à 19h", "Tu-Sa 10:00-19:00"),
        ("Tu-Sa 10.00-18.30", "Tu-Sa 10:00-18:30"),
        ("Di 10:00-12:00", "Su 10:00-12:00"),
        ("lundi : Fermé; mardi : 9h00 – 12h00 / 14h00 – 18h00", "Tu 09:00-12:00,14:00-18:00"),
        ("Mo-Fr 10:00-18:00\nSa 10:00-12:00", "Mo-Fr 10:00-18:00; Sa 10:00-12:00"),
        ("lun-ven 10h-18h / sam 10h-12h", "Mo-Fr 10:00-18:00; Sa 10:00-12:00"),
        ("Mo-Fr 10:00-18:00.", "Mo-Fr 10:00-18:00"),
        ("Mo-Sa 10:00-18:00, dimanche fermé", "Mo-Sa 10:00-18:00"),
        ("Monday-Friday 10:00-18:00", "Mo-Fr 10:00-18:00"),
        ("Mo-Sa 10am-7pm", "Mo-Sa 10:00-19:00"),
        ("Mo-Fr 10:00-18:00 sur rendez-vous", 'Mo-Fr 10:00-18:00 "sur rendez-vous"'),
    ],
)
def test_other_words_than_the_specifications_are_read(text, kept):
    assert validate(text) == kept
    assert validate(kept) == kept


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("toujours", "“mardi au samedi 10h-12h30 et 14h-19h, fermé les jours fériés”"),
        ("Mo Tu 10:00-12:00", "write them like"),
        ("lundi mardi 10h-12h", "are these two days"),
        ("PH[1] off", "write them like"),
        ("Sa[6] 10:00-12:00", "write them like"),
    ],
)
def test_what_nobody_can_guess_is_refused_with_an_example(text, says):
    assert says in refusal(text)


def test_a_day_that_is_also_a_month_is_asked():
    assert "mardi" in refusal("mar 10:00-19:00")
    assert "“Tu 10:00-19:00”" in refusal("mar 10:00-19:00")
    assert validate("Mar Su 10:00-19:00") == "Mar Su 10:00-19:00"
    assert validate("Mar 10:00-19:00") == "Mar 10:00-19:00"
    assert validate("mar 10h-19h") == "Tu 10:00-19:00"


def test_more_than_the_directory_holds_is_refused():
    assert "500" in refusal("; ".join(f"2026 Dec {day:02} off" for day in range(1, 31)))


def test_a_holiday_selector_before_a_weekday_is_both():
    text = "Mo-Su 10:00-18:00; PH Su off"
    assert week(text) == ["10:00-18:00"] * 7
    assert is_kept(date(2027, 8, 15), "")
    assert (day(text, date(2027, 8, 15)), day(text, date(2027, 7, 14))) == ("", "10:00-18:00")
    either = "Mo-Su 10:00-18:00; PH,Su off"
    assert (day(either, date(2027, 7, 14)), week(either)[-1]) == ("", "")


def test_days_about_a_holiday_are_also_those_of_a_region():
    eve = read("Mo-Su 10:00-18:00; PH -1 day 10:00-12:00")
    assert [piece.closes for piece in eve.pieces(date(2026, 12, 19), "974")] == [12 * 60]
    assert [piece.closes for piece in eve.pieces(date(2026, 12, 19), "")] == [18 * 60]


@pytest.mark.parametrize(
    ("text", "friday", "saturday"),
    [
        ("Fr-Sa 20:00-02:00; Sa 18:00-02:00", "20:00-26:00", "18:00-26:00"),
        ("Fr-Sa 20:00-02:00; Sa off", "20:00-26:00", ""),
        ("Fr-Sa 10:00-19:00; 12:00-19:00 off", "10:00-12:00", "10:00-12:00"),
        ("Fr-Sa 10:00-14:00,12:00-13:00", "10:00-14:00", "10:00-14:00"),
        ("Fr 10:00-12:00; Fr-Sa 11:00-15:00", "11:00-15:00", "11:00-15:00"),
        ("Fr 10:00-12:00, Fr-Sa 11:00-15:00", "10:00-15:00", "11:00-15:00"),
        ('Fr 10:00-12:00; Sa 10:00-12:00 "RDV"', "10:00-12:00", "10:00-12:00?"),
        ('Fr 10:00-12:00 || "RDV"', "00:00-10:00? 10:00-12:00 12:00-24:00?", "00:00-24:00?"),
        ('Fr 10:00-12:00 || Sa "RDV"', "10:00-12:00", "00:00-24:00?"),
        ("Fr 10:00-12:00 || unknown; Sa off", "00:00-10:00? 10:00-12:00 12:00-24:00?", ""),
        ('Fr-Sa 10:00-19:00; Fr 10:00-12:00 open "plus court"', "10:00-12:00", "10:00-19:00"),
        ("Fr-Sa 10:00-19:00; Sa 12:00-14:00 off", "10:00-19:00", "10:00-12:00 14:00-19:00"),
        ('Fr 10:00-12:00; Sa closed "vide-grenier"', "10:00-12:00", ""),
    ],
)
def test_what_rules_say_together(text, friday, saturday):
    assert week(text)[4:6] == [friday, saturday]


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ("2026 Nov-Dec", lambda d: d.year == 2026 and d.month > 10),
        ("Nov-Feb", lambda d: d.month in (11, 12, 1, 2)),
        ("2026 Dec 28-Jan 03", lambda d: date(2026, 12, 28) <= d <= date(2027, 1, 3)),
        ("Dec 28-Jan 03", lambda d: (d.month, d.day) >= (12, 28) or (d.month, d.day) <= (1, 3)),
        ("Dec 24,31", lambda d: (d.month, d.day) in ((12, 24), (12, 31))),
        ("2027+", lambda d: d.year >= 2027),
        ("2027 Mar 01+", lambda d: d >= date(2027, 3, 1)),
        ("Sa[1]", lambda d: d.weekday() == 5 and d.day <= 7),
        ("Sa[-1]", lambda d: d.weekday() == 5 and (d + timedelta(days=7)).month != d.month),
        ("Sa[2-3]", lambda d: d.weekday() == 5 and 8 <= d.day <= 21),
        ("week 01-53/2", lambda d: d.isocalendar().week % 2 == 1),
        ("week 10,12 Mo", lambda d: d.isocalendar().week in (10, 12) and d.weekday() == 0),
        ("Fr-Mo", lambda d: d.weekday() in (4, 5, 6, 0)),
        ("easter -2 days", lambda d: d in (date(2026, 4, 3), date(2027, 3, 26), date(2028, 4, 14))),
        ("Jul-Aug Mo", lambda d: d.month in (7, 8) and d.weekday() == 0),
        ("Feb 29", lambda d: (d.month, d.day) == (2, 29)),
    ],
)
def test_the_days_that_a_selector_names(selector, holds):
    """The library's days against a calendar of our own, day by day through three years."""
    found = read(f"{selector} 10:00-18:00")
    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(3 * 365 + 1)]
    assert [d for d in days if found.pieces(d, "")] == [d for d in days if holds(d)]


def test_what_may_have_been_overlooked_is_remarked():
    assert remarks(read("Mo-Sa 10:00-18:00; PH off; Dec 24 10:00-16:00")) == []
    (undone,) = remarks(read("PH,Su off; Mo-Sa 10:00-18:00"))
    (dead,) = remarks(read("Mo-Fr 10:00-18:00; Mo-Su 10:00-19:00"))
    with translation.override("en"):
        assert "write “PH,Su off” last" in str(undone)
        assert "never counts" in str(dead)
