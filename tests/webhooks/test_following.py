"""From the outbox to messages: once each, whatever happens."""

import threading

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core import outbox
from comptoir.core.models import OutboxEntry
from comptoir.orders.operations import cancel, close_doors, place, set_aside
from comptoir.orders.operations.doors.places import free_slots
from comptoir.orders.operations.doors.slots import choose_slot
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.operations import DoorsRequest
from comptoir.stock.shelf.ledger import receive, sell
from comptoir.webhooks import follower
from comptoir.webhooks.models import Delivery, Endpoint, Followed, Message
from comptoir.webhooks.operations import add_endpoint
from tests.concurrency.together import together
from tests.factories import confirm_by_mail, make_offer, make_shop, request_for
from tests.late import committing_late
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
OFFER, ORDER = OutboxEntry.Topic.OFFER, OutboxEntry.Topic.ORDER


def told() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("event", flat=True))


def test_the_life_of_an_order_is_told_without_a_person(endpoint, shop) -> None:
    offer = make_offer(shop=shop, on_hand=2)
    order = confirm_by_mail(place(request_for(offer)))
    set_aside(order_id=order.pk, actor=SYSTEM)
    cancel(order_id=order.pk, actor=SYSTEM)
    follower.step()
    assert [event for event in told() if event.startswith("order.")] == [
        "order.placed",
        "order.confirmed",
        "order.set_aside",
        "order.cancelled",
    ]
    first = Message.objects.get(event="order.placed")
    assert first.data["order"]["code"] == order.code
    assert first.data["order"]["status"] == "unconfirmed"
    whole = str([message.data for message in Message.objects.all()])
    for secret in (order.token, order.name, order.email, "camille"):
        assert secret not in whole


def test_the_slot_at_the_door_is_told_and_that_it_moved(endpoint, shop) -> None:
    now = timezone.now()
    offer = make_offer(shop=shop, on_hand=2)
    free = place(request_for(offer))
    close_doors(of=shop, request=DoorsRequest(mode=DoorsMode.SLOTS), actor=SYSTEM, now=now)
    first, second = (slot for slot, _places in free_slots(shop, now)[:2])
    follower.step()
    assert Message.objects.get(event="order.placed").data["order"]["slot"] is None
    for slot in (first, second):
        choose_slot(order_id=free.pk, slot=slot.start, actor=SYSTEM, now=now)
        follower.step()
        moved = Message.objects.filter(event="order.deadline_moved").latest("pk")
        told_slot = moved.data["order"]["slot"]
        assert told_slot == {"start": slot.start.isoformat(), "end": slot.end.isoformat()}


def test_the_last_figures_of_each_offer_are_told_once_a_step(endpoint, shop) -> None:
    offer = make_offer(shop=shop, on_hand=5)
    for _ in range(3):
        sell(shop=shop, ean=offer.ean, actor=SYSTEM)
    follower.step()
    message = Message.objects.get()
    (figures,) = message.data["offers"]
    assert (message.event, figures["offer"], figures["ean"]) == (
        "stock.changed",
        offer.pk,
        offer.ean,
    )
    assert (figures["on_hand"], figures["available"], figures["held"]) == (2, 2, 0)
    assert figures["confidence"] in {"sure", "likely", "to_confirm"}
    assert figures["as_of"]


def test_a_hundred_offers_go_into_a_message(endpoint, shop) -> None:
    offers = [make_offer(shop=shop) for _ in range(101)]
    outbox.publish(OFFER, [offer.pk for offer in offers])
    follower.step()
    sizes = [len(message.data["offers"]) for message in Message.objects.order_by("pk")]
    assert sizes == [100, 1]


def test_each_endpoint_hears_what_it_asked_for_and_its_own_shop_alone(shop, receiver) -> None:
    stock, _ = add_endpoint(shop=shop, url=receiver.url, events=["stock.changed"], actor=SYSTEM)
    url = receiver.url + "&n=2"
    orders, _ = add_endpoint(shop=shop, url=url, events=["order.placed"], actor=SYSTEM)
    other, _ = add_endpoint(shop=make_shop(), url=receiver.url, events=(), actor=SYSTEM)
    place(request_for(make_offer(shop=shop)))
    follower.step()
    heard = {
        each.pk: [delivery.message.event for delivery in each.deliveries.all()]
        for each in (stock, orders, other)
    }
    assert heard == {stock.pk: ["stock.changed"], orders.pk: ["order.placed"], other.pk: []}


def test_what_came_before_an_endpoint_is_not_told(shop, receiver) -> None:
    order = place(request_for(make_offer(shop=shop)))
    add_endpoint(shop=shop, url=receiver.url, events=["order.placed"], actor=SYSTEM)
    follower.step()
    assert told() == []
    cancel(token=order.token, actor=READER)
    follower.step()
    assert told() == []


