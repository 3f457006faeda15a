"""The set-based SQL gives the same answer as the pure rules; a wrong rule would be noticed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import RingsUp
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Condition, Offer, Reason, ReportStatus, ShopClock
from comptoir.stock.reports import intake, reconcile
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks, ledger
from comptoir.stock.shelf.truth import Figure, Moved, count_by_hand, horizon, on_hand, take_figure
from tests import factories
from tests.trials import tally, times

pytestmark = pytest.mark.django_db

ZONE = "Europe/Paris"
# Midnight in Paris; the next night has an hour less.
START = datetime(2025, 3, 29, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
STEP = timedelta(hours=4)
TITLES = 3
LOCAL = [Reason.SOLD, Reason.RECEIVED, Reason.COLLECTED, Reason.SENT, Reason.NOT_FOUND]

_FIGURES = st.dictionaries(st.integers(0, TITLES - 1), st.integers(0, 4))
_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("move"),
            st.integers(0, TITLES - 1),
            st.sampled_from(LOCAL),
            st.integers(1, 2),
        ),
        st.tuples(st.just("count"), st.integers(0, TITLES - 1), st.integers(0, 3)),
        st.tuples(st.sampled_from(["snapshot", "delta"]), st.integers(0, 9), _FIGURES),
    ),
    max_size=16,
)
_CASES = st.tuples(st.sampled_from(list(RingsUp)), st.integers(0, 3), _STEPS)


@dataclass
class Known:
    """An offer as the pure rules have it."""

    told: Figure
    copies: int
    moves: list[Moved] = field(default_factory=list)


def play_purely(offers: dict[int, Known], clock: datetime | None, step, moment, habit) -> None:
    """Apply one telling by the pure rules alone."""
    mode, _age, figures = step
    now = horizon(moment, habit, ZONE)
    for title in set(figures) | (set(offers) if mode == "snapshot" else set()):
        counted = figures.get(title, 0)
        known = offers.get(title)
        if known is None:
            if counted and (clock is None or moment >= clock):
                offers[title] = Known(Figure(counted, moment), counted)
        elif moment >= known.told.as_of:
            before = horizon(known.told.as_of, habit, ZONE)
            known.told = take_figure(known.told, known.moves, counted, now, before)
            known.copies = on_hand(known.told, known.moves, now)


def move_purely(known: Known, reason: Reason, delta: int, moment: datetime) -> None:
    known.moves.append(Moved(reason, delta, moment))
    known.copies += delta


def told(count: int, age: int = 0) -> tuple:
    """Return the step "a snapshot says so many of title 0", `age` steps (of 2 h) ago."""
    return ("snapshot", age, {0: count})


def delta(count: int, age: int = 0) -> tuple:
    """Return the step "a delta says so many of title 0, and as many of title 1 as age"."""
    return ("delta", age, {0: count, 1: age})


def stored(shop, eans) -> dict[int, tuple]:
    """Return what the database holds true of every title."""
    told = ShopClock.objects.filter(shop=shop).values_list("new_as_of", flat=True).first()
    return {
        eans.index(offer.product.ean): (
            offer.on_hand,
            Figure(
                offer.counted,
                max(offer.as_of, told or offer.as_of),
                offer.unseen,
                offer.doubtful,
            ),
        )
        for offer in Offer.objects.filter(shop=shop).select_related("product")
    }


def play(case, eans) -> None:
    """Play a case both ways and compare after every step."""
    habit, stride, steps = case
    shop = factories.make_shop(rings_up=habit, time_zone=ZONE)
    offers: dict[int, Known] = {}
    clock: datetime | None = None
    for number, step in enumerate(steps):
        moment = START + (number * (stride + 1)) * STEP / 4
        if step[0] == "move":
            _, title, reason, count = step
            delta = count if reason == Reason.RECEIVED else -count
            if title in offers and offers[title].copies + delta >= 0:
                move_purely(offers[title], reason, delta, moment)
                offer = Offer.objects.select_related("shop").get(
                    shop=shop, product__ean=eans[title]
                )
                ledger.move(offer, delta, reason, SYSTEM, moment)
        elif step[0] == "count":
            _, title, count = step
            if title in offers and moment >= offers[title].told.as_of:
                known = offers[title]
                now, before = (horizon(m, habit, ZONE) for m in (moment, known.told.as_of))
                known.told = count_by_hand(known.told, known.moves, count, now, before)
                known.copies = count + sum(
                    m.delta
                    for m in known.moves
                    if m.happened_at > moment or (m.delta < 0 and m.happened_at == moment)
                )
                ledger.set_count(shop=shop, ean=eans[title], count=count, at=moment, actor=SYSTEM)
        else:
            mode, age, figures = step
            moment -= age * STEP / 2
            report = take_report(
                Incoming(
                    shop=shop,
                    format="api",
                    mode=mode,
                    as_of=moment,
                    lines=[StockLine(1, eans[title], count) for title, count in figures.items()],
                    actor=SYSTEM,
                )
            )
            if (
                report.status == ReportStatus.QUARANTINED
            ):  # an empty file, the only reason with so few
                assert not figures
                continue
            if mode == "delta" or clock is None or moment >= clock:
                play_purely(offers, clock, step, moment, habit)
            if mode == "snapshot" and (clock is None or moment > clock):
                clock = moment
        assert stored(shop, eans) == {key: (o.copies, o.told) for key, o in offers.items()}
    assert list(checks.problems()) == []


@pytest.fixture
def eans() -> list[str]:
    intake.prepare()
    return sorted(factories.make_product().ean for _ in range(TITLES))


@pytest.mark.proof
def test_the_same_answer_as_the_pure_rules(eans):
    both = ("snapshot", 0, {0: 1, 1: 1})

    @settings(max_examples=times(30), suppress_health_check=list(HealthCheck))
    @given(_CASES)
    @example((RingsUp.AT_COLLECTION, 0, [both, ("count", 0, 0), ("snapshot", 1, {0: 0})]))
    def compare(case):
        tally("histories")
        with transaction.atomic():
            play(case, eans)
            transaction.set_rollback(True)

    compare()


RECEIVED, SOLD = ("move", 0, Reason.RECEIVED, 1), ("move", 0, Reason.SOLD, 1)
COLLECTED = ("move", 0, Reason.COLLECTED, 1)
_WRONG = [
    pytest.param(
        "_RESULT",
        ("m.delta > 0 THEN m.happened_at >", "m.delta > 0 THEN m.happened_at >="),
        (RingsUp.AT_COLLECTION, [told(2), RECEIVED, told(2, age=1)]),
        id="a gain at the very moment counts twice",
    ),
    pytest.param(
        "_RESULT",
        ("AND m.delta < 0\n", "\n"),
        (RingsUp.NEVER, [told(2), COLLECTED, RECEIVED, RECEIVED, told(2)]),
        id="a gain serves as proof",
    ),
    pytest.param(
        "_RESULT",
        ("- coalesce(m.lost, 0) AS fell", "AS fell"),
        (RingsUp.NEVER, [told(3), COLLECTED, SOLD, told(2)]),
        id="a sale serves as proof",
    ),
    pytest.param(
        "_RESULT",
        ("counted - unseen + on_top", "counted + on_top"),
        (RingsUp.NEVER, [told(2), COLLECTED, told(2)]),
        id="what the till never hears of comes back",
    ),
    pytest.param(
        "_RESULT",
        ("%(collected_from)s", "%(as_of)s"),
        (RingsUp.END_OF_DAY, [told(2), COLLECTED, told(2)]),
        id="the till knows before the end of the day",
    ),
    pytest.param(
        "_CANDIDATES",
        ("OR o.moved_at IS NOT NULL AND", "OR false AND"),
        (RingsUp.NEVER, [told(2), COLLECTED, RECEIVED, told(2)]),
        id="movements that cancel out are overlooked",
    ),
    pytest.param(
        "_RESULT",
        ("WHERE k.known_at <= %(as_of)s", ""),
        (RingsUp.AT_COLLECTION, [told(2), COLLECTED, delta(5), delta(1, age=2)]),
        id="an older telling overwrites",
    ),
]


@pytest.mark.parametrize(("statement", "rule", "story"), _WRONG)
def test_a_wrong_rule_is_noticed(eans, monkeypatch, statement, rule, story):
    right, wrong = rule
    habit, steps = story
    play((habit, 1, steps), eans)
    sql = getattr(reconcile, statement)
    assert right in sql
    monkeypatch.setattr(reconcile, statement, sql.replace(right, wrong))
    with pytest.raises(AssertionError):
        play((habit, 1, steps), eans)


def test_what_was_entered_late_is_mended_by_the_next_snapshot():
    shop = factories.make_shop(time_zone=ZONE)
    offer = factories.make_offer(shop=shop, on_hand=3, as_of=START)
    lines = [StockLine(1, offer.product.ean, 3, 1290)]
    told = {"shop": shop, "format": "asc", "mode": "snapshot", "actor": SYSTEM, "lines": lines}
    take_report(Incoming(as_of=START + 2 * STEP, **told))
    ledger.move(offer, -1, Reason.SOLD, SYSTEM, START + STEP)
    take_report(Incoming(as_of=START + 3 * STEP, **told))
    offer.refresh_from_db()
    assert offer.on_hand == 3


def test_used_copies_have_a_clock_of_their_own():
    shop, product = factories.make_shop(), factories.make_product()
    used = factories.make_offer(
        shop=shop, product=product, condition=Condition.VERY_GOOD, as_of=START
    )
    told = {"shop": shop, "mode": "snapshot", "actor": SYSTEM, "lines": []}
    take_report(Incoming(format="asc", as_of=START + STEP, covers="new", **told))
    used.refresh_from_db()
    assert used.on_hand == 1
    take_report(Incoming(format="csv", as_of=START, covers="new", **told))
    used.refresh_from_db()
    assert used.on_hand == 1
