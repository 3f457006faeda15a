"""Opening hours as a form of seven days: both ways, and what no such form can say."""

from datetime import date, timedelta

import pytest

from comptoir.shops.hours import validate
from comptoir.shops.timetable.grid import Grid, grid_of, written
from comptoir.shops.timetable.notation import read

MORNING, AFTERNOON = (540, 750), (840, 1140)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tu-Sa 10:00-19:00; PH off",
        "Tu-Sa 10:00-19:00",
        "Mo 14:00-19:00; Tu-Sa 10:00-12:30,14:00-19:00; PH off",
        "Tu-Th 10:00-19:00; Fr-Sa 10:00-26:00",
        "Mo-Su 00:00-24:00",
        "Mo,We,Fr 09:00-12:00; PH off",
        "Mo-Sa 09:00-18:00; We off; PH off",
    ],
)
def test_what_a_grid_says_is_what_it_was_made_of(text):
    grid = grid_of(text)
    assert grid is not None
    again = validate(written(grid))
    assert grid_of(again) == grid
    if text:
        for ahead in range(366):
            day = date(2026, 1, 1) + timedelta(days=ahead)
            assert read(again).pieces(day, "") == read(text).pieces(day, ""), day


@pytest.mark.parametrize(
    "text",
    [
        'Tu-Sa 10:00-19:00; Mo "sur rendez-vous"',
        "Tu-Sa 10:00-19:00; Dec Su 10:00-18:00",
        "We[1] 10:00-21:00",
        "Tu-Sa 10:00-19:00; PH 10:00-13:00",
        "Mo-Su 10:00-19:00; PH Su off",
        "Mo 09:00-10:00,11:00-12:00,14:00-15:00",
        "Lu-Sa 10h",
    ],
)
def test_what_a_grid_cannot_say_is_left_to_text(text):
    assert grid_of(text) is None


def test_days_alike_are_written_together():
    days = ((), (MORNING, AFTERNOON), (MORNING, AFTERNOON), (), (MORNING,), (), ())
    assert written(Grid(days)) == "Tu-We 09:00-12:30,14:00-19:00; Fr 09:00-12:30; PH off"
    assert written(Grid(days, shut_on_holidays=False)).endswith("Fr 09:00-12:30")
    assert written(Grid()) == ""
