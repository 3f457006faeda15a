"""Sending: signed, bounded, tried again, never at the price of others."""

import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message as Mail
from comptoir.webhooks import sender, worker
from comptoir.webhooks.models import Attempt, Delivery, Endpoint, Message
from comptoir.webhooks.operations import (
    add_endpoint,
    erase_old,
    pause_endpoint,
    replay,
    replay_failed,
    resume_endpoint,
    secret_of,
    send_test,
)
from comptoir.webhooks.signature import sign
from tests.answering import answering, reply
from tests.patience import PATIENCE_SECONDS, until
from tests.webhooks.due import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(endpoint, shop) -> Delivery:
    return send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)


@pytest.fixture
def unhurried(monkeypatch) -> None:
    monkeypatch.setattr(sender, "JITTER", 0.0)


def try_at(moment) -> Delivery | None:
    """Send what is due at a moment, by a clock of its own."""
    found = sender.claim(moment)
    if found is not None:
        sender.record(found, sender.send(found), moment)
        found.refresh_from_db()
    return found


def test_a_message_is_signed_as_its_receiver_checks_it(endpoint, delivery, receiver) -> None:
    assert send_due() == 1
    ((headers, body),) = receiver.got
    assert body["type"] == "webhook.test"
    assert body["data"]["sequence"] == delivery.message_id
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == delivery.message.ref
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    signature = sign(
        secret_of(endpoint),
        ref=headers["webhook-id"],
        timestamp=int(headers["webhook-timestamp"]),
        body=sender.body_of(Delivery.objects.get()),
    )
    assert headers["webhook-signature"] == signature
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    assert Attempt.objects.get().status == 200


def test_retries_wait_longer_and_longer_for_three_days(delivery, receiver, unhurried) -> None:
    receiver.status = 500
    start = now = timezone.now() + timedelta(seconds=1)
    waits = []
    while True:
        found = try_at(now)
        assert found is not None
        if found.status == "failed":
            break
        waits.append(found.next_at - now)
        now = max(found.next_at, Endpoint.objects.get().rest_until)
    assert waits == list(sender.WAITS)
    assert waits == sorted(waits)
    assert timedelta(days=3) < now - start < timedelta(days=3.5)
    assert [a.status for a in Attempt.objects.all()] == [500] * 10
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {delivery.message.ref}


def test_jitter_spreads_retries(delivery, receiver) -> None:
    receiver.status = 503
    now = timezone.now() + timedelta(seconds=1)
    found = try_at(now)
    assert found is not None
    waited = found.next_at - now
    assert timedelta(seconds=4) <= waited <= timedelta(seconds=6)
    assert waited != sender.WAITS[0]


def test_a_redirection_is_not_followed(delivery, receiver) -> None:
    receiver.status = 302
    send_due()
    assert len(receiver.got) == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.tries) == ("pending", 1)


def test_no_answer_is_written_down_without_the_secret_of_the_address(shop, settings) -> None:
    settings.OUTGOING_ANYWHERE = True
    url = "http://127.0.0.1:9/hook?key=s3cret"
    endpoint, secret = add_endpoint(shop=shop, url=url, events=(), actor=SYSTEM)
    send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    send_due()
    attempt = Attempt.objects.get()
    assert attempt.status is None
    assert "127.0.0.1:9/hook" in attempt.note
    assert "s3cret" not in attempt.note
    assert secret not in attempt.note


def test_a_private_address_is_never_asked(delivery, receiver, settings) -> None:
    """The address was entered when it was allowed, or led elsewhere then: it is looked at again."""
    settings.OUTGOING_ANYWHERE = False
    send_due()
    assert receiver.got == []
    assert Attempt.objects.get().status is None
    Endpoint.objects.update(url="https://127.0.0.1:9/")
    Delivery.objects.update(next_at=timezone.now())
    Endpoint.objects.update(rest_until=None)
    send_due()
    assert receiver.got == []
    assert Attempt.objects.count() == 2


def test_a_long_answer_is_cut(endpoint, delivery, settings) -> None:
    def answer(handler) -> None:
        reply(handler, 400, b"\x1b[31m" + b"x" * 200_000)

    with answering(answer) as url:
        Endpoint.objects.update(url=url)
        send_due()
    note = Attempt.objects.get().note
    assert len(note) <= 300
    assert note.isprintable()
    assert "xxx" in note


def test_a_slow_endpoint_is_given_ten_seconds(endpoint, delivery, monkeypatch) -> None:
    monkeypatch.setattr(sender, "SECONDS", 0.2)
    free = threading.Event()

    def answer(handler) -> None:
        free.wait(PATIENCE_SECONDS)
        reply(handler)

    with answering(answer) as url:
        Endpoint.objects.update(url=url)
        send_due()
        free.set()
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.delivery.status) == (None, "pending")
    assert 150 < attempt.milliseconds < PATIENCE_SECONDS * 1000


def test_a_failing_endpoint_rests_whatever_waits_for_it(endpoint, delivery, shop, receiver) -> None:
    for _ in range(5):
        send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    receiver.status = 500
    assert send_due() == 1
    assert len(receiver.got) == 1


