"""Orders that are posted: what they cost, when they are paid for, what becomes of their copies."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Faults
from comptoir.orders import checks, operations
from comptoir.orders.charges.reads import charged, owed
from comptoir.orders.charges.settlement import JOB
from comptoir.orders.errors import CopiesGone, MoveRefused, NoneFree
from comptoir.orders.lifecycle import MOVES
from comptoir.orders.models import Delivery, Order, OrderStatus, PostalAddress
from comptoir.orders.operations import place, postal
from comptoir.orders.postal.address import Address
from comptoir.orders.postal.errors import (
    NotPaid,
    PartSent,
    QuoteRefused,
    TooFewCopies,
    TotalChanged,
)
from tests.factories import HOME, confirm_by_mail, make_offer, make_product, request_for
from tests.quotes.conftest import post_from
from tests.terms.world import publish_for

pytestmark = pytest.mark.django_db
S = OrderStatus


@pytest.fixture
def offer():
    """Three copies of a book at € 12.90, which its shop posts for € 4.95."""
    offer = make_offer(on_hand=3, product=make_product(weight_grams=200))
    post_from(offer.shop)
    return offer


def by_post(*offers, quantity=1, **fields):
    request = request_for(*offers, **({"verified": True, "posted_to": HOME} | fields))
    return replace(request, lines=tuple(replace(x, quantity=quantity) for x in request.lines))


def paid(offer, quantity=1):
    order = place(by_post(offer, quantity=quantity))
    return postal.settle_payment(order_id=order.pk, actor=SYSTEM)


def numbers(offer):
    offer.refresh_from_db()
    return offer.on_hand, offer.held


def asked_to_settle(order):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s"
            " AND args ->> 'order_id' = %s",
            [JOB, str(order.pk)],
        )
        return cursor.fetchone()[0]


def sound():
    assert list(checks.problems()) == []


def test_it_is_placed_with_what_it_costs_and_where_it_goes(offer):
    order = Order.objects.get(pk=place(by_post(offer, quantity=2)).pk)
    assert (order.status, order.delivery) == (S.PLACED, Delivery.MAIL)
    assert order.deadline == order.placed_at + timedelta(minutes=35)
    charge = order.lines.get().charge
    assert (charge.unit_cents, charge.scheme, charge.rate) == (1290, "rate", 550)
    assert (order.postage.cents, order.postage.zone) == (495, "france")
    shares = list(order.postage.shares.values_list("rate", "cents"))
    assert shares == [(550, 495)]
    # The VAT of line and postage is that of their sum: 30.75 € at 5.5 %.
    within = charge.vat_cents + order.postage.shares.get().vat_cents
    assert within == round((2580 + 495) * 550 / 10550)
    assert order.address.lines == ["Camille Ferrand", "3 rue Haute", "87000 Limoges"]
    assert charged(order) == owed(order) == 2 * 1290 + 495
    assert numbers(offer) == (3, 2)


def test_one_to_collect_costs_no_statement_more(offer, shops_are_kept):
    place(request_for(offer))
    with CaptureQueriesContext(connection) as asked:
        place(request_for(offer, customer=replace(request_for(offer).customer, email="a@b.fr")))
    said = " ".join(each["sql"] for each in asked)
    for table in ("orders_linecharge", "orders_postage", "quotes_tariff", "catalogue_comingprice"):
        assert table not in said


def test_what_a_quote_refuses_is_refused_by_the_lines_word():
    offer = make_offer(price_cents=990)
    post_from(offer.shop)
    with pytest.raises(QuoteRefused) as refused:
        place(by_post(offer))
    (line,) = refused.value.data["refused"]
    assert (line["title"], line["code"]) == (offer.product.title, "price_conflict")
    assert numbers(offer) == (1, 0)


def test_a_shop_without_bands_posts_nothing():
    with pytest.raises(QuoteRefused) as refused:
        place(by_post(make_offer()))
    assert refused.value.data["refused"][0]["code"] == "no_post"


def test_another_total_than_the_reader_saw_is_told_and_not_charged(offer):
    assert place(by_post(offer, total=1785)).pk
    with pytest.raises(TotalChanged) as changed:
        place(by_post(offer, total=1700))
    assert changed.value.data["total_cents"] == 1785
    assert numbers(offer) == (3, 1)


def test_an_address_is_checked_with_everything_else(offer):
    with pytest.raises(Faults) as faults:
        place(by_post(offer, posted_to=Address("", "Limoges", "8700")))
    assert {each.code for each in faults.value.faults} == {"bad_street", "bad_postcode"}


def test_one_to_collect_that_is_prepaid_is_charged_too(offer):
    order = place(request_for(offer, prepay=True))
    assert (owed(order), order.delivery) == (1290, Delivery.COLLECT)
    assert not PostalAddress.objects.exists()


def test_unpaid_it_expires_and_its_copies_are_free(offer):
    order = place(by_post(offer))
    operations.expire_due(now=order.placed_at + timedelta(minutes=36))
    order.refresh_from_db()
    assert (order.status, numbers(offer), owed(order)) == (S.EXPIRED, (3, 0), 0)
    assert asked_to_settle(order) == 1
    sound()


def test_paid_it_waits_for_the_shop_without_a_deadline(offer):
    order = paid(offer)
    assert (order.status, order.deadline) == (S.PLACED, None)
    operations.expire_due(now=order.placed_at + timedelta(days=60))
    order.refresh_from_db()
    assert (order.status, numbers(offer)) == (S.PLACED, (3, 1))
    postal.settle_payment(order_id=order.pk, actor=SYSTEM)
    assert [e.kind for e in order.events.all()] == ["placed", "paid"]


def test_money_confirms_what_nobody_confirmed(offer):
    order = place(by_post(offer, verified=False))
    assert (order.status, order.confirm_by) == (S.UNCONFIRMED, order.deadline)
    order = postal.settle_payment(order_id=order.pk, actor=SYSTEM)
    assert (order.status, order.deadline) == (S.PLACED, None)
    assert [e.kind for e in order.events.all()] == ["placed", "confirmed", "paid"]


def test_confirmed_by_mail_it_is_still_to_be_paid(offer):
    order = confirm_by_mail(place(by_post(offer, verified=False)))
    assert order.status == S.PLACED
    assert order.deadline > timezone.now()
    with pytest.raises(NotPaid):
        postal.mark_shipped(order_id=order.pk, actor=SYSTEM)


def test_it_goes_from_hand_to_hand(offer):
    order = paid(offer)
    postal.prepare(order_id=order.pk, actor=SYSTEM)
    order = postal.mark_shipped(order_id=order.pk, actor=SYSTEM)
    ended = order.ended_at
    assert (order.status, numbers(offer)) == (S.SHIPPED, (2, 0))
    assert order.lines.get().status == "sent"
    postal.arrive(order, actor=SYSTEM, at=timezone.now())
    order.refresh_from_db()
    assert (order.status, order.ended_at, owed(order)) == (S.DELIVERED, ended, 1785)
    assert [e.kind for e in order.events.all()] == [
        *("placed", "paid", "prepared", "shipped", "delivered")
    ]
    assert asked_to_settle(order) == 0
    sound()


def test_it_is_sent_in_parts_and_the_postage_is_owed_once(offer):
    order = paid(offer, quantity=3)
    line = order.lines.get()
    order = postal.mark_shipped(order_id=order.pk, quantities={line.pk: 2}, actor=SYSTEM)
    assert (order.status, numbers(offer)) == (S.PREPARED, (1, 1))
    assert owed(order) == 3 * 1290 + 495
    with pytest.raises(TooFewCopies):
        postal.mark_shipped(order_id=order.pk, quantities={line.pk: 2}, actor=SYSTEM)
    with pytest.raises(PartSent):
        operations.cancel(order_id=order.pk, actor=SYSTEM)
    sound()
    order = postal.mark_shipped(order_id=order.pk, actor=SYSTEM)
    assert (order.status, numbers(offer), owed(order)) == (S.SHIPPED, (0, 0), 3 * 1290 + 495)
    sound()


def test_what_is_missing_in_part_is_owed_no_more(offer):
    order = paid(offer, quantity=3)
    line = order.lines.get()
    order = postal.mark_missing(line_id=line.pk, quantity=1, actor=SYSTEM)
    assert (order.status, owed(order), numbers(offer)) == (S.PLACED, 2 * 1290 + 495, (2, 2))
    assert asked_to_settle(order) == 1
    postal.mark_shipped(order_id=order.pk, quantities={line.pk: 1}, actor=SYSTEM)
    order = operations.mark_not_found(line_id=line.pk, actor=SYSTEM)
    # One was sent: it is an order that was posted, and none that was not found.
    assert (order.status, owed(order), numbers(offer)) == (S.SHIPPED, 1290 + 495, (0, 0))
    sound()


def test_with_nothing_there_nothing_is_owed(offer):
    order = paid(offer)
    order = operations.mark_not_found(line_id=order.lines.get().pk, actor=SYSTEM)
    assert (order.status, owed(order), asked_to_settle(order)) == (S.NOT_FOUND, 0, 1)


def test_what_comes_back_is_owed_no_more_and_the_post_with_the_last_copy(offer):
    order = paid(offer, quantity=2)
    postal.mark_shipped(order_id=order.pk, actor=SYSTEM)
    line = order.lines.get()
    order = postal.take_back(line_id=line.pk, quantity=1, actor=SYSTEM)
    assert owed(order) == 1290 + 495
    order = postal.take_back(line_id=line.pk, quantity=1, actor=SYSTEM)
    assert (owed(order), asked_to_settle(order), order.status) == (0, 2, S.SHIPPED)
    with pytest.raises(TooFewCopies):
        postal.take_back(line_id=line.pk, quantity=1, actor=SYSTEM)


def test_its_reader_cancels_it_until_it_is_packed(offer):
    order = paid(offer)
    other = paid(offer)
    order = operations.cancel(token=order.token, actor=READER)
    assert (order.status, owed(order), asked_to_settle(order)) == (S.CANCELLED, 0, 1)
    postal.prepare(order_id=other.pk, actor=SYSTEM)
    with pytest.raises(MoveRefused):
        operations.cancel(token=other.token, actor=READER)
    assert operations.cancel(order_id=other.pk, actor=SYSTEM).status == S.CANCELLED
    assert numbers(offer) == (3, 0)
    sound()


def test_money_that_comes_late_takes_it_up_again_where_the_copies_are_free(offer):
    order = place(by_post(offer, quantity=3))
    operations.expire_due(now=order.placed_at + timedelta(minutes=36))
    with pytest.raises(MoveRefused):
        postal.settle_payment(order_id=order.pk, actor=SYSTEM)
    other = place(request_for(offer))
    with pytest.raises(NoneFree):
        postal.revive(order_id=order.pk, actor=SYSTEM)
    operations.cancel(order_id=other.pk, actor=SYSTEM)
    order = postal.revive(order_id=order.pk, actor=SYSTEM)
    order.refresh_from_db()
    assert (order.status, order.ended_at, order.deadline) == (S.PLACED, None, None)
    assert numbers(offer) == (3, 3)
    sound()


def test_a_link_of_a_mail_takes_up_nothing_that_expired(offer):
    order = place(by_post(offer, verified=False))
    operations.expire_due(now=order.placed_at + timedelta(minutes=36))
    with pytest.raises(MoveRefused):
        confirm_by_mail(order)


def test_a_transfer_is_waited_for_by_who_confirmed_alone(offer):
    until = timezone.now() + timedelta(days=5)
    stranger = place(by_post(offer, verified=False))
    with pytest.raises(MoveRefused):
        postal.give_time_to_pay(order_id=stranger.pk, until=until, actor=SYSTEM)
    order = place(by_post(offer))
    assert postal.give_time_to_pay(order_id=order.pk, until=until, actor=SYSTEM).deadline == until


def test_neither_set_aside_nor_collected(offer):
    order = paid(offer)
    for verb in (operations.set_aside, operations.collect):
        with pytest.raises(MoveRefused):
            verb(order_id=order.pk, actor=SYSTEM)
    assert numbers(offer) == (3, 1)


def test_the_last_copy_goes_to_one_of_two():
    offer = make_offer(on_hand=1)
    post_from(offer.shop)
    place(by_post(offer))
    with pytest.raises(CopiesGone):
        place(request_for(offer))


def test_the_address_is_erased_on_a_date_of_its_own_and_the_country_stays(offer, settings):
    publish_for(offer.shop)  # who was not told of the right to withdraw is kept for longer
    order = paid(offer)
    postal.mark_shipped(order_id=order.pk, actor=SYSTEM)
    operations.erase_due(now=timezone.now() + timedelta(days=settings.ERASE_AFTER_DAYS + 1))
    order.address.refresh_from_db()
    assert order.address.city == "Limoges"
    operations.erase_due(now=timezone.now() + timedelta(days=settings.ERASE_POSTED_AFTER_DAYS + 1))
    order.address.refresh_from_db()
    assert (order.address.lines, order.address.country) == ([], "FR")
    order.refresh_from_db()
    assert order.email == ""


def test_mixed_copies_are_priced_and_taxed_apart():
    new = make_offer(on_hand=2)
    used = make_offer(
        shop=new.shop, product=make_product(list_price_cents=2000), condition="G", price_cents=400
    )
    post_from(new.shop)
    order = place(by_post(new, used))
    schemes = {x.condition: (x.charge.scheme, x.charge.unit_cents) for x in order.lines.all()}
    assert schemes == {"new": ("rate", 1290), "G": ("margin", 400)}
    assert owed(order) == 1290 + 400 + 495


def test_the_table_of_moves_by_post():
    moves = MOVES[Delivery.MAIL]
    assert set(moves) == set(OrderStatus)
    assert S.SET_ASIDE not in set().union(*moves.values())
    assert moves[S.DELIVERED] == frozenset()
    assert S.EXPIRED not in moves[S.PREPARED]


@pytest.mark.parametrize("ask", [{"posted_to": HOME}, {"prepay": True, "posted_to": None}])
def test_a_last_copy_is_held_for_as_long_as_its_payment_page_says(offer, ask):
    order = place(by_post(offer, quantity=3, verified=False, **ask))
    assert (order.status, order.held_until) == (S.UNCONFIRMED, order.confirm_by)
    before = order.confirm_by - timedelta(seconds=1)
    assert (operations.expire_due(now=before), numbers(offer)[1]) == (0, 3)
    assert (operations.expire_due(now=order.confirm_by), numbers(offer)[1]) == (1, 0)
