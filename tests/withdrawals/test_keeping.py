"""An order keeps its person as long as they may withdraw from it, also where that is longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.limits import network_of
from comptoir.notifications.models import Message
from comptoir.orders.charges.models import Portion
from comptoir.orders.models import Order, OrderEvent
from comptoir.orders.operations import erase_due
from comptoir.orders.operations.privacy.erasure import TAKEN_BACK, erase_at_word
from comptoir.orders.postal import erasure
from comptoir.withdrawals.operations import ask_link, declare, give_notices
from comptoir.withdrawals.operations.spans import LONGER
from comptoir.withdrawals.reads import period, today_of
from tests.terms.world import publish_for
from tests.withdrawals.world import bought, delivered, whole

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sent_and_came(days_ago: int, *, told: bool = False) -> Order:
    """Return an order that came so many days ago, and had left the day before."""
    order = delivered(bought(told=told), days_ago=days_ago)
    Order.objects.filter(pk=order.pk).update(ended_at=timezone.now() - (days_ago + 1) * DAY)
    return order


def is_named(order: Order) -> bool:
    """Return whether the job leaves an order its person; no mail about it waits, which would."""
    Message.objects.all().delete()
    erase_due(now=timezone.now())
    order.refresh_from_db()
    return bool(order.name and order.email and order.email_key)


def test_who_was_not_told_withdraws_on_the_last_day_by_number_and_address():
    """Of which the link and the receipt go to an address that is still there. The control: the same
    order, told, is erased by then, and without the rule so is this one."""
    order = delivered(bought(told=False))
    long = period(order).last_day - today_of(order.shop, timezone.now())
    order, told = sent_and_came(long.days), sent_and_came(long.days, told=True)
    assert period(order).last_day >= today_of(order.shop, timezone.now())
    assert (is_named(order), is_named(told)) == (True, False)
    nowhere = network_of("198.51.100.7")
    for each in (order, told):
        ask_link(code=each.code, email=order.email, network=nowhere, now=timezone.now())
    (link,) = Message.objects.filter(template="withdrawal_link")
    assert link.to == order.email
    declare(token=order.token, quantities=whole(order), actor=READER)
    assert Message.objects.filter(template="withdrawal_receipt", to=order.email).exists()


def test_it_goes_once_the_right_does(monkeypatch):
    span = (TAKEN_BACK + LONGER).days
    before, after = sent_and_came(span - 1), sent_and_came(span + 1)
    assert (is_named(before), is_named(after)) == (True, False)
    # Their own word goes before it; nobody waits for it twelve months.
    assert erase_at_word(before.email_key, timezone.now()) == 1
    control = sent_and_came(span - 1)
    monkeypatch.setattr(erasure, "_WAITS_UNASKED", [])
    assert not is_named(control)


def test_told_later_it_goes_as_others_do():
    order = sent_and_came(90)
    publish_for(order.shop)
    give_notices(shop=order.shop, actor=SYSTEM, now=timezone.now() - TAKEN_BACK + DAY)
    assert is_named(order)
    order.later_notice.given_at -= 2 * DAY
    order.later_notice.save()
    assert not is_named(order)


def test_what_has_all_come_back_keeps_nobody_longer():
    """The control: one of two copies back, the other is still to be withdrawn from."""
    orders = [delivered(bought(2, told=False)) for _n in range(2)]
    for order, copies in zip(orders, (2, 1), strict=True):
        line = order.lines.get()
        Portion.objects.create(
            line=line, fate="taken_back", quantity=copies, at=timezone.now(), actor_kind="system"
        )
        OrderEvent.objects.filter(order=order, kind="delivered").update(
            happened_at=timezone.now() - 90 * DAY
        )
    Order.objects.update(ended_at=timezone.now() - 91 * DAY)
    assert [is_named(order) for order in orders] == [False, True]


def test_what_was_paid_beforehand_and_collected_is_kept_as_long():
    order = bought(told=False)
    long_ago = timezone.now() - 300 * DAY
    collected = {"status": "collected", "delivery": "collect", "ended_at": long_ago}
    Order.objects.filter(pk=order.pk).update(**collected)
    assert is_named(order)
    # The control: paid at the counter, nothing was bought at a distance.
    OrderEvent.objects.filter(order=order, kind="paid").delete()
    assert not is_named(order)
