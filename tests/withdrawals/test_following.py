"""Until it is done: what comes back, what is kept out, what goes back in money, who is reminded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import format_phone
from comptoir.core.words import spaced_code
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order
from comptoir.orders.operations.moves import cancel, mark_not_found
from comptoir.orders.operations.postal import prepare
from comptoir.orders.postal.erasure import erase_addresses
from comptoir.payments.operations import settle
from comptoir.payments.reads.state import state_of
from comptoir.withdrawals.errors import NotSoMany
from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations import declare, note_sent_back, receive, remind_due
from comptoir.withdrawals.reads import due_of, followed
from tests.factories import make_shop, staff_of
from tests.withdrawals.world import POSTAGE, bought, delivered, whole

pytestmark = pytest.mark.django_db


def withdrawn(order: Order, quantities: dict[int, int] | None = None) -> Withdrawal:
    return declare(token=order.token, quantities=quantities or whole(order), actor=READER)


def paid_back(order: Order) -> int:
    settle(order_id=order.pk, now=timezone.now())
    return state_of(order).gone


def test_the_post_goes_back_with_the_last_copy_only():
    order = delivered(bought(2))
    row = withdrawn(order).lines.get()
    actor = staff_of(order.shop)
    receive(withdrawn_id=row.pk, quantity=1, actor=actor)
    assert paid_back(order) == 1290
    (each,) = followed(order.shop, actor=actor)
    assert each.withdrawal.ended_at is None
    done = receive(withdrawn_id=row.pk, quantity=1, actor=actor)
    assert done.ended_at is not None
    assert paid_back(order) == 2 * 1290 + POSTAGE
    with pytest.raises(NotSoMany):
        receive(withdrawn_id=row.pk, quantity=1, actor=actor)
    assert paid_back(order) == 2 * 1290 + POSTAGE


def test_an_unsealed_recording_is_kept_out_by_the_shops_word_and_the_reader_is_told():
    order = delivered(bought(1, kind="record", format="lp"))
    row = withdrawn(order).lines.get()
    done = receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM, unsealed=True)
    assert done.ended_at is not None
    assert paid_back(order) == 0
    mail = Message.objects.get(template="withdrawal_kept", to=order.email)
    render(mail)
    code = spaced_code(order.code).replace("\u00a0", " ")
    known = (row.line.title, code, format_phone(order.shop.phone), "L221-28")
    for part in (mail.text, mail.html):
        assert all(fact in part.replace("\u00a0", " ") for fact in known)


def test_a_book_cannot_be_kept_out_so():
    order = delivered(bought())
    row = withdrawn(order).lines.get()
    with pytest.raises(NotSoMany):
        receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM, unsealed=True)


def test_copies_that_have_not_left_are_kept_and_paid_back():
    order = bought(2)
    prepare(order_id=order.pk, actor=SYSTEM)
    line = order.lines.get()
    row = withdrawn(order, {line.pk: 1}).lines.get()
    receive(withdrawn_id=row.pk, quantity=1, actor=SYSTEM)
    line.refresh_from_db()
    assert (line.held, line.offer.held) == (1, 1)
    assert paid_back(order) == 1290
    second = withdrawn(order, {line.pk: 1}).lines.get()
    receive(withdrawn_id=second.pk, quantity=1, actor=SYSTEM)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert paid_back(order) == 2 * 1290 + POSTAGE


@pytest.mark.parametrize("how", ["withdrawn", "cancelled", "not found"])
def test_a_withdrawal_is_done_once_its_copies_are_let_go(how):
    order = bought(2, 1)
    two, other = order.lines.order_by("pk")
    first = withdrawn(order, {two.pk: 1})
    if how == "withdrawn":
        withdrawn(order, {two.pk: 1, other.pk: 1})
    elif how == "cancelled":
        cancel(order_id=order.pk, actor=SYSTEM)
    else:
        mark_not_found(line_id=two.pk, actor=SYSTEM)
    first.refresh_from_db()
    assert (first.ended_at is not None, first.lines.get().back) == (True, 1)
    assert followed(order.shop, actor=SYSTEM) == []
    assert paid_back(order) == (2 if how == "not found" else 3) * 1290 + (
        0 if how == "not found" else POSTAGE
    )


def test_control_what_the_reader_has_still_has_to_come_back():
    order = delivered(bought(2))
    line = order.lines.get().pk
    first, second = withdrawn(order, {line: 1}), withdrawn(order, {line: 1})
    receive(withdrawn_id=second.lines.get().pk, quantity=1, actor=SYSTEM)
    assert [each.withdrawal.pk for each in followed(order.shop, actor=SYSTEM)] == [first.pk]


def test_another_shop_sees_and_receives_nothing():
    order = delivered(bought())
    row = withdrawn(order).lines.get()
    other = make_shop()
    assert followed(other, actor=staff_of(other)) == []
    with pytest.raises(NotFound):
        receive(withdrawn_id=row.pk, quantity=1, actor=staff_of(other))


def test_the_shop_is_reminded_once_before_the_fourteen_days_end():
    order = delivered(bought())
    made = withdrawn(order)
    told = Message.objects.filter(template="withdrawal_shop")
    assert due_of(made) == made.declared_at + timedelta(days=14)
    now = timezone.now()
    assert remind_due(now=now + timedelta(days=9)) == 0
    assert remind_due(now=now + timedelta(days=11)) == 1
    assert remind_due(now=now + timedelta(days=12)) == 0
    assert told.count() == 2
    assert {mail.to for mail in told} == {order.shop.email or "boutique@example.org"}


def test_a_proof_ends_the_waiting_and_goes_with_the_address():
    order = delivered(bought())
    made = withdrawn(order)
    assert followed(order.shop, actor=SYSTEM)[0].waits
    values = {"token": order.token, "withdrawal_id": made.pk, "now": timezone.now()}
    note_sent_back(proof="6A12345678901", **values)
    assert not followed(order.shop, actor=SYSTEM)[0].waits
    with pytest.raises(NotFound):
        note_sent_back(proof="x", **(values | {"withdrawal_id": made.pk + 1}))
    erase_addresses([order.pk], timezone.now())
    made.refresh_from_db()
    assert made.proof == ""
