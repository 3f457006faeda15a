"""Who may ask whom, for what; what a shop sees of its colleagues; what comes of an arrival."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, DomainError, Invalid, NotFound
from comptoir.exchanges.errors import NotShared, OthersMove, TransferMoved
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.operations import (
    Passing,
    Wanted,
    accept,
    arrive,
    ask,
    lose,
    pass_on,
    refuse,
    send,
    withdraw,
)
from comptoir.exchanges.reads import at_colleagues, passed_on
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.checks import problems
from comptoir.orders.models import Channel, LineStatus, Order, OrderLine
from comptoir.orders.operations import Wish, cancel, place, set_alert, set_aside, tell_new
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Shop
from comptoir.shops.operations.doors import DoorsRequest, shut_doors
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.errors import CopiesGone
from comptoir.stock.models import Offer
from tests.exchanges.pair import Pair, make_pair, sharing
from tests.factories import (
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
    take_file,
)

pytestmark = pytest.mark.django_db
CAMILLE = Customer("Camille Ferrand", "camille@example.org")


@pytest.fixture
def pair() -> Pair:
    return make_pair(on_hand=2)


def refusal(verb, **given) -> str:
    """Return the code by which a verb refuses."""
    with pytest.raises(DomainError) as refused:
        verb(**given)
    return refused.value.code


def sends(pair: Pair, **fields) -> Order:
    passing = Passing(**({"offer_id": pair.offer.pk, "customer": CAMILLE} | fields))
    return pass_on(shop=pair.a, passing=passing, actor=pair.ann)


def test_what_colleagues_have_is_read_at_once_however_many_they_are(pair: Pair) -> None:
    def asked() -> tuple[list[str], int]:
        title = {"product_id": pair.offer.product_id, "actor": pair.ann}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = at_colleagues(shop=pair.a, **title)
        return [each.shop.name for each in found], len(queries)

    asked()
    names, queries = asked()
    assert names == ["Librairie Bêta"]
    for number in range(12):
        shop = sharing(pair.network, name=f"Librairie {number}", latitude=47.0 + number / 10)
        make_offer(shop=shop, product=pair.offer.product)
    asked()
    names, more = asked()
    assert (len(names), more) == (13, queries)
    assert names[:2] == ["Librairie 0", "Librairie 1"]


@pytest.mark.parametrize("public", ["exact", "in_stock", "nothing"])
def test_colleagues_see_the_figure_whatever_the_public_sees(pair: Pair, public: str) -> None:
    Shop.objects.filter(pk=pair.b.pk).update(stock_shown=public)
    (found,) = at_colleagues(shop=pair.a, product_id=pair.offer.product_id, actor=pair.ann)
    assert (found.available, round(found.metres / 1000)) == (2, 109)


def test_only_who_shares_in_a_network_of_both_is_seen_and_asked(pair: Pair) -> None:
    title = pair.offer.product
    elsewhere = sharing(make_network(), name="Ailleurs")
    silent = make_shop(name="Muette")
    join_network(shop=silent, network=pair.network, actor=SYSTEM)
    hidden = sharing(pair.network, name="Cachée", paused_at=timezone.now())
    for shop in (elsewhere, silent, hidden):
        make_offer(shop=shop, product=title, on_hand=5)
    found = at_colleagues(shop=pair.a, product_id=title.pk, actor=pair.ann)
    assert [each.shop.name for each in found] == ["Librairie Bêta"]
    wanted = Wanted(title.pk)
    for shop in (elsewhere, silent, hidden, pair.a):
        told = refusal(ask, shop=pair.a, giver_id=shop.pk, wanted=wanted, actor=pair.ann)
        assert told == "no_such_colleague"
        offer = Offer.objects.filter(shop=shop, product=title).first()
        if offer is not None:
            assert refusal(sends, pair=pair, offer_id=offer.pk) == "no_such_colleague"


def test_who_shares_nothing_sees_nobody_and_is_told_where_to_change_it(pair: Pair) -> None:
    Shop.objects.filter(pk=pair.a.pk).update(shares_stock=False)
    pair.a.refresh_from_db()
    with pytest.raises(NotShared, match="Ce que les autres voient"):
        at_colleagues(shop=pair.a, product_id=pair.offer.product_id, actor=pair.ann)
    assert refusal(pair.ask) == "stock_not_shared"
    assert refusal(sends, pair=pair) == "stock_not_shared"


def test_the_same_asked_twice_is_asked_once(pair: Pair) -> None:
    assert pair.ask().pk == pair.ask().pk
    assert pair.ask(quantity=2).pk == Transfer.objects.get().pk
    withdraw(transfer_id=Transfer.objects.get().pk, actor=pair.ann)
    pair.ask()
    assert Transfer.objects.count() == 2


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"quantity": 0}, "bad_quantity"),
        ({"quantity": 11}, "bad_quantity"),
        ({"condition": "??"}, "bad_condition"),
        ({"order_id": 0}, "no_such_order"),
        ({"product_id": 0}, "bad_product"),
    ],
)
def test_what_cannot_be_asked(pair: Pair, wanted: dict[str, object], code: str) -> None:
    assert refusal(pair.ask, **wanted) == code
    assert not Transfer.objects.exists()


def test_a_title_without_an_ean_is_asked_for_by_telephone(pair: Pair) -> None:
    offer = make_offer(shop=pair.b, product=make_product(ean=None, source="x", source_ref="7"))
    assert refusal(pair.ask, product_id=offer.product_id) == "bad_product"
    assert sends(pair, offer_id=offer.pk).shop == pair.b


def test_a_colleague_is_not_flooded(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comptoir.exchanges.operations.requests.MOST_ASKED", 2)
    for _number in range(2):
        pair.ask(product_id=make_product().pk)
    assert refusal(pair.ask) == "too_many_asked"


def test_each_side_says_what_is_its_own_to_say(pair: Pair) -> None:
    transfer = pair.ask().pk
    stranger = make_staff(make_shop()).actor
    for verb, mine, other in (
        (accept, pair.bob, pair.ann),
        (send, pair.bob, pair.ann),
        (arrive, pair.ann, pair.bob),
    ):
        with pytest.raises(OthersMove):
            verb(transfer_id=transfer, actor=other)
        for nobody in (stranger, READER):
            with pytest.raises(NotFound):
                verb(transfer_id=transfer, actor=nobody)
        verb(transfer_id=transfer, actor=mine)
        verb(transfer_id=transfer, actor=mine)  # done twice is done once
    for verb, who in ((withdraw, pair.ann), (lose, pair.bob)):
        with pytest.raises(TransferMoved):
            verb(transfer_id=transfer, actor=who)
    assert Transfer.objects.get().steps.count() == 4


def test_what_is_not_on_the_shelf_is_corrected_as_a_readers_copy_is(pair: Pair) -> None:
    transfer = accept(transfer_id=pair.ask().pk, actor=pair.bob)
    refuse(transfer_id=transfer.pk, why="not_found", actor=pair.bob)
    pair.offer.refresh_from_db()
    assert (pair.offer.on_hand, pair.offer.held, pair.offer.doubtful) == (1, 0, 1)
    second = pair.ask()
    refuse(transfer_id=second.pk, why="not_found", actor=pair.bob)
    pair.offer.refresh_from_db()
    assert (pair.offer.on_hand, pair.offer.held) == (0, 0)
    third = pair.ask()
    assert refusal(refuse, transfer_id=third.pk, why="", actor=pair.bob) == "bad_why"
    refuse(transfer_id=third.pk, why="not_found", actor=pair.bob)
    assert list(problems()) == []


def ordered(pair: Pair, quantity: int = 1) -> Order:
    """Return an order of the shop that asks, of a title that it has not got."""
    line = LineRequest(pair.offer.product_id, None, quantity)
    return place(
        PlaceRequest(
            shop_id=pair.a.pk,
            lines=(line,),
            customer=CAMILLE,
            channel=Channel.PHONE,
            actor=pair.ann,
            trusted=True,
        )
    )


def bring(pair: Pair, **wanted: object) -> Transfer:
    transfer = pair.ask(**wanted)
    for verb in (accept, send):
        verb(transfer_id=transfer.pk, actor=pair.bob)
    return arrive(transfer_id=transfer.pk, actor=pair.ann)


def test_what_arrives_for_an_order_is_held_for_it(pair: Pair) -> None:
    order = ordered(pair, quantity=2)
    transfer = bring(pair, order_id=order.pk)
    assert transfer.quantity == 2
    line = OrderLine.objects.get(order=order)
    assert (line.status, line.held, line.offer.shop) == (LineStatus.HELD, 2, pair.a)
    order.refresh_from_db()
    assert order.deadline is not None
    with pytest.raises(CopiesGone):
        place(request_for(line.offer, trusted=True))
    set_aside(order_id=order.pk, actor=pair.ann)
    assert list(problems()) == []


def test_what_arrives_for_an_order_is_held_whatever_the_shop_keeps_back(pair: Pair) -> None:
    pair.a.safety_stock = 1
    pair.a.save(update_fields=["safety_stock"])
    order = ordered(pair)
    bring(pair, order_id=order.pk)
    line = OrderLine.objects.get(order=order)
    assert (line.status, line.held) == (LineStatus.HELD, 1)
    assert list(problems()) == []


def test_what_arrives_for_an_order_that_ended_is_for_everybody(pair: Pair) -> None:
    order = ordered(pair)
    transfer = pair.ask(order_id=order.pk)
    for verb in (accept, send):
        verb(transfer_id=transfer.pk, actor=pair.bob)
    cancel(order_id=order.pk, actor=pair.ann)
    arrive(transfer_id=transfer.pk, actor=pair.ann)
    here = Offer.objects.get(shop=pair.a)
    assert (here.on_hand, here.held) == (1, 0)
    assert list(problems()) == []


@pytest.mark.parametrize(("counted", "doubtful"), [(0, 0), (1, 1)])
def test_what_the_till_may_have_entered_already_is_doubtful(
    pair: Pair, counted: int, doubtful: int
) -> None:
    here = make_offer(
        shop=pair.a, product=pair.offer.product, on_hand=0, as_of=timezone.now() - timedelta(days=1)
    )
    transfer = pair.ask()
    for verb in (accept, send):
        verb(transfer_id=transfer.pk, actor=pair.bob)
    body = f"ean;quantity\n{pair.offer.product.ean};{counted}\n".encode()
    take_file(shop=pair.a, stream=io.BytesIO(body), actor=SYSTEM, format="csv", mode="delta")
    arrive(transfer_id=transfer.pk, actor=pair.ann)
    here.refresh_from_db()
    assert (here.on_hand, here.doubtful) == (counted + 1, doubtful)


def tells(shop: Shop, offer: Offer, copies: int) -> int:
    """Have the till of a shop say how many there are now; return how many are on hand."""
    body = f"ean;quantity\n{offer.product.ean};{copies}\n".encode()
    take_file(shop=shop, stream=io.BytesIO(body), actor=SYSTEM, format="csv", mode="delta")
    return Offer.objects.get(shop=shop, product=offer.product).on_hand


@pytest.mark.parametrize(
    ("habit", "said", "left"),
    [
        # The till has rung it up, or has not: another copy came, or somebody forgot.
        ("at_collection", 1, 1),
        ("at_collection", 2, 2),
        # It cannot know before midnight, or never does: the copy stays subtracted.
        ("end_of_day", 2, 1),
        ("never", 2, 1),
    ],
)
def test_the_next_files_of_both_tills_count_no_copy_twice(
    pair: Pair, habit: str, said: int, left: int
) -> None:
    Shop.objects.filter(pk=pair.b.pk).update(rings_up=habit)
    bring(pair)
    assert tells(pair.b, pair.offer, said) == left
    # The till of the shop that asked has entered it, or has not yet: the till is the truth.
    assert tells(pair.a, pair.offer, 1) == 1
    assert tells(pair.a, pair.offer, 0) == 0
    assert list(problems()) == []


def test_a_customer_passed_on_is_a_reservation_there_and_no_copy_is_promised_twice(
    pair: Pair,
) -> None:
    first = sends(pair, quantity=2)
    assert (first.status, first.shop, first.passed_by) == ("placed", pair.b, pair.a)
    assert first.events.first().actor_id == pair.ann.id
    (sent,) = Message.objects.filter(template="order_placed")
    deliver(message_id=sent.pk)
    assert "Librairie Bêta" in mail.outbox[0].body
    with pytest.raises(CopiesGone):
        sends(pair)


def test_the_name_is_seen_until_the_reservation_ends(pair: Pair) -> None:
    order = sends(pair)
    (shown,) = passed_on(shop=pair.a, actor=pair.ann)
    assert (shown.name, shown.status, shown.shop) == ("Camille Ferrand", "placed", pair.b)
    cancel(order_id=order.pk, actor=pair.bob)
    (shown,) = passed_on(shop=pair.a, actor=pair.ann)
    assert (shown.name, shown.status, shown.deadline) == ("", "cancelled", None)
    later = timezone.now() + timedelta(days=31)
    assert passed_on(shop=pair.a, actor=pair.ann, at=later) == []


def test_nobody_is_sent_to_closed_doors(pair: Pair) -> None:
    request = DoorsRequest(mode=DoorsMode.SLOTS)
    shut_doors(of=pair.b, request=request, actor=SYSTEM, now=timezone.now())
    with pytest.raises(Conflict, match="Librairie Bêta"):
        sends(pair)
    # What is sent between shops needs no open door.
    accept(transfer_id=pair.ask().pk, actor=pair.bob)


def test_a_shop_hears_of_customers_passed_on_and_of_what_colleagues_do(pair: Pair) -> None:
    for shop in (pair.a, pair.b):
        set_alert(shop=shop, wish=Wish(at_once=True), actor=SYSTEM)
    sends(pair)
    assert tell_new(now=timezone.now()) == 1
    transfer = pair.ask()
    refuse(transfer_id=transfer.pk, why="needed", actor=pair.bob)
    told = Message.objects.filter(template="transfer_news").order_by("pk")
    assert [message.to for message in told] == [pair.b.email, pair.a.email]
    for message in told:
        deliver(message_id=message.pk)
    # What is no longer so is not told.
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [pair.a.email]
    assert "nous en avons besoin" in mail.outbox[0].body


def test_invalid_is_told_before_anything_is_locked(pair: Pair) -> None:
    with pytest.raises(Invalid):
        sends(pair, customer=Customer("", ""))
    assert not Order.objects.exists()
