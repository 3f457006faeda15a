"""The limits count a group as one order; the control is as many orders placed one by one."""

from collections.abc import Callable, Sequence

import pytest

from comptoir.core.errors import DomainError
from comptoir.core.limits import TooMany
from comptoir.notifications.models import Message
from comptoir.orders.errors import GroupRefused, TooManyOpenOrders, TooManyRecentOrders
from comptoir.orders.group import GroupMode
from comptoir.orders.operations import place, place_group
from comptoir.orders.operations.gatherer import attempt
from comptoir.orders.operations.groups.requests import check_group
from comptoir.orders.operations.requests import Customer
from comptoir.stock.models import Offer
from tests.factories import confirm_by_mail, group_for, make_offer, make_shop, request_for
from tests.orders.groups import confirm_all_by_mail

pytestmark = pytest.mark.django_db
Ask = Callable[[Sequence[Offer], dict[str, object]], object]
ADDRESS = {"address": "203.0.113.7"}


@pytest.fixture
def offers() -> list[Offer]:
    """An offer of many copies in each of three shops."""
    return [make_offer(shop=make_shop(), on_hand=500) for _ in range(3)]


def in_one_act(offers: Sequence[Offer], fields: dict[str, object]) -> None:
    place_group(group_for(*offers, **fields))


def one_by_one(offers: Sequence[Offer], fields: dict[str, object]) -> None:
    for offer in offers:
        place(request_for(offer, **fields))


def times(ask: Ask, offers: Sequence[Offer], how_often: int, **fields: object) -> int:
    """Return how often one could ask before one was refused, at most so often."""
    for time in range(how_often):
        try:
            ask(offers, fields)
        except (TooMany, TooManyOpenOrders, TooManyRecentOrders):
            return time
    return how_often


@pytest.mark.parametrize(("ask", "expected"), [(in_one_act, 6), (one_by_one, 2)])
@pytest.mark.parametrize(
    ("limit", "fields"),
    [
        ("ORDERS_PER_ADDRESS", ADDRESS),
        ("ORDERS_PER_RANGE", ADDRESS),
        ("MAILS_PER_STRANGER", {}),
        ("ORDERS_PER_HOUR", {}),
        ("ORDERS_PER_HOUR", {"verified": True}),
        ("OPEN_ORDERS_PER_PERSON", {"verified": True}),
    ],
)
def test_a_group_counts_once(offers, settings, limit, fields, ask, expected):
    for other in ("ORDERS_PER_HOUR", "OPEN_ORDERS_PER_PERSON", "MAILS_PER_STRANGER"):
        setattr(settings, other, 100)
    setattr(settings, limit, 6)
    assert times(ask, offers, 9, **fields) == expected


def test_a_group_counts_once_within_a_batch_too(offers, settings):
    settings.OPEN_ORDERS_PER_PERSON = 2
    outcomes = attempt([check_group(group_for(*offers, verified=True)) for _ in range(3)])
    assert [not isinstance(outcome, DomainError) for outcome in outcomes] == [True, True, False]
    assert isinstance(outcomes[2], TooManyOpenOrders)


def test_a_refused_group_spends_one_try_and_no_order(offers, settings):
    settings.ORDERS_PER_ADDRESS = 3
    none = make_offer(shop=make_shop(), on_hand=0)
    whole = group_for(*offers, none, mode=GroupMode.ALL, **ADDRESS)
    for _ in range(3):
        with pytest.raises(GroupRefused):
            place_group(whole)
    with pytest.raises(TooMany):
        place_group(whole)


def test_a_refused_group_is_no_order_of_its_person(offers, settings):
    settings.ORDERS_PER_HOUR = 1
    none = make_offer(shop=make_shop(), on_hand=0)
    for _ in range(3):
        with pytest.raises(GroupRefused):
            place_group(group_for(*offers, none, mode=GroupMode.ALL, verified=True))
    place_group(group_for(*offers, verified=True))


def test_a_confirmation_counts_a_group_once(offers, settings):
    settings.OPEN_ORDERS_PER_PERSON = 2
    first = place_group(group_for(*offers))
    second = place_group(group_for(*offers))
    third = place_group(group_for(*offers))
    confirm_all_by_mail(first)
    confirm_all_by_mail(second)
    with pytest.raises(TooManyOpenOrders):
        confirm_all_by_mail(third)


def test_control_orders_one_by_one_count_each(offers, settings):
    settings.OPEN_ORDERS_PER_PERSON = 2
    orders = [place(request_for(offer)) for offer in offers]
    confirm_by_mail(orders[0])
    confirm_by_mail(orders[1])
    with pytest.raises(TooManyOpenOrders):
        confirm_by_mail(orders[2])


def test_one_link_is_one_mail(offers):
    place_group(group_for(*offers))
    assert Message.objects.count() == 1
    one_by_one(offers, {"customer": Customer("Bea", "bea@example.org")})
    assert Message.objects.count() == 4
