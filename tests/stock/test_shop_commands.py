"""The directory's commands that change which copies can be had."""

import pytest
from click.testing import CliRunner

from comptoir.core.models import OutboxEntry
from comptoir.shops.models import Shop
from comptoir.stock.commands import shops
from tests.factories import make_offer, make_shop

pytestmark = pytest.mark.django_db


def published() -> set[tuple[str, int]]:
    found = set(OutboxEntry.objects.values_list("topic", "key"))
    OutboxEntry.objects.all().delete()
    return found


def test_a_shop_is_paused_and_resumed_and_followers_hear_of_it():
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=2)
    make_offer(on_hand=2)
    both = {("offer", offer.pk), ("product", offer.product_id)}
    published()
    for options, shown in ((), False), (("--resume",), True):
        result = CliRunner().invoke(shops, ["pause", shop.slug, *options])
        assert result.exit_code == 0
        assert Shop.objects.open_to_public().filter(pk=shop.pk).exists() is shown
        assert published() == both


def test_a_shop_that_there_is_not_is_said():
    result = CliRunner().invoke(shops, ["pause", "nowhere"])
    assert result.exit_code == 1
