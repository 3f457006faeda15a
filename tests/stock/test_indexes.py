"""What is asked again and again is found by an index, not by reading everything there ever was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.arrivals import calls, uploads
from comptoir.stock.counts import corrections
from comptoir.stock.models import TillLink
from comptoir.stock.reports import operations, reconcile
from tests.factories import make_shop
from tests.plans import fill_reports, fill_stock, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


def test_a_shops_offers_are_found_by_the_shop_alone(shop):
    fill_stock(shop)
    for work in (
        lambda: reconcile.execute_all([reconcile._LOCK_SHOP], {"shop": shop.pk}),
        lambda: list(corrections.corrections_of(shop, SYSTEM)),
        lambda: shop.offers.count(),
    ):
        plan = plan_of(work)
        assert {"stock_offer_once", "stock_offer_newest"} & set(plan.indexes)
        assert "stock_offer" not in plan.read_whole
        # The control: without their indexes, all shops' offers would be read.
        without = plan_of(work, without="stock_offer_once stock_offer_newest")
        assert "stock_offer" in without.read_whole


def test_an_older_version_of_a_record_is_found_by_its_key(shop):
    fill_reports(shop, "lightspeed")
    link = TillLink(shop=shop, provider="lightspeed")

    def look() -> None:
        assert not calls._is_older(link, "sale.7:12")
        assert calls._is_older(link, "sale.7:0")

    plan = plan_of(look)
    assert plan.indexes.count("stock_run_key_once") == 2
    assert "stock_feedrun" not in plan.read_whole
    # The control: without it, all that this till ever told would be looked through.
    found = set(plan_of(look, without="stock_run_key_once").indexes)
    assert found & {"stock_run_received", "stock_feedrun_feed_id_86a1b45e"}


def test_what_waits_for_a_decision_is_found_among_itself_alone(shop):
    fill_reports(shop, "asc")

    def contest() -> None:
        operations.contest(shop.pk)

    def erase() -> None:
        assert uploads.erase_abandoned(now=timezone.now() - timedelta(days=1))

    for work in (contest, erase):
        plan = plan_of(work)
        assert "stock_run_undecided" in plan.indexes
        assert "stock_feedrun" not in plan.read_whole
    # The controls: without it, all that this till ever told would be, or all that any did.
    found = set(plan_of(contest, without="stock_run_undecided").indexes)
    assert found & {"stock_run_received", "stock_feedrun_feed_id_86a1b45e"}
    assert "stock_feedrun" in plan_of(erase, without="stock_run_undecided").read_whole
