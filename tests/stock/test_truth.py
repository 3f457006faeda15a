"""The stock truth, example by example (docs/stock-truth.md tells stories)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.shops.models import RingsUp
from comptoir.stock.models import Reason
from comptoir.stock.shelf.truth import (
    Figure,
    Moved,
    count_by_hand,
    horizon,
    on_hand,
    shortfall,
    take_figure,
)

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"


def at(text: str) -> datetime:
    """Return a moment in UTC: `15 14:02` is the 15th of October 2025."""
    return datetime.strptime(f"2025-10-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def moved(reason: Reason, delta: int, moment: str) -> Moved:
    return Moved(reason, delta, at(moment))


def held_true(known, moves, counted, moment, rings_up=RingsUp.AT_COLLECTION, zone=PARIS):
    """Return (copies, unseen) after a telling."""
    now = horizon(at(moment), rings_up, zone)
    told = take_figure(known, moves, counted, now, horizon(known.as_of, rings_up, zone))
    return on_hand(told, moves, now), told.unseen


KNOWN = Figure(3, at("14 02:00"))


def test_the_figure_alone():
    assert held_true(KNOWN, [], 5, "15 02:00") == (5, 0)


def test_what_happened_before_is_already_in_it():
    moves = [moved(Reason.SOLD, -1, "14 16:00"), moved(Reason.RECEIVED, 2, "14 17:00")]
    assert held_true(KNOWN, moves, 4, "15 02:00") == (4, 0)


def test_what_happened_after_is_applied_on_top():
    moves = [moved(Reason.SOLD, -1, "15 09:00"), moved(Reason.RECEIVED, 4, "15 09:05")]
    assert held_true(KNOWN, moves, 3, "15 02:00") == (6, 0)


@pytest.mark.parametrize(("delta", "copies"), [(-1, 2), (1, 3)])
def test_at_the_very_moment_the_lower_reading_holds(delta, copies):
    reason = Reason.SOLD if delta < 0 else Reason.RECEIVED
    assert held_true(KNOWN, [moved(reason, delta, "15 02:00")], 3, "15 02:00") == (copies, 0)


def test_never_below_zero():
    moves = [moved(Reason.SOLD, -2, "15 09:00")]
    assert held_true(KNOWN, moves, 1, "15 02:00") == (0, 0)


def test_collected_and_rung_up_at_once():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00")]
    assert held_true(KNOWN, moves, 2, "14 16:00") == (2, 0)
    assert held_true(KNOWN, moves, 3, "14 14:00") == (2, 0)


@pytest.mark.parametrize(
    ("moment", "counted", "copies"),
    [
        ("14 18:00", 3, 2),  # 20:00 in Paris, the same day: the till does not know yet
        ("14 21:59", 3, 2),  # 23:59 in Paris
        ("14 22:00", 2, 2),  # midnight in Paris: the till was rung up
        ("15 02:00", 3, 3),  # ... and says 3: one has come in
    ],
)
def test_collected_and_rung_up_at_the_end_of_the_day(moment, counted, copies):
    moves = [moved(Reason.COLLECTED, -1, "14 13:00")]
    assert held_true(KNOWN, moves, counted, moment, RingsUp.END_OF_DAY) == (copies, 0)


def test_the_end_of_the_day_is_that_of_the_shop():
    moves = [moved(Reason.COLLECTED, -1, "14 13:00")]
    evening = "14 20:30"  # 22:30 in Paris, half past midnight on Réunion
    assert held_true(KNOWN, moves, 3, evening, RingsUp.END_OF_DAY, PARIS) == (2, 0)
    assert held_true(KNOWN, moves, 3, evening, RingsUp.END_OF_DAY, REUNION) == (3, 0)


def test_the_end_of_a_day_of_25_hours():
    known = Figure(3, at("25 02:00"))
    moves = [moved(Reason.COLLECTED, -1, "26 13:00")]  # the clocks went back that night
    assert held_true(known, moves, 3, "26 22:30", RingsUp.END_OF_DAY) == (2, 0)
    assert held_true(known, moves, 3, "26 23:00", RingsUp.END_OF_DAY) == (3, 0)


def test_never_rung_up_stays_subtracted_until_proven():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00")]
    assert held_true(KNOWN, moves, 3, "15 02:00", RingsUp.NEVER) == (2, 1)
    still = Figure(3, at("15 02:00"), unseen=1)
    assert held_true(still, moves, 3, "16 02:00", RingsUp.NEVER) == (2, 1)
    assert held_true(still, moves, 2, "16 02:00", RingsUp.NEVER) == (2, 0)
    assert held_true(still, moves, 5, "16 02:00", RingsUp.NEVER) == (4, 1)
    assert held_true(still, moves, 0, "16 02:00", RingsUp.NEVER) == (0, 0)


def test_a_fall_that_a_sale_explains_proves_nothing():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00"), moved(Reason.SOLD, -1, "14 16:00")]
    assert held_true(KNOWN, moves, 2, "15 02:00", RingsUp.NEVER) == (1, 1)
    assert held_true(KNOWN, moves, 1, "15 02:00", RingsUp.NEVER) == (1, 0)


def test_a_gain_is_no_proof():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00"), moved(Reason.RECEIVED, 2, "14 16:00")]
    assert held_true(KNOWN, moves, 4, "15 02:00", RingsUp.NEVER) == (3, 1)


def test_not_on_the_shelf_waits_for_a_proof_everywhere():
    moves = [moved(Reason.NOT_FOUND, -1, "14 15:00")]
    for habit in RingsUp:
        assert held_true(KNOWN, moves, 3, "15 02:00", habit) == (2, 1)
        assert held_true(KNOWN, moves, 2, "15 02:00", habit) == (2, 0)


def test_an_older_telling_changes_nothing():
    now = horizon(at("13 02:00"), RingsUp.AT_COLLECTION, PARIS)
    assert take_figure(KNOWN, [], 9, now, now) == KNOWN


def test_the_same_telling_again_changes_nothing():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00")]
    now = horizon(at("15 02:00"), RingsUp.NEVER, PARIS)
    once = take_figure(KNOWN, moves, 3, now, horizon(KNOWN.as_of, RingsUp.NEVER, PARIS))
    assert take_figure(once, moves, 3, now, now) == once


def test_a_count_by_hand_tells_the_till_nothing():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00")]
    now = horizon(at("14 16:00"), RingsUp.NEVER, PARIS)
    told = count_by_hand(KNOWN, moves, 2, now, horizon(KNOWN.as_of, RingsUp.NEVER, PARIS))
    assert on_hand(told, moves, now) == 2
    assert held_true(told, moves, 3, "15 02:00", RingsUp.NEVER) == (2, 1)
    assert held_true(told, moves, 2, "15 02:00", RingsUp.NEVER) == (2, 0)


def counted(known, moves, count, moment, rings_up=RingsUp.AT_COLLECTION):
    """Return what is known after a count by hand."""
    now = horizon(at(moment), rings_up, PARIS)
    return count_by_hand(known, moves, count, now, horizon(known.as_of, rings_up, PARIS))


def test_what_the_till_counts_too_many_does_not_come_back():
    told = counted(KNOWN, [], 2, "14 16:00")
    assert held_true(told, [], 3, "15 02:00") == (2, 1)
    assert held_true(told, [], 2, "15 02:00") == (2, 0)
    assert held_true(told, [], 0, "15 02:00") == (0, 0)


def test_a_count_knows_what_is_yet_to_be_rung_up():
    moves = [moved(Reason.COLLECTED, -1, "14 13:00")]
    told = counted(KNOWN, moves, 2, "14 16:00", RingsUp.END_OF_DAY)
    assert told.unseen == 0
    assert held_true(told, moves, 3, "14 17:00", RingsUp.END_OF_DAY) == (2, 0)
    assert held_true(told, moves, 2, "15 02:00", RingsUp.END_OF_DAY) == (2, 0)


def test_a_count_finds_what_the_till_does_not_know():
    assert held_true(counted(KNOWN, [], 5, "14 16:00"), [], 5, "15 02:00") == (5, 0)


def doubt(known, moves, count, moment, rings_up=RingsUp.AT_COLLECTION):
    """Return how many copies are doubtful after a telling."""
    now = horizon(at(moment), rings_up, PARIS)
    return take_figure(known, moves, count, now, horizon(known.as_of, rings_up, PARIS)).doubtful


@pytest.mark.parametrize(
    ("figure", "doubtful"),
    [(3, 0), (2, 1), (1, 1), (0, 0)],
)
def test_the_fall_that_proves_may_have_been_a_sale(figure, doubtful):
    known = Figure(3, at("14 02:00"), unseen=1)
    assert doubt(known, [], figure, "15 02:00", RingsUp.NEVER) == doubtful


@pytest.mark.parametrize(("figure", "doubtful"), [(2, 0), (3, 1), (5, 1), (1, 0)])
def test_a_figure_that_did_not_fall_with_the_copy_collected(figure, doubtful):
    collected = [moved(Reason.COLLECTED, -1, "14 15:00")]
    assert doubt(KNOWN, collected, figure, "15 02:00") == doubtful
    assert doubt(KNOWN, collected, figure, "15 02:00", RingsUp.END_OF_DAY) == doubtful


def test_what_came_in_here_explains_a_higher_figure():
    moves = [moved(Reason.COLLECTED, -1, "14 15:00"), moved(Reason.RECEIVED, 1, "14 16:00")]
    assert doubt(KNOWN, moves, 3, "15 02:00") == 0
    assert doubt(KNOWN, moves, 4, "15 02:00") == 1


def test_of_two_tellings_of_one_moment_the_lower_is_beyond_doubt():
    assert doubt(KNOWN, [], 5, "14 02:00") == 2
    assert doubt(KNOWN, [], 2, "14 02:00") == 0


def test_doubt_lasts_until_somebody_counts():
    doubtful = Figure(3, at("14 02:00"), doubtful=1)
    assert doubt(doubtful, [], 3, "15 02:00") == 1
    assert doubt(doubtful, [], 0, "15 02:00") == 0
    assert counted(doubtful, [], 3, "15 02:00").doubtful == 0


@pytest.mark.parametrize(("held", "copies", "short"), [(2, 3, 0), (2, 2, 0), (2, 1, 1), (1, 0, 1)])
def test_shortfall(held, copies, short):
    assert shortfall(held, copies) == short


# A shop that is simulated whole: what stands on the shelf, and what its till makes of it.
_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["till_sale", "sold", "received", "collected", "lost", "tell"]),
        st.integers(1, 3),
    ),
    max_size=30,
)


def shelf_and_promise(events, habit, hours=5):
    """Play a shop whose till follows its habit; yield (shelf, held true) at every step."""
    shelf = till = 10
    rung_up_later: list[tuple[datetime, int]] = []
    moment = at("01 00:00")
    known, moves = Figure(10, moment), []
    zone = horizon(moment, habit, PARIS)
    copies = 10
    for kind, count in events:
        moment += timedelta(hours=hours)
        night = horizon(moment, RingsUp.END_OF_DAY, PARIS).collected_from
        till -= sum(number for day, number in rung_up_later if day < night)
        rung_up_later = [entry for entry in rung_up_later if entry[0] >= night]
        count = min(count, shelf)
        if kind == "tell":
            now = horizon(moment, habit, PARIS)
            known = take_figure(known, moves, max(till, 0), now, zone)
            zone, copies = now, on_hand(known, moves, now)
        elif kind == "till_sale":
            shelf, till = shelf - count, till - count
        elif kind == "received":
            shelf, till, copies = shelf + 2, till + 2, copies + 2
            moves.append(Moved(Reason.RECEIVED, 2, moment))
        elif count and copies >= count:
            shelf, copies = shelf - count, copies - count
            reason = {"sold": Reason.SOLD, "collected": Reason.COLLECTED}.get(kind)
            moves.append(Moved(reason or Reason.NOT_FOUND, -count, moment))
            if kind == "sold" or (kind == "collected" and habit == RingsUp.AT_COLLECTION):
                till -= count
            elif kind == "collected" and habit == RingsUp.END_OF_DAY:
                rung_up_later.append((moment, count))
        if kind == "tell":
            yield shelf, copies


@given(_EVENTS.map(lambda events: [event for event in events if event[0] != "lost"]))
def test_where_the_till_is_kept_well_the_shelf_is_known_exactly(events):
    for shelf, copies in shelf_and_promise(events, RingsUp.AT_COLLECTION):
        assert copies == shelf


@given(_EVENTS.map(lambda events: [event for event in events if event[0] != "lost"]))
def test_rung_up_at_night_never_promises_what_is_not_there(events):
    for shelf, copies in shelf_and_promise(events, RingsUp.END_OF_DAY):
        assert copies == shelf


@given(_EVENTS.map(lambda events: [e for e in events if e[0] not in {"till_sale", "received"}]))
def test_what_the_till_never_hears_of_is_never_promised(events):
    for shelf, copies in shelf_and_promise(events, RingsUp.NEVER):
        assert copies == shelf
