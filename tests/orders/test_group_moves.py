"""What a reader does to all orders of a group at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import NotFound
from comptoir.notifications.models import Message
from comptoir.orders import checks
from comptoir.orders.errors import GroupIncomplete, MoveRefused, TooManyOpenOrders
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import LineStatus, Order, OrderStatus
from comptoir.orders.operations import (
    cancel,
    cancel_group,
    confirm_group,
    expire_due,
    mark_not_found,
    place,
    place_group,
    set_aside,
)
from comptoir.stock.models import Offer
from tests.factories import group_for, make_offer, make_shop, persons_request_for
from tests.orders.groups import confirm_all_by_mail, proof_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> list[Offer]:
    """An offer of two copies in each of three shops."""
    return [make_offer(shop=make_shop(), on_hand=2) for _ in range(3)]


def statuses(group: OrderGroup) -> list[str]:
    return list(Order.objects.filter(group=group).order_by("pk").values_list("status", flat=True))


def templates() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def asking(mode: GroupMode, settings) -> tuple[OrderGroup, list[Offer]]:
    """Return a group of three, of which the third holds nothing and only asks for its copy."""
    settings.UNVERIFIED_PER_ORDER = 2
    offers = [make_offer(shop=make_shop(), on_hand=1) for _ in range(3)]
    group = place_group(group_for(*offers, mode=mode))
    assert [line.status for each in group.orders.all() for line in each.lines.all()] == [
        LineStatus.HELD,
        LineStatus.HELD,
        LineStatus.ASKED,
    ]
    return group, offers


def test_one_link_confirms_all_with_one_mail(offers):
    group = place_group(group_for(*offers))
    confirm_all_by_mail(group)
    assert statuses(group) == [OrderStatus.PLACED] * 3
    assert templates() == ["group_confirm", "group_placed"]
    assert place(persons_request_for(offers[0])).verified
    assert {order.verified for order in Order.objects.filter(group=group)} == {True}
    assert list(checks.problems()) == []


def test_pressed_twice_it_is_done_once(offers):
    group = place_group(group_for(*offers))
    for _ in range(2):
        confirm_all_by_mail(group)
    assert templates() == ["group_confirm", "group_placed"]


def test_the_proof_of_another_address_or_group_confirms_nothing(offers):
    group, other = place_group(group_for(*offers)), place_group(group_for(*offers))
    for token, proof in (
        (group.token, proof_of(other)),
        (group.token, ""),
        ("none", proof_of(group)),
    ):
        with pytest.raises(NotFound):
            confirm_group(token=token, proof=proof, actor=READER)
    assert statuses(group) == [OrderStatus.UNCONFIRMED] * 3


def test_a_link_that_came_too_late_confirms_nothing(offers):
    group = place_group(group_for(*offers))
    Order.objects.update(confirm_by=timezone.now() - timedelta(minutes=1))
    with pytest.raises(MoveRefused):
        confirm_all_by_mail(group)
    expire_due(now=timezone.now())
    with pytest.raises(MoveRefused):
        confirm_all_by_mail(group)
    assert statuses(group) == [OrderStatus.EXPIRED] * 3


def test_what_was_asked_for_is_held_when_it_is_confirmed(settings):
    group, offers = asking(GroupMode.ALL, settings)
    confirm_all_by_mail(group)
    offers[2].refresh_from_db()
    assert (statuses(group), offers[2].held) == ([OrderStatus.PLACED] * 3, 1)


def test_all_or_nothing_is_not_confirmed_where_a_copy_has_gone_meanwhile(settings):
    group, offers = asking(GroupMode.ALL, settings)
    place(persons_request_for(offers[2]))
    before = Message.objects.count()
    with pytest.raises(GroupIncomplete) as caught:
        confirm_all_by_mail(group)
    assert caught.value.data["titles"] == [offers[2].product.title]
    assert statuses(group) == [OrderStatus.UNCONFIRMED] * 3
    assert Message.objects.count() == before
    confirm_all_by_mail(group, rest=True)
    assert statuses(group) == [OrderStatus.PLACED] * 3
    assert list(checks.problems()) == []


def test_each_by_itself_is_confirmed_as_far_as_there_are_copies(settings):
    """The control of the test above: the mode makes the difference."""
    group, offers = asking(GroupMode.EACH, settings)
    place(persons_request_for(offers[2]))
    confirm_all_by_mail(group)
    assert statuses(group) == [OrderStatus.PLACED] * 3


@pytest.mark.parametrize("mode", GroupMode)
def test_what_a_shop_has_not_found_counts_as_missing(offers, mode):
    group = place_group(group_for(*offers, mode=mode))
    line = group.orders.all()[0].lines.get()
    mark_not_found(line_id=line.pk, actor=SYSTEM)
    if mode == GroupMode.ALL:
        with pytest.raises(GroupIncomplete):
            confirm_all_by_mail(group)
    confirm_all_by_mail(group, rest=True)
    assert statuses(group) == [OrderStatus.NOT_FOUND, *[OrderStatus.PLACED] * 2]


@pytest.mark.parametrize(("actor", "whole"), [(READER, True), (SYSTEM, False)])
def test_what_a_reader_gave_up_is_not_missing(offers, actor, whole):
    group = place_group(group_for(*offers, mode=GroupMode.ALL))
    first = group.orders.all()[0]
    if actor is READER:
        cancel(token=first.token, actor=READER)
    else:
        cancel(order_id=first.pk, actor=SYSTEM)
    if whole:
        confirm_all_by_mail(group)
    else:
        with pytest.raises(GroupIncomplete):
            confirm_all_by_mail(group)


def test_a_shop_that_was_quicker_than_the_link_is_confirmed_with_the_others(offers):
    group = place_group(group_for(*offers))
    set_aside(order_id=group.orders.all()[0].pk, actor=SYSTEM)
    confirm_all_by_mail(group)
    assert statuses(group) == [OrderStatus.SET_ASIDE, *[OrderStatus.PLACED] * 2]
    assert {order.verified for order in Order.objects.filter(group=group)} == {True}


def test_what_a_shop_has_set_aside_already_is_no_other_act_of_the_person(offers, settings):
    settings.OPEN_ORDERS_PER_PERSON = 1
    group, other = place_group(group_for(*offers)), place_group(group_for(*offers))
    set_aside(order_id=group.orders.all()[0].pk, actor=SYSTEM)
    confirm_all_by_mail(group)
    assert statuses(group) == [OrderStatus.SET_ASIDE, *[OrderStatus.PLACED] * 2]
    with pytest.raises(TooManyOpenOrders):
        confirm_all_by_mail(other)


def test_all_are_cancelled_at_once_with_one_mail(offers):
    group = place_group(group_for(*offers, verified=True))
    for _ in range(2):
        cancel_group(token=group.token, actor=READER)
    assert statuses(group) == [OrderStatus.CANCELLED] * 3
    assert templates() == ["group_placed", "group_cancelled"]
    assert set(Offer.objects.values_list("held", flat=True)) == {0}
    assert list(checks.problems()) == []


def test_what_nobody_confirmed_is_cancelled_without_a_mail(offers):
    group = place_group(group_for(*offers))
    cancel_group(token=group.token, actor=READER)
    assert templates() == ["group_confirm"]
    with pytest.raises(NotFound):
        cancel_group(token="none", actor=READER)


def test_one_is_cancelled_and_the_others_stay(offers):
    group = place_group(group_for(*offers, verified=True))
    cancel(token=group.orders.all()[1].token, actor=READER)
    placed = [OrderStatus.PLACED]
    assert statuses(group) == [*placed, OrderStatus.CANCELLED, *placed]
    cancel_group(token=group.token, actor=READER)
    assert statuses(group) == [OrderStatus.CANCELLED] * 3


def test_later_mails_are_each_shop_s_own(offers):
    group = place_group(group_for(*offers, verified=True))
    order = group.orders.all()[0]
    set_aside(order_id=order.pk, actor=SYSTEM)
    assert Message.objects.get(template="order_ready").about == f"order:{order.pk}"
