"""A product is announced when its copies in a shop begin or cease to be there, by any verb."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.models import OutboxEntry
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange
from comptoir.stock.counts.operations import Scan, start_count, take_scans
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf.holds import hand_over, hold, release, write_off
from comptoir.stock.shelf.ledger import change_settings, receive, sell, set_count
from tests.factories import make_offer, make_shop

pytestmark = pytest.mark.django_db

Change = Callable[[Offer, random.Random], None]


def promised(offer: Offer) -> int:
    """Return what readers see of an offer, by the rule in plain words."""
    shop = Shop.objects.get(pk=offer.shop_id)
    if shop.paused_at is not None:
        return 0
    offer.refresh_from_db()
    kept_back = 0 if offer.copy_ref else shop.safety_stock
    return max(0, offer.on_hand - offer.held - kept_back)


def report(offer: Offer, mode: str, quantity: int) -> None:
    lines = [StockLine(1, offer.product.ean, quantity)]
    given = {"shop": offer.shop, "format": "csv", "mode": mode, "as_of": None, "actor": SYSTEM}
    take_report(Incoming(lines=lines, **given))


def held(offer: Offer, chance: random.Random) -> None:
    free = promised(offer)
    if free:
        with transaction.atomic():
            hold({offer.pk: chance.randint(1, free)})


def given_back(offer: Offer, chance: random.Random) -> None:
    if offer.held:
        with transaction.atomic():
            release({offer.pk: chance.randint(1, offer.held)})


def taken(verb: Callable[..., None]) -> Change:
    def take(offer: Offer, chance: random.Random) -> None:
        if offer.held:
            with transaction.atomic():
                verb({offer.pk: chance.randint(1, offer.held)}, actor=SYSTEM, at=timezone.now())

    return take


def sold(offer: Offer, chance: random.Random) -> None:
    if offer.on_hand:
        count = chance.randint(1, offer.on_hand)
        sell(shop=offer.shop, ean=offer.product.ean, quantity=count, actor=SYSTEM)


def counted(offer: Offer, chance: random.Random) -> None:
    session = start_count(shop=offer.shop, name="A", whole=False, actor=SYSTEM)
    scan = Scan("one", offer.product.ean, number=chance.randint(0, 3))
    take_scans(session=session, scans=[scan], actor=SYSTEM)
    begin_applying(session=session, zero_rest=False, actor=SYSTEM)
    while apply_some(session.pk):
        pass


def paused(offer: Offer, chance: random.Random) -> None:
    change = SettingsChange(paused=chance.random() < 0.5)
    change_settings(shop=offer.shop, change=change, actor=SYSTEM)


def kept_back(offer: Offer, chance: random.Random) -> None:
    change = SettingsChange(safety_stock=chance.randint(0, 3))
    change_settings(shop=offer.shop, change=change, actor=SYSTEM)


CHANGES: dict[str, Change] = {
    "hold": held,
    "release": given_back,
    "hand over": taken(hand_over),
    "write off": taken(write_off),
    "sell": sold,
    "receive": lambda offer, chance: receive(
        shop=offer.shop, ean=offer.product.ean, quantity=chance.randint(1, 2), actor=SYSTEM
    ),
    "count by hand": lambda offer, chance: set_count(
        shop=offer.shop, ean=offer.product.ean, count=chance.randint(0, 3), actor=SYSTEM
    ),
    "stock count": counted,
    "snapshot": lambda offer, chance: report(offer, "snapshot", chance.randint(0, 3)),
    "delta": lambda offer, chance: report(offer, "delta", chance.randint(0, 3)),
    "sales": lambda offer, chance: report(offer, "sales", chance.randint(1, 2)),
    "pause": paused,
    "safety stock": kept_back,
}
NEVER_CROSS = {"hand over", "write off"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_product_is_announced_when_and_only_when_it_crosses_zero(name: str) -> None:
    chance = random.Random(name)
    crossed = set()
    for _ in range(16):
        shop = make_shop(safety_stock=chance.randint(0, 1))
        on_hand = chance.randint(0, 3)
        offer = make_offer(
            shop=shop,
            on_hand=on_hand,
            held=chance.randint(0, on_hand),
            as_of=timezone.now() - timedelta(hours=1),
        )
        before = promised(offer)
        OutboxEntry.objects.all().delete()
        CHANGES[name](offer, chance)
        after = promised(offer)
        found = OutboxEntry.objects.filter(topic=OutboxEntry.Topic.PRODUCT, key=offer.product_id)
        assert found.count() == ((before > 0) != (after > 0)), (before, after)
        if before != after:
            assert OutboxEntry.objects.filter(topic="offer", key=offer.pk).exists() or (
                name in {"pause", "safety stock"} and not found
            )
        crossed.add(found.exists())
    # Both happened, or the cases prove nothing.
    assert crossed == ({False} if name in NEVER_CROSS else {False, True})


def test_a_title_that_a_report_brings_is_announced_unless_it_is_kept_back() -> None:
    for safety, there in ((0, True), (1, False)):
        known = make_offer()
        shop = make_shop(safety_stock=safety)
        OutboxEntry.objects.all().delete()
        report(Offer(shop=shop, product=known.product), "delta", 1)
        found = OutboxEntry.objects.filter(topic="product", key=known.product_id)
        assert found.exists() is there
