"""What a process remembers between two batches is never less than what is held, and is given up
where it is no longer so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.operations import cancel, memory
from comptoir.orders.operations.gatherer import attempt, place
from comptoir.orders.operations.memory import Shops, Unconfirmed
from comptoir.orders.operations.requests import Customer, LineRequest, check
from comptoir.shops import memory as kept
from comptoir.shops.models import Closure
from tests.factories import make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def asking(offer, number: int):
    """Return the request of an invented person, each elsewhere, whom nobody has confirmed."""
    return request_for(
        offer,
        customer=Customer(f"N{number}", f"n{number}@example.org"),
        address=f"198.51.{number}.7",
        lines=(LineRequest(offer.product_id, offer.pk, 1),),
    )


def held_by(order: Order) -> int:
    return sum(line.held for line in OrderLine.objects.filter(order=order))


@pytest.fixture
def process() -> Shops:
    return Shops(timedelta(hours=1), remembers=True)


def ask(process: Shops, offer, number: int) -> int:
    """Have a process place an order; return how many copies it holds."""
    (order,) = attempt([check(asking(offer, number))], process)
    assert isinstance(order, Order)
    return held_by(order)


@pytest.fixture
def offer(shop):
    """Three of these may be held for whom nobody has confirmed."""
    return make_offer(shop=shop, on_hand=30)


def test_what_another_process_has_held_meanwhile_counts(process, offer):
    assert ask(process, offer, 1) == 1
    place(asking(offer, 2))
    assert [ask(process, offer, number) for number in (3, 4)] == [1, 0]


def test_the_control_without_reading_what_is_new_it_does_not(process, offer, monkeypatch):
    assert ask(process, offer, 1) == 1
    place(asking(offer, 2))
    known = process.unconfirmed._known[offer.shop_id]
    known.until = Order.objects.latest("pk").pk
    assert [ask(process, offer, number) for number in (3, 4)] == [1, 1]


@pytest.mark.parametrize("anew", [True, False])
def test_what_has_ended_since_makes_room(process, offer, monkeypatch, anew):
    """The control: without reading the shop anew nobody knows."""
    if not anew:
        monkeypatch.setattr(Unconfirmed, "read_anew", lambda _self, _shop: False)
    first, *_others = [attempt([check(asking(offer, n))], process)[0] for n in (1, 2, 3)]
    assert ask(process, offer, 4) == 0
    cancel(order_id=first.pk, actor=SYSTEM)
    assert ask(process, offer, 5) == (1 if anew else 0)


def test_a_batch_of_the_last_copies_counts_itself_once_though_it_reads_anew(process, offer):
    assert ask(process, offer, 1) == 1
    orders = attempt([check(asking(offer, number)) for number in range(2, 7)], process)
    assert [held_by(order) for order in orders] == [1, 1, 0, 0, 0]


def test_an_order_reads_what_is_new_and_not_all_that_its_shop_holds(process, offer, monkeypatch):
    read: list[int] = []

    def fetch(sql, params):
        rows = memory_fetch(sql, params)
        read.append(sum(int(copies) for _shop, kind, _key, copies, _id in rows if kind == "shop"))
        return rows

    memory_fetch = memory.fetch
    monkeypatch.setattr(memory, "fetch", fetch)
    for number in (1, 2, 3):
        ask(process, offer, number)
    assert read == [0, 1, 1]
    process.unconfirmed.read_anew(offer.shop_id)
    assert read[-1] == 3


def test_a_shop_is_added_up_once_the_least_that_may_be_held_no_longer_suffices(
    process, offer, monkeypatch
):
    added: list[list[int]] = []

    def free_copies(shops):
        added.append(shops)
        return of_shops(shops)

    of_shops = memory.free_copies
    monkeypatch.setattr(memory, "free_copies", free_copies)
    others = [make_offer(shop=offer.shop, on_hand=30) for _each in range(2)]
    for number, each in enumerate((offer, *others)):
        assert ask(process, each, number) == 1
    assert added == []
    assert ask(process, offer, 4) == 1
    assert added == [[offer.shop_id]]


def test_after_a_while_all_is_read_anew(offer):
    process = Shops(timedelta(), remembers=True)
    first = attempt([check(asking(offer, 1))], process)[0]
    cancel(order_id=first.pk, actor=SYSTEM)
    ask(process, offer, 2)
    assert process.unconfirmed.held(offer.shop_id, "shop", offer.shop_id) == 0


def test_a_shop_that_has_only_just_come_is_found(process, shop, shops_are_kept):
    assert set(process.find({shop.pk})) == {shop.pk}
    later = make_shop(slug="later", name="Later")
    assert set(process.find({shop.pk, later.pk})) == {shop.pk, later.pk}
    hidden = make_shop(slug="hidden", name="Hidden", paused_at=NOW)
    assert process.find({hidden.pk}) == {}


def test_a_deadline_is_that_of_the_shop_as_it_is_kept(process, shop, shops_are_kept):
    def told():
        return process.deadline(process.find({shop.pk})[shop.pk], NOW).until

    before = told()
    Closure.objects.create(
        shop=shop, first_day=NOW.date(), last_day=NOW.date() + timedelta(days=20), reason=""
    )
    # The control: what is kept is not asked for anew.
    assert told() == before
    kept.forget()
    assert told() > before + timedelta(days=10)
    later = process.deadline(process.find({shop.pk})[shop.pk], NOW + timedelta(days=30))
    assert later.until > told()
