"""Of a title in many shops the nearest offers are read, and the others counted by what the index
noted: what is shown is what reading them all shows."""

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
NOW = timezone.now()
TOO_OLD = NOW - timedelta(hours=200)


@pytest.fixture
def title():
    """Make a title that stands in forty shops and more, new and used, and in some of them no
    longer."""
    dice = random.Random(5)
    product = make_product(title="Germinal")
    for number in range(48):
        # Three in each place: what is as far as the last one read is read too.
        shop = make_shop(latitude=POITIERS.latitude + (number // 3) * KM)
        silent = number % 11 == 10
        if number % 8 != 7:
            as_of = TOO_OLD if silent else NOW
            make_offer(product=product, shop=shop, as_of=as_of, on_hand=dice.randint(1, 3))
        if number % 6 == 5:
            make_offer(
                product=product, shop=shop, condition="VG", price_cents=300 + number, on_hand=2
            )
    return product


@pytest.fixture
def chosen(monkeypatch) -> list[object]:
    """Return the list in which it is kept for which titles not all is read."""
    taken: list[object] = []
    choose = nearest._choose
    monkeypatch.setattr(nearest, "_choose", lambda *all: taken.append(choose(*all)) or taken[-1])
    return taken


def noted() -> Nearest:
    """Return what a search near Poitiers tells of the title."""
    memory.forget()
    (hit,) = search(SearchRequest("germinal", near=POITIERS)).hits
    return hit.nearest


def whole(product) -> Nearest:
    """Return what reading all of its offers tells."""
    return nearest_offers([product.pk], POITIERS)[product.pk]


def empty(product, place: slice, **which) -> list[int]:
    """Take the copies of some of its offers, the nearest first, without a word to followers."""
    offers = Offer.objects.filter(product=product, **which).order_by("shop__latitude", "pk")
    keys = [offer.pk for offer in offers][place]
    Offer.objects.filter(pk__in=keys).update(on_hand=0, counted=0)
    return keys


def told(product) -> None:
    """Have the follower read that the title changed."""
    publish(OutboxEntry.Topic.PRODUCT, [product.pk])
    following = follower.open_follower()
    while following.step():
        pass
    following.close()


@pytest.mark.parametrize("kilometres", [None, 0.5, 3, 9])
def test_what_is_noted_changes_no_answer(title, index, chosen, kilometres):
    index()
    memory.forget()
    for most in (1, 5):
        notes = {title.pk: nearest.pack(noted_of(title))}
        radius = kilometres and kilometres * 1000
        found = nearest_offers(
            [title.pk], POITIERS, radius, most=most, at=NOW, noted=notes
        )
        assert found == nearest_offers([title.pk], POITIERS, radius, most=most, at=NOW)
    assert all(chosen)
    assert all(len(each.read) < 40 for each in chosen)


def noted_of(product) -> list[int]:
    ((_, notes),) = nearest.fetch_named(nearest.NOTED, [[product.pk]])
    return notes


def test_a_search_tells_what_reading_all_tells(title, index, chosen):
    index()
    found = noted()
    assert len(chosen) == 1
    assert chosen[0].offers > 10
    assert found == whole(title)
    assert found.used_count == 16
    assert found.used_from_cents == 305


def test_what_was_sold_since_is_never_shown(title, index, chosen):
    index()
    before = {offer.offer_id for offer in noted().offers}
    gone = empty(title, slice(0, 14))
    assert before <= set(gone)
    found = noted()
    assert chosen[-1].offers
    assert found == whole(title)
    assert not {offer.offer_id for offer in found.offers} & set(gone)


def test_without_the_second_query_less_would_be_shown(title, index, monkeypatch):
    """The control: what was read first is taken for all there is."""
    monkeypatch.setattr(nearest, "_completed", lambda *_: True)
    index()
    empty(title, slice(0, 14))
    assert noted().offers != whole(title).offers


def test_counts_are_true_once_the_index_has_followed(title, index):
    index()
    shops = noted().shop_count
    empty(title, slice(-3, None), condition="new")
    assert noted().shop_count == shops
    told(title)
    assert noted() == whole(title)
    assert noted().shop_count < shops


def test_a_paused_shop_leaves_at_once(title, index, chosen):
    index()
    shops = noted().shop_count
    far = Offer.objects.filter(product=title).order_by("-shop__latitude").first().shop
    assert far.pk not in chosen[-1].read
    far.paused_at = timezone.now()
    far.save()
    assert noted() == whole(title)
    assert noted().shop_count == shops - 1


def test_what_nobody_follows_is_not_believed(title, index, chosen):
    index()
    generation = store.current()
    empty(title, slice(-3, None))
    long_ago = timezone.now().timestamp() - 600
    os.utime(generation / "position.json", (long_ago, long_ago))
    assert noted() == whole(title)
    assert not READER.is_followed()
    assert not chosen
