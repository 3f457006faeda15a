"""What the till told: one click applies or discards what was held back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, ReportStatus
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from tests.factories import make_offer

BASE = "/comptoir/pilori/inventaires"


@pytest.fixture
def held(shop):
    """A snapshot that would empty most of the shop, held back."""
    long_ago = timezone.now() - timedelta(days=2)
    offers = [make_offer(shop=shop, as_of=long_ago) for _ in range(25)]
    lines = [StockLine(line=1, ean=offers[0].product.ean, quantity=4)]
    return take_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="snapshot",
            as_of=timezone.now(),
            lines=lines,
            actor=SYSTEM,
        )
    )


def copies(shop) -> int:
    return sum(Offer.objects.filter(shop=shop).values_list("on_hand", flat=True))


def test_what_is_held_back_is_said_with_its_reason(desk, held):
    assert held.status == ReportStatus.QUARANTINED
    page = desk.get(BASE, headers={"Accept-Language": "fr"}).content.decode()
    assert "40" in page
    assert f"{BASE}/{held.pk}/appliquer" in page


def test_one_click_applies_it(desk, held, shop, staff):
    desk.post(f"{BASE}/{held.pk}/appliquer")
    held.refresh_from_db()
    assert (held.status, held.decided_id) == (ReportStatus.APPLIED, staff.pk)
    assert copies(shop) == 4


def test_one_click_discards_it(desk, held, shop):
    desk.post(f"{BASE}/{held.pk}/ecarter")
    held.refresh_from_db()
    assert held.status == ReportStatus.DISCARDED
    assert copies(shop) == 25


def test_a_second_click_is_told(desk, held, shop):
    desk.post(f"{BASE}/{held.pk}/appliquer")
    page = desk.post(f"{BASE}/{held.pk}/ecarter", follow=True)
    assert "note--warning" in page.content.decode()
    assert copies(shop) == 4
