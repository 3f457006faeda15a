"""A shop hears of a new reservation as it wants: at once, once a day, or not by mail at all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Forbidden, Invalid
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.models import Channel, Order, ShopAlert
from comptoir.orders.operations import Wish, place, set_alert, set_aside, tell_day, tell_new
from comptoir.orders.operations.requests import Customer
from comptoir.shops.models import Staff, StaffRole
from comptoir.shops.operations import dismiss_staff
from tests.factories import confirm_by_mail, make_offer, make_shop, make_staff, request_for

pytestmark = pytest.mark.django_db

AT_ONCE = Wish(at_once=True)
TUESDAY = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # 9 h in Paris


@pytest.fixture
def shop():
    return make_shop(email="pilori@example.org", opening_hours="Tu-Sa 10:00-19:00")


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=9)


def mails_to_shop() -> list[Message]:
    return list(Message.objects.filter(template__startswith="shop_").order_by("pk"))


def sent() -> str:
    """Send the newest mail to a shop, and return what it says."""
    deliver(message_id=mails_to_shop()[-1].pk)
    last = mail.outbox[-1]
    return f"{last.subject}\n{last.body}\n{last.alternatives[0].content}"


def test_a_shop_that_said_nothing_gets_no_mail(offer):
    place(request_for(offer, trusted=True))
    assert tell_new(now=timezone.now()) == 0
    assert mails_to_shop() == []


def test_a_mail_at_once_names_titles_and_nobody(shop, offer):
    set_alert(shop=shop, wish=AT_ONCE, actor=SYSTEM)
    order = place(request_for(offer, trusted=True))
    assert tell_new(now=timezone.now()) == 1
    assert [message.to for message in mails_to_shop()] == ["pilori@example.org"]
    said = sent()
    assert offer.product.title in said
    assert f"/comptoir/{shop.slug}/" in said
    for secret in (order.name, order.email, order.code, order.token):
        assert secret not in said


def test_what_comes_within_a_quarter_of_an_hour_is_one_mail(shop, offer):
    set_alert(shop=shop, wish=AT_ONCE, actor=SYSTEM)
    now = timezone.now()
    place(request_for(offer, trusted=True))
    assert [tell_new(now=now), tell_new(now=now)] == [1, 0]
    for _each in range(3):
        place(request_for(offer, trusted=True))
    assert tell_new(now=now + timedelta(minutes=14)) == 0
    assert tell_new(now=now + timedelta(minutes=16)) == 1
    assert "3 nouvelles réservations" in sent()
    assert tell_new(now=now + timedelta(minutes=40)) == 0


def test_a_reader_is_told_of_once_confirmed_and_staff_need_not_be(shop, offer):
    set_alert(shop=shop, wish=AT_ONCE, actor=SYSTEM)
    now = timezone.now()
    order = place(request_for(offer))
    place(request_for(offer, trusted=True, channel=Channel.COUNTER))
    done = place(request_for(offer, trusted=True))
    set_aside(order_id=done.pk, actor=SYSTEM)
    assert tell_new(now=now) == 0
    confirm_by_mail(order)
    assert tell_new(now=now) == 1
    by_phone = place(request_for(offer, customer=Customer("Ana", "", "+33612345678")))
    assert tell_new(now=now + timedelta(minutes=16)) == 1
    told = Order.objects.exclude(told_at=None).values_list("pk", flat=True)
    assert set(told) == {order.pk, by_phone.pk}


def test_a_mail_that_is_late_and_says_nothing_any_more_does_not_leave(shop, offer):
    set_alert(shop=shop, wish=AT_ONCE, actor=SYSTEM)
    order = place(request_for(offer, trusted=True))
    tell_new(now=timezone.now())
    set_aside(order_id=order.pk, actor=SYSTEM)
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    deliver(message_id=mails_to_shop()[0].pk)
    assert mail.outbox == []
    assert mails_to_shop()[0].reason == "too_late"


def test_people_are_told_until_they_leave(shop, offer):
    maud, ana = make_staff(shop, StaffRole.MANAGER), make_staff(shop)
    stranger = make_staff(make_shop())
    keys = list(Staff.objects.values_list("pk", flat=True))
    wish = Wish(at_once=True, to_shop=False, people=keys)
    set_alert(shop=shop, wish=wish, actor=maud.actor)
    now = timezone.now()
    place(request_for(offer, trusted=True))
    tell_new(now=now)
    assert {message.to for message in mails_to_shop()} == {maud.email, ana.email}
    assert stranger.email not in {message.to for message in mails_to_shop()}
    dismiss_staff(shop=shop, user_id=ana.pk, actor=maud.actor)
    place(request_for(offer, trusted=True))
    tell_new(now=now + timedelta(minutes=16))
    assert [message.to for message in mails_to_shop()][2:] == [maud.email]


def test_mails_to_nobody_are_refused_and_only_a_manager_decides(shop):
    with pytest.raises(Invalid, match="Dites qui reçoit"):
        set_alert(shop=shop, wish=Wish(daily=True, to_shop=False), actor=SYSTEM)
    with pytest.raises(Forbidden):
        set_alert(shop=shop, wish=AT_ONCE, actor=make_staff(shop).actor)
    assert not ShopAlert.objects.exists()
    set_alert(shop=shop, wish=Wish(sound=True, to_shop=False), actor=SYSTEM)


def test_a_mail_a_day_leaves_when_the_shop_opens_and_something_waits(shop, offer):
    set_alert(shop=shop, wish=Wish(daily=True), actor=SYSTEM)
    assert tell_day(now=TUESDAY + timedelta(hours=1, minutes=1)) == 0
    place(request_for(offer, trusted=True))
    wednesday = TUESDAY + timedelta(days=1)
    assert tell_day(now=wednesday) == 0
    assert tell_day(now=wednesday + timedelta(hours=1, minutes=1)) == 1
    assert tell_day(now=wednesday + timedelta(hours=2)) == 0
    assert offer.product.title in sent()


def test_a_day_on_which_the_shop_is_shut_brings_no_mail(shop, offer):
    set_alert(shop=shop, wish=Wish(daily=True), actor=SYSTEM)
    place(request_for(offer, trusted=True))
    sunday = TUESDAY + timedelta(days=5)
    assert [tell_day(now=sunday + timedelta(hours=hour)) for hour in (2, 8)] == [0, 0]


def test_the_mail_of_the_day_says_what_ends_today(shop, offer):
    set_alert(shop=shop, wish=Wish(daily=True), actor=SYSTEM)
    order = place(request_for(offer, trusted=True))
    set_aside(order_id=order.pk, actor=SYSTEM)
    now = TUESDAY + timedelta(hours=3)
    Order.objects.update(deadline=now + timedelta(days=2))
    assert tell_day(now=now) == 0
    ShopAlert.objects.update(digest_on=None)
    Order.objects.update(deadline=now + timedelta(hours=3))
    assert tell_day(now=now) == 1


def test_a_paused_shop_is_left_alone(shop, offer):
    set_alert(shop=shop, wish=Wish(at_once=True, daily=True), actor=SYSTEM)
    place(request_for(offer, trusted=True))
    shop.paused_at = timezone.now()
    shop.save()
    now = TUESDAY + timedelta(hours=3)
    assert [tell_new(now=timezone.now()), tell_day(now=now)] == [0, 0]
