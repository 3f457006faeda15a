"""What goes from windows by itself, and what follows a shop that becomes part of another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.models import User
from comptoir.events.models import Event, Pick, WindowChange
from comptoir.events.operations import erase_due, write_pick
from comptoir.orders.operations.mergers import merge_shops
from comptoir.shops.models import Shop
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db


def write(shop: Shop, actor: Actor = SYSTEM, **given: object) -> Pick:
    values = {"text": "Un mot", "signed": "Agathe", "product_id": make_product().pk}
    return write_pick(shop=shop, actor=actor, **(values | given))


def test_a_name_goes_with_the_account_of_who_wrote(shop, agathe) -> None:
    gone, stays = write(shop, agathe), write(shop)
    assert erase_due(now=timezone.now()) == 0
    User.objects.filter(pk=agathe.id).delete()
    assert erase_due(now=timezone.now()) == 1
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.text, gone.signed, stays.signed) == ("Un mot", "", "Agathe")
    assert WindowChange.objects.latest("pk").deed == "erased"


def test_the_window_of_a_shop_that_left_is_deleted_in_time(shop, announce, settings) -> None:
    write(shop)
    announce()
    now = timezone.now()
    Shop.objects.filter(pk=shop.pk).update(paused_at=now, ended_at=now)
    late = now + timedelta(days=settings.ERASE_AFTER_DAYS)
    assert erase_due(now=late - timedelta(minutes=1)) == 0
    assert erase_due(now=late) == 2
    assert not Pick.objects.exists() | Event.objects.exists()


def test_a_merged_shop_s_window_goes_over(shop, announce) -> None:
    into = make_shop()
    both = make_product()
    mine = write(into, product_id=both.pk, text="Le leur")
    write(shop, product_id=both.pk)
    moved = write(shop)
    event = announce()
    merge_shops(shop=shop, into=into, actor=SYSTEM)
    assert set(Pick.objects.filter(shop=into)) == {mine, moved}
    assert set(Event.objects.filter(shop=into)) == {event}
    assert WindowChange.objects.latest("pk").deed == "moved"
