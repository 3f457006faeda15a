"""What the mails say, in both languages, and what they carry."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from comptoir.core.db import execute, fetch
from comptoir.core.words import spaced_code
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.operations import deliver, drafts, rounds
from comptoir.notifications.operations.drafts import LAST
from comptoir.orders import operations
from comptoir.orders.mails import TEMPLATES
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.orders.reads import elsewhere
from comptoir.shops.memory import directory
from comptoir.stock.models import Condition
from tests.factories import make_offer, make_shop, persons_request_for, request_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_renders_with_its_way_back(order, template, language):
    context = {"order": order.pk, "line": order.lines.get().pk}
    message = Message.objects.create(
        to="a@example.org", language=language, template=template, context=context
    )
    deliver(message_id=message.pk)
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert order.shop.name in sent.subject
    for body in (sent.body, sent.alternatives[0].content):
        assert f"/reservation/{order.token}" in body
        assert order.shop.city in body
    assert ("Bonjour" if language == "fr" else "Hello") in sent.body


def test_a_mail_carries_the_code_the_qr_code_and_the_calendar(order, staff):
    operations.set_aside(order_id=order.pk, actor=staff.actor)
    deliver(message_id=Message.objects.get(template="order_ready").pk)
    (sent,) = mail.outbox
    assert spaced_code(order.code) in sent.body
    picture, event = sent.attachments
    assert picture["Content-ID"] == "<code.png>"
    assert picture.get_payload(decode=True).startswith(b"\x89PNG")
    assert b"BEGIN:VEVENT\r\n" in event.get_payload(decode=True)
    assert "cid:code.png" in sent.alternatives[0].content


def test_a_line_of_several_copies_says_what_all_of_them_cost(client):
    offer = make_offer(on_hand=5)
    lines = (LineRequest(offer.product_id, offer.pk, quantity=3),)
    order = place(persons_request_for(offer, lines=lines))
    deliver(message_id=Message.objects.get().pk)
    (sent,) = mail.outbox
    page = client.get(f"/reservation/{order.token}").content.decode()
    for said in (sent.body, sent.alternatives[0].content, page):
        assert ("38,70" in said, "12,90" in said) == (True, False)


def test_a_mail_is_sent_once(order, staff):
    operations.set_aside(order_id=order.pk, actor=staff.actor)
    message = Message.objects.get(template="order_ready")
    deliver(message_id=message.pk)
    deliver(message_id=message.pk)
    assert len(mail.outbox) == 1
    message.refresh_from_db()
    assert message.status == MessageStatus.SENT
    assert message.text


def test_a_mail_reads_nothing_of_other_shops_unless_a_copy_is_missing(
    order, django_assert_num_queries, shops_are_kept
):
    message = Message.objects.get()
    directory()
    # Its own row; the order, its lines, the shop and its closures; the last one marks it as sent.
    with django_assert_num_queries(3):
        deliver(message_id=message.pk)


def test_a_missing_copy_is_told_with_the_next_shops(shop, offer, staff):
    near = make_shop(name="Librairie voisine", latitude=shop.latitude + 0.01)
    make_offer(shop=near, product=offer.product)
    order = place(request_for(offer, trusted=True))
    operations.mark_not_found(line_id=order.lines.get().pk, actor=staff.actor)
    deliver(message_id=Message.objects.get(template="order_not_found").pk)
    assert "Librairie voisine" in mail.outbox[0].body
    assert shop.name not in mail.outbox[0].body.split("Librairie voisine")[0].split("\n- ")[-1]


def test_the_next_shops_are_the_three_nearest_others(shop, offer):
    make_offer(shop=shop, product=offer.product, condition=Condition.GOOD)
    others = [make_shop(latitude=shop.latitude + step / 100) for step in (4, 1, 3, 2)]
    for other in others:
        make_offer(shop=other, product=offer.product)
    found = elsewhere([offer.product_id], shop=shop)[offer.product_id]
    assert [each.shop.pk for each in found] == [others[at].pk for at in (1, 3, 2)]


def test_a_name_cannot_write_into_the_mail(shop):
    offer = make_offer(shop=shop)
    place(request_for(offer, customer=Customer("Ana", "x@example.org"), trusted=True))
    # Names hold no such signs any more; one that was taken before does.
    Order.objects.update(name="<script>x</script>")
    deliver(message_id=Message.objects.get().pk)
    assert "<script>" not in mail.outbox[0].alternatives[0].content


@override_settings(EMAIL_BACKEND="tests.orders.test_mails.Broken")
def test_a_broken_mail_server_leaves_the_mail_queued(order):
    message = Message.objects.get()
    with pytest.raises(ConnectionRefusedError):
        deliver(message_id=message.pk)
    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED
    assert Order.objects.filter(pk=order.pk).exists()


def Broken(**_):
    """Stand for a mail server that nobody reaches."""
    raise ConnectionRefusedError


@pytest.mark.parametrize(
    ("language", "hours", "subject"),
    [
        ("fr", 5, "Vos exemplaires vous attendent aujourd’hui jusqu’à 15 h"),
        ("fr", 23, "Vos exemplaires vous attendent jusqu’à demain 9 h"),
        ("en", 5, "Your copies wait today until 3 PM"),
        ("en", 23, "Your copies wait until tomorrow 9 AM"),
    ],
)
def test_the_reminder_says_when(order, monkeypatch, language, hours, subject):
    now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # 10 h in Paris
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    Order.objects.filter(pk=order.pk).update(
        deadline=now + timedelta(hours=hours), language=language, status=OrderStatus.SET_ASIDE
    )
    assert operations.remind_due(now=now) == 1
    deliver(message_id=Message.objects.get(template="order_reminder").pk)
    said = mail.outbox[0].subject.replace("\u00a0", " ").replace("\u202f", " ")
    assert said.startswith(subject)
    assert said.endswith(order.shop.name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last", [LAST, 0], ids=["leaves last", "control: in turn"])
def test_what_ends_by_the_thousand_keeps_no_confirmation_back(offer, monkeypatch, last):
    monkeypatch.setattr(drafts, "LAST", last)
    place(request_for(offer, trusted=True))
    execute("DELETE FROM procrastinate_jobs")
    operations.expire_due(now=timezone.now() + timedelta(days=60))
    ended = Message.objects.get(template="order_expired")
    place(request_for(offer, trusted=True))
    placed = Message.objects.filter(template="order_placed").latest("pk")
    ((worker,),) = fetch("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    first, second = (rounds._claim_others(1, worker)[0] for _each in range(2))
    assert [*first.mails, *second.mails] == (
        [placed.pk, ended.pk] if last else [ended.pk, placed.pk]
    )


def test_what_leaves_last_does_so_when_it_is_tried_again(offer):
    place(request_for(offer, trusted=True))
    operations.expire_due(now=timezone.now() + timedelta(days=60))
    execute("DELETE FROM procrastinate_jobs")
    drafts.queue_again(Message.objects.order_by("pk").values_list("pk", flat=True))
    told = fetch("SELECT args->>'message_id', priority FROM procrastinate_jobs ORDER BY id")
    placed, ended = Message.objects.order_by("pk")
    assert told == [(str(placed.pk), 0), (str(ended.pk), LAST)]
