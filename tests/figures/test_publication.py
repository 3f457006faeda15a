"""A year as it is shown: an attacker who has every page and file of it tells no small count."""

from datetime import date

import pytest

from comptoir.figures import publication
from comptoir.figures.publication import PARTS, UNSHOWN, publish
from comptoir.figures.reads import SUMS, Counted, pack, unpack
from comptoir.figures.suppression import LEAST
from tests import trials
from tests.factories import make_shop
from tests.figures.attacker import told_by_sums

pytestmark = pytest.mark.django_db


def drawn(dice, shops) -> Counted:
    """Return a year in which little was reserved."""
    found = Counted()
    for shop in shops:
        for month in range(1, dice.randrange(3, 13)):
            parts = {name: dice.choice([0, 0, 0, 1, 2, 6]) for name in SUMS[1:7]}
            placed = sum(parts.values())
            sums = dict.fromkeys(SUMS, 0) | parts | {"placed": placed}
            sums["told"] = dice.randrange(placed + 1)
            sums["newcomers"] = dice.randrange(sums["told"] + 1)
            sums["here"] = dice.randrange(placed + 1)
            sums["answered"] = dice.randrange(placed + 1)
            sums["unanswered"] = dice.randrange(placed - sums["answered"] + 1)
            found.sums[shop.pk, date(2025, month, 1)] = sums
    return found


@pytest.mark.proof
def test_an_attacker_with_every_page_tells_no_small_count():
    dice = trials.dice("publication")
    shops = [make_shop(city=f"Ville {number // 3}") for number in range(14)]
    small = shown = 0
    for _trial in range(trials.times(4)):
        counted = drawn(dice, shops)
        year = publish(counted, 2025)
        assert not year.empty
        for names in PARTS.values():
            arcs = publication._arcs(year.units, year._sums, names)
            gone = {key for key in arcs if key[2] in UNSHOWN or year.count(*key) is None}
            told = {key for key in told_by_sums(arcs, gone) if 0 < arcs[key].size < LEAST}
            assert told == set()
            assert all(not 0 < arcs[key].size < LEAST for key in arcs.keys() - gone)
            small += sum(0 < arc.size < LEAST for arc in arcs.values())
            shown += len(arcs) - len(gone)
        arcs = publication._arcs_of_months(year.units, year._placed)
        gone = {key for key in arcs if year.placed(key[0], key[1], [key[2]]) is None}
        told = {key for key in told_by_sums(arcs, gone) if 0 < arcs[key].size < LEAST}
        assert told == set()
        for level in ("shop", "town", "month"):
            for number in range(len(year.units[level])):
                placed = year.count(level, number, "placed")
                assert placed == 0 or placed >= LEAST
    assert small > 50 < shown
    trials.tally("small counts that an attacker looked for", small)


def test_what_is_packed_is_unpacked_the_same():
    counted = drawn(trials.dice("packed"), [make_shop()])
    counted.steps[1, False][3] = 4
    month = next(iter(counted.sums))[1]
    counted.steps[month, True][2] = 1
    assert unpack(pack(counted)) == counted
