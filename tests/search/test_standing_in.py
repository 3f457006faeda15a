"""Of a title in many shops only the offers within the radius are read: what is told is what reading
all of them tells."""

import os
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.search import follower, store
from comptoir.search.query import SearchRequest, search
from comptoir.search.reader import READER
from comptoir.shops import memory
from comptoir.shops.places import Point
from comptoir.stock.models import Offer
from comptoir.stock.shelf import nearest
from comptoir.stock.shelf.nearest import Nearest, nearest_offers
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db(transaction=True)
POITIERS = Point(46.5802, 0.3404)
KM = 1 / 111.195
RADIUS_KM = 5.0
NOW = timezone.now()
TOO_OLD = NOW - timedelta(hours=200)


@pytest.fixture
def title():
    """Make a title that stands in forty shops and more, new and used, and in some of them too long
    ago."""
    dice = random.Random(5)
    product = make_product(title="Germinal")
    for number in range(48):
        # Three in each place, so that some are as far as the radius reaches.
        shop = make_shop(latitude=POITIERS.latitude + (number // 3) * KM)
        if number % 8 != 7:
            as_of = TOO_OLD if number % 11 == 10 else NOW
            make_offer(product=product, shop=shop, as_of=as_of, on_hand=dice.randint(1, 3))
        if number % 6 == 5:
            make_offer(product=product, shop=shop, condition="VG", price_cents=300 + number)
    return product


@pytest.fixture
def chosen(monkeypatch) -> list[dict[int, set[int]]]:
    """Return the list in which it is kept which shops were read, by titles."""
    taken: list[dict[int, set[int]]] = []
    choose = nearest._choose
    monkeypatch.setattr(nearest, "_choose", lambda *all: taken.append(choose(*all)) or taken[-1])
    return taken


def found(radius_km: float | None = RADIUS_KM) -> Nearest:
    """Return what a search near Poitiers tells of the title."""
    memory.forget()
    (hit,) = search(SearchRequest("germinal", near=POITIERS, radius_km=radius_km)).hits
    return hit.nearest


def whole(product, radius_km: float | None = RADIUS_KM) -> Nearest:
    """Return what reading all of its offers tells."""
    radius = radius_km and radius_km * 1000
    return nearest_offers([product.pk], POITIERS, radius)[product.pk]


def told(product) -> None:
    """Have the follower read that the title changed."""
    publish(OutboxEntry.Topic.PRODUCT, [product.pk])
    following = follower.open_follower()
    while following.step():
        pass
    following.close()


@pytest.mark.parametrize("kilometres", [0, 0.5, 3, 5])
def test_within_a_radius_few_are_read_and_all_is_told(title, index, chosen, kilometres):
    index()
    assert found(kilometres) == whole(title, kilometres)
    assert 0 < len(chosen[0][title.pk]) <= 3 * (int(kilometres) + 1)


@pytest.mark.parametrize("kilometres", [None, 14])
def test_all_is_read_where_most_would_be(title, index, chosen, kilometres):
    index()
    assert found(kilometres) == whole(title, kilometres)
    assert not any(chosen)


def test_what_was_sold_since_is_not_shown(title, index, chosen):
    index()
    offers = found().offers
    sold = [offer.offer_id for offer in offers]
    Offer.objects.filter(pk__in=sold).update(on_hand=0, counted=0)
    assert found() == whole(title)
    assert not {offer.offer_id for offer in found().offers} & set(sold)
    assert all(chosen[:2])


def test_what_came_since_is_shown_once_the_index_has_followed(title, index):
    index()
    before = found()
    make_offer(product=title, shop=make_shop(latitude=POITIERS.latitude + 0.1 * KM))
    assert found() == before
    told(title)
    assert found() == whole(title)
    assert found().shop_count == before.shop_count + 1


def test_a_paused_shop_leaves_at_once(title, index, chosen):
    index()
    shops = found().shop_count
    paused = found().offers[0].shop
    type(paused).objects.filter(pk=paused.pk).update(paused_at=timezone.now())
    assert found() == whole(title)
    assert found().shop_count == shops - 1
    assert all(chosen[:3])


def test_what_nobody_follows_is_not_believed(title, index, chosen):
    index()
    make_offer(product=title, shop=make_shop(latitude=POITIERS.latitude + 0.1 * KM))
    long_ago = timezone.now().timestamp() - 600
    os.utime(store.current() / "position.json", (long_ago, long_ago))
    assert found() == whole(title)
    assert not READER.is_followed()
    assert not any(chosen)
