"""Who does not collect confirms next time, then pays first, or asks the shop; no shop hears of it
from another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.core.errors import NotFound
from comptoir.notifications.models import Message
from comptoir.orders.contacts import confirmation_proof, contact_key, group_proof, trust_key
from comptoir.orders.errors import PrepayNeeded
from comptoir.orders.models import Order, OrderStatus, TrustEvent
from comptoir.orders.operations import (
    batch,
    cancel,
    close_shop,
    confirm_group,
    erase_due,
    expire_due,
    place,
    place_group,
    set_aside,
)
from comptoir.orders.operations.groups import moves
from comptoir.orders.operations.trust import record
from comptoir.orders.operations.trust.again import trust_again
from comptoir.orders.reads import counter_tasks
from comptoir.orders.trust import demand
from comptoir.orders.trust.demand import Demand, demand_of, demanded
from comptoir.orders.trust.reads import remembered_of
from comptoir.payments.reads.state import state_of
from comptoir.shops.models import Shop
from tests.factories import (
    HOME,
    confirm_by_mail,
    group_for,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    persons_request_for,
    request_for,
)
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
PERSON = contact_key("camille@example.org")


@pytest.fixture
def many(shop):
    return make_offer(shop=shop, on_hand=500)


@pytest.fixture
def pays(monkeypatch):
    """A package above takes payments for every shop."""
    monkeypatch.setattr(demand, "_TAKERS", [lambda _shop: True])


def not_collected(offer, staff, times=1):
    """Leave reservations that the shop had set aside, so many times; return the last."""
    order = None
    for _time in range(times):
        order = place(persons_request_for(offer))
        if order.status == OrderStatus.UNCONFIRMED:
            confirm_by_mail(order)
        set_aside(order_id=order.pk, actor=staff.actor)
        order.refresh_from_db()
        expire_due(now=order.deadline + timedelta(minutes=1))
        order.refresh_from_db()
        assert order.status == OrderStatus.EXPIRED
    return order


@pytest.mark.parametrize(
    ("asks_after", "times", "expected"),
    [
        (1, 0, Demand.NOTHING), (1, 1, Demand.CONFIRM), (1, 2, Demand.ASK), (1, 9, Demand.ASK),
        (2, 1, Demand.NOTHING), (2, 2, Demand.CONFIRM), (2, 3, Demand.ASK),
        (0, 1, Demand.NOTHING), (0, 9, Demand.NOTHING),
    ],
)  # fmt: skip
def test_what_a_shop_asks_after_how_many(asks_after, times, expected, monkeypatch):
    assert demand_of(Shop(asks_after=asks_after), times) == expected
    monkeypatch.setattr(demand, "_TAKERS", [lambda _shop: True])
    paid = Demand.PREPAY if expected == Demand.ASK else expected
    assert demand_of(Shop(asks_after=asks_after), times) == paid


def test_confirm_then_the_shops_tap_then_trusted_again(many, shop, staff):
    not_collected(many, staff)
    assert demanded(shop, PERSON) == Demand.CONFIRM

    second = place(persons_request_for(many))
    assert (second.status, second.verified) == (OrderStatus.UNCONFIRMED, False)
    assert confirm_by_mail(second).status == OrderStatus.PLACED
    set_aside(order_id=second.pk, actor=staff.actor)
    second.refresh_from_db()
    expire_due(now=second.deadline + timedelta(minutes=1))
    assert demanded(shop, PERSON) == Demand.ASK

    third = place(persons_request_for(many))
    assert third.status == OrderStatus.UNCONFIRMED
    assert third not in counter_tasks(shop.pk, actor=staff.actor)
    confirm_by_mail(third)
    third.refresh_from_db()
    assert (third.status, third.verified) == (OrderStatus.UNCONFIRMED, True)
    assert third in counter_tasks(shop.pk, actor=staff.actor)
    confirm_by_mail(third)  # a second tap on the link changes nothing
    assert third.events.filter(kind="confirmed").count() == 1
    set_aside(order_id=third.pk, actor=staff.actor)

    trust_again(order_id=third.pk, actor=staff.actor)
    assert demanded(shop, PERSON) == Demand.NOTHING
    assert place(persons_request_for(many)).status == OrderStatus.PLACED
    seen = remembered_of(third)
    assert (seen.times, [line.kind for line in seen.lines]) == (
        0, ["uncollected", "uncollected", "trusted"],
    )  # fmt: skip
    assert (seen.lines[-1].actor_kind, seen.lines[-1].actor_id) == ("user", staff.pk)
    trust_again(order_id=third.pk, actor=staff.actor)
    assert TrustEvent.objects.count() == 3


def test_control_what_nobody_remembers_asks_nothing(many, shop, staff, monkeypatch):
    monkeypatch.setattr(record.TrustEvent.objects, "bulk_create", lambda _rows: None)
    not_collected(many, staff, times=3)
    assert place(persons_request_for(many)).status == OrderStatus.PLACED


def test_control_without_the_look_the_mark_would_do(many, staff, monkeypatch):
    not_collected(many, staff)
    monkeypatch.setattr(batch, "as_the_shop_trusts", lambda asked, _history, _shops: asked)
    assert place(persons_request_for(many)).status == OrderStatus.PLACED


def test_pays_first_where_the_shop_can_be_paid(many, shop, staff, pays):
    not_collected(many, staff, times=2)
    with pytest.raises(PrepayNeeded) as refused:
        place(persons_request_for(many))
    assert refused.value.code == "prepay_needed"
    assert refused.value.data == {"shop": shop.slug}
    assert shop.name in str(refused.value.message)
    assert place(persons_request_for(many, prepay=True)).status == OrderStatus.UNCONFIRMED


def test_what_is_posted_is_paid_first_and_asks_nothing_more(shop, staff, pays):
    offer = make_offer(shop=shop, on_hand=9, product=make_product(weight_grams=200))
    post_from(shop)
    not_collected(offer, staff, times=2)
    order = place(persons_request_for(offer, posted_to=HOME))
    assert (order.status, order.verified) == (OrderStatus.PLACED, True)
    assert order.deadline == order.placed_at + timedelta(minutes=35)
    unmarked = confirm_by_mail(place(request_for(offer, posted_to=HOME)))
    assert (unmarked.status, unmarked.verified) == (OrderStatus.PLACED, True)
    # Nor does it count for or against them that it was not paid for.
    expire_due(now=timezone.now() + timedelta(minutes=36))
    order.refresh_from_db()
    assert (order.status, remembered_of(order).times) == (OrderStatus.EXPIRED, 2)
    with pytest.raises(PrepayNeeded):
        place(persons_request_for(offer))


def test_who_drops_the_mark_is_asked_all_the_same(many, staff, pays):
    """Whoever types the address gets the same answer as anybody: only the link's reader hears."""
    not_collected(many, staff, times=2)
    order = place(request_for(many))
    assert order.status == OrderStatus.UNCONFIRMED
    with pytest.raises(PrepayNeeded):
        confirm_by_mail(order)
    order.refresh_from_db()
    assert (order.status, order.verified) == (OrderStatus.UNCONFIRMED, False)
    assert set_aside(order_id=order.pk, actor=staff.actor).status == OrderStatus.SET_ASIDE


