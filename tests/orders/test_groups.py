"""Orders of several shops in one act: each by itself, or all or nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.core.errors import Faults, Invalid
from comptoir.notifications.models import Message
from comptoir.orders import checks
from comptoir.orders.errors import GroupRefused
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import KnownContact, LineStatus, Order, OrderStatus
from comptoir.orders.operations import erase_due, place, place_group
from comptoir.orders.operations.gatherer import attempt
from comptoir.orders.operations.groups.requests import Part, check_group
from comptoir.orders.operations.requests import Customer, LineRequest, check
from comptoir.orders.reads import group_by_token
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.models import Offer
from tests.factories import (
    group_for,
    make_network,
    make_offer,
    make_shop,
    request_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> list[Offer]:
    """An offer of two copies in each of three shops."""
    return [make_offer(shop=make_shop(), on_hand=2) for _ in range(3)]


def take_all(offer: Offer) -> None:
    """Have somebody else reserve every copy."""
    by_staff = request_for(offer, trusted=True, customer=Customer("Bea", "bea@example.org"))
    for _copy in range(offer.on_hand):
        place(by_staff)


def written() -> dict[str, list[tuple[object, ...]]]:
    """Return what the database holds of all that a placing writes, but for the limits' counts."""
    tables = (
        *("orders_order", "orders_orderline", "orders_orderevent", "orders_ordergroup"),
        *("notifications_message", "procrastinate_jobs", "core_outbox", "stock_offer"),
    )
    return {table: fetch(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


@pytest.mark.parametrize("mode", GroupMode)
def test_each_shop_gets_its_order_and_the_reader_one_mail(offers, mode):
    group = place_group(group_for(*offers, mode=mode))
    orders = list(group.orders.all())
    assert [order.shop for order in orders] == [offer.shop for offer in offers]
    assert [order.lines.all()[0].offer_id for order in orders] == [offer.pk for offer in offers]
    assert Order.objects.filter(group=group).count() == 3
    assert {order.idempotency_key for order in orders} == {None}
    (mail,) = Message.objects.all()
    assert (mail.template, mail.about) == ("group_confirm", f"group:{group.pk}")
    assert list(checks.problems()) == []


def test_a_lone_order_writes_no_group(offers):
    assert place(request_for(offers[0])).group is None
    assert not OrderGroup.objects.exists()


def test_all_or_nothing_writes_nothing_where_a_copy_has_gone(offers):
    take_all(offers[1])
    before = written()
    with pytest.raises(GroupRefused) as caught:
        place_group(group_for(*offers, mode=GroupMode.ALL))
    assert written() == before
    (refused,) = caught.value.refused
    assert (refused.shop_id, refused.code) == (offers[1].shop_id, "copies_gone")
    assert refused.product_ids == [offers[1].product_id]
    assert caught.value.data["refused"][0]["code"] == "copies_gone"
    assert offers[1].shop.name in str(caught.value)


def test_each_by_itself_places_the_others_and_keeps_what_was_refused(offers):
    """The control of the test above: the mode makes the difference."""
    take_all(offers[1])
    group = place_group(group_for(*offers))
    assert [order.shop_id for order in group.orders.all()] == [offers[0].shop_id, offers[2].shop_id]
    (refused,) = group_by_token(group.token).refusals
    assert (refused.shop_id, refused.code) == (offers[1].shop_id, "copies_gone")
    assert refused.product_ids == [offers[1].product_id]
    assert list(checks.problems()) == []


def test_each_by_itself_with_nothing_left_is_no_group(offers):
    for offer in offers:
        take_all(offer)
    before = written()
    with pytest.raises(GroupRefused) as caught:
        place_group(group_for(*offers))
    assert written() == before
    assert len(caught.value.refused) == 3


@pytest.mark.parametrize("mode", GroupMode)
def test_a_group_that_is_refused_touches_no_neighbour_of_its_batch(offers, mode):
    """All of it is decided before anything is written: what one is refused, the next one gets."""
    single = make_offer(shop=make_shop(), on_hand=1)
    none = make_offer(shop=make_shop(), on_hand=0)
    person = Customer("Bea", "bea@example.org")
    batch = [
        check(request_for(offers[0], customer=person)),
        check_group(group_for(single, none, offers[0], mode=mode)),
        check_group(group_for(single, mode=mode, customer=Customer("Léo", "leo@example.org"))),
        check(request_for(offers[0], customer=Customer("Zoé", "zoe@example.org"))),
    ]
    first, second, third, fourth = attempt(batch)
    assert isinstance(first, Order)
    if mode == GroupMode.ALL:
        assert isinstance(second, GroupRefused)
        assert isinstance(third, OrderGroup)
        assert isinstance(fourth, Order)
    else:
        assert isinstance(second, OrderGroup)
        assert isinstance(third, GroupRefused)
    single.refresh_from_db()
    offers[0].refresh_from_db()
    assert (single.held, offers[0].held) == (1, 2)
    assert list(checks.problems()) == []


def test_what_a_refused_group_would_have_held_does_not_count_for_its_neighbour(offers, settings):
    settings.UNVERIFIED_PER_ADDRESS = 3
    none = make_offer(shop=make_shop(), on_hand=0)
    address = {"address": "203.0.113.7"}
    person = Customer("Bea", "bea@example.org")
    batch = [
        check_group(group_for(*offers, none, mode=GroupMode.ALL, **address)),
        check_group(group_for(*offers, mode=GroupMode.ALL, customer=person, **address)),
    ]
    refused, placed = attempt(batch)
    assert isinstance(refused, GroupRefused)
    assert isinstance(placed, OrderGroup)
    assert [line.status for each in placed.orders.all() for line in each.lines.all()] == [
        LineStatus.HELD
    ] * 3


def test_the_same_key_is_the_same_group(offers):
    asked = group_for(*offers, idempotency_key="k", request_digest="d")
    first, again = place_group(asked), place_group(asked)
    assert again.pk == first.pk
    assert [order.pk for order in again.orders.all()] == [order.pk for order in first.orders.all()]
    assert again.orders.all()[0].lines.all()[0].title == offers[0].product.title
    assert Order.objects.count() == 3
    assert Message.objects.count() == 1
    with pytest.raises(Invalid) as caught:
        place_group(group_for(*offers, idempotency_key="k", request_digest="other"))
    assert caught.value.code == "idempotency_key_reused"


def test_the_same_key_twice_in_one_batch_is_one_group(offers):
    asked = check_group(group_for(*offers, idempotency_key="k", request_digest="d"))
    first, second = attempt([asked, asked])
    assert first is second
    assert (OrderGroup.objects.count(), Order.objects.count()) == (1, 3)


def test_a_key_of_an_order_is_none_of_a_group(offers):
    order = place(request_for(offers[0], idempotency_key="k", request_digest="d"))
    group = place_group(group_for(*offers, idempotency_key="k", request_digest="d"))
    assert order.pk not in {each.pk for each in group.orders.all()}


def test_a_refused_group_may_be_tried_again_with_its_key(offers):
    take_all(offers[1])
    asked = group_for(*offers, mode=GroupMode.ALL, idempotency_key="k", request_digest="d")
    with pytest.raises(GroupRefused):
        place_group(asked)
    Offer.objects.filter(pk=offers[1].pk).update(on_hand=9)
    assert place_group(asked).orders.count() == 3


def test_a_person_is_asked_for_no_link(offers):
    group = place_group(group_for(*offers, verified=True))
    assert {order.status for order in group.orders.all()} == {OrderStatus.PLACED}
    assert [mail.template for mail in Message.objects.all()] == ["group_placed"]


def test_a_forgotten_mark_counts_for_no_part(offers):
    asked = group_for(*offers, verified=True)
    KnownContact.objects.all().delete()
    group = place_group(asked)
    assert {order.status for order in group.orders.all()} == {OrderStatus.UNCONFIRMED}


def test_a_telephone_alone_waits_for_each_shop(offers):
    group = place_group(group_for(*offers, customer=Customer("Ana", phone="05 49 00 00 00")))
    assert {order.phone for order in group.orders.all()} == {"+33549000000"}
    assert not Message.objects.exists()


def test_what_nobody_confirmed_holds_no_more_than_one_order_would(settings):
    settings.UNVERIFIED_PER_ORDER = 2
    offers = [make_offer(shop=make_shop(), on_hand=9) for _ in range(3)]
    group = place_group(group_for(*offers))
    held = [line.held for order in group.orders.all() for line in order.lines.all()]
    assert held == [1, 1, 0]
    settings.UNVERIFIED_PER_ORDER = 5
    other = place_group(group_for(*offers, customer=Customer("Bea", "bea@example.org")))
    assert [line.held for order in other.orders.all() for line in order.lines.all()] == [1, 1, 1]


def test_all_faults_are_told_at_once_and_each_once(offers):
    asked = group_for(*offers, customer=Customer("", "nobody"))
    lines = (LineRequest(offers[0].product_id, offers[0].pk, 0),)
    same = Part(offers[0].shop_id, lines)
    with pytest.raises(Faults) as caught:
        check_group(group_for(*offers, customer=asked.customer, parts=(same, same)))
    assert [fault.code for fault in caught.value.faults] == [
        "bad_parts",
        "bad_name",
        "bad_email",
        "bad_quantity",
    ]


def test_a_group_names_twenty_titles_at_most():
    shops = [make_shop() for _ in range(21)]
    parts = tuple(Part(shop.pk, (LineRequest(1, 1),)) for shop in shops)
    with pytest.raises(Faults) as caught:
        check_group(group_for(make_offer(), parts=parts))
    assert [fault.code for fault in caught.value.faults] == ["bad_lines"]
    assert check_group(group_for(make_offer(), parts=parts[:20])).parts
    with pytest.raises(Faults):
        check_group(group_for(make_offer(), parts=()))


def test_the_database_refuses_a_whole_group_with_a_part_refused(offers):
    group = place_group(group_for(*offers, mode=GroupMode.ALL))
    group.refused = [{"shop_id": 1, "code": "copies_gone", "product_ids": [1]}]
    with pytest.raises(IntegrityError), transaction.atomic():
        group.save()


def test_an_order_keeps_the_network_under_whose_host_it_was_placed():
    offers = [make_offer(shop=make_shop(), on_hand=9) for _ in range(2)]
    network = make_network(host="libraires.example.org")
    for offer in offers:
        join_network(shop=offer.shop, network=network, actor=SYSTEM)
    host = {"host": "libraires.example.org:8000"}
    group = place_group(group_for(*offers, **host))
    assert {order.network_id for order in group.orders.all()} == {network.pk}
    alone = place(request_for(offers[0], **host))
    elsewhere = place(request_for(offers[0], host="www.example.org"))
    assert (alone.network_id, elsewhere.network_id) == (network.pk, None)
    assert Order.objects.get(pk=alone.pk).network == network


def test_a_group_goes_when_all_of_its_orders_are_erased(offers, settings):
    group = place_group(group_for(*offers, verified=True))
    now, orders = timezone.now(), list(group.orders.all())
    old = now - timedelta(days=settings.ERASE_AFTER_DAYS, minutes=1)
    Order.objects.update(status=OrderStatus.CANCELLED, ended_at=now)
    Order.objects.filter(pk=orders[0].pk).update(ended_at=old)
    erase_due(now=now)
    assert Order.objects.get(pk=orders[0].pk).group == group
    assert Message.objects.filter(about=f"group:{group.pk}").exists()
    Order.objects.update(ended_at=old)
    erase_due(now=now)
    assert not OrderGroup.objects.exists()
    assert not Message.objects.exists()
    assert Order.objects.filter(group=None, email="").count() == 3
