"""What tills say they sold: exactly once, never below zero, right whenever it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.models import OutboxEntry
from comptoir.stock.formats.lines import RefusedLine, StockLine
from comptoir.stock.models import Reason, ReportStatus, StockMovement
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.holds import hold
from comptoir.stock.shelf.standing import who_has
from tests.factories import ean, make_offer

pytestmark = pytest.mark.django_db
MORNING = datetime(2025, 10, 14, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def offer():
    return make_offer(on_hand=3, as_of=MORNING)


def tell(offer, quantity, hours, mode="sales", key="", lines=()):
    """Have the till say something of the offer, so many hours after the morning."""
    line = StockLine(1, offer.product.ean, quantity)
    report = take_report(
        Incoming(
            shop=offer.shop,
            format="api",
            mode=mode,
            as_of=MORNING + hours * HOUR,
            lines=[line, *lines],
            actor=SYSTEM,
            key=key,
        )
    )
    offer.refresh_from_db()
    assert list(checks.problems()) == []
    return report


def test_sales_lower_the_number_and_name_their_moment(offer):
    report = tell(offer, 2, hours=8)
    assert (report.status, report.changed_count, report.emptied_count) == (
        ReportStatus.APPLIED,
        1,
        0,
    )
    assert (offer.on_hand, offer.counted) == (1, 3)
    sold = StockMovement.objects.get(offer=offer, reason=Reason.SOLD)
    assert (sold.delta, sold.happened_at) == (-2, MORNING + 8 * HOUR)
    assert (sold.actor_kind, sold.actor_id) == ("feed", report.pk)


def test_what_is_returned_is_there_again(offer):
    tell(offer, 2, hours=8)
    report = tell(offer, -1, hours=9)
    assert (report.status, report.changed_count, offer.on_hand) == (ReportStatus.APPLIED, 1, 2)
    returned = StockMovement.objects.get(offer=offer, delta=1)
    assert (returned.reason, returned.happened_at) == (Reason.SOLD, MORNING + 9 * HOUR)
    # A figure of later contains it.
    tell(offer, 2, hours=10, mode="delta")
    assert offer.on_hand == 2


def test_what_is_returned_adds_up_with_what_is_sold(offer):
    tell(offer, 2, hours=8, lines=[StockLine(2, offer.product.ean, -1)])
    assert offer.on_hand == 2


def test_of_nothing_left_one_that_is_returned_is_there(offer):
    tell(offer, 3, hours=8)
    tell(offer, -1, hours=9)
    assert offer.on_hand == 1


def test_a_return_at_the_very_moment_of_a_figure_is_in_it(offer):
    report = tell(offer, -1, hours=0)
    assert (report.status, offer.on_hand) == (ReportStatus.OUTDATED, 3)


def test_a_figure_of_before_that_comes_late_is_raised_by_a_return(offer):
    tell(offer, -1, hours=8)
    tell(offer, 3, hours=7, mode="delta")
    assert offer.on_hand == 4


def test_the_same_sales_twice_count_once(offer):
    first = tell(offer, 1, hours=8, key="report 17")
    assert tell(offer, 1, hours=8, key="report 17") == first
    assert offer.on_hand == 2


def test_no_more_is_taken_than_there_is_and_promises_fall_short(offer):
    hold({offer.pk: 2})
    tell(offer, 5, hours=8)
    assert (offer.on_hand, offer.held, offer.short) == (0, 2, 2)


def test_a_later_figure_contains_them_whichever_comes_first(offer):
    tell(offer, 1, hours=8)
    tell(offer, 2, hours=9, mode="delta")
    assert offer.on_hand == 2
    late = tell(offer, 1, hours=8.5)
    assert (late.status, late.overtaken_count) == (ReportStatus.OUTDATED, 1)
    assert offer.on_hand == 2


def test_a_figure_of_before_that_comes_late_is_lowered_by_them(offer):
    tell(offer, 1, hours=8)
    tell(offer, 3, hours=7, mode="delta")
    assert offer.on_hand == 2


def test_at_the_very_moment_of_a_figure_the_lower_reading_holds(offer):
    tell(offer, 1, hours=0)
    assert offer.on_hand == 2


def test_sales_out_of_order_add_up(offer):
    tell(offer, 1, hours=9)
    tell(offer, 1, hours=8)
    assert offer.on_hand == 1
    tell(offer, 2, hours=8.5, mode="delta")
    assert offer.on_hand == 1


def test_titles_that_the_shop_never_had_change_nothing(offer):
    bad = RefusedLine(3, "bad_ean", "no")
    report = tell(offer, 1, hours=8, lines=[StockLine(2, ean(), 4), bad])
    assert (report.status, report.unknown_count, report.refused_count) == (
        ReportStatus.APPLIED,
        1,
        1,
    )
    assert offer.shop.offers.count() == 1


def test_a_till_that_tells_its_sales_vouches_for_the_rest(offer):
    other = make_offer(shop=offer.shop, as_of=MORNING)
    for each in (offer, other):
        each.reported_by = offer.shop.feeds.get_or_create(format="api")[0]
        each.save()
    tell(offer, 1, hours=30)
    (shown,) = who_has([other.product_id], at=MORNING + 31 * HOUR)[other.product_id]
    assert (shown.as_of, shown.confidence) == (MORNING + 30 * HOUR, "sure")


def test_followers_hear_of_the_last_copy(offer):
    before = OutboxEntry.objects.filter(topic="product", key=offer.product_id).count()
    tell(offer, 3, hours=8)
    assert OutboxEntry.objects.filter(topic="product", key=offer.product_id).count() == before + 1