def test_no_shop_hears_of_it_from_another(many, shop, staff):
    last = not_collected(many, staff, times=2)
    other = make_offer(shop=make_shop(), on_hand=5)
    assert demanded(other.shop, PERSON) == Demand.NOTHING
    order = place(persons_request_for(other))
    assert order.status == OrderStatus.PLACED
    assert remembered_of(order) is None
    # The rows of two shops have no key in common, and none of them is the contact's own.
    assert trust_key(shop.pk, PERSON) != trust_key(other.shop_id, PERSON)
    assert PERSON not in set(TrustEvent.objects.values_list("key", flat=True))
    with pytest.raises(NotFound):
        trust_again(order_id=last.pk, actor=make_staff(other.shop).actor)


def test_what_is_not_counted(many, shop, staff):
    cancelled = place(persons_request_for(many))
    set_aside(order_id=cancelled.pk, actor=staff.actor)
    cancel(token=cancelled.token, actor=READER)
    place(persons_request_for(many))  # never set aside
    unconfirmed = place(request_for(many))  # nobody's word
    assert unconfirmed.verified is False
    trial = place(persons_request_for(many, trial=True))
    set_aside(order_id=trial.pk, actor=staff.actor)
    expire_due(now=timezone.now() + timedelta(days=40))
    assert not Order.objects.filter(ended_at=None).exists()
    assert not TrustEvent.objects.exists()


def test_a_shop_that_was_shut_blames_nobody(many, shop, staff, monkeypatch):
    order = place(persons_request_for(many))
    set_aside(order_id=order.pk, actor=staff.actor)
    order.refresh_from_db()
    due = order.deadline + timedelta(minutes=1)
    first, last = order.deadline.date(), order.deadline.date() + timedelta(days=30)
    manager = make_staff(shop, role="manager")
    close_shop(shop=shop, first_day=first, last_day=last, reason="", actor=manager.actor)
    expire_due(now=due)
    order.refresh_from_db()
    assert order.status == OrderStatus.SET_ASIDE
    # Doors that nobody may enter by: `directory().door` says so.
    monkeypatch.setattr(record, "directory", lambda: type("D", (), {"door": lambda *_: object()})())
    expire_due(now=order.deadline + timedelta(minutes=1))
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    assert not TrustEvent.objects.exists()


