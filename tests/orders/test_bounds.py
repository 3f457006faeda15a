"""How much is held for reservations that nobody has confirmed, and what becomes of the rest."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders import checks
from comptoir.orders.errors import CopiesGone, MoveRefused, NoneFree
from comptoir.orders.models import (
    EventKind,
    KnownContact,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations import (
    batch,
    bounds,
    collect,
    expire_due,
    mark_not_found,
    set_aside,
)
from comptoir.orders.operations.gatherer import attempt, place
from comptoir.orders.operations.postal import give_time_to_pay
from comptoir.orders.operations.requests import Customer, LineRequest, check
from tests.factories import (
    HOME,
    confirm_by_mail,
    make_offer,
    make_product,
    persons_request_for,
    request_for,
)
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db


def asking(offer, number: int = 0, *, copies: int = 1, **fields):
    """Return the request of an invented person; each number is another person elsewhere."""
    values = {
        "customer": Customer(f"N{number}", f"n{number}@example.org"),
        "address": f"198.{number // 250}.{number % 250}.7",
        "lines": (LineRequest(offer.product_id, offer.pk, copies),),
    }
    values |= fields
    return (
        persons_request_for(offer, **values)
        if fields.get("verified")
        else request_for(offer, **values)
    )


def by_phone(offer, number: int = 0, **fields):
    customer = Customer(f"N{number}", phone=f"+336{number:08d}")
    return asking(offer, number, customer=customer, **fields)


def lines(order: Order) -> list[tuple[str, int]]:
    return [(line.status, line.quantity) for line in order.lines.order_by("pk")]


def held(offer) -> int:
    offer.refresh_from_db()
    return offer.held


def fill(shop, copies: int) -> None:
    """Give a shop so many copies of other titles, ten of each."""
    for _each in range(copies // 10):
        make_offer(shop=shop, on_hand=10)


def test_of_a_title_a_tenth_is_held_and_the_rest_asked_for(shop):
    fill(shop, 2000)
    offer = make_offer(shop=shop, on_hand=66)
    orders = [place(asking(offer, number)) for number in range(9)]
    statuses = Counter(line.status for order in orders for line in order.lines.all())
    assert statuses == {LineStatus.HELD: 6, LineStatus.ASKED: 3}
    assert held(offer) == 6
    assert {order.status for order in orders} == {OrderStatus.UNCONFIRMED}
    assert list(checks.problems()) == []


def test_of_a_shop_a_tenth_is_held_over_all_its_titles(shop):
    offers = [make_offer(shop=shop, on_hand=10) for _each in range(11)]
    for number in range(40):
        place(asking(offers[number % 11], number))
    assert OrderLine.objects.filter(status=LineStatus.HELD).count() == 10
    assert Order.objects.count() == 40


def test_a_shop_of_few_copies_holds_three(shop):
    offers = [make_offer(shop=shop, on_hand=2) for _each in range(5)]
    orders = [place(asking(offer, number)) for number, offer in enumerate(offers)]
    assert [line.status for order in orders for line in order.lines.all()] == [
        *[LineStatus.HELD] * 3,
        *[LineStatus.ASKED] * 2,
    ]


def test_the_bounds_count_within_one_batch_too(shop):
    offer = make_offer(shop=shop, on_hand=20)
    orders = attempt([check(asking(offer, number)) for number in range(6)])
    assert [lines(order) for order in orders] == [[("held", 1)]] * 3 + [[("asked", 1)]] * 3


def test_a_batch_costs_no_query_an_order(shop):
    offer = make_offer(shop=shop, on_hand=200)

    def queries(first: int, count: int) -> int:
        requests = [check(asking(offer, first + number)) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            attempt(requests)
        return len(captured)

    queries(40, 1)  # what a process keeps of shops and portals is read
    # One alone costs a query less: so few may be held in any shop.
    assert queries(0, 1) + 1 == queries(10, 4) == queries(20, 20)


def test_the_last_copy_is_held_for_minutes_and_asked_for_after(shop):
    offer = make_offer(shop=shop, on_hand=1)
    order = place(asking(offer))
    assert order.held_until - order.placed_at == timedelta(minutes=10)
    assert order.confirm_by - order.placed_at == timedelta(minutes=30)
    with pytest.raises(CopiesGone):
        place(asking(offer, 1))
    assert expire_due(now=order.held_until - timedelta(seconds=1)) == 0
    assert held(offer) == 1
    assert expire_due(now=order.held_until) == 0
    assert held(offer) == 0
    order.refresh_from_db()
    assert (order.status, order.held_until, order.deadline) == ("unconfirmed", None, None)
    assert lines(order) == [("asked", 1)]
    assert order.events.last().kind == EventKind.LET_GO
    assert list(checks.problems()) == []
    assert lines(confirm_by_mail(order)) == [("held", 1)]
    order.refresh_from_db()
    assert order.deadline is not None
    assert held(offer) == 1


def test_a_copy_of_many_is_held_as_long_as_it_can_be_confirmed(shop):
    order = place(asking(make_offer(shop=shop, on_hand=2)))
    assert order.held_until is None


def test_few_titles_lose_their_last_copy_at_a_time(shop):
    offers = [make_offer(shop=shop, on_hand=1) for _each in range(100)]
    orders = [place(asking(offer, number)) for number, offer in enumerate(offers[:8])]
    assert [lines(order)[0][0] for order in orders] == ["held"] * 3 + ["asked"] * 5


def test_one_order_holds_no_more_than_a_reader_would_carry(shop):
    offers = [make_offer(shop=shop, on_hand=50) for _each in range(20)]
    wanted = tuple(LineRequest(offer.product_id, offer.pk, 10) for offer in offers)
    order = place(asking(offers[0], lines=wanted))
    assert sum(line.held for line in order.lines.all()) == 5
    assert sum(line.quantity for line in order.lines.all()) == 200
    assert OrderLine.objects.filter(order=order, held=0, status=LineStatus.ASKED).exists()


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        pytest.param([f"203.0.113.{n}" for n in range(30)], 20, id="a range"),
        pytest.param(["203.0.113.9"] * 30, 5, id="an address"),
        pytest.param([f"2001:db8:1:2::{n:x}" for n in range(30)], 5, id="a home's IPv6"),
        pytest.param([f"2001:db8:1:{n:x}::1" for n in range(30)], 20, id="a range of IPv6"),
        pytest.param([f"::ffff:203.0.113.{n}" for n in range(30)], 20, id="IPv4 within IPv6"),
        pytest.param([f"198.51.{n}.1" for n in range(30)], 30, id="many networks"),
        pytest.param([f"192.0.2.{n}" for n in range(30)], 30, id="a network that many share"),
    ],
)
def test_an_address_and_its_range_hold_so_much(shop, settings, addresses, expected):
    settings.SHARED_NETWORKS = ("192.0.2.0/24",)
    fill(shop, 2000)
    offer = make_offer(shop=shop, on_hand=1000)
    for number, address in enumerate(addresses):
        place(asking(offer, number, address=address))
    assert held(offer) == expected


def test_an_address_is_bounded_over_all_shops():
    for number in range(8):
        place(asking(make_offer(on_hand=9), number, address="203.0.113.9"))
    assert OrderLine.objects.filter(status=LineStatus.HELD).count() == 5


@pytest.mark.parametrize("standing", [{"verified": True}, {"trusted": True}])
def test_whoever_is_verified_and_the_shop_itself_stand_outside(shop, standing):
    offer = make_offer(shop=shop, on_hand=12)
    for number in range(4):
        place(asking(offer, number))
    for number in range(4, 9):
        order = place(asking(offer, number, address="203.0.113.9", **standing))
        assert (order.status, lines(order)) == (OrderStatus.PLACED, [("held", 1)])
    assert held(offer) == 8


def test_what_a_mail_confirmed_counts_no_more(shop):
    offer = make_offer(shop=shop, on_hand=12)
    for number in range(8):
        order = confirm_by_mail(place(asking(offer, number, address="203.0.113.9")))
        assert (order.address_key, order.range_key, order.held_until) == ("", "", None)
    assert held(offer) == 8


def test_what_is_asked_for_is_held_once_it_is_confirmed(shop):
    offer = make_offer(shop=shop, on_hand=8)
    orders = [place(asking(offer, number, copies=2)) for number in range(3)]
    assert [lines(order) for order in orders] == [
        [("held", 2)],
        [("held", 1), ("asked", 1)],
        [("asked", 2)],
    ]
    assert orders[2].deadline is None
    for order in orders:
        confirmed = confirm_by_mail(order)
        assert {status for status, _copies in lines(confirmed)} == {"held"}
        assert confirmed.deadline is not None
    assert held(offer) == 6


def test_what_went_before_it_was_confirmed_waits_for_the_shop(shop):
    offer = make_offer(shop=shop, on_hand=4)
    for number in range(3):
        place(asking(offer, number))
    late = place(asking(offer, 3))
    place(asking(offer, 4, verified=True))
    late = confirm_by_mail(late)
    assert (late.status, lines(late)) == (OrderStatus.PLACED, [("asked", 1)])
    assert late.to_confirm
    assert late.answer_by is not None
    with pytest.raises(NoneFree) as refused:
        set_aside(order_id=late.pk, actor=SYSTEM)
    assert offer.product.title in str(refused.value.message)
    late.refresh_from_db()
    assert late.status == OrderStatus.PLACED
    offer.refresh_from_db()
    offer.on_hand, before = 5, offer.on_hand
    assert before == 4
    offer.save()
    assert lines(set_aside(order_id=late.pk, actor=SYSTEM)) == [("held", 1)]
    assert held(offer) == 5


def test_what_is_not_on_the_shelf_ends_whether_it_was_held_or_not(shop):
    offer = make_offer(shop=shop, on_hand=4)
    orders = [place(asking(offer, number)) for number in range(4)]
    place(asking(offer, 4, verified=True))
    late = confirm_by_mail(orders[3])
    ended = mark_not_found(line_id=late.lines.get().pk, actor=SYSTEM)
    assert ended.status == OrderStatus.NOT_FOUND
    assert held(offer) == 4
    assert offer.on_hand == 4
    assert list(checks.problems()) == []


def test_a_telephone_holds_one_of_each_until_the_shops_tap(shop):
    fill(shop, 600)
    offers = [make_offer(shop=shop, on_hand=9) for _each in range(2)]
    wanted = tuple(LineRequest(offer.product_id, offer.pk, 3) for offer in offers)
    order = place(by_phone(offers[0], lines=wanted))
    assert Counter(lines(order)) == {("held", 1): 2, ("asked", 2): 2}
    assert order.confirm_by - order.placed_at > timedelta(minutes=30)
    done = set_aside(order_id=order.pk, actor=SYSTEM)
    assert {status for status, _copies in lines(done)} == {"held"}
    assert [held(offer) for offer in offers] == [3, 3]
    collect(order_id=order.pk, actor=SYSTEM)
    assert list(checks.problems()) == []


def test_a_shops_requests_by_telephone_have_a_share_of_their_own(shop):
    offers = [make_offer(shop=shop, on_hand=10) for _each in range(21)]
    for number in range(30):
        place(by_phone(offers[number % 21], number))
    assert OrderLine.objects.filter(status=LineStatus.HELD).count() == 10
    for number in range(30, 60):
        place(asking(offers[number % 21], number))
    assert OrderLine.objects.filter(status=LineStatus.HELD).count() == 19


def test_the_last_copy_asked_by_telephone_goes_free_and_the_request_stays(shop):
    offer = make_offer(shop=shop, on_hand=1)
    order = place(by_phone(offer))
    assert lines(order) == [("held", 1)]
    assert expire_due(now=timezone.now() + timedelta(minutes=10, seconds=1)) == 0
    order.refresh_from_db()
    assert (order.status, lines(order), held(offer)) == ("unconfirmed", [("asked", 1)], 0)
    assert lines(set_aside(order_id=order.pk, actor=SYSTEM)) == [("held", 1)]


def test_the_mails_and_the_page_say_what_is_held(client, shop):
    offer = make_offer(shop=shop, on_hand=1)
    last = place(asking(offer))
    many = make_offer(shop=shop, on_hand=9)
    for number in range(1, 4):
        asked = place(asking(many, number))
    assert lines(asked) == [("asked", 1)]
    said = {}
    for message in Message.objects.all():
        render(message)
        said[message.to] = message.text
    assert "dernier exemplaire" in said["n0@example.org"]
    assert "pas encore réservés" in said["n3@example.org"]
    assert "dernier exemplaire" in client.get(f"/reservation/{last.token}").content.decode()
    page = client.get(f"/reservation/{asked.token}").content.decode()
    assert "demandé, pas encore réservé" in page


def test_limits_of_requests_are_others_and_lift_nothing(shop, settings):
    settings.RATE_LIMITS = False
    offer = make_offer(shop=shop, on_hand=30)
    for number in range(8):
        place(asking(offer, number, address="203.0.113.9"))
    assert held(offer) == 3


def test_without_the_bounds_one_address_takes_all(shop, monkeypatch):
    """The control: what was asked for was held."""
    monkeypatch.setattr(bounds.Bounds, "keep_within", lambda _s, _c, lines, _o: (lines, False))
    offer = make_offer(shop=shop, on_hand=30)
    for number in range(6):
        place(asking(offer, number, address="203.0.113.9", copies=5))
    assert held(offer) == 30


def test_what_is_to_be_posted_and_is_unpaid_holds_within_the_same_bounds(shop):
    """Its time to pay is short, and days are given only to a confirmed address."""
    post_from(shop)
    offer = make_offer(shop=shop, on_hand=30, product=make_product(weight_grams=100))
    for number in range(6):
        last = place(asking(offer, number, address="203.0.113.9", copies=5, posted_to=HOME))
    assert (held(offer), last.status) == (3, OrderStatus.UNCONFIRMED)
    with pytest.raises(MoveRefused):
        give_time_to_pay(order_id=last.pk, until=timezone.now() + timedelta(days=7), actor=SYSTEM)
    expire_due(now=timezone.now() + timedelta(minutes=36))
    assert held(offer) == 0


def test_without_its_turn_a_second_batch_would_count_only_what_was_before_both(shop, monkeypatch):
    turns = []
    monkeypatch.setattr(batch, "lock", lambda _space, *names: turns.extend(names))
    place(asking(make_offer(shop=shop, on_hand=3), address="203.0.113.9"))
    asked = check(asking(make_offer(shop=shop), address="203.0.113.9"))
    assert {f"shop {shop.pk}", asked.network.address, asked.network.range} <= set(turns)
    turns.clear()
    place(asking(make_offer(shop=shop, on_hand=3), address="203.0.113.9", verified=True))
    assert f"shop {shop.pk}" not in turns


def test_a_mark_that_nothing_backs_takes_the_turns_of_what_bounds_it(shop, monkeypatch):
    """The control is the person above, who is known and does not wait."""
    calls = []
    monkeypatch.setattr(batch, "lock", lambda _space, *names: calls.append(set(names)))
    request = asking(make_offer(shop=shop, on_hand=30), copies=9, verified=True)
    KnownContact.objects.all().delete()
    order = place(request)
    assert (order.status, lines(order)[-1][0]) == (OrderStatus.UNCONFIRMED, LineStatus.ASKED)
    network = check(request).network
    needed = {f"shop {shop.pk}", network.address, network.range}
    # The turns of a person were not enough: all are taken anew, by one call.
    believed, all_of_them = calls
    assert not needed & believed
    assert needed | believed == all_of_them


def test_an_address_is_kept_as_a_keyed_hash_alone(shop):
    order = place(asking(make_offer(shop=shop, on_hand=3), address="203.0.113.9"))
    assert len(order.address_key) == len(order.range_key) == 32
    assert "203.0.113" not in str(Order.objects.values_list().get())
    mark_not_found(line_id=order.lines.get().pk, actor=SYSTEM)
    order.refresh_from_db()
    assert (order.address_key, order.range_key) == ("", "")
