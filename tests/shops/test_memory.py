"""What a process keeps of the shops: it is never shown once it is no longer so."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from comptoir.networks.models import Network
from comptoir.shops import memory
from comptoir.shops.hours import state_at
from comptoir.shops.memory import Directory, directory
from comptoir.shops.models import Closure, ServiceKind, Shop
from comptoir.shops.places import Point, metres
from tests.factories import make_network, make_shop
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)


def close(shop: Shop) -> None:
    Closure.objects.create(shop=shop, first_day=date(2026, 11, 28), last_day=date(2026, 11, 28))


def test_nothing_is_read_again_where_nothing_changed():
    make_shop()
    before = directory()
    assert directory() is before


def test_a_shop_that_changed_is_seen():
    shop = make_shop(name="Avant")
    assert directory().shops[shop.pk].name == "Avant"
    # Twice in one transaction: who wrote it does not tell the two apart.
    for name in ("Pendant", "Après"):
        Shop.objects.filter(pk=shop.pk).update(name=name)
        assert directory().shops[shop.pk].name == name


def test_closures_and_services_that_changed_are_seen():
    shop = make_shop()
    assert directory().state(shop.pk, SATURDAY).is_open
    close(shop)
    assert not directory().state(shop.pk, SATURDAY).is_open
    shop.closures.all().delete()
    assert directory().state(shop.pk, SATURDAY).is_open
    shop.services.create(kind=ServiceKind.EVENTS)
    assert [each.kind for each in directory().shops[shop.pk].services.all()] == ["events"]


def test_only_public_shops_are_listed():
    shop = make_shop()
    assert [each.pk for each in directory().public] == [shop.pk]
    Shop.objects.filter(pk=shop.pk).update(paused_at=SATURDAY)
    assert directory().public == []


def test_what_is_kept_is_shown_until_it_is_forgotten(shops_are_kept):
    """The control of the tests above: without asking, the shops stay as they were."""
    shop = make_shop()
    assert directory().state(shop.pk, SATURDAY).is_open
    close(shop)
    assert directory().state(shop.pk, SATURDAY).is_open
    memory.forget()
    assert not directory().state(shop.pk, SATURDAY).is_open


def test_a_shop_that_has_just_come_is_found_at_once(shops_are_kept):
    directory()
    assert directory().shops[make_shop(name="Neuve").pk].name == "Neuve"


def test_a_database_that_is_gone_is_waited_for_by_all_at_once(shops_are_kept, monkeypatch):
    """Each of the threads is told by itself: none waits until another has waited in vain."""
    directory()
    memory.forget()
    all_wait = threading.Barrier(4)

    def gone(_statement):
        all_wait.wait(PATIENCE_SECONDS)
        raise OperationalError

    monkeypatch.setattr(memory, "fetch", gone)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(directory) for _each in range(4)]
    assert {type(each.exception()) for each in asked} == {OperationalError}


def test_shops_kept_for_long_are_not_shown_by_the_moment_of_younger_ones(
    shops_are_kept, monkeypatch
):
    """Shops and their moment are one value: a thread that is stopped in between sees no other."""
    old = directory()
    make_shop()
    monkeypatch.setattr(memory.time, "monotonic", lambda: memory._kept.asked + 7200)
    assert directory() is not old
    assert directory() is memory._kept.directory


def test_a_state_is_that_of_its_moment(shops_are_kept):
    shop = make_shop(opening_hours='Tu-Sa 10:00-12:30,14:00-19:00; Mo 09:00-10:15 "sur demande"')
    for second in range(0, 3 * 86_400, 977):
        at = SATURDAY + timedelta(seconds=second, milliseconds=second % 1000)
        assert directory().state(shop.pk, at) == state_at(shop, at)


def test_a_distance_is_that_from_its_place():
    shop = make_shop(latitude=46.58, longitude=0.34)
    for point in (Point(46.58, 0.34), Point(44.84, -0.58), Point(46.58, 0.34)):
        away = metres(point.latitude, point.longitude, 46.58, 0.34)
        assert directory().away(point)[shop.pk] == away


@pytest.mark.parametrize(
    "change",
    [
        lambda shop: Shop.objects.filter(pk=shop.pk).update(name="Autre"),
        close,
        lambda shop: shop.services.create(kind=ServiceKind.EVENTS),
        lambda shop: shop.specialities.create(kind="jazz"),
        lambda shop: shop.memberships.create(network=make_network(), actor_kind="system"),
        lambda shop: Network.objects.update(name="Autre"),
        lambda shop: shop.memberships.all().delete(),
    ],
)
def test_only_the_shop_that_changed_is_read_again(change):
    shop, other = make_shop(), make_shop()
    shop.memberships.create(network=make_network(name="Avant"), actor_kind="system")
    before = directory()
    change(shop)
    after = directory()
    assert after is not before
    assert after.shops[shop.pk] is not before.shops[shop.pk]
    assert after.shops[other.pk] is before.shops[other.pk]
    assert told(after) == told(Directory())


def test_shops_come_and_go():
    stays, goes = make_shop(), make_shop()
    directory()
    Shop.objects.filter(pk=goes.pk).update(paused_at=SATURDAY)
    comes = make_shop()
    assert {shop.pk for shop in directory().public} == {stays.pk, comes.pk}
    Shop.objects.filter(pk=goes.pk).update(paused_at=None)
    Shop.objects.filter(pk=stays.pk).delete()
    assert {shop.pk for shop in directory().public} == {goes.pk, comes.pk}


def told(kept: Directory) -> list[object]:
    """Return all that a directory says of its shops."""
    return [
        (
            {name: value for name, value in vars(shop).items() if not name.startswith("_")},
            [str(each) for each in shop.closures.all()],
            [each.kind for each in shop.services.all()],
            [each.kind for each in shop.specialities.all()],
            [each.network.name for each in shop.memberships.all()],
        )
        for shop in sorted(kept.public, key=lambda shop: shop.pk)
    ]
