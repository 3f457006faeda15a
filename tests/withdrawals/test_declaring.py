"""A reader withdraws: what is taken, what is refused, who cannot do it in their place."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import signing
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.core.limits import Network, TooMany
from comptoir.notifications.models import Message
from comptoir.orders.charges.reads import kept
from comptoir.orders.models import EventKind, Order
from comptoir.orders.operations import collect, place
from comptoir.orders.operations.postal import mark_shipped
from comptoir.orders.operations.requests import LineRequest
from comptoir.orders.operations.status import note
from comptoir.payments.operations import settle
from comptoir.payments.reads.state import state_of
from comptoir.post.models import Parcel
from comptoir.withdrawals.errors import LinkOver, NothingLeft, PeriodOver
from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations import ask_link, declare, read_link, receive
from comptoir.withdrawals.operations.links import link_of
from comptoir.withdrawals.person import find
from comptoir.withdrawals.reads import due_of, items_of, period
from tests.factories import make_offer, persons_request_for
from tests.papers.orders import pay
from tests.payments.world import charge
from tests.withdrawals.world import SYSTEM, bought, delivered, whole

pytestmark = pytest.mark.django_db
HOME = Network("203.0.113.7", "203.0.113.0/24")


def mails(template: str) -> list[Message]:
    return list(Message.objects.filter(template=template))


def withdraw(order: Order, **more) -> Withdrawal:
    return declare(token=order.token, quantities=whole(order), actor=READER, **more)


def test_whole_or_in_part_and_no_copy_twice():
    order = delivered(bought(3))
    line = order.lines.get().pk
    first = declare(token=order.token, quantities={line: 1}, actor=READER)
    assert [item.quantity for item in items_of(order)] == [2]
    with pytest.raises(NothingLeft):
        declare(token=order.token, quantities={line: 3}, actor=READER)
    declare(token=order.token, quantities={line: 2}, actor=READER)
    with pytest.raises(NothingLeft):  # the same once more, a replay
        declare(token=order.token, quantities={line: 2}, actor=READER)
    assert items_of(order) == []
    assert first.lines.get().quantity == 1
    assert len(mails("withdrawal_receipt")) == len(mails("withdrawal_shop")) == 2


def test_another_orders_line_is_not_there():
    order, other = delivered(bought()), delivered(bought())
    with pytest.raises(NothingLeft):
        declare(token=order.token, quantities=whole(other), actor=READER)
    assert not Withdrawal.objects.exists()


def test_the_period_runs_from_the_last_parcel_and_is_over_after_it():
    order = delivered(bought(), days_ago=40)
    with pytest.raises(PeriodOver):
        withdraw(order)
    late = timezone.now()
    for ago in (40, 1):
        moment = late - timedelta(days=ago)
        Parcel.objects.create(order=order, packed_at=moment, handed_at=moment, delivered_at=moment)
    assert withdraw(order).last_day > late.date()


def test_control_a_link_that_was_asked_for_in_time_is_in_time():
    order = delivered(bought(), days_ago=40)
    asked = timezone.now() - timedelta(days=30)
    made = withdraw(order, asked_at=asked)
    assert made.declared_at == asked < made.confirmed_at
    # The shop was told today, and has its fourteen days from now.
    assert due_of(made) == made.confirmed_at + timedelta(days=14)


def test_without_a_delivery_day_it_stays_open():
    order = bought()
    mark_shipped(order_id=order.pk, actor=SYSTEM)
    Order.objects.filter(pk=order.pk).update(ended_at=timezone.now() - timedelta(days=300))
    order = Order.objects.select_related("shop").get(pk=order.pk)
    assert period(order).last_day is None
    assert withdraw(order).last_day is None


def test_without_the_notice_the_period_is_a_year_longer():
    order = delivered(bought(told=False), days_ago=300)
    assert withdraw(order).pk


def test_what_is_not_packed_yet_is_cancelled_and_paid_back_with_the_post():
    order = bought(2)
    made = withdraw(order)
    order.refresh_from_db()
    assert (order.status, made.ended_at is not None) == ("cancelled", True)
    settle(order_id=order.pk, now=timezone.now())
    assert state_of(order).gone == 2 * 1290 + 300


def test_what_is_not_paid_beforehand_is_none_of_it():
    order = bought()
    Order.objects.filter(pk=order.pk).update(deadline=timezone.now())
    order.refresh_from_db()
    assert items_of(order) == []


def to_collect(*, paid: bool) -> Order:
    """Return an order of two copies that was charged and is kept to be collected."""
    offer = make_offer(on_hand=2)
    order = place(
        persons_request_for(offer, lines=(LineRequest(offer.product_id, offer.pk, quantity=2),))
    )
    order = Order.objects.get(pk=order.pk)
    charge(order)
    if paid:
        pay(order, 2 * (offer.price_cents or 0) + 399)
        note(order, EventKind.PAID, actor=SYSTEM, at=timezone.now())
    return Order.objects.select_related("shop").get(pk=order.pk)


def test_what_is_prepaid_to_collect_may_be_withdrawn_from_before_and_after():
    order = to_collect(paid=True)
    line = order.lines.get()
    assert (order.deadline is not None, [item.quantity for item in items_of(order)]) == (True, [2])
    row = declare(token=order.token, quantities={line.pk: 1}, actor=READER).lines.get()
    receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM)
    order = collect(order_id=order.pk, actor=SYSTEM)
    assert (kept(order), [item.quantity for item in items_of(order)]) == ({line.pk: 1}, [1])
    row = withdraw_one(order).lines.get()
    receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM)
    settle(order_id=order.pk, now=timezone.now())
    assert state_of(order).in_hand == 0


def withdraw_one(order: Order) -> Withdrawal:
    return declare(token=order.token, quantities={order.lines.get().pk: 1}, actor=READER)


def test_what_was_charged_and_paid_in_the_shop_was_not_bought_at_a_distance():
    order = to_collect(paid=False)
    assert items_of(order) == []
    assert items_of(collect(order_id=order.pk, actor=SYSTEM)) == []


def test_a_person_sees_each_of_their_withdrawals_by_the_day_of_the_shop():
    order = delivered(bought())
    withdraw(order)
    night = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    Withdrawal.objects.update(declared_at=night)
    (found,) = find(order.email)
    assert [list(row.values()) for row in found.rows] == [[date(2026, 12, 1), ""]]


class TestByNumber:
    """Whoever has no page of the order: number and address, then a link by mail."""

    def ask(self, **asked: str) -> None:
        ask_link(network=HOME, now=timezone.now(), **asked)

    def test_the_link_goes_to_the_orders_address_alone(self):
        order = delivered(bought())
        self.ask(code=f"{order.code[:4]} {order.code[4:]}", email=order.email.upper())
        (mail,) = mails("withdrawal_link")
        assert mail.to == order.email
        found, asked = read_link(mail.context["link"])
        assert found.pk == order.pk
        assert timezone.now() - asked < timedelta(minutes=1)
        assert not Withdrawal.objects.exists()

    def test_neither_number_nor_address_alone_sends_anything(self):
        order, other = delivered(bought()), delivered(bought())
        for asked in (
            {"code": order.code, "email": "attaquant@example.org"},
            {"code": order.code, "email": other.email},
            {"code": "00000000", "email": order.email},
            {"code": "", "email": order.email},
        ):
            self.ask(**asked)
        assert mails("withdrawal_link") == []

    def test_a_link_that_was_changed_or_is_old_is_none(self, monkeypatch):
        order = bought()
        link = link_of(order, timezone.now())
        forged = signing.dumps([order.token, 0], salt="another", key="guessed")
        for wrong in (link[:-1] + ("A" if link[-1] != "A" else "B"), forged, "x"):
            with pytest.raises(LinkOver):
                read_link(wrong)
        monkeypatch.setattr("comptoir.withdrawals.operations.links.GOOD_FOR", timedelta(0))
        monkeypatch.setattr("time.time", lambda: datetime.now(UTC).timestamp() + 9)
        with pytest.raises(LinkOver):
            read_link(link)

    def test_one_mailbox_gets_few_links_and_one_network_asks_seldom(self, settings):
        settings.RATE_LIMITS = True
        order = delivered(bought())
        for _n in range(5):
            self.ask(code=order.code, email=order.email)
        with pytest.raises(TooMany):
            self.ask(code=order.code, email=order.email)
        assert len(mails("withdrawal_link")) == 5
        for n in range(14):
            self.ask(code=f"{n}", email=f"a{n}@example.org")
        with pytest.raises(TooMany):
            self.ask(code="1", email="other@example.org")
