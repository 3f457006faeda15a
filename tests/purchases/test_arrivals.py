"""What comes is held for who asked first, told to them, and counted once."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.notifications.models import Message
from comptoir.orders.checks import problems
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, collect
from comptoir.orders.operations.requests import LineRequest
from comptoir.purchases.models import Arrival, PurchaseLine
from comptoir.purchases.operations import take_back
from comptoir.purchases.reads import lists_of, open_arrival
from comptoir.stock.models import Offer, OfferStanding, StockMovement
from tests.factories import make_offer, take_file
from tests.purchases.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def mails(*templates: str) -> list[tuple[str, str]]:
    found = Message.objects.filter(template__in=templates).order_by("pk")
    return [(each.template, each.to) for each in found]


TOLD = ("order_ready", "order_copy_came")


def test_who_asked_first_is_served_first_and_told(town: Town) -> None:
    first, second = town.order(name="ana"), town.order(name="bea")
    town.send()
    town.scan()
    done = town.put_away()
    assert (done.ready, done.for_readers, done.for_shelf) == ([first.pk], 1, 0)
    assert mails(*TOLD) == [("order_ready", "ana@example.org")]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("set_aside", "placed")
    assert first.deadline is not None
    offer = Offer.objects.get(shop=town.shop)
    assert (offer.on_hand, offer.held) == (1, 1)
    collect(order_id=first.pk, actor=town.ann)
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (0, 0)
    assert [m.reason for m in StockMovement.objects.order_by("pk")] == ["received", "collected"]
    assert list(problems()) == []


def test_a_cancelled_order_gives_its_copy_to_the_next_reader_or_to_the_shelf(town: Town) -> None:
    first, second = town.order(name="ana"), town.order(name="bea")
    town.send()
    cancel(token=first.token, actor=READER)
    town.scan()
    town.scan()
    done = town.put_away()
    assert (done.ready, done.for_readers, done.for_shelf) == ([second.pk], 1, 1)
    assert OfferStanding.objects.get(shop=town.shop).available == 1
    states = PurchaseLine.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["received", "received"]


def test_the_safety_stock_is_no_reason_to_keep_a_readers_copy_back(town: Town) -> None:
    town.shop.safety_stock = 2
    town.shop.save()
    order = town.order()
    town.scan()
    assert town.put_away().ready == [order.pk]


def test_of_several_copies_those_that_came_are_held_and_the_rest_waits(town: Town) -> None:
    order = town.order(copies=3)
    town.send()
    town.scan(copies=2)
    done = town.put_away()
    assert (done.ready, done.part) == ([], [order.pk])
    assert mails(*TOLD) == [("order_copy_came", "ana@example.org")]
    lines = order.lines.order_by("pk").values_list("status", "quantity", "held")
    assert list(lines) == [("to_order", 1, 0), ("held", 2, 2)]
    assert lists_of(shop=town.shop, actor=town.ann) == []
    town.scan()
    assert town.put_away().ready == [order.pk]
    order.refresh_from_db()
    assert order.status == "set_aside"
    assert PurchaseLine.objects.get().state == "received"


def test_an_order_that_also_wants_a_copy_of_the_shelf_is_left_to_the_board(town: Town) -> None:
    offer = make_offer(shop=town.shop)
    lines = (LineRequest(town.book.pk), LineRequest(offer.product_id, offer.pk))
    order = town.order(lines=lines)
    town.scan()
    assert town.put_away().part == [order.pk]
    order.refresh_from_db()
    assert order.status == "placed"


def test_too_many_too_few_and_unknown_titles_are_told(town: Town) -> None:
    town.order(copies=2)
    town.send()
    assert town.scan().title.missing == 1
    assert town.scan(copies=3).title.surplus == 2
    unknown = town.scan("9782070612369")
    assert (unknown.title.awaited, unknown.title.product.title) == (0, "")
    with pytest.raises(Invalid):
        town.scan("9782070612368")
    town.scan(key="k")
    assert town.scan(key="k").is_new is False
    arrival, titles = open_arrival(shop=town.shop, actor=town.ann)
    assert arrival is not None
    assert {each.product.pk: each.copies for each in titles}[town.book.pk] == 5


def test_a_wrong_scan_is_taken_back_until_all_is_put_away(town: Town) -> None:
    wrong = town.scan("9782070612369")
    take_back(shop=town.shop, scan_id=wrong.scan.pk, actor=town.ann)
    assert open_arrival(shop=town.shop, actor=town.ann)[1] == []
    right = town.scan()
    town.put_away()
    with pytest.raises(Conflict):
        take_back(shop=town.shop, scan_id=right.scan.pk, actor=town.ann)
    with pytest.raises(NotFound):
        take_back(shop=town.shop, scan_id=0, actor=town.ann)


def test_a_carton_is_scanned_once(town: Town) -> None:
    label = f"]C10034012345678901234002{'0' + town.book.ean}3712"
    assert town.scan(label).title.copies == 12
    with pytest.raises(Conflict) as refused:
        town.scan(label)
    assert refused.value.code == "carton_known"
    with pytest.raises(Invalid):
        town.scan("]C100340123456789012340")


def test_put_away_twice_is_once(town: Town) -> None:
    order = town.order()
    town.scan(copies=2)
    arrival = Arrival.objects.get()
    once, twice = town.put_away(arrival), town.put_away(arrival)
    assert (once.ready, once.for_readers, once.for_shelf) == ([order.pk], 1, 1)
    assert (twice.ready, twice.for_readers, twice.for_shelf) == ([order.pk], 1, 1)
    assert StockMovement.objects.count() == 1


def tell(town: Town, copies: int, at: object) -> None:
    """Have the till tell how many copies of the book it counts."""
    take_file(
        shop=town.shop,
        actor=town.ann,
        format="csv",
        stream=BytesIO(f"ean;quantity\n{town.book.ean};{copies}\n".encode()),
        as_of=at,
    )


def numbers(town: Town) -> tuple[int, int, int]:
    """Return how many copies are on hand, how many are held, how many of the rest are doubtful."""
    found = Offer.objects.get(shop=town.shop, product=town.book)
    return found.on_hand, found.held, found.doubtful


def test_a_copy_that_the_till_counts_already_is_not_counted_a_second_time(town: Town) -> None:
    """The till entered the delivery of two, and told; then it is scanned here."""
    town.order()
    town.send()
    tell(town, 2, timezone.now())
    town.scan(copies=2)
    assert town.put_away().for_readers == 1
    assert numbers(town) == (2, 1, 0)
    tell(town, 2, timezone.now() + timedelta(seconds=1))
    assert numbers(town) == (2, 1, 0)


def test_if_the_till_did_not_know_of_it_its_next_figure_says_so(town: Town) -> None:
    """Two stood there, and two have come; the till enters them after the scan."""
    town.order()
    town.send()
    tell(town, 2, timezone.now())
    town.scan(copies=2)
    town.put_away()
    tell(town, 4, timezone.now() + timedelta(seconds=1))
    assert numbers(town) == (4, 1, 0)


def test_a_copy_of_which_the_till_cannot_have_known_is_added(town: Town) -> None:
    """The till told before the purchase was sent, and never since; then it contains them."""
    tell(town, 2, timezone.now() - timedelta(hours=1))
    town.order()
    town.send()
    town.scan(copies=2)
    town.put_away()
    assert numbers(town) == (4, 1, 0)
    tell(town, 4, timezone.now() + timedelta(seconds=1))
    assert numbers(town) == (4, 1, 0)


def test_what_others_have_set_aside_is_not_taken_for_what_came(town: Town) -> None:
    """Ana's copy stands aside and the till counts it; the one that came is Bea's."""
    town.order(name="ana")
    town.send()
    town.scan()
    town.put_away()
    second = town.order(name="bea")
    town.send()
    tell(town, 1, timezone.now() + timedelta(seconds=1))
    town.scan()
    assert town.put_away().ready == [second.pk]
    assert numbers(town) == (2, 2, 0)


def test_a_copy_in_the_hand_is_held_though_the_till_denies_another(town: Town) -> None:
    first = town.order(name="ana")
    town.scan()
    assert town.put_away().ready == [first.pk]
    tell(town, 0, timezone.now() + timedelta(seconds=1))
    second = town.order(name="bea")
    town.scan()
    assert town.put_away().ready == [second.pk]
    offer = Offer.objects.get(shop=town.shop)
    assert (offer.on_hand, offer.held, offer.short) == (1, 2, 1)
    assert list(problems()) == []


@pytest.mark.parametrize(
    "waits", [{"delivery": "mail", "deadline": timezone.now()}, {"trial": True}]
)
def test_a_copy_bought_for_who_paid_goes_to_nobody_it_was_not_bought_for(
    town: Town, waits: dict[str, object]
) -> None:
    """An order that is to be posted and is not paid for, and a trial."""
    unpaid, second = town.order(name="ana"), town.order(name="bea")
    Order.objects.filter(pk=unpaid.pk).update(**waits)
    assert town.send().lines.get().order_line.order == second
    town.scan()
    assert town.put_away().ready == [second.pk]
