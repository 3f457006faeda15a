"""The rules against whole worlds: a shelf, a till with its habit, and what we hear of both.

The world is the plain model and knows nothing of the rules: copies stand on a shelf, the till
counts what is rung up, readers and staff take copies through us, files come late and twice. After
each telling and count

- what is promised outright is really there: nothing avoidable is ever broken;
- while nobody corrects the till, nothing that is there is hidden;
- where everything is rung up, the shelf is known exactly.

A wrong rule planted in the core breaks one of them in some history out of a few hundred.
"""

import inspect
import itertools
import random
import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.shops.models import RingsUp
from comptoir.stock.models import Reason
from comptoir.stock.shelf import truth
from tests.trials import SEED, tally, times

MIDNIGHT = datetime(2025, 10, 13, 22, tzinfo=UTC)  # in Paris
ZONE = "Europe/Paris"
EVENTS = ["till_sale", "till_gain", "sold", "received", "collected", "not_found", "corrected"]
EVENTS += ["count", "tell", "tell", "tell", "again", "late"]
FIRST = 4
MANY = 1000


class Broken(AssertionError):
    """What the rules hold true contradicts the world."""


class World:
    """One title of one shop. `gone` copies left that the till still counts."""

    def __init__(self, habit, rules):
        self.habit, self.rules = habit, rules
        self.now, self.shelf, self.till, self.gone = MIDNIGHT, FIRST, FIRST, 0
        self.to_ring_up, self.was_corrected, self.well_kept = 0, False, True
        self.said = [(self.now, FIRST)]
        self.moves = []
        self.known, self.copies = rules.Figure(FIRST, self.now), FIRST

    def play(self, event, minutes):
        """Let time go by, then have something happen, if it can."""
        day = (self.now - MIDNIGHT).days
        self.now += timedelta(minutes=minutes)
        if (self.now - MIDNIGHT).days > day:
            self.till, self.to_ring_up = self.till - self.to_ring_up, 0
        getattr(self, event)()

    def till_sale(self):
        if self.shelf:
            self.shelf, self.till = self.shelf - 1, self.till - 1

    def till_gain(self):
        self.shelf, self.till = self.shelf + 2, self.till + 2

    def sold(self):
        if self._moved(Reason.SOLD, -1):
            self.till -= 1

    def received(self):
        if self._moved(Reason.RECEIVED, 1):
            self.till += 1

    def collected(self):
        if not self._moved(Reason.COLLECTED, -1):
            return
        if self.habit == RingsUp.AT_COLLECTION:
            self.till -= 1
        elif self.habit == RingsUp.END_OF_DAY:
            self.to_ring_up += 1
        else:
            self.gone, self.well_kept = self.gone + 1, False

    def not_found(self):
        if self._moved(Reason.NOT_FOUND, -1):
            self.gone, self.well_kept = self.gone + 1, False

    def corrected(self):
        if self.gone:
            self.gone, self.till, self.was_corrected = self.gone - 1, self.till - 1, True

    def tell(self):
        self.said.append((self.now, self.till))
        self._hear(*self.said[-1])
        self._check()

    def again(self):
        before = self.known, self.copies
        self._hear(*self.said[-1])
        if (self.known, self.copies) != before and self.known.as_of > self.said[-1][0]:
            raise Broken("an old telling changed something")

    def late(self):
        """Hear again of a moment before the last one."""
        if len(self.said) > 1:
            before = self.known, self.copies
            self._hear(*self.said[-2])
            if self.said[-2][0] < self.known.as_of and (self.known, self.copies) != before:
                raise Broken("a late telling changed something")

    def count(self):
        """Somebody counts the shelf, after the till has spoken."""
        self.tell()
        now, before = self._horizon(self.now), self._horizon(self.known.as_of)
        self.known = self.rules.count_by_hand(self.known, self.moves, self.shelf, now, before)
        self.copies = self.rules.on_hand(self.known, self.moves, now)
        self._check()

    def _moved(self, reason, delta):
        if min(self.shelf, self.copies) + delta < 0:
            return False
        self.moves.append(self.rules.Moved(reason, delta, self.now))
        self.shelf, self.copies = self.shelf + delta, self.copies + delta
        return True

    def _horizon(self, moment):
        return self.rules.horizon(moment, self.habit, ZONE)

    def _hear(self, moment, figure):
        now, before = self._horizon(moment), self._horizon(self.known.as_of)
        heard = self.rules.take_figure(self.known, self.moves, figure, now, before)
        if moment >= self.known.as_of:
            self.copies = self.rules.on_hand(heard, self.moves, now)
        self.known = heard

    def _check(self):
        outright = self.copies - self.known.doubtful
        if outright > self.shelf:
            raise Broken(f"{outright} promised outright, {self.shelf} there")
        if self.copies < self.shelf and not self.was_corrected:
            raise Broken(f"{self.copies} offered, {self.shelf} there")
        if self.copies != self.shelf and self.well_kept:
            raise Broken(f"{self.copies} held true, {self.shelf} there")


