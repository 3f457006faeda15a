"""What is asked again and again is found by an index, not by reading everything there ever was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.arrivals import calls, uploads
from comptoir.stock.counts import corrections
from comptoir.stock.models import Feed, TillLink
from comptoir.stock.reports import operations, reconcile
from tests.factories import make_shop
from tests.plans import plans_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


def test_a_shops_offers_are_found_by_the_shop_alone(shop):
    for work in (
        lambda: reconcile.execute_all([reconcile._LOCK_SHOP], {"shop": shop.pk}),
        lambda: list(corrections.corrections_of(shop, SYSTEM)),
        lambda: shop.offers.count(),
    ):
        plan = plans_of(work)
        assert "stock_offer_once" in plan
        assert "Seq Scan on stock_offer" not in plan


def test_an_older_version_of_a_record_is_found_by_its_key(shop):
    link = TillLink(shop=shop, provider="lightspeed")
    assert "stock_run_key_once" in plans_of(lambda: calls._is_older(link, "sale.7:12"))


def test_what_waits_for_a_decision_is_found_among_itself_alone(shop):
    Feed.objects.create(shop=shop, format="asc")
    for work in (
        lambda: operations.contest(shop.pk),
        lambda: uploads.erase_abandoned(now=timezone.now() - timedelta(days=1)),
    ):
        assert "stock_run_undecided" in plans_of(work)
