"""Counts by shop and day: what jobs keep is what a plain count of the history finds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import prune
from comptoir.figures import facts
from comptoir.figures.facts import STEPS, step_of
from comptoir.figures.models import Followed, MemberSpan, Tally
from comptoir.figures.operations import counts, follow, rebuild, recount_unsettled
from comptoir.orders.figures import figures
from comptoir.orders.models import Order
from comptoir.orders.operations import collect, erase_due, place
from comptoir.orders.operations.moves import follow_shop
from comptoir.shops.models import Shop
from comptoir.shops.operations.memberships import join_network, leave_network
from tests import trials
from tests.factories import (
    confirm_by_mail,
    make_network,
    make_offer,
    make_shop,
    request_for,
    staff_of,
)
from tests.figures.histories import START, History, newcomers, tallies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_one_transaction")]

SUMS = (
    *("placed", "unconfirmed", "collected", "not_found", "cancelled", "expired", "open"),
    *("copies", "cents", "unanswered"),
)


@pytest.fixture
def history() -> History:
    shops = [
        make_shop(),
        make_shop(opening_hours=""),
        make_shop(time_zone="America/Martinique", postcode="97200"),
        make_shop(time_zone="Indian/Reunion", postcode="97400", opening_hours="Mo-Su 08:00-12:00"),
    ]
    dice = trials.dice("figures")
    return History(shops, [make_network(), make_network()], dice, START)


def kept() -> dict:
    """Return the tallies, without what is empty in them."""
    found = {}
    for row in Tally.objects.all():
        sums = {name: getattr(row, name) for name in SUMS}
        sums |= {"answers": len(row.answers), "set_asides": len(row.set_asides)}
        key = (row.shop_id, row.day, row.network_id, row.channel)
        found[key] = {name: count for name, count in sums.items() if count}
    return found


def rows() -> list:
    """Return the tallies whole."""
    names = [field.attname for field in Tally._meta.concrete_fields if not field.primary_key]
    return sorted(Tally.objects.values_list(*names), key=repr)


@pytest.fixture
def unsettled(monkeypatch):
    """Have the readers of every day still be counted."""
    for module in (facts, counts):
        monkeypatch.setattr(module, "settled_until", lambda: date(2026, 1, 1))


@pytest.mark.proof
def test_what_jobs_keep_is_what_a_plain_count_finds(history, monkeypatch):
    """However often, late or twice the job ran; and all anew comes to the same."""
    monkeypatch.setattr(counts, "BATCH", 7)
    follow()
    for _round in range(trials.times(12)):
        for _step in range(history.dice.randrange(1, 25)):
            history.step()
        for _run in range(history.dice.choice([0, 1, 1, 2])):
            follow()
    follow()
    assert kept() == tallies(history.orders)
    assert len(history.orders) > 40
    by_job = rows()
    rebuild()
    assert rows() == by_job
    recount_unsettled()
    Tally.objects.all().delete()
    rebuild()
    assert rows() == by_job
    trials.tally("orders counted", len(history.orders))


def test_the_command_that_counts_orders_says_the_same(history, settings):
    for _step in range(80):
        history.step()
    history.orders = [each for each in history.orders if each.shop.time_zone == "Europe/Paris"]
    follow()
    there = {each.shop.pk for each in history.orders}
    (told,) = figures("all", date(2026, 1, 1), date(2026, 12, 31)) or [None]
    sums = dict.fromkeys(SUMS, 0)
    for row in Tally.objects.all():
        for name in SUMS:
            sums[name] += getattr(row, name)
    assert there
    del sums["unanswered"]
    assert sums == {name: getattr(told, name) for name in sums}


def test_a_month_begins_by_the_clock_of_the_shop(history):
    paris, _unknown, martinique, reunion = history.shops
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    for shop in (paris, martinique, reunion):
        history.place(shop=shop, placed=at, network=None)
    follow()
    days = dict(Tally.objects.values_list("shop_id", "day"))
    assert days == {
        paris.pk: date(2026, 4, 1),
        martinique.pk: date(2026, 3, 31),
        reunion.pk: date(2026, 4, 1),
    }


@pytest.mark.parametrize(
    ("placed", "set_aside", "minutes"),
    [
        # Tu-Sa 10:00-19:00 in Paris: over a night, a Sunday and a Monday.
        ((2026, 3, 20, 17), (2026, 3, 20, 17, 30), 30),
        ((2026, 3, 20, 17), (2026, 3, 21, 9, 30), 90),
        ((2026, 3, 21, 17), (2026, 3, 24, 9, 30), 90),
        # The clocks go forward in the night to the 29th: 10:00 is at 8:00 UTC on the 31st.
        ((2026, 3, 28, 17), (2026, 3, 31, 9), 120),
        # Before the shop opens no time passes.
        ((2026, 3, 24, 2), (2026, 3, 24, 8, 59), 0),
    ],
)
def test_time_is_the_shops_opening_time(history, placed, set_aside, minutes):
    told = history.place(
        shop=history.shops[0],
        placed=datetime(*placed, tzinfo=UTC),
        channel="web",
        marked=True,
        reader="r",
    )
    history.set_aside(told, datetime(*set_aside, tzinfo=UTC))
    follow()
    step = step_of(timedelta(minutes=minutes))
    row = Tally.objects.get()
    assert (row.answers, row.set_asides) == ([step], [step])
    assert STEPS[step] >= minutes


def test_the_wait_begins_when_the_reader_has_confirmed(history):
    told = history.place(
        shop=history.shops[0],
        placed=datetime(2026, 3, 20, 9, tzinfo=UTC),
        channel="web",
        marked=False,
        reader="r",
    )
    history.confirm(told, datetime(2026, 3, 20, 15, tzinfo=UTC))
    history.set_aside(told, datetime(2026, 3, 20, 15, 10, tzinfo=UTC))
    follow()
    assert Tally.objects.get().set_asides == [step_of(timedelta(minutes=10))]


def test_figures_stay_when_personal_data_are_erased(history, settings):
    """Those of two years ago are right after erasure, by the job and counted anew."""
    for _step in range(60):
        history.step()
    follow()
    before = rows()
    assert erase_due(now=START + timedelta(days=800)) > 10
    assert Order.objects.filter(ended_at__isnull=False).exclude(email_key="").count() == 0
    follow()
    assert rows() == before
    rebuild()
    assert rows() == before


def test_new_readers_are_counted_once_and_the_count_stays(history, unsettled, monkeypatch):
    history.clock = START
    for _step in range(150):
        history.step()
        if history.dice.random() < 0.1:
            follow()
    follow()
    known = sum(Tally.objects.values_list("newcomers", flat=True))
    assert known == newcomers(history.orders) > 2
    by_job = rows()
    rebuild()
    assert rows() == by_job
    # A week later the count is settled: what is erased by then changes nothing.
    for module in (facts, counts):
        monkeypatch.setattr(module, "settled_until", lambda: date(2026, 6, 1))
    Order.objects.update(email_key="")
    rebuild()
    assert rows() == by_job


def test_of_readers_nothing_is_told_where_it_cannot_be(history):
    for _step in range(40):
        history.step()
    follow()
    # These orders are of months ago: whether their readers were new is no longer asked.
    assert sum(Tally.objects.values_list("told", flat=True)) == 0


def test_real_reservations_are_counted_as_they_move():
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=9, price_cents=1250)
    follow()
    order = confirm_by_mail(place(request_for(offer)))
    follow()
    assert Tally.objects.get().open == 1
    collect(order_id=order.pk, actor=staff_of(shop))
    follow()
    row = Tally.objects.get()
    assert (row.open, row.collected, row.copies, row.cents) == (0, 1, 1, 1250)
    assert (row.told, row.newcomers, len(row.answers)) == (1, 1, 1)
    confirm_by_mail(place(request_for(offer)))
    follow()
    assert list(Tally.objects.values_list("told", "newcomers")) == [(2, 1)]


def test_a_job_that_was_away_for_days_misses_nothing(history):
    follow()
    told = history.place(channel="web", marked=True, reader="r")
    now = told.placed + timedelta(days=1)
    history.set_aside(told, now)
    OutboxEntry.objects.all().delete()
    prune(0)
    Followed.objects.update(moved_at=told.placed - timedelta(days=3))
    follow()
    assert kept() == tallies(history.orders)


def test_an_order_counts_where_it_went(history):
    told = history.place(shop=history.shops[0], network=None)
    follow()
    follow_shop(told.order, history.shops[1], actor=SYSTEM)
    follow()
    assert [row.shop_id for row in Tally.objects.all()] == [history.shops[1].pk]


def test_what_was_counted_of_an_erased_shop_stays(history):
    told = history.place(shop=history.shops[0])
    follow()
    Order.objects.filter(pk=told.order.pk).delete()
    rebuild()
    assert not Tally.objects.exists()
    told = history.place(shop=history.shops[0])
    follow()
    now = datetime(2026, 6, 1, tzinfo=UTC)
    Shop.objects.filter(pk=told.shop.pk).update(paused_at=now, ended_at=now)
    Order.objects.filter(pk=told.order.pk).delete()
    rebuild()
    assert Tally.objects.get().placed == 1


def test_memberships_that_end_leave_their_span():
    shop, network = make_shop(), make_network()
    join_network(shop=shop, network=network, actor=SYSTEM)
    follow()
    follow()
    (span,) = MemberSpan.objects.all()
    assert (span.shop_id, span.network_id, span.last_day) == (shop.pk, network.pk, None)
    leave_network(shop=shop, network=network, actor=SYSTEM)
    follow()
    span.refresh_from_db()
    assert span.last_day is not None
    join_network(shop=shop, network=network, actor=SYSTEM)
    follow()
    assert MemberSpan.objects.count() == 2


def test_no_trial_is_counted():
    """The control: the same order, were it no trial."""
    offer = make_offer(on_hand=5)
    trial = place(request_for(offer, trial=True, trusted=True))
    follow()
    assert not Tally.objects.filter(shop=offer.shop).exists()
    Order.objects.filter(pk=trial.pk).update(trial=False)
    rebuild()
    assert Tally.objects.get(shop=offer.shop).placed == 1
