from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.places import Point
from comptoir.stock import checks, ledger
from comptoir.stock.feeds.lines import StockLine
from comptoir.stock.models import Offer
from comptoir.stock.reads import explain, last_had, who_has
from comptoir.stock.tellings import apply_telling
from tests import factories

pytestmark = pytest.mark.django_db


def test_all():
    shop = factories.make_shop()
    product = factories.make_product()
    now = timezone.now()
    lines = [StockLine(1, product.ean, 3, 990), StockLine(2, factories.ean(), 2, 500)]
    run = apply_telling(
        shop=shop,
        format="asc",
        mode="snapshot",
        as_of=now - timedelta(hours=1),
        lines=lines,
        actor=SYSTEM,
    )
    assert (run.status, run.appeared_count, run.unknown_count) == ("applied", 2, 1)
    [offer] = who_has([product.pk], near=Point(46.6, 0.34), radius_m=5000)[product.pk]
    assert offer.available == 3
    assert 2000 < offer.metres < 2500
    assert offer.shop == shop
    entry = ledger.sell(shop_id=shop.pk, ean=product.ean, actor=SYSTEM)
    assert entry.offer.on_hand == 2
    run = apply_telling(
        shop=shop,
        format="asc",
        mode="snapshot",
        as_of=now - timedelta(minutes=5),
        lines=lines,
        actor=SYSTEM,
    )
    assert run.changed_count == 0
    assert Offer.objects.get(pk=offer.offer_id).on_hand == 2
    ledger.receive(shop_id=shop.pk, ean=product.ean, quantity=4, actor=SYSTEM)
    ledger.set_count(shop_id=shop.pk, ean=product.ean, count=1, actor=SYSTEM)
    run = apply_telling(
        shop=shop,
        format="asc",
        mode="snapshot",
        as_of=timezone.now(),
        lines=lines[1:],
        actor=SYSTEM,
    )
    assert run.emptied_count == 1
    assert last_had(product.pk)[0].offer_id == offer.offer_id
    assert len(explain(offer.offer_id)) == 5
    assert list(checks.problems()) == []
