"""What time does to orders."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders import operations
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import KnownContact, Order, OrderStatus
from comptoir.orders.operations import due, place
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.requests import Customer, check
from comptoir.shops.models import Closure
from comptoir.stock.models import Offer
from tests.factories import (
    confirm_by_mail,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
    request_for,
)

pytestmark = pytest.mark.django_db

# Tuesday 3 March 2026, 10:00 in Paris; the shop opens Tuesday to Saturday until 19:00.
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FRIDAY_CLOSING = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


def placed(now, shop, **fields):
    offer = make_offer(shop=shop, on_hand=3, as_of=now)
    return place_batch([check(request_for(offer, **fields))], now=now)[0]


def test_copies_are_kept_three_opening_days(shop):
    assert placed(TUESDAY, shop, trusted=True).deadline == FRIDAY_CLOSING


def test_the_clocks_change_in_between(shop):
    # Friday 27 March 2026; the clocks change on Sunday 29. Saturday, Tuesday, Wednesday.
    order = placed(datetime(2026, 3, 27, 9, 0, tzinfo=UTC), shop, trusted=True)
    assert order.deadline == datetime(2026, 4, 1, 17, 0, tzinfo=UTC)


def test_a_public_holiday_does_not_count(shop):
    # Friday 1 May 2026 is a holiday: Thursday, Saturday, Tuesday.
    order = placed(datetime(2026, 4, 29, 9, 0, tzinfo=UTC), shop, trusted=True)
    assert order.deadline.astimezone(ZoneInfo("Europe/Paris")).date() == date(2026, 5, 5)


def test_a_shop_on_reunion_closes_on_its_own_clock():
    shop = make_shop(postcode="97400", city="Saint-Denis", time_zone="Indian/Reunion")
    order = placed(TUESDAY, shop, trusted=True)
    assert order.deadline == datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


def test_expiry_frees_the_copies_once(shop):
    order = placed(TUESDAY, shop, trusted=True)
    offer = order.lines.get().offer
    assert operations.expire_due(now=FRIDAY_CLOSING - timedelta(seconds=1)) == 0
    assert operations.expire_due(now=FRIDAY_CLOSING) == 1
    assert operations.expire_due(now=FRIDAY_CLOSING) == 0
    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.status, offer.held) == (OrderStatus.EXPIRED, 0)
    assert order.events.last().actor_kind == "system"
    assert Message.objects.filter(template="order_expired").count() == 1


def test_an_unconfirmed_order_ends_after_half_an_hour(shop):
    order = placed(TUESDAY, shop)
    assert operations.expire_due(now=TUESDAY + timedelta(minutes=29)) == 0
    assert operations.expire_due(now=TUESDAY + timedelta(minutes=30)) == 1
    assert Order.objects.get(pk=order.pk).status == OrderStatus.EXPIRED


def test_the_reminder_comes_once_the_day_before(shop):
    staff = make_staff(shop)
    order = placed(TUESDAY, shop, trusted=True)
    operations.set_aside(order_id=order.pk, actor=staff.actor)
    Order.objects.filter(pk=order.pk).update(deadline=FRIDAY_CLOSING)
    assert operations.remind_due(now=FRIDAY_CLOSING - timedelta(hours=25)) == 0
    assert operations.remind_due(now=FRIDAY_CLOSING - timedelta(hours=23)) == 1
    assert operations.remind_due(now=FRIDAY_CLOSING - timedelta(hours=22)) == 0
    assert Message.objects.filter(template="order_reminder").count() == 1


def test_a_closure_entered_later_moves_the_deadline(shop):
    order = placed(TUESDAY, shop, trusted=True)
    _closure, moved = operations.close_shop(
        shop=shop,
        first_day=date(2026, 3, 5),
        last_day=date(2026, 3, 6),
        reason="Inventaire",
        actor=SYSTEM,
    )
    order.refresh_from_db()
    # Wednesday, Saturday, Tuesday.
    assert moved == 1
    assert order.deadline == datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
    assert order.events.last().kind == "deadline_moved"
    assert Message.objects.filter(template="order_deadline_moved").count() == 1


def test_expiry_looks_again_at_the_closures(shop):
    """An order placed while the closure was being entered had not seen it."""
    order = placed(TUESDAY, shop, trusted=True)
    Closure.objects.create(shop=shop, first_day=date(2026, 3, 5), last_day=date(2026, 3, 6))
    operations.expire_due(now=FRIDAY_CLOSING)
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    assert order.deadline > FRIDAY_CLOSING


def test_personal_data_is_erased_when_it_has_served(shop):
    customer = Customer("Ana", "ana@example.org", "0549000000")
    replay = {"idempotency_key": "hash of an address", "request_digest": "hash of a request"}
    order = placed(TUESDAY, shop, customer=customer, **replay)
    operations.cancel(token=order.token, actor=SYSTEM)
    ended = Order.objects.get(pk=order.pk).ended_at
    assert operations.erase_due(now=ended + timedelta(days=29)) == 0
    assert operations.erase_due(now=ended + timedelta(days=30)) == 1
    order.refresh_from_db()
    assert (order.name, order.email, order.phone, order.email_key, order.phone_key) == ("",) * 5
    assert (order.idempotency_key, order.request_digest) == (None, "")
    assert not Message.objects.filter(about=f"order:{order.pk}").exists()
    assert order.lines.count() == 1
    assert operations.erase_due(now=ended + timedelta(days=31)) == 0


def test_a_contact_that_orders_is_not_idle(shop):
    key = contact_key("camille@example.org")
    KnownContact.objects.create(key=key, confirmed_at=TUESDAY - timedelta(days=390))
    KnownContact.objects.create(key="idle", confirmed_at=TUESDAY - timedelta(days=390))
    placed(TUESDAY, shop, verified=True)
    operations.erase_due(now=TUESDAY + timedelta(days=31))
    assert KnownContact.objects.get().confirmed_at == TUESDAY


def test_a_contact_that_orders_often_is_not_written_again(shop):
    lately = TUESDAY - timedelta(days=29)
    KnownContact.objects.create(key=contact_key("camille@example.org"), confirmed_at=lately)
    placed(TUESDAY, shop, verified=True)
    assert KnownContact.objects.get().confirmed_at == lately


def test_a_contact_whose_address_somebody_else_types_stays_idle(shop):
    """The control of the test before last: it is the person who orders, not the address."""
    long_ago = TUESDAY - timedelta(days=390)
    KnownContact.objects.create(key=contact_key("camille@example.org"), confirmed_at=long_ago)
    placed(TUESDAY, shop)
    assert KnownContact.objects.get().confirmed_at == long_ago


def test_a_contact_is_forgotten_when_no_mark_of_it_counts_any_more():
    KnownContact.objects.create(key="k", confirmed_at=TUESDAY)
    operations.erase_due(now=TUESDAY + timedelta(days=394))
    assert KnownContact.objects.exists()
    operations.erase_due(now=TUESDAY + timedelta(days=396))
    assert not KnownContact.objects.exists()


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_an_order_that_fails_does_not_stop_the_others(shop, monkeypatch, caplog, at_once):
    monkeypatch.setattr(due.each, "__kwdefaults__", {"at_once": at_once})
    first, second, third = (placed(TUESDAY, shop, trusted=True) for _ in range(3))
    # What it would give back is not held any more: the database refuses less than nothing.
    Offer.objects.filter(order_lines__order=second).update(held=0)
    with pytest.raises(ExceptionGroup, match="1 orders failed, 2 were done") as raised:
        operations.expire_due(now=FRIDAY_CLOSING)
    assert ["stock_offer_not_negative" in str(each) for each in raised.value.exceptions] == [True]
    assert caplog.text.count(f"order {second.pk}: what is due was not done") == 1
    assert Message.objects.filter(template="order_expired").count() == 2
    assert [Order.objects.get(pk=each.pk).status for each in (first, second, third)] == [
        OrderStatus.EXPIRED,
        OrderStatus.PLACED,
        OrderStatus.EXPIRED,
    ]
    assert second.lines.get().held == 1


def test_only_what_was_ended_is_counted(shop):
    placed(TUESDAY, shop, trusted=True)
    Closure.objects.create(shop=shop, first_day=date(2026, 3, 5), last_day=date(2026, 3, 6))
    assert operations.expire_due(now=FRIDAY_CLOSING) == 0


def close_wednesday(shop):
    """Close the shop on the day after the orders of these tests."""
    day = date(2026, 3, 4)
    return operations.close_shop(
        shop=shop, first_day=day, last_day=day, reason="Inventaire", actor=SYSTEM
    )[1]


WEDNESDAY_CLOSING = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
THURSDAY_CLOSING = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


def test_a_closure_gives_the_shop_more_time_for_a_phone_order(shop):
    order = placed(TUESDAY, shop, customer=Customer("Ana", "", "0549000000"))
    assert order.confirm_by == WEDNESDAY_CLOSING
    assert close_wednesday(shop) == 1
    order.refresh_from_db()
    assert order.confirm_by == THURSDAY_CLOSING
    assert operations.expire_due(now=WEDNESDAY_CLOSING) == 0
    assert operations.expire_due(now=THURSDAY_CLOSING) == 1


def test_expiry_of_a_phone_order_looks_again_at_the_closures(shop):
    order = placed(TUESDAY, shop, customer=Customer("Ana", "", "0549000000"))
    Closure.objects.create(shop=shop, first_day=date(2026, 3, 4), last_day=date(2026, 3, 4))
    assert operations.expire_due(now=WEDNESDAY_CLOSING) == 0
    order.refresh_from_db()
    assert (order.status, order.confirm_by) == (OrderStatus.UNCONFIRMED, THURSDAY_CLOSING)


def test_a_closure_is_not_told_to_an_address_that_nobody_confirmed(shop):
    order = placed(TUESDAY, shop)
    half_an_hour = order.confirm_by
    assert close_wednesday(shop) == 1
    order.refresh_from_db()
    assert order.deadline > FRIDAY_CLOSING
    assert order.confirm_by == half_an_hour
    assert not Message.objects.filter(template="order_deadline_moved").exists()


@pytest.fixture
def asking(db) -> Order:
    """An order that only asks, confirmed when no copy was free any more, in a shop always open."""
    offer = make_offer(shop=make_shop(opening_hours="24/7"), on_hand=4)
    for number in range(3):
        place(request_for(offer, customer=Customer(f"N{number}", f"n{number}@example.org")))
    late = place(request_for(offer, customer=Customer("Ana", "ana@example.org")))
    place(persons_request_for(offer, customer=Customer("Bea", "bea@example.org")))
    assert late.deadline is None
    confirmed = confirm_by_mail(late)
    assert (confirmed.status, [line.held for line in late.lines.all()]) == ("placed", [0])
    return confirmed


def mail_of(template: str, order: Order) -> str:
    message = Message.objects.get(template=template, to=order.email)
    render(message)
    return message.text


def test_what_only_asks_ends_where_the_shop_never_answers_and_is_erased(asking):
    limit = asking.deadline
    operations.expire_due(now=limit - timedelta(seconds=1))
    assert Order.objects.get(pk=asking.pk).status == OrderStatus.PLACED
    operations.expire_due(now=limit)
    asking.refresh_from_db()
    assert asking.status == OrderStatus.EXPIRED
    said = mail_of("order_expired", asking)
    assert "rien n’était gardé pour vous" in said
    assert "de nouveau en rayon" not in said
    operations.erase_due(now=asking.ended_at + timedelta(days=30))
    assert Order.objects.get(pk=asking.pk).email == ""


def close_from_tomorrow(order: Order) -> None:
    """Close the order's shop for nine days."""
    tomorrow = order.placed_at.date() + timedelta(days=1)
    operations.close_shop(
        shop=order.shop,
        first_day=tomorrow,
        last_day=tomorrow + timedelta(days=8),
        reason="Congés",
        actor=SYSTEM,
    )


