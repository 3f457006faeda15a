"""Opening hours drawn at random: they are read as the library reads what it reads well, and no text
whatever is anything but read or refused."""

import random
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours
from opening_hours import State as LibraryState

from comptoir.core.errors import Invalid
from comptoir.shops.hours import LONGEST, validate
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.rules import State
from comptoir.shops.timetable.tokens import Unread
from tests.trials import dice, tally, times

WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
DATES = ["Dec", "Jul-Aug", "Nov-Feb", "Dec 24,Dec 31", "2027 Mar 01-2027 Apr 15", "week 01-53/2"]
PLACES = ["[1]", "[-1]", "[1,3]", "[2-3]"]
DAYS = [date(2026, 12, 1) + timedelta(days=ahead) for ahead in range(0, 800, 7 * 3 + 1)]
MINUTE = timedelta(minutes=1)


def a_weekday(draw: random.Random) -> str:
    first = draw.choice(WEEKDAYS)
    return first + draw.choice(["", "", f"-{draw.choice(WEEKDAYS)}", draw.choice(PLACES)])


def a_rule(draw: random.Random) -> str:
    weekdays = [a_weekday(draw) for _each in range(draw.choice([0, 1, 1, 2]))]
    days = ",".join([*draw.choice([[], [], ["PH"]]), *weekdays])
    hours = sorted(draw.sample(range(6, 24), draw.choice([2, 4])))
    spans = [f"{hours[at]:02}:00-{hours[at + 1]:02}:00" for at in range(0, len(hours), 2)]
    state = draw.choice(["", "", "", "", " off", " unknown"])
    named = draw.choice(["", "", "", draw.choice(DATES)])
    return " ".join(filter(None, [named, days, ",".join(spans)])) + state


def of_the_library(text: str, day: date) -> list[tuple[int, int, State]]:
    """What the library has on a day: it knows no night here, nor anything behind `||`."""
    midnight = datetime.combine(day, time())
    found = OpeningHours(text, country="FR").intervals(midnight, midnight + timedelta(days=1))
    states = {LibraryState.OPEN: State.OPEN, LibraryState.UNKNOWN: State.BY_APPOINTMENT}
    return [
        ((opens - midnight) // MINUTE, (closes - midnight) // MINUTE, states[state])
        for opens, closes, state, _comment in found
        if state in states
    ]


def test_rules_are_joined_as_the_library_joins_those_of_a_day() -> None:
    draw = dice("hours")
    for _each in range(times(200)):
        rules = [a_rule(draw) for _rule in range(draw.choice([1, 2, 2, 3, 4]))]
        text = rules[0] + "".join(draw.choice(["; ", "; ", ", "]) + rule for rule in rules[1:])
        try:
            found = read(text)
        except Unread:
            continue
        tally("hours compared")
        assert str(read(str(found))) == str(found)
        for day in DAYS:
            pieces = [(p.opens, p.closes, p.state) for p in found.pieces(day, "")]
            assert pieces == of_the_library(str(found), day), (text, day)


PARTS = [*WEEKDAYS, *DATES, "PH", "SH", "off", "unknown", '"RDV"', "24/7", "10:00-12:00", "10:00"]
SIGNS = ["; ", ", ", ",", " ", "-", "–", " || ", ":", "+", "/", "[", "]", '"', "«", "(", "26:00"]


@pytest.mark.parametrize(
    "texts", [st.text(max_size=80), st.lists(st.sampled_from(PARTS + SIGNS), max_size=14)]
)
def test_any_text_is_read_or_refused(texts: st.SearchStrategy[str | list[str]]) -> None:
    @given(texts)
    def check(drawn: str | list[str]) -> None:
        text = "".join(drawn)
        try:
            kept = validate(text)
        except Invalid as refusal:
            tally(f"texts refused: {refusal.code}", bool(str(refusal)))
            return
        assert validate(kept) == kept
        assert len(kept) <= LONGEST
        if kept:
            OpeningHours(kept)
            read(kept).pieces(date(2026, 12, 25), "974")

    check()
