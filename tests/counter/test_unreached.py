"""The counter says whose mail has not left, and what to do about it."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver, note_failure
from comptoir.orders.operations import mark_not_found, set_aside
from tests.counter.conftest import browser_of
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
NO_MAILBOX = SMTPRecipientsRefused({"a": (550, b"5.1.1 unknown")})
NOT_LEFT = "Le courriel au lecteur n’est pas parti"


def refuse(error: Exception = NO_MAILBOX) -> None:
    key = Message.objects.latest("pk").pk
    note_failure(message_id=key, error=error, is_last=False)


def board(desk) -> str:
    return desk.get("/comptoir/pilori/").content.decode()


def page(desk, order) -> str:
    return desk.get(f"/comptoir/pilori/reservations/{order.pk}").content.decode()


def test_a_refused_mail_is_told_on_the_board_and_on_the_order(desk, reserve):
    order = reserve(contact={"phone": "+33612345678"})
    etag = desk.get("/comptoir/pilori/liste")["ETag"]
    assert NOT_LEFT not in board(desk)
    assert NOT_LEFT not in page(desk, order)
    refuse()
    changed = desk.get("/comptoir/pilori/liste", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert NOT_LEFT in changed.content.decode()
    assert "tel:+33612345678" in board(desk)
    assert "Téléphonez-lui" in page(desk, order)
    stranger = browser_of(make_staff(make_shop(slug="autre")))
    assert NOT_LEFT not in stranger.get("/comptoir/autre/").content.decode()


def test_a_mail_about_an_order_that_ended_is_told_for_two_days(desk, reserve):
    order = reserve()
    mark_not_found(line_id=order.lines.get().pk, actor=SYSTEM)
    refuse()
    assert order.name in board(desk)
    type(order).objects.update(ended_at=timezone.now() - timedelta(days=2, minutes=1))
    assert order.name not in board(desk)


def test_a_mail_that_is_tried_again_is_told_when_it_is_late(desk, reserve):
    order = reserve()
    refuse(ConnectionRefusedError())
    assert NOT_LEFT not in board(desk)
    assert NOT_LEFT in page(desk, order)
    Message.objects.update(failing_since=timezone.now() - timedelta(minutes=16))
    assert NOT_LEFT in board(desk)


def test_a_later_mail_that_left_ends_it(desk, reserve):
    order = reserve()
    refuse()
    set_aside(order_id=order.pk, actor=SYSTEM)
    assert NOT_LEFT not in page(desk, order)
    deliver(message_id=Message.objects.latest("pk").pk)
    assert NOT_LEFT not in board(desk)


def test_a_link_that_nobody_confirmed_is_not_the_shops_to_follow(desk, reserve):
    order = reserve(trusted=False)
    refuse()
    assert NOT_LEFT not in board(desk)
    assert NOT_LEFT in page(desk, order)
