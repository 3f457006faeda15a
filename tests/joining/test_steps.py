"""The first steps: ticked by what is so, and a trial reservation that harms nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.errors import Conflict, Forbidden, NotFound
from comptoir.counter.start.checklist import steps_of
from comptoir.notifications.models import Message
from comptoir.orders.figures import figures
from comptoir.orders.models import Order
from comptoir.orders.operations import collect, expire_due, set_aside
from comptoir.orders.operations.requests import TRIAL_FOR
from comptoir.orders.operations.trials.order import place_trial
from comptoir.search import builder
from comptoir.shops.models import StaffRole
from comptoir.shops.operations.people import hide_first_steps
from comptoir.stock.models import Feed, Offer, Report, StockMovement
from tests.factories import make_offer, make_shop, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(settings, tmp_path):
    settings.VAR = tmp_path
    return make_shop(opening_hours="")


@pytest.fixture
def owner(shop):
    return make_staff(shop, StaffRole.MANAGER, email="owner@example.org")


def done(shop):
    return {step.word for step in steps_of(shop) if step.done}


def test_each_step_is_ticked_by_what_is_so(shop, owner, client):
    client.force_login(owner)
    board = f"/comptoir/{shop.slug}/"
    assert done(shop) == set()
    assert 'class="first"' in client.get(board).text
    shop.opening_hours = "24/7"
    shop.save()
    assert done(shop) == {"hours"}
    assert [step.word for step in steps_of(shop) if step.is_next] == ["till"]
    feed = Feed.objects.create(shop=shop, format="csv")
    Report.objects.create(
        feed=feed, mode="snapshot", as_of=timezone.now(), status="applied", actor_kind="feed"
    )
    assert done(shop) == {"hours", "till"}
    make_offer(shop=shop, on_hand=2)
    assert done(shop) == {"hours", "till"}, "readers do not find it yet"
    builder.rebuild()
    assert done(shop) == {"hours", "till", "title"}
    client.post(f"{board}premiers-pas/essai")
    order = Order.objects.get()
    set_aside(order_id=order.pk, actor=owner.actor)
    collect(order_id=order.pk, actor=owner.actor)
    assert done(shop) == {"hours", "till", "title", "order"}
    assert 'class="first"' not in client.get(board).text


def test_who_wants_no_steps_hides_them(shop, owner, client):
    client.force_login(owner)
    board = f"/comptoir/{shop.slug}/"
    assert 'class="first"' in client.get(board).text
    client.post(f"{board}premiers-pas/cacher", {"action": "hide"})
    assert 'class="first"' not in client.get(board).text
    assert client.get(f"{board}premiers-pas").status_code == 200
    client.post(f"{board}premiers-pas/cacher", {"action": "show"})
    assert 'class="first"' in client.get(board).text
    for actor in (SYSTEM, make_staff(make_shop()).actor, Actor.token(1)):
        with pytest.raises(NotFound):
            hide_first_steps(shop=shop, hidden=True, actor=actor)


def test_a_trial_is_whole_and_harms_nobody(shop, owner):
    offer = make_offer(shop=shop, on_hand=1)
    order = place_trial(shop=shop, actor=owner.actor)
    assert place_trial(shop=shop, actor=owner.actor) == order, "one at a time"
    offer.refresh_from_db()
    assert (offer.held, order.email, order.trial) == (1, "owner@example.org", True)
    set_aside(order_id=order.pk, actor=owner.actor)
    order.refresh_from_db()
    assert order.deadline <= timezone.now() + TRIAL_FOR
    collect(order_id=order.pk, actor=owner.actor)
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (1, 0), "the copy stays, and is free"
    assert not StockMovement.objects.filter(reason="collected").exists()
    assert set(Message.objects.values_list("template", flat=True)) == {
        "order_placed",
        "order_ready",
    }
    today = timezone.localdate()
    assert figures("all", today, today) == []


def test_control_any_other_reservation_counts_and_takes_its_copy(shop, owner):
    make_offer(shop=shop, on_hand=1)
    order = place_trial(shop=shop, actor=owner.actor)
    Order.objects.update(trial=False)
    set_aside(order_id=order.pk, actor=owner.actor)
    collect(order_id=order.pk, actor=owner.actor)
    assert Offer.objects.get().on_hand == 0
    today = timezone.localdate()
    assert [each.collected for each in figures("all", today, today)] == [1]


def test_a_trial_that_nobody_ends_frees_its_copy_within_the_hour(shop, owner):
    offer = make_offer(shop=shop, on_hand=1)
    place_trial(shop=shop, actor=owner.actor)
    expire_due(now=timezone.now() + TRIAL_FOR - timedelta(minutes=1))
    assert Order.objects.get().status == "placed"
    expire_due(now=timezone.now() + TRIAL_FOR + timedelta(minutes=1))
    offer.refresh_from_db()
    assert (Order.objects.get().status, offer.held) == ("expired", 0)


def test_a_trial_is_a_persons_who_works_there(shop, owner):
    with pytest.raises(Conflict) as told:
        place_trial(shop=shop, actor=owner.actor)
    assert told.value.code == "nothing_to_try"
    make_offer(shop=shop)
    with pytest.raises(Forbidden):
        place_trial(shop=shop, actor=SYSTEM)
    with pytest.raises(NotFound):
        place_trial(shop=shop, actor=make_staff(make_shop()).actor)
    assert not Order.objects.exists()
