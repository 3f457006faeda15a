"""Whoever changes a shop does not stand in the way of those who place orders there."""

import threading
from datetime import date

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.db import execute
from comptoir.core.errors import NotFound
from comptoir.orders.models import Order
from comptoir.orders.operations import batch, cancel, close_shop
from comptoir.orders.operations.requests import check
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import dismiss_staff, employ_staff, scope
from comptoir.shops.operations.directory import Directory
from comptoir.shops.operations.imports import fetched
from comptoir.shops.operations.scope import Verb, in_scope
from tests.concurrency.together import (
    lock_otherwise,
    stopped_at,
    together,
    wait_until_waiting,
)
from tests.factories import make_offer, make_staff, request_for
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def close(shop):
    """Close a shop in earnest, its row staying locked for the caller's transaction."""
    day = date(2020, 1, 1)
    close_shop(shop=shop, first_day=day, last_day=day, reason="", actor=SYSTEM)


def look_up(shop):
    """Lock a shop as an import does."""
    fields = {"siret": None, "name": shop.name, "city": shop.city, "postcode": shop.postcode}
    assert fetched(Directory().find(fields), lock=True).pk == shop.pk


WAYS = [lambda shop: in_scope(shop, SYSTEM, Verb.CHANGE_SHOP, lock=True), look_up, close]


def place_while_locked(way):
    """Place an order, impatiently, while somebody has the shop's row; return what was raised."""
    offer = make_offer()

    def place():
        with transaction.atomic():
            execute("SET LOCAL lock_timeout = '200ms'")
            batch.place_batch([check(request_for(offer))], now=timezone.now())

    with transaction.atomic():
        way(offer.shop)
        return together(place)


@pytest.mark.parametrize("way", WAYS)
def test_a_changing_shop_takes_orders(way):
    assert place_while_locked(way) == []
    assert Order.objects.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_control_with_the_stronger_lock_they_wait(way, monkeypatch):
    lock_otherwise(monkeypatch, no_key=False)
    assert [type(error) for error in place_while_locked(way)] == [OperationalError]


def circle():
    """Close a shop while a reader cancels there, waiting for the copy that another one is placing.

    The closure has the shop and wants the order; the cancellation has the order and wants the
    offer; the placing has the offer and, at its commit, wants the shop to stay.
    """
    offer = make_offer(on_hand=5)
    (order,) = batch.place_batch([check(request_for(offer))], now=timezone.now())
    assert isinstance(order, Order)
    with stopped_at(batch, "hold") as placing_stop:

        def cancel_it():
            placing_stop.reached.wait(PATIENCE_SECONDS)
            cancel(token=order.token, actor=READER)

        def close_it():
            placing_stop.reached.wait(PATIENCE_SECONDS)
            wait_until_waiting(1)
            close(offer.shop)

        def conduct():
            placing_stop.reached.wait(PATIENCE_SECONDS)
            wait_until_waiting(2)
            placing_stop.let_go()

        def place_another():
            batch.place_batch([check(request_for(offer))], now=timezone.now())

        return together(place_another, cancel_it, close_it, conduct)


def test_a_closure_a_cancellation_and_a_reservation_do_not_wait_in_a_circle():
    assert circle() == []


def test_control_with_the_stronger_lock_they_do(monkeypatch):
    lock_otherwise(monkeypatch, no_key=False)
    (error,) = circle()
    assert "deadlock" in str(error)


def dismissed_while_waiting() -> list[type[BaseException]]:
    """Dismiss a manager who asks meanwhile for what managers alone may do; return what is raised.

    The dismissal has the shop's row; the manager waits for it, and is none when it comes.
    """
    shop = make_offer().shop
    _kept, first, second = (make_staff(shop, role=StaffRole.MANAGER) for _ in range(3))
    done, go = threading.Event(), threading.Event()

    def dismiss() -> None:
        with transaction.atomic():
            dismiss_staff(shop=shop, user_id=second.pk, actor=first.actor)
            done.set()
            go.wait(PATIENCE_SECONDS)

    def invite() -> None:
        done.wait(PATIENCE_SECONDS)
        employ_staff(shop=shop, email="back@example.org", actor=second.actor)

    def let_go() -> None:
        done.wait(PATIENCE_SECONDS)
        wait_until_waiting(1)
        go.set()

    return [type(error) for error in together(dismiss, invite, let_go)]


def test_who_was_dismissed_while_they_waited_may_nothing_any_more():
    assert dismissed_while_waiting() == [NotFound]


def test_control_judged_before_the_wait_alone_they_may(monkeypatch):
    judge, judged = scope._allowed, {}

    def judge_once(shop, actor, verb):
        if actor not in judged:
            judged[actor] = judge(shop, actor, verb)
        return judged[actor]

    monkeypatch.setattr(scope, "_allowed", judge_once)
    assert dismissed_while_waiting() == []
