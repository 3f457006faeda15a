"""`comptoir stats`: what became of a period's reservations, by month and by shop."""

import csv
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from comptoir.orders.figures import figures
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, collect, expire_due, place
from comptoir.orders.stats import stats
from tests.factories import make_offer, make_shop, request_for, staff_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """Two shops; in March one reservation collected (two copies) and one cancelled, in April one
    that nobody confirmed and one that is open."""
    a, b = make_shop(slug="a"), make_shop(slug="b")
    first = make_offer(shop=a, on_hand=9, price_cents=1250)
    second = make_offer(shop=a, on_hand=9, price_cents=800)
    other = make_offer(shop=b, on_hand=9, price_cents=990)
    gone = place(request_for(first, second, trusted=True))
    collect(order_id=gone.pk, actor=staff_of(a))
    dropped = place(request_for(first, trusted=True))
    cancel(order_id=dropped.pk, actor=staff_of(a))
    asked = place(request_for(other))
    Order.objects.filter(pk=asked.pk).update(confirm_by=datetime(2025, 1, 1, tzinfo=UTC))
    expire_due(now=asked.placed_at.replace(year=asked.placed_at.year + 1))
    waiting = place(request_for(other, trusted=True))
    for order, at in (
        # By the clock of Paris these are the last hour of March and the first of April.
        (gone, datetime(2026, 3, 31, 21, 30, tzinfo=UTC)),
        (dropped, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (asked, datetime(2026, 3, 31, 22, 30, tzinfo=UTC)),
        (waiting, datetime(2026, 4, 30, 12, tzinfo=UTC)),
    ):
        Order.objects.filter(pk=order.pk).update(placed_at=at)


def test_sums_are_right_by_month_and_by_shop(year) -> None:
    march, april = figures("month", date(2026, 1, 1), date(2026, 12, 31))
    assert march[:6] == ("2026-03", 2, 0, 1, 2, 2050)
    assert (march.cancelled, march.expired, march.open) == (1, 0, 0)
    assert (april.what, april.placed, april.unconfirmed, april.open) == ("2026-04", 2, 1, 1)
    a, b = figures("shop", date(2026, 1, 1), date(2026, 12, 31))
    assert (a.what, a.placed, a.cents, b.what, b.placed, b.cents) == ("a", 2, 2050, "b", 2, 0)
    assert [each.placed for each in figures("all", date(2026, 3, 31), date(2026, 3, 31))] == [1]
    assert figures("month", date(2025, 1, 1), date(2025, 12, 31)) == []


def test_every_reservation_is_somewhere(year) -> None:
    (total,) = figures("all", date(2026, 1, 1), date(2026, 12, 31))
    ended = (total.unconfirmed, total.collected, total.not_found, total.cancelled, total.expired)
    assert total.placed == sum(ended) + total.open == 4


def test_the_command_prints_and_writes_them(year, tmp_path) -> None:
    printed = CliRunner().invoke(stats, ["--year", "2026"])
    assert printed.exit_code == 0, printed.output
    assert "2026-03" in printed.output
    assert "20,50" in printed.output
    file = tmp_path / "stats.csv"
    written = CliRunner().invoke(stats, ["--year", "2026", "--by", "shop", "--csv", str(file)])
    assert written.exit_code == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["a", "b"]
    assert rows[1][5] == "20,50"


@pytest.mark.parametrize(
    "words",
    [
        ["--to", "2026-03-01"],
        ["--from", "2026-03-02", "--to", "2026-03-01"],
        ["--year", "2026", "--from", "2026-01-01"],
        ["--from", "yesterday"],
    ],
)
def test_days_that_make_no_period_are_refused(words) -> None:
    assert CliRunner().invoke(stats, words).exit_code == 2


def test_no_name_stands_in_them(year) -> None:
    told = CliRunner().invoke(stats, ["--year", "2026", "--by", "shop"]).output
    assert not any(order.name in told or order.email in told for order in Order.objects.all())
