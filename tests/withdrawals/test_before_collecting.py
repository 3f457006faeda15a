"""What a reader has withdrawn from, of an order that is paid for and to be collected, is not handed
over at the counter: the desk is told so, keeps it, and pays back."""

import pytest

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.orders.charges import withheld as said
from comptoir.orders.errors import NotHandedOver
from comptoir.orders.models import Delivery, Order
from comptoir.orders.operations import collect, set_aside
from comptoir.orders.postal.models import PostalAddress
from comptoir.payments.operations import settle
from comptoir.payments.reads.state import state_of
from comptoir.withdrawals.operations import declare, receive
from tests.withdrawals.test_before_posting import screen
from tests.withdrawals.world import bought

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Two copies of a title, paid for and set aside, of one of which its reader has withdrawn."""
    order = bought(2)
    PostalAddress.objects.filter(order=order).delete()
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.COLLECT)
    set_aside(order_id=order.pk, actor=SYSTEM)
    declare(token=order.token, quantities={order.lines.get().pk: 1}, actor=READER)
    return order


def test_the_desk_is_told_and_hands_nothing_over_before_it_kept_the_copy(client, order):
    with pytest.raises(NotHandedOver) as refused:
        collect(order_id=order.pk, actor=SYSTEM)
    assert refused.value.data["quantity"] == 1
    shown = screen(client, order, "order", order.pk)
    assert "Ne la remettez pas encore." in shown
    assert "rétractation, 1 sur 2" in shown
    assert 'id="hand-over"' not in shown
    made = order.withdrawals.get()
    receive(withdrawn_id=made.lines.get().pk, quantity=1, actor=SYSTEM)
    shown = screen(client, order, "order", order.pk)
    assert ('id="hand-over"' in shown, "Ne la remettez" in shown) == (True, False)
    order = collect(order_id=order.pk, actor=SYSTEM)
    settle(order_id=order.pk, now=made.confirmed_at)
    assert (order.status, state_of(order).gone) == ("collected", 1290)


def test_control_without_the_word_of_withdrawals_it_is_handed_over(order, monkeypatch):
    monkeypatch.setattr(said, "_SAID", [])
    assert collect(order_id=order.pk, actor=SYSTEM).status == "collected"