def test_where_nobody_listens_nothing_is_read_again(shop, receiver) -> None:
    outbox.publish(OFFER, [make_offer(shop=shop).pk])
    assert follower.step() == 0
    add_endpoint(shop=shop, url=receiver.url, events=(), actor=SYSTEM)
    assert follower.step() == 0
    assert told() == []


def test_killed_before_the_commit_nothing_is_lost_and_nothing_doubled(
    endpoint, shop, monkeypatch
) -> None:
    follower.step()
    place(request_for(make_offer(shop=shop)))
    with monkeypatch.context() as patch:
        patch.setattr(Followed, "save", _killed)
        with pytest.raises(KeyboardInterrupt):
            follower.step()
    assert told() == []
    follower.step()
    follower.step()
    assert sorted(told()) == ["order.placed", "stock.changed"]
    assert Delivery.objects.count() == 2


def test_without_the_one_transaction_a_kill_would_double(endpoint, shop, monkeypatch) -> None:
    """Control: messages that are committed before the position come twice."""
    follower.step()
    place(request_for(make_offer(shop=shop)))
    loose = follower.step.__wrapped__
    monkeypatch.setattr(follower, "try_lock", lambda space: True)
    with monkeypatch.context() as patch:
        patch.setattr(Followed, "save", _killed)
        with pytest.raises(KeyboardInterrupt):
            loose()
    loose()
    assert told().count("order.placed") == 2


def _killed(*_args: object, **_kwargs: object) -> None:
    raise KeyboardInterrupt


def two_followers(monkeypatch) -> list[str]:
    """Run a second follower while the first has read and not yet committed."""
    read, go = threading.Event(), threading.Event()
    original = follower._write_orders

    def slow(*args: object) -> None:
        original(*args)
        read.set()
        go.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(follower, "_write_orders", slow)

    def second() -> None:
        read.wait(PATIENCE_SECONDS)
        monkeypatch.setattr(follower, "_write_orders", original)
        try:
            follower.step()
        finally:
            go.set()

    assert together(follower.step, second) == []
    return told()


def test_two_followers_are_never_both_at_it(endpoint, shop, monkeypatch) -> None:
    follower.step()
    place(request_for(make_offer(shop=shop)))
    assert two_followers(monkeypatch).count("order.placed") == 1


def test_without_the_lock_both_would_tell(endpoint, shop, monkeypatch) -> None:
    """Control."""
    follower.step()
    place(request_for(make_offer(shop=shop)))
    monkeypatch.setattr(follower, "try_lock", lambda space: True)
    assert two_followers(monkeypatch).count("order.placed") == 2


def late_and_early(shop) -> tuple[int, int]:
    """Tell of one offer in a transaction that commits after another's, which began later; take a
    step in between. Return both offers."""
    late, early = make_offer(shop=shop), make_offer(shop=shop)
    follower.step()
    with committing_late(lambda: outbox.publish(OFFER, [late.pk])):
        outbox.publish(OFFER, [early.pk])
        follower.step()
    follower.step()
    return late.pk, early.pk


def offers_told() -> set[int]:
    return {o["offer"] for message in Message.objects.all() for o in message.data["offers"]}


def test_what_commits_late_is_told_in_its_turn(endpoint, shop) -> None:
    both = set(late_and_early(shop))
    assert offers_told() == both


def test_by_ascending_ids_what_commits_late_would_be_lost(endpoint, shop, monkeypatch) -> None:
    """Control: a position that moves past a transaction still running."""

    def read_by_id(position, limit, topics):
        from comptoir.core.db import fetch

        rows = fetch(
            "SELECT id, topic, key FROM core_outbox WHERE id > %s ORDER BY id", [position.xid]
        )
        last = rows[-1][0] if rows else position.xid
        return [row[1:] for row in rows], outbox.Position(last, 0)

    monkeypatch.setattr(outbox, "read_after", read_by_id)
    late, early = late_and_early(shop)
    assert offers_told() == {early}
    assert late not in offers_told()


def test_a_paused_endpoint_gets_it_later_a_disabled_one_never(endpoint, shop) -> None:
    Endpoint.objects.update(paused_at="2026-01-01T00:00:00Z")
    sold(shop)
    assert Delivery.objects.count() == 1
    Endpoint.objects.update(disabled_at="2026-01-01T00:00:00Z")
    sold(shop)
    assert Delivery.objects.count() == 1


def sold(shop) -> None:
    sell(shop=shop, ean=make_offer(shop=shop).ean, actor=SYSTEM)
    follower.step()


def test_a_number_of_the_till_s_own_is_told_as_such(endpoint, shop) -> None:
    receive(shop=shop, ean="2000000000015", actor=SYSTEM)
    follower.step()
    (figures,) = Message.objects.get().data["offers"]
    assert (figures["ean"], figures["number"]) == (None, "2000000000015")