def test_after_five_days_it_is_disabled_and_the_shop_told(
    endpoint, delivery, receiver, shop, unhurried
) -> None:
    receiver.status = 500
    now = timezone.now() + timedelta(seconds=1)
    try_at(now)
    Delivery.objects.update(next_at=now)
    try_at(now + timedelta(days=4))
    assert Endpoint.objects.get().disabled_at is None
    Delivery.objects.update(next_at=now)
    try_at(now + timedelta(days=5, minutes=10))
    assert Endpoint.objects.get().disabled_at is not None
    mail = Mail.objects.get(template="webhook_disabled")
    assert mail.to == shop.email
    assert "s3cret" not in str(mail.context)
    Delivery.objects.update(next_at=now)
    assert sender.claim(now + timedelta(days=6)) is None
    resume_endpoint(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    receiver.status = 200
    assert send_due() == 1
    assert Endpoint.objects.get().failing_since is None


def test_one_that_says_it_is_gone_is_disabled_at_once(delivery, receiver) -> None:
    receiver.status = 410
    send_due()
    assert Endpoint.objects.get().disabled_at is not None


def test_a_paused_one_waits(endpoint, delivery, receiver, shop) -> None:
    pause_endpoint(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    assert send_due() == 0
    resume_endpoint(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    assert send_due() == 1


def test_a_replay_is_the_same_message(delivery, receiver, shop) -> None:
    send_due()
    replay(shop=shop, delivery_id=delivery.pk, actor=SYSTEM)
    send_due()
    (first, body), (second, again) = receiver.got
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again


def test_what_was_given_up_is_sent_again_together(endpoint, delivery, receiver, shop) -> None:
    send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    Delivery.objects.update(status="failed")
    assert send_due() == 0
    assert replay_failed(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM) == 2
    assert send_due() == 2


def test_a_log_is_kept_for_a_month(delivery) -> None:
    assert erase_old() == 0
    Message.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert erase_old() == 1
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_serve_one_endpoint_at_once(endpoint, delivery, shop) -> None:
    send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    now = timezone.now() + timedelta(seconds=1)
    first = sender.claim(now)
    assert first is not None
    assert sender.claim(now) is None
    assert sender.claim(now + sender.LEASE * 2) is not None


@pytest.mark.django_db(transaction=True)
def test_a_dead_endpoint_does_not_hold_up_the_others(shop, receiver, endpoint, monkeypatch) -> None:
    """Two senders, one of them stuck for good: what is for others still goes out."""
    monkeypatch.setattr(sender, "SECONDS", 2 * PATIENCE_SECONDS)
    stuck = threading.Event()

    def hang(handler) -> None:
        stuck.wait(2 * PATIENCE_SECONDS)

    with answering(hang) as url:
        dead, _ = add_endpoint(shop=shop, url=url, events=(), actor=SYSTEM)
        for _ in range(20):
            send_test(shop=shop, endpoint_id=dead.pk, actor=SYSTEM)
            send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
        stop = threading.Event()
        thread = threading.Thread(target=worker.run, args=(stop, 2))
        thread.start()
        try:
            until(lambda: len(receiver.got) == 20)
        finally:
            stop.set()
            stuck.set()
            thread.join()
    assert len(receiver.got) == 20
    assert dead.deliveries.filter(status="delivered").count() == 0


def replayed_while_it_is_sent(shop, delivery) -> Delivery:
    """Press "send again" between the answer and its note; return what is left of the delivery."""
    found = sender.claim(timezone.now())
    assert found is not None
    answer = sender.send(found)
    replay(shop=shop, delivery_id=delivery.pk, actor=SYSTEM)
    sender.record(found, answer, timezone.now())
    delivery.refresh_from_db()
    return delivery


def test_a_replay_pressed_while_it_is_sent_wins(delivery, receiver, shop) -> None:
    assert replayed_while_it_is_sent(shop, delivery).status == "pending"
    assert send_due() == 1
    assert len(receiver.got) == 2
    delivery.refresh_from_db()
    assert delivery.status == "delivered"


def test_without_the_look_at_what_was_claimed_a_replay_is_lost(
    delivery, receiver, shop, monkeypatch
) -> None:
    """Control."""
    monkeypatch.setattr(sender, "_is_as_claimed", lambda *_both: True)
    assert replayed_while_it_is_sent(shop, delivery).status == "delivered"


def late_note(receiver) -> Endpoint:
    """Have a sender write its try down when its lease is over and another has the endpoint."""
    now = timezone.now()
    late = sender.claim(now)
    assert late is not None
    receiver.status = 500
    answer = sender.send(late)
    assert sender.claim(now + sender.LEASE) is not None
    sender.record(late, answer, now + sender.LEASE)
    return Endpoint.objects.get()


def test_a_sender_that_is_late_leaves_the_lease_of_the_next(delivery, receiver) -> None:
    assert late_note(receiver).busy_until is not None
    assert Attempt.objects.count() == 1


def test_without_a_look_at_whose_lease_it_is_a_third_sender_comes(
    delivery, receiver, monkeypatch
) -> None:
    """Control."""
    monkeypatch.setattr(sender, "_is_own_lease", lambda *_both: True)
    assert late_note(receiver).busy_until is None


def test_what_was_erased_while_it_was_sent_has_no_log(delivery, receiver) -> None:
    found = sender.claim(timezone.now())
    assert found is not None
    answer = sender.send(found)
    Message.objects.all().delete()
    sender.record(found, answer, timezone.now())
    assert Endpoint.objects.get().busy_until is None
    assert not Attempt.objects.exists()