def test_nobody_is_told_that_what_only_asks_is_kept(asking, client):
    page, calendar = f"/reservation/{asking.token}", f"/reservation/{asking.token}/retrait.ics"
    before = asking.deadline
    operations.chase_due(now=asking.answer_by)
    close_from_tomorrow(asking)
    asking.refresh_from_db()
    assert asking.deadline > before
    assert not Message.objects.filter(template="order_deadline_moved", to=asking.email).exists()
    said = mail_of("order_chased", asking)
    assert "pas réservés pour vous en attendant" in said
    for text in (mail_of("order_placed", asking), said):
        assert "Réservé pour vous" not in text
        assert "vous reste réservé" not in text
    assert calendar not in client.get(page).content.decode()
    assert client.get(calendar).status_code == 404


def test_control_what_the_shop_gives_after_all_is_kept(asking, client):
    page, calendar = f"/reservation/{asking.token}", f"/reservation/{asking.token}/retrait.ics"
    offer = asking.lines.get().offer
    offer.on_hand += 1
    offer.save()
    operations.set_aside(order_id=asking.pk, actor=SYSTEM)
    close_from_tomorrow(asking)
    asking.refresh_from_db()
    assert "Gardé pour vous" in mail_of("order_ready", asking)
    assert Message.objects.filter(template="order_deadline_moved", to=asking.email).exists()
    assert calendar in client.get(page).content.decode()
    assert client.get(calendar).status_code == 200
