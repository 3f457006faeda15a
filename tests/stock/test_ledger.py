"""The counter's three verbs, who has it, and the proof that the ledger explains every number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.models import OutboxEntry
from comptoir.shops.places import Point, metres
from comptoir.stock.models import Offer, ShopClock
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.holds import hold
from comptoir.stock.shelf.ledger import receive, sell, set_count
from comptoir.stock.shelf.standing import last_had, who_has
from tests.factories import ean, make_offer, make_product, make_shop, staff_of

pytestmark = pytest.mark.django_db


def where(offer: Offer) -> dict:
    return {"shop": offer.shop, "ean": offer.product.ean, "actor": staff_of(offer.shop)}


def test_sold_received_counted():
    offer = make_offer(on_hand=3)
    assert sell(quantity=2, **where(offer)).offer.on_hand == 1
    assert receive(quantity=4, price_cents=990, **where(offer)).offer.price_cents == 990
    assert set_count(count=9, **where(offer)).delta == 4
    lines = offer.movements.order_by("-happened_at", "-id")
    assert [(line.reason, line.delta) for line in lines] == [
        ("counted", 4),
        ("received", 4),
        ("sold", -2),
        ("told", 3),
    ]
    assert {(line.actor_kind, line.actor_id) for line in lines[:3]} == {
        ("user", staff_of(offer.shop).id)
    }
    assert list(checks.problems()) == []


@pytest.mark.parametrize("on_hand", [0, 1])
def test_what_is_not_there_cannot_be_sold(on_hand):
    offer = make_offer(on_hand=on_hand)
    with pytest.raises(Conflict) as caught:
        sell(quantity=2, **where(offer))
    assert caught.value.code == "not_enough"
    assert caught.value.data["on_hand"] == on_hand
    with pytest.raises(Conflict):
        sell(shop=offer.shop, ean=ean(), actor=staff_of(offer.shop))


def test_a_promised_copy_may_be_sold_but_it_is_said():
    offer = make_offer(on_hand=2)
    hold({offer.pk: 2})
    entry = sell(**where(offer))
    assert (entry.promised, entry.offer.on_hand, entry.offer.short) == (1, 1, 1)
    assert receive(**where(offer)).promised == 0
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held, offer.short) == (2, 2, 0)


def test_what_nobody_has_heard_of_can_be_received():
    shop, code = make_shop(), ean()
    receive(shop=shop, ean=code, quantity=2, actor=staff_of(shop), condition="VG")
    assert Product.objects.get(ean=code).state == "unknown"
    assert sell(shop=shop, ean=code, actor=staff_of(shop)).offer.condition == "VG"


def test_a_sale_takes_new_copies_first_and_asks_which_used_one():
    shop, product = make_shop(), make_product()
    for condition in ("VG", "new", "M"):
        make_offer(shop=shop, product=product, condition=condition)
    assert sell(shop=shop, ean=product.ean, actor=staff_of(shop)).offer.condition == "new"
    with pytest.raises(Conflict) as caught:
        sell(shop=shop, ean=product.ean, actor=staff_of(shop))
    assert (caught.value.code, sorted(caught.value.data["conditions"])) == (
        "which_condition",
        ["M", "VG"],
    )


def test_a_count_has_its_moment():
    now = timezone.now()
    offer = make_offer(on_hand=5, as_of=now - timedelta(hours=9))
    sell(**where(offer))
    entry = set_count(count=5, at=now - timedelta(hours=2), **where(offer))
    assert entry.offer.on_hand == 4
    with pytest.raises(Conflict) as caught:
        set_count(count=9, at=now - timedelta(hours=3), **where(offer))
    assert caught.value.code == "overtaken"
    with pytest.raises(Invalid):
        set_count(count=9, at=now + timedelta(hours=3), **where(offer))


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_a_quantity_beyond_belief(quantity):
    offer = make_offer()
    for verb in (sell, receive):
        with pytest.raises(Invalid):
            verb(quantity=quantity, **where(offer))
    with pytest.raises(Invalid):
        set_count(count=quantity or -1, **where(offer))
    with pytest.raises(Invalid):
        receive(shop=offer.shop, ean="9782070612368", actor=staff_of(offer.shop))
    with pytest.raises(Invalid):
        receive(condition="worn", **where(offer))


def test_followers_hear_when_the_last_copy_goes_and_comes():
    offer = make_offer(on_hand=2)
    heard = []
    for verb in (sell, sell, receive, receive):
        verb(**where(offer))
        heard.append(OutboxEntry.objects.filter(topic="product").count())
    assert heard == [0, 1, 2, 2]


def test_followers_of_offers_hear_of_every_entry():
    offer = make_offer(on_hand=2)
    for verb in (sell, receive):
        verb(**where(offer))
    assert [e.key for e in OutboxEntry.objects.filter(topic="offer")] == [offer.pk, offer.pk]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("on_hand = on_hand + 1, short = 0", "its ledger sums to 2"),
        ("short = 2", "known to be short, but"),
        ("counted = 0, unseen = 1", "left unseen"),
    ],
)
def test_damage_is_noticed(damage, told):
    offer = make_offer(on_hand=2)
    assert list(checks.problems()) == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE stock_offer SET {damage}")
    (sentence,) = checks.problems()
    assert sentence.startswith(f"offer {offer.pk}")
    assert told in sentence


# Who has it.

POITIERS = Point(46.5802, 0.3404)


def test_who_has_it_nearest_first_then_fresh_then_cheapest(django_assert_num_queries):
    product, now = make_product(), timezone.now()
    far = make_offer(product=product, shop=make_shop(latitude=46.6, longitude=0.34))
    here = make_shop()
    old = now - timedelta(hours=30)
    stale = make_offer(product=product, shop=here, condition="M", as_of=old, price_cents=100)
    dear = make_offer(product=product, shop=here, price_cents=2000)
    cheap = make_offer(product=product, shop=here, condition="VG", price_cents=500)
    who_has([product.pk])  # the shops, which are read once
    with django_assert_num_queries(1):
        found = who_has([product.pk], near=POITIERS)[product.pk]
        assert [offer.shop.name for offer in found]
    assert [offer.offer_id for offer in found] == [cheap.pk, dear.pk, stale.pk, far.pk]
    assert [offer.confidence for offer in found] == ["sure", "sure", "to_confirm", "sure"]
    assert found[0].metres == pytest.approx(0, abs=1)
    assert found[3].metres == pytest.approx(metres(46.5802, 0.3404, 46.6, 0.34), abs=0.01)
    near = who_has([product.pk], near=POITIERS, radius_m=2000)[product.pk]
    assert far.pk not in {offer.offer_id for offer in near}
    assert len(near) == 3
    assert who_has([product.pk])[product.pk][0].metres is None


def test_only_what_may_be_promised_is_shown():
    product, now = make_product(), timezone.now()
    make_offer(product=product, on_hand=0)
    make_offer(product=product, shop=make_shop(safety_stock=1))
    make_offer(product=product, shop=make_shop(paused_at=now))
    make_offer(product=product, as_of=now - timedelta(hours=97))
    taken = make_offer(product=product)
    hold({taken.pk: 1})
    assert who_has([product.pk]) == {}
    assert who_has([]) == {}
    assert product.pk in who_has([product.pk], at=now - timedelta(hours=2))


def test_a_snapshot_that_says_the_same_keeps_a_figure_fresh():
    offer = make_offer(as_of=timezone.now() - timedelta(hours=90))
    used = make_offer(shop=offer.shop, product=offer.product, condition="M", as_of=offer.as_of)
    told = timezone.now() - timedelta(hours=1)
    ShopClock.objects.create(shop=offer.shop, new_as_of=told)
    new, old = who_has([offer.product_id])[offer.product_id]
    assert (new.offer_id, new.as_of, new.confidence) == (offer.pk, told, "sure")
    assert (old.offer_id, old.confidence) == (used.pk, "to_confirm")


def test_who_had_it():
    product = make_product()
    far = make_offer(product=product, shop=make_shop(latitude=47.0))
    near = make_offer(product=product)
    make_offer(product=product, on_hand=2)
    never = Offer.objects.create(
        shop=make_shop(), product=product, as_of=timezone.now(), price_cents=1
    )
    for offer in (far, near):
        sell(**where(offer))
    found = last_had(product.pk, near=POITIERS)
    assert [(offer.offer_id, offer.available) for offer in found] == [(near.pk, 0), (far.pk, 0)]
    assert never.pk not in {offer.offer_id for offer in found}
    assert len(last_had(product.pk, near=POITIERS, limit=1)) == 1