def test_a_shop_that_asks_nothing_remembers_nothing(many, shop, staff):
    Shop.objects.filter(pk=shop.pk).update(asks_after=0)
    not_collected(many, staff, times=2)
    assert not TrustEvent.objects.exists()


def test_nothing_is_kept_longer_than_a_year(many, shop, staff):
    not_collected(many, staff)
    event = TrustEvent.objects.get()
    event.happened_at = timezone.now() - timedelta(days=364)
    event.save()
    erase_due(now=timezone.now())
    assert demanded(shop, PERSON) == Demand.CONFIRM
    event.happened_at = timezone.now() - timedelta(days=366)
    event.save()
    # It counts no more before the night's job has come by, and then it is gone.
    assert demanded(shop, PERSON) == Demand.NOTHING
    erase_due(now=timezone.now())
    assert not TrustEvent.objects.exists()


def test_of_a_group_each_shop_asks_by_itself(many, staff):
    not_collected(many, staff, times=2)
    other = make_offer(shop=make_shop(), on_hand=5)
    group = place_group(group_for(many, other, verified=True))
    proof = group_proof(group.token, "camille@example.org")
    confirm_group(token=group.token, proof=proof, actor=READER)
    states = {o.shop_id: (o.status, o.verified) for o in Order.objects.filter(group=group)}
    assert states == {
        many.shop_id: (OrderStatus.UNCONFIRMED, True), other.shop_id: (OrderStatus.PLACED, True),
    }  # fmt: skip


def test_of_a_group_the_part_that_is_to_be_paid_asks_for_it_and_the_others_stand(
    many, staff, pays, client
):
    not_collected(many, staff, times=2)
    other = make_offer(shop=make_shop(), on_hand=5)
    group = place_group(group_for(many, other, verified=True))
    assert group.refusals == []
    mine, others = Order.objects.filter(group=group).order_by("pk")
    Message.objects.all().delete()
    proof = group_proof(group.token, "camille@example.org")
    page = f"/reservation/groupe/{group.token}"
    for _press in range(2):
        assert client.post(f"{page}/confirmer/{proof}").status_code == 303
        mine.refresh_from_db()
        others.refresh_from_db()
        assert (mine.status, mine.verified) == (OrderStatus.UNCONFIRMED, False)
        assert (others.status, others.verified) == (OrderStatus.PLACED, True)
        told = Message.objects.order_by("pk").values_list("template", flat=True)
        assert list(told) == ["group_placed", "order_confirm"]
    link = f"/reservation/{mine.token}/confirmer/{confirmation_proof(mine)}"
    assert link in client.get(f"{page}/confirmer/{proof}").content.decode()
    # Who has the page alone, of whom nobody knows the address, is led nowhere.
    assert link not in client.get(page).content.decode()
    assert 'value="prepay"' in client.get(link).content.decode()
    client.post(link, {"action": "prepay", "total": str(many.price_cents)})
    assert state_of(mine).to_pay == many.price_cents
    assert f'"button" href="/reservation/{mine.token}"' in client.get(page).content.decode()


def test_control_a_group_whose_shop_asks_nothing_is_placed_whole(many, staff, pays):
    other = make_offer(shop=make_shop(), on_hand=5)
    group = place_group(group_for(many, other, verified=True))
    assert {o.status for o in Order.objects.filter(group=group)} == {OrderStatus.PLACED}


def test_control_without_the_demand_at_the_link_the_part_is_kept_unpaid(
    many, staff, pays, monkeypatch
):
    not_collected(many, staff, times=2)
    group = place_group(group_for(many, verified=True))
    monkeypatch.setattr(moves, "demanded", lambda _shop, _person: Demand.NOTHING)
    proof = group_proof(group.token, "camille@example.org")
    confirm_group(token=group.token, proof=proof, actor=READER)
    assert Order.objects.get(group=group).status == OrderStatus.PLACED


def test_who_collects_costs_no_query_more(many, staff):
    """The look is a part of the statement that reads what is on record anyway."""

    def queries():
        request = persons_request_for(many)
        with CaptureQueriesContext(connection) as asked:
            place(request)
        return len(asked)

    queries()  # what is read once a process
    before = queries()
    other = make_offer(shop=make_shop(), on_hand=5)
    not_collected(other, make_staff(other.shop))
    assert queries() == before