def live(habit, history, rules=truth):
    """Live through a history of (event, minutes later)."""
    tally("worlds")
    world = World(habit, rules)
    for event, minutes in history:
        world.play(event, minutes)


_HISTORIES = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from([1, 30, 300, 900])), max_size=30
)


@pytest.mark.proof
@settings(max_examples=times(150))
@given(st.sampled_from(list(RingsUp)), _HISTORIES)
def test_nothing_avoidable_is_broken_and_nothing_hidden(habit, history):
    live(habit, history)


PLANTED = {
    "a telling of before is heard": ("if now.as_of < known.as_of:", "if False:"),
    "what left unseen is forgotten": (
        "unseen = min(counted, moved.gone - proven)",
        "unseen = 0",
    ),
    "the fall that may be a sale is believed": ("known.doubtful + proven +", "known.doubtful +"),
    "doubt is forgotten at the next telling": ("known.doubtful + proven", "proven"),
    "no day ends": ("return moved.happened_at >= self.collected_from", "return False"),
    "the till knows before the end of the day": (
        "return moved.happened_at >= self.collected_from",
        "return moved.happened_at >= self.as_of",
    ),
    "a shop that never rings up does": ("unproven.update(LEFT_THROUGH_US)", "pass"),
    "what is not on the shelf comes back": ("{Reason.NOT_FOUND, Reason.WITHDRAWN}", "set()"),
    "a count forgets what the till counts too many": (
        "figure - counted - to_ring_up)",
        "0)",
    ),
    "a count forgets what is yet to be rung up": (
        "to_ring_up = -sum(m.delta for m in seen if now.is_on_top(m)"
        " and m.happened_at < now.as_of)",
        "to_ring_up = 0",
    ),
    "what moved since is forgotten": ("known.counted - known.unseen + on_top", "known.counted"),
    "what was known is added again": ("if now.is_on_top(m))\n    return max", ")\n    return max"),
}


def histories() -> Iterator[tuple[RingsUp, list[tuple[str, int]]]]:
    """Yield one history after the other, of one seed the same each time."""
    for number in itertools.count():
        draw = random.Random(f"{SEED} {number}")
        habit = draw.choice(list(RingsUp))
        length = draw.randint(5, 40)
        yield habit, [(draw.choice(EVENTS), draw.choice([1, 30, 300, 900])) for _ in range(length)]


def live_all(rules, number):
    for habit, history in itertools.islice(histories(), number):
        live(habit, history, rules)


def planted(right, wrong):
    """Return the rules with one of them replaced."""
    source = inspect.getsource(truth)
    assert source.count(right) == 1, f"the rules no longer read {right!r}"
    mutant = types.ModuleType("planted")
    mutant.__dict__["__name__"] = truth.__name__
    exec(compile(source.replace(right, wrong), "planted", "exec"), mutant.__dict__)
    return mutant


@pytest.mark.parametrize("wrong", PLANTED)
def test_a_wrong_rule_is_caught(wrong):
    rules = planted(*PLANTED[wrong])
    with pytest.raises(Broken):
        live_all(rules, MANY)


@pytest.mark.proof
def test_the_right_rules_pass_the_same_histories():
    live_all(truth, times(MANY))
