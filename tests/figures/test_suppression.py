"""No hidden count can be told from what is shown: an attacker tries."""

import random

import pytest

from comptoir.figures.suppression import LEAST, Arc, hidden, pool
from tests import trials
from tests.figures.attacker import told_by_sums, values


def network(table: list[list[list[int]]], months: list[list[int]] | None = None) -> dict:
    """Return the counts of towns of shops (rows of columns), towns, the whole, and months."""
    arcs = {}
    columns = len(table[0][0])
    for town, shops in enumerate(table):
        for shop, row in enumerate(shops):
            for column, count in enumerate(row):
                start, end = ("row", town, shop), ("town", town, column)
                arcs["shop", town, shop, column] = Arc(start, end, count)
        for column in range(columns):
            count = sum(row[column] for row in shops)
            arcs["town", town, column] = Arc(("town", town, column), ("all", column), count)
    for column in range(columns):
        count = sum(row[column] for shops in table for row in shops)
        arcs["all", column] = Arc(("all", column), ("months", column), count)
    for month, row in enumerate(months or [[arcs["all", c].size for c in range(columns)]]):
        for column, count in enumerate(row):
            arcs["month", month, column] = Arc(("months", column), ("month", month), count)
    return arcs


def drawn(dice: random.Random) -> dict:
    """Return a small network whose rows have each five or more."""
    sizes = [0, 0, 1, 1, 2, 3, 4, 5, 7, 12]
    columns = dice.randrange(2, 5)
    table = []
    for _town in range(dice.randrange(1, 4)):
        shops = []
        while len(shops) < dice.randrange(1, 4):
            row = [dice.choice(sizes) for _column in range(columns)]
            if sum(row) >= LEAST:
                shops.append(row)
        table.append(shops)
    totals = [sum(row[column] for shops in table for row in shops) for column in range(columns)]
    first = [dice.randrange(total + 1) for total in totals]
    rest = [total - part for total, part in zip(totals, first, strict=True)]
    months = [first, rest]
    if min(sum(first), sum(rest)) < LEAST:
        months = [totals]
    return network(table, months)


def test_the_next_smallest_of_the_row_goes_with_a_small_cell():
    arcs = network([[[3, 9, 20, 50]], [[40, 60, 80, 100]]])
    gone = hidden(arcs)
    assert {("shop", 0, 0, 0), ("shop", 0, 0, 1)} <= gone
    # And in each of their columns another: else the column's sum would tell.
    assert {("shop", 1, 0, 0), ("shop", 1, 0, 1)} <= gone
    assert not gone & {("shop", 0, 0, 2), ("shop", 0, 0, 3), ("all", 0), ("all", 2)}


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden(network([[[5, 0, 20]], [[40, 60, 0]]])) == set()


def test_ones_alone_are_not_told_by_their_sum():
    """Five that are each at least one, and five in all, would each be one."""
    arcs = network([[[1, 1, 1, 1, 1, 0]], [[9, 9, 9, 9, 9, 9]]])
    gone = hidden(arcs)
    assert gone is not None
    assert any(not arcs[key].size for key in gone)
    assert not [key for key in told_by_sums(arcs, gone) if arcs[key].size < LEAST]


@pytest.mark.proof
def test_an_attacker_tells_no_hidden_count():
    dice = trials.dice("suppression")
    looked_at = 0
    for _trial in range(trials.times(60)):
        arcs = drawn(dice)
        gone = hidden(arcs)
        assert {key for key, arc in arcs.items() if 0 < arc.size < LEAST} <= gone
        small = {key for key, arc in arcs.items() if 0 < arc.size < LEAST}
        assert small & told_by_sums(arcs, gone) == set()
        if len(gone) <= 14:
            told = {key for key, found in values(arcs, gone).items() if len(found) < 2}
            assert small & told == set(), arcs
            looked_at += len(gone)
    assert looked_at > 50
    trials.tally("hidden counts that an attacker tried", looked_at)


def test_where_a_count_is_told_whatever_is_hidden_nothing_is_shown():
    """A shop alone, with one of each: nowhere is there a nought to hide."""
    assert hidden(network([[[1, 1, 1, 1, 1]]])) is None


@pytest.mark.proof
def test_what_no_table_shows_is_not_told_either():
    """A small part that is missing to a sum, and is itself in no table."""
    dice = trials.dice("unshown")
    small_ones = 0
    for _trial in range(trials.times(40)):
        arcs = drawn(dice)
        unshown = {key for key in arcs if key[-1] == 0}
        gone = hidden(arcs, unshown)
        small = {key for key, arc in arcs.items() if 0 < arc.size < LEAST}
        assert small & told_by_sums(arcs, gone) == set()
        small_ones += len(small & unshown)
    assert small_ones > 20


def test_the_attacker_tells_what_hiding_small_cells_alone_leaves():
    """The control: without the cells that are hidden for their sake, an attacker tells many."""
    dice = trials.dice("suppression")
    told = 0
    for _trial in range(10):
        arcs = drawn(dice)
        alone = {key for key, arc in arcs.items() if 0 < arc.size < LEAST}
        told += len(told_by_sums(arcs, alone))
    assert told > 10


def test_in_a_large_network_sums_tell_nothing():
    dice = trials.dice("large")
    table = []
    for _town in range(20):
        sizes = [0, 3, 6, 8, 30, 40, 60, 90]
        table.append([[9, *(dice.choice(sizes) for _c in range(4))] for _s in range(3)])
    arcs = network(table)
    gone = hidden(arcs)
    assert {key for key in told_by_sums(arcs, gone) if arcs[key].size < LEAST} == set()
    assert 50 < len(gone) < len(arcs) / 2


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 9, "b": 7}, [("a",), ("b",)]),
        ({"a": 9, "b": 0}, [("a",), ("b",)]),
        ({"a": 9, "b": 3, "c": 2}, [("a",), ("b", "c")]),
        # One alone would be what is missing to the sum; so would two that are still too few.
        ({"a": 9, "b": 3, "c": 7}, [("a",), ("b", "c")]),
        ({"a": 9, "b": 1, "c": 1}, [("a", "b", "c")]),
        ({"a": 2, "b": 1}, [("a", "b")]),
    ],
)
def test_what_is_too_small_is_shown_with_others(sizes, shown):
    assert pool(sizes) == shown
